// Whether the adapter lives and whether it takes work, one truth for /healthz, /readyz, grpc.health.v1 and systemd.
// Threads: safe. Ownership: borrows the ledger through `ledger`.
#pragma once

#include <atomic>
#include <functional>

#include "absl/status/status.h"
#include "grpc/model/finding.h"

namespace isa95::adapter::ops {

class Health {
 public:
  // `ledger`: OK while it can commit; quick, without a query.
  explicit Health(std::function<absl::Status()> ledger) : ledger_(std::move(ledger)) {}

  void Ready() { ready_ = true; }  // self-test done, ledger open, ports listen
  void Drain() { draining_ = true; }
  bool draining() const { return draining_; }

  Findings NotAlive() const;  // empty = alive
  Findings NotReady() const;  // empty = takes work

 private:
  const std::function<absl::Status()> ledger_;
  std::atomic<bool> ready_{false}, draining_{false};
};

}  // namespace isa95::adapter::ops
