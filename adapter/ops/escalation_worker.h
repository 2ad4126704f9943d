// The watch over all flows of all sites: each second it looks what stands, judges it by the contracts of this moment
// (escalation.h), writes down who is told before anybody is, and then tells the log and the channels. Threads: one of
// its own. Ownership: borrows everything. `ledger_failed` is called once when the ledger can promise nothing any more;
// other errors are in the log, and the next look tries again.
#pragma once

#include <spdlog/logger.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "adapter/contracts.h"
#include "adapter/ledger/report_ledger.h"
#include "adapter/ops/escalation.h"
#include "adapter/ops/metrics.h"
#include "adapter/ops/notice.h"

namespace isa95::adapter::ops {

class EscalationWorker {
 public:
  struct Ties {
    ledger::WatchLedger& ledger;
    ledger::WatchLedger& looked_at;  // the same ledger, best on a connection of its own: looking holds up nobody
    const Contracts& contracts;
    Metrics& metrics;
    std::shared_ptr<spdlog::logger> log;  // takes JSON members
    Places places;
    std::vector<std::string> channels;  // names; each owes each notice
    std::function<void()> told;         // notices are owed anew
    std::function<void()> ledger_failed;
  };

  explicit EscalationWorker(Ties ties);
  ~EscalationWorker();
  EscalationWorker(const EscalationWorker&) = delete;
  EscalationWorker& operator=(const EscalationWorker&) = delete;

 private:
  void Run();
  absl::Status Look(int64_t now_ms);
  absl::StatusOr<ledger::FlowStanding> StandingOf(const WatchTerms& terms, const std::vector<int>& kinds,
                                                  int64_t now_ms);
  absl::StatusOr<int64_t> WatchedSince(const WatchTerms& terms, int64_t now_ms);
  absl::Status Tell(const Escalated& escalated);
  void TellLog(const ledger::NewNotice& notice) const;
  void Show(const std::vector<WatchTerms>& all, const std::vector<ledger::Alarm>& open);

  const Ties ties_;
  ledger::Heard heard_;
  std::map<std::pair<std::string, std::string>, int64_t> watched_;  // (site, flow) -> since
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace isa95::adapter::ops
