// What the HTTP port shows to operators. Pure but for what it borrows. Threads: safe. Ownership: borrows all.
#pragma once

#include "adapter/ops/health.h"
#include "adapter/ops/ledger_metrics.h"
#include "adapter/ops/metrics.h"
#include "b2mml/http/server.h"

namespace isa95::adapter::ops {

class Pages {
 public:
  Pages(const Health& health, const Metrics& metrics, LedgerMetrics& ledger)
      : health_(health), metrics_(metrics), ledger_(ledger) {}

  http::Response Healthz() const;  // 200, or 503 with a finding: the process should be started anew
  http::Response Readyz() const;   // 200, or 503 with a finding: it takes no work now
  http::Response MetricsText() const;
  bool draining() const { return health_.draining(); }

 private:
  const Health& health_;
  const Metrics& metrics_;
  LedgerMetrics& ledger_;
};

}  // namespace isa95::adapter::ops
