// When somebody is told that a flow is silent, behind, or has parked items: a pure function of what stands, the
// contract's terms, the alarms that are open, and the time. One alarm a flow and cause, however many items: its owner
// is told at once, each step of the ladder so long after that, the last of them again each `repeat`, and the end once.
// Units: milliseconds. Threads: safe, no state. Errors: none.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "adapter/ledger/watch_ledger.h"
#include "isa95/contract/v1/contract.pb.h"

namespace isa95::adapter::ops {

inline constexpr const char* kSilent = "SILENT";
inline constexpr const char* kBehind = "BEHIND";
inline constexpr const char* kParked = "PARKED";

struct Party {
  std::string role, contact;
};

struct LadderStep {
  int64_t after_ms = 0;
  Party to;
};

// What the contract says of one flow.
struct WatchTerms {
  std::string site, flow;
  Party owner;
  std::vector<LadderStep> ladder;                    // by after_ms
  int64_t silent_after_ms = 0, behind_after_ms = 0;  // 0 = not watched
  int64_t repeat_ms = 0;
};

enum class Told { kFirst, kStep, kAgain, kOver };

struct Notice {
  std::string site, flow, cause;
  Told why = Told::kFirst;
  uint32_t level = 0;
  Party to, owner;
  std::vector<Party> heard;  // of kOver: all who were told
  int64_t at_ms = 0, since_ms = 0;
  ledger::Waiting items;  // of kSilent: none
};

struct Escalated {
  std::vector<Notice> notices;
  std::vector<ledger::Alarm> alarms, ended;  // those that changed
};

// Of each flow the contract has, in its order.
std::vector<WatchTerms> WatchTermsOf(const contract::v1::SiteContract& contract);

// What is to be told of one flow now. `open`: the alarms that stand in the ledger; others' are passed over.
// What is gone ends its alarm only when it has been gone for a minute, or a tenth of `repeat` where that is less: what
// comes and goes is one alarm.
Escalated Escalate(const ledger::FlowStanding& standing, const WatchTerms& terms,
                   const std::vector<ledger::Alarm>& open, int64_t now_ms);

}  // namespace isa95::adapter::ops
