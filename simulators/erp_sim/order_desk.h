// The orders the simulated ERP has been made to plan, and its planner at work: one act after the other, each sent
// before it counts. Thread-safe. Ownership: borrows the ERP and the record.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"
#include "simulators/common/record.h"
#include "simulators/erp_sim/erp.h"
#include "simulators/erp_sim/order_plan.h"

namespace isa95::erp_sim {

class OrderDesk {
 public:
  // `house`: what every request has: seed, noun form, the ERP's name. `patience`: how long to try to send one.
  OrderDesk(Erp& erp, sim::Record& record, OrderSpec house, std::chrono::seconds patience)
      : erp_(erp), record_(record), house_(std::move(house)), patience_(patience) {}

  // The request that was sent. InvalidArgument, NotFound, FailedPrecondition in words; Unavailable: not sent in time,
  // or before `wanted` ended, and nothing has changed.
  absl::StatusOr<OrderSpec> Do(const Act& act, const KeepTrying& wanted);
  absl::Status Reset();
  // By order id, each with what was answered to its last request.
  std::map<std::string, std::pair<PlannedOrder, Answer>> All() const;

 private:
  Erp& erp_;
  sim::Record& record_;
  const OrderSpec house_;
  const std::chrono::seconds patience_;
  std::mutex acting_;         // held while sending
  mutable std::mutex mutex_;  // of orders_, changed while acting only
  std::map<std::string, PlannedOrder> orders_;
};

}  // namespace isa95::erp_sim
