#include "simulators/erp_sim/order_plan.h"

#include "grpc/model/decimal.h"
#include "grpc/model/text.h"

namespace isa95::erp_sim {
namespace {

using namespace flow::v1;

bool Finished(OrderStateCode state) { return state == ORDER_STATE_CODE_COMPLETED || state == ORDER_STATE_CODE_CLOSED; }

absl::Status CheckForm(const Act& act) {
  if (act.order_id.empty()) return absl::InvalidArgumentError("the order id is empty");
  const auto quantity = ParseDecimal(act.quantity);
  if (!act.quantity.empty() && (!quantity || IsNegative(*quantity)))
    return absl::InvalidArgumentError("the quantity is not a decimal of zero or more");
  if (act.verb != VERB_CODE_CHANGE) return absl::OkStatus();
  const bool known_state = act.state == ORDER_STATE_CODE_UNSPECIFIED || act.state == ORDER_STATE_CODE_RELEASED ||
                           act.state == ORDER_STATE_CODE_HELD || Finished(act.state);
  if (!known_state) return absl::InvalidArgumentError("a change is to Released, Held, Completed or Closed");
  if (act.quantity.empty() && act.state == ORDER_STATE_CODE_UNSPECIFIED)
    return absl::InvalidArgumentError("a change needs a quantity or a state");
  return absl::OkStatus();
}

absl::Status CheckChange(const Act& act, OrderStateCode state) {
  if (!Finished(state)) return absl::OkStatus();
  const bool reopens = act.state == ORDER_STATE_CODE_RELEASED;
  const bool closes = act.state == ORDER_STATE_CODE_CLOSED && state == ORDER_STATE_CODE_COMPLETED;
  if (act.quantity.empty() && (reopens || closes)) return absl::OkStatus();
  return absl::FailedPreconditionError("the order is finished; reopen it first, by a change to Released alone");
}

absl::Status CheckState(const Act& act, OrderStateCode state) {
  if (act.verb == VERB_CODE_PROCESS) {
    if (state == ORDER_STATE_CODE_UNSPECIFIED || state == ORDER_STATE_CODE_CANCELLED) return absl::OkStatus();
    return absl::FailedPreconditionError("the order is released already; change it");
  }
  if (state == ORDER_STATE_CODE_UNSPECIFIED)
    return absl::FailedPreconditionError("the order's release was rejected; release it anew");
  if (state == ORDER_STATE_CODE_CANCELLED)
    return absl::FailedPreconditionError("the order is cancelled; release it anew");
  if (act.verb == VERB_CODE_CHANGE) return CheckChange(act, state);
  return Finished(state) ? absl::FailedPreconditionError("the order is finished") : absl::OkStatus();
}

OrderStateCode StateAfter(const Act& act, OrderStateCode state) {
  if (act.verb == VERB_CODE_PROCESS) return ORDER_STATE_CODE_RELEASED;
  if (act.verb == VERB_CODE_CANCEL) return ORDER_STATE_CODE_CANCELLED;
  return act.state == ORDER_STATE_CODE_UNSPECIFIED ? state : act.state;
}

// A cancel is of the last version. Dates and priority are those of the release, or a reopening would say something
// else.
OrderSpec RequestOf(const Act& act, const PlannedOrder* known, const Plan& plan, const OrderSpec& house) {
  OrderSpec spec = house;
  spec.id = act.order_id;
  spec.verb = act.verb;
  spec.state = StateAfter(act, plan.state);
  const uint32_t last = known == nullptr ? 0 : known->asked.version;
  spec.version = act.verb == VERB_CODE_CANCEL ? last : last + 1;
  const bool release = act.verb == VERB_CODE_PROCESS;
  spec.terms_version = release ? spec.version : known->asked.terms_version;
  spec.quantity = act.quantity.empty() && !release ? plan.quantity : act.quantity;
  spec.quantity = QuantityOf(spec);
  return spec;
}

}  // namespace

Plan PlanOf(const PlannedOrder& order, const Answer& answer) {
  return answer.outcome == "Rejected" ? order.before : Plan{order.asked.state, order.asked.quantity};
}

absl::StatusOr<PlannedOrder> Ask(const Act& act, const PlannedOrder* known, const Answer& answer,
                                 const OrderSpec& house) {
  if (auto form = CheckForm(act); !form.ok()) return form;
  if (known == nullptr && act.verb != VERB_CODE_PROCESS)
    return absl::NotFoundError(Cat("there is no order '", act.order_id, "'"));
  const Plan plan = known == nullptr ? Plan{} : PlanOf(*known, answer);
  if (auto state = CheckState(act, plan.state); !state.ok()) return state;
  return PlannedOrder{RequestOf(act, known, plan, house), plan};
}

}  // namespace isa95::erp_sim
