// What the ledger counts, as Prometheus metrics: the same figures as `b2mml-adapter audit`, by site. Threads: safe; one
// caller counts while the others get what was counted before, so that a scrape never queues behind a scrape. Ownership:
// borrows the ledger, which should be a connection of its own, so that nobody waits for a count.
#pragma once

#include <prometheus/metric_family.h>

#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "adapter/ledger/report_ledger.h"

namespace isa95::adapter::ops {

class LedgerMetrics {
 public:
  using Clock = std::chrono::steady_clock;
  // Sites without an entry yet are shown with zeros.
  LedgerMetrics(ledger::Ledgers& ledger, std::vector<std::string> sites,
                std::function<Clock::time_point()> now = Clock::now);

  // Counted anew when the last count is a second old, and ten times as old as it took: counting takes at most a tenth
  // of one core. Where the ledger cannot be read: what was counted before.
  std::vector<prometheus::MetricFamily> Collect();

 private:
  void Count();

  ledger::Ledgers& ledger_;
  const std::vector<std::string> sites_;
  const std::function<Clock::time_point()> now_;
  std::mutex counting_;
  Clock::time_point next_{};  // of who counts
  std::mutex mutex_;
  std::vector<prometheus::MetricFamily> counted_;
};

}  // namespace isa95::adapter::ops
