// What the watch over the flows asks of the ledger, and what it keeps there: which alarms are open and who was told, so
// that a restart neither tells again nor forgets the end; and the notices that a channel still has to deliver. Units:
// milliseconds since 1970. Threads: safe. Errors: absl::Status. Ownership: part of Ledgers.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace isa95::ledger {

// Items that wait, or are parked: how many, and the one that has for longest.
struct Waiting {
  uint64_t count = 0;
  int64_t since_ms = 0;  // of the first; 0 = there is none
  std::string key;       // of the first: order or report id
  std::string order;     // the order it is of or about; may be empty
  std::string reason_code, reason;
};

// What stands in one flow of one site.
struct FlowStanding {
  int64_t heard_ms = 0;  // its last message; where none ever came: since when it is watched
  Waiting waiting, parked;
};

// An open alarm. Its key is (site, flow, cause).
struct Alarm {
  std::string site, flow, cause;
  int64_t since_ms = 0;  // of what it is about
  int64_t began_ms = 0;  // the owner was told
  int64_t told_ms = 0;   // somebody was told last
  int64_t gone_ms = 0;   // what it is about is gone since; 0 = it stands
  uint32_t level = 0;    // 0 = the owner was told, 1.. = so many steps of the ladder too
};

struct NewNotice {
  std::string site, flow, cause;
  bool over = false;  // the closing one
  int64_t at_ms = 0;
  std::string json;  // an object's members, without its id
  std::string text;
};

struct OwedNotice {
  uint64_t id = 0;  // never given twice
  NewNotice notice;
  uint32_t tries = 0;
};

// When each flow was last heard of, gone on with from call to call, so that only what is new is looked at.
struct Heard {
  int64_t last_document = 0, last_report = 0;              // ids
  std::map<std::string, int64_t> documents;                // of a site
  std::map<std::pair<std::string, int>, int64_t> reports;  // of a site and a kind
};

// One change: alarms as they are from now on, those that ended, and what is to be told.
struct AlarmChange {
  std::vector<Alarm> alarms, ended;
  std::vector<NewNotice> notices;
  bool empty() const { return alarms.empty() && ended.empty() && notices.empty(); }
};

class WatchLedger {
 public:
  virtual ~WatchLedger() = default;

  virtual absl::Status Hear(Heard& heard) = 0;
  // Orders without a decision, and answers the ERP has not taken.
  virtual absl::StatusOr<Waiting> OrdersWaiting(std::string_view site) = 0;
  // Reports of these kinds that the ERP has not decided, and those that are parked.
  virtual absl::StatusOr<Waiting> ReportsWaiting(std::string_view site, const std::vector<int>& kinds) = 0;
  virtual absl::StatusOr<Waiting> ReportsParked(std::string_view site, const std::vector<int>& kinds) = 0;

  // Since when the flow is watched: `now_ms` where it never was before, durably.
  virtual absl::StatusOr<int64_t> WatchedSince(std::string_view site, std::string_view flow, int64_t now_ms) = 0;
  virtual absl::StatusOr<std::vector<Alarm>> Alarms() = 0;
  // In one transaction. Each notice is owed by each channel; what was owed still of an alarm that ends is dropped.
  virtual absl::Status ChangeAlarms(const AlarmChange& change, const std::vector<std::string>& channels) = 0;

  // Oldest first.
  virtual absl::StatusOr<std::vector<OwedNotice>> NoticesDue(std::string_view channel, int64_t now_ms,
                                                             uint32_t max) = 0;
  virtual absl::StatusOr<uint64_t> NoticesOwed(std::string_view channel) = 0;
  // `next_ms`: it is tried again then; 0 = it was delivered.
  virtual absl::Status NoticeTried(uint64_t id, std::string_view channel, int64_t next_ms) = 0;
  // Other channels owe nothing any more.
  virtual absl::Status KeepChannels(const std::vector<std::string>& channels) = 0;
};

}  // namespace isa95::ledger
