#include "adapter/ops/escalation.h"

#include <algorithm>

#include "grpc/model/contract.h"

namespace isa95::adapter::ops {
namespace {

constexpr int64_t kRepeatMs = 4 * 3'600'000;
constexpr int64_t kSettledMs = 60'000;

// What one alarm is about, where it stands.
struct Trouble {
  bool stands = false;
  int64_t due_ms = 0;  // the owner was to be told
  int64_t since_ms = 0;
  ledger::Waiting items;
};

Trouble TroubleOf(std::string_view cause, const ledger::FlowStanding& standing, const WatchTerms& terms,
                  int64_t now_ms) {
  Trouble trouble;
  if (cause == kParked) {
    if (standing.parked.count > 0)
      trouble = {true, standing.parked.since_ms, standing.parked.since_ms, standing.parked};
  } else if (cause == kBehind) {
    if (terms.behind_after_ms > 0 && standing.waiting.count > 0)
      trouble = {true, standing.waiting.since_ms + terms.behind_after_ms, standing.waiting.since_ms, standing.waiting};
  } else if (terms.silent_after_ms > 0) {
    trouble = {true, standing.heard_ms + terms.silent_after_ms, standing.heard_ms, {}};
  }
  trouble.stands = trouble.stands && trouble.due_ms <= now_ms;
  return trouble;
}

class Telling {
 public:
  Telling(const WatchTerms& terms, std::string_view cause, int64_t now_ms, Escalated& out)
      : terms_(terms), cause_(cause), now_ms_(now_ms), out_(out) {}

  void Begin(const Trouble& trouble) {
    ledger::Alarm alarm{terms_.site, terms_.flow, cause_, trouble.since_ms, now_ms_, now_ms_, 0, 0};
    Tell(Told::kFirst, terms_.owner, alarm, trouble);
    out_.alarms.push_back(alarm);
  }

  // It stands: the steps that are due, or the last one again.
  void GoOn(ledger::Alarm alarm, const Trouble& trouble) {
    bool changed = alarm.gone_ms != 0;
    alarm.gone_ms = 0;
    // By the one that waits for longest now: who works a list down is not escalated for what is done.
    const int64_t from = std::max(alarm.began_ms, trouble.due_ms);
    while (alarm.level < terms_.ladder.size() && now_ms_ >= from + terms_.ladder[alarm.level].after_ms) {
      const auto& step = terms_.ladder[alarm.level++];
      Tell(Told::kStep, step.to, alarm, trouble);
      alarm.told_ms = now_ms_;
      changed = true;
    }
    if (alarm.level >= terms_.ladder.size() && now_ms_ - alarm.told_ms >= terms_.repeat_ms) {
      Tell(Told::kAgain, terms_.ladder.empty() ? terms_.owner : terms_.ladder.back().to, alarm, trouble);
      alarm.told_ms = now_ms_;
      changed = true;
    }
    if (changed) out_.alarms.push_back(std::move(alarm));
  }

  // It is gone, for good or for the moment.
  void Leave(ledger::Alarm alarm) {
    if (alarm.gone_ms == 0) {
      alarm.gone_ms = now_ms_;
      out_.alarms.push_back(std::move(alarm));
      return;
    }
    if (now_ms_ - alarm.gone_ms < std::min(kSettledMs, terms_.repeat_ms / 10)) return;
    Tell(Told::kOver, terms_.owner, alarm, {false, 0, alarm.since_ms, {}});
    out_.ended.push_back(std::move(alarm));
  }

 private:
  void Tell(Told why, const Party& to, const ledger::Alarm& alarm, const Trouble& trouble) {
    Notice notice{terms_.site, terms_.flow, cause_,           why,          alarm.level, to, terms_.owner,
                  {},          now_ms_,     trouble.since_ms, trouble.items};
    if (why == Told::kOver) {
      notice.heard.push_back(terms_.owner);
      for (size_t i = 0; i < std::min<size_t>(alarm.level, terms_.ladder.size()); ++i)
        notice.heard.push_back(terms_.ladder[i].to);
    }
    out_.notices.push_back(std::move(notice));
  }

  const WatchTerms& terms_;
  const std::string cause_;
  const int64_t now_ms_;
  Escalated& out_;
};

template <typename Flow>
void Add(const contract::v1::SiteContract& contract, const char* name, const Flow& flow, std::vector<WatchTerms>& all) {
  auto& terms = all.emplace_back();
  terms.site = contract.site().id();
  terms.flow = name;
  terms.owner = {flow.owner().role(), flow.owner().contact()};
  for (const auto& step : flow.escalation())
    terms.ladder.push_back({ParseSpanMillis(step.after()), {step.to(), step.contact()}});
  std::stable_sort(terms.ladder.begin(), terms.ladder.end(),
                   [](const LadderStep& left, const LadderStep& right) { return left.after_ms < right.after_ms; });
  terms.silent_after_ms = ParseSpanMillis(flow.watch().silent_after());
  terms.behind_after_ms = ParseSpanMillis(flow.watch().behind_after());
  terms.repeat_ms = ParseSpanMillis(flow.watch().repeat());
  if (terms.repeat_ms <= 0) terms.repeat_ms = kRepeatMs;
}

}  // namespace

std::vector<WatchTerms> WatchTermsOf(const contract::v1::SiteContract& contract) {
  std::vector<WatchTerms> all;
  const auto& flows = contract.flows();
  if (flows.has_production_order()) Add(contract, "production_order", flows.production_order(), all);
  if (flows.has_execution_confirmation()) Add(contract, "execution_confirmation", flows.execution_confirmation(), all);
  if (flows.has_material_consumption()) Add(contract, "material_consumption", flows.material_consumption(), all);
  if (flows.has_quality_downtime()) Add(contract, "quality_downtime", flows.quality_downtime(), all);
  return all;
}

Escalated Escalate(const ledger::FlowStanding& standing, const WatchTerms& terms,
                   const std::vector<ledger::Alarm>& open, int64_t now_ms) {
  Escalated out;
  for (const char* cause : {kSilent, kBehind, kParked}) {
    const auto alarm = std::find_if(open.begin(), open.end(), [&](const ledger::Alarm& one) {
      return one.site == terms.site && one.flow == terms.flow && one.cause == cause;
    });
    const auto trouble = TroubleOf(cause, standing, terms, now_ms);
    Telling telling(terms, cause, now_ms, out);
    if (alarm == open.end()) {
      if (trouble.stands) telling.Begin(trouble);
    } else if (trouble.stands) {
      telling.GoOn(*alarm, trouble);
    } else {
      telling.Leave(*alarm);
    }
  }
  return out;
}

}  // namespace isa95::adapter::ops
