// How the simulated ERP plans an order: what its planner may ask for next, and how that is asked. Pure.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "simulators/erp_sim/orders.h"

namespace isa95::erp_sim {

// What the ERP was told of a request. Empty outcome = nothing yet.
struct Answer {
  std::string outcome, reason;
};

struct Plan {
  flow::v1::OrderStateCode state = flow::v1::ORDER_STATE_CODE_UNSPECIFIED;  // unspecified = not released
  std::string quantity;
};

struct PlannedOrder {
  OrderSpec asked;  // the last request
  Plan before;      // what holds where that is rejected
};

// What the planner does.
struct Act {
  flow::v1::VerbCode verb = flow::v1::VERB_CODE_PROCESS;
  std::string order_id;
  std::string quantity = {};                                                // empty = as before
  flow::v1::OrderStateCode state = flow::v1::ORDER_STATE_CODE_UNSPECIFIED;  // of a change; unspecified = as before
};

Plan PlanOf(const PlannedOrder& order, const Answer& answer);

// The order with the request to send. `known`: null where there is no such order. `house`: seed, noun form and the
// ERP's name. InvalidArgument, NotFound, FailedPrecondition in words.
absl::StatusOr<PlannedOrder> Ask(const Act& act, const PlannedOrder* known, const Answer& answer,
                                 const OrderSpec& house);

}  // namespace isa95::erp_sim
