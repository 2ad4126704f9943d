#include "simulators/mes_sim/order_life.h"

#include <vector>

#include "grpc/model/text.h"

namespace isa95::mes_sim {
namespace {

using namespace flow::v1;
using namespace exchange::v1;

Ruling Reject(std::string code, std::string text) {
  return {ORDER_DECISION_REJECTED, std::move(code), std::move(text), std::nullopt};
}
Ruling Accept(MesOrder after) { return {ORDER_DECISION_ACCEPTED, "", "", std::move(after)}; }

// What must stay once an order runs: its steps and their components, not their quantities.
void DescribeSegments(const google::protobuf::RepeatedPtrField<SegmentRequirement>& segments, std::string& out) {
  for (const auto& segment : segments) {
    out += Cat("[", segment.id().value(), "|", segment.operations_segment_id().value());
    for (const auto& material : segment.material()) {
      for (const auto& id : material.material_definition_id()) out += Cat("|", id.value());
    }
    DescribeSegments(segment.child(), out);
    out += "]";
  }
}

void FindProduced(const google::protobuf::RepeatedPtrField<SegmentRequirement>& segments,
                  std::vector<const Quantity*>& produced) {
  for (const auto& segment : segments) {
    for (const auto& material : segment.material()) {
      if (material.material_use().code() != MATERIAL_USE_CODE_PRODUCED || material.quantity_size() != 1) continue;
      produced.push_back(&material.quantity(0));
    }
    FindProduced(segment.child(), produced);
  }
}

std::optional<ExactDecimal> QuantityOf(const ProductionOrder& order) {
  std::vector<const Quantity*> produced;
  FindProduced(order.segment(), produced);
  return produced.size() == 1 ? ParseDecimal(produced.front()->value().value()) : std::nullopt;
}

std::string RoutingOf(const ProductionOrder& order) {
  std::string routing;
  DescribeSegments(order.segment(), routing);
  return routing;
}

std::string TermsOf(const ProductionOrder& order) {
  return Cat(order.start_time().ShortDebugString(), "|", order.end_time().ShortDebugString(), "|",
             order.priority().value());
}

// An order is reopened by a change that changes nothing else.
bool SaysTheSame(const MesOrder& known, const ProductionOrder& order) {
  const auto quantity = QuantityOf(order);
  const bool same_quantity = !quantity || (known.quantity && Compare(*quantity, *known.quantity) == 0);
  return same_quantity && (order.segment_size() == 0 || RoutingOf(order) == known.routing) &&
         TermsOf(order) == known.terms;
}

bool Ended(const MesOrder& order) {
  return order.state == ORDER_STATE_CODE_COMPLETED || order.state == ORDER_STATE_CODE_CLOSED;
}

MesOrder FromRelease(const Envelope& request) {
  MesOrder order;
  order.version = request.key_version();
  order.quantity = QuantityOf(request.production_order());
  order.routing = RoutingOf(request.production_order());
  order.terms = TermsOf(request.production_order());
  return order;
}

Ruling RuleRelease(const MesOrder* known, const Envelope& request) {
  const bool untouched =
      known == nullptr || known->state == ORDER_STATE_CODE_CANCELLED || (!known->started && !Ended(*known));
  if (untouched) return Accept(FromRelease(request));
  if (Ended(*known)) return Reject("ORDER_CLOSED", "The order is finished; release another order.");
  return Reject("ORDER_ALREADY_STARTED", "The order runs; send a change instead of another release.");
}

Ruling RuleCancel(const MesOrder& known) {
  if (Ended(known)) return Reject("ORDER_CLOSED", "The order is finished.");
  const bool held_untouched = known.state == ORDER_STATE_CODE_HELD && known.made.units == 0;
  if (known.started && !held_untouched)
    return Reject("ORDER_ALREADY_STARTED", "The order has been started; finish it or close it.");
  MesOrder after = known;
  after.state = ORDER_STATE_CODE_CANCELLED;
  return Accept(std::move(after));
}

// The state a change asks for; the quantity, dates and routing were judged before.
void TakeState(OrderStateCode wanted, MesOrder& order) {
  const auto working = order.started ? ORDER_STATE_CODE_RUNNING : ORDER_STATE_CODE_RELEASED;
  switch (wanted) {
    case ORDER_STATE_CODE_HELD:
      order.held_by_erp = order.state != ORDER_STATE_CODE_HELD || order.held_by_erp;
      order.state = ORDER_STATE_CODE_HELD;
      break;
    case ORDER_STATE_CODE_COMPLETED:
    case ORDER_STATE_CODE_CLOSED:
      order.state = wanted;
      order.ended_by_erp = true;
      break;
    default:  // Released: goes on, unless a person on the shop floor holds it
      if (order.state == ORDER_STATE_CODE_HELD && !order.held_by_erp) break;
      order.state = working;
      order.held_by_erp = order.ended_by_erp = false;
  }
}

Ruling RuleChange(const MesOrder& known, const Envelope& request) {
  const auto& order = request.production_order();
  const auto wanted = order.state().code();
  const bool reopens = Ended(known) && known.ended_by_erp && SaysTheSame(known, order) &&
                       (wanted == ORDER_STATE_CODE_RELEASED || wanted == ORDER_STATE_CODE_CLOSED);
  if (Ended(known) && !reopens) return Reject("ORDER_CLOSED", "The order is finished; nothing can be changed.");
  MesOrder after = known;
  const auto routing = RoutingOf(order);
  if (order.segment_size() > 0 && routing != known.routing) {
    if (known.started) return Reject("ROUTING_IN_USE", "The order runs; its steps and components stay.");
    after.routing = routing;
  }
  if (const auto quantity = QuantityOf(order)) {
    if (Compare(*quantity, known.made) < 0)
      return Reject("QTY_BELOW_CONFIRMED", Cat("Already made: ", FormatDecimal(known.made), "."));
    after.quantity = quantity;
  }
  if (order.has_state()) TakeState(wanted, after);
  after.terms = TermsOf(order);
  after.version = request.key_version();
  return Accept(std::move(after));
}

}  // namespace

Ruling Rule(const MesOrder* known, const Envelope& request) {
  if (request.kind() == MESSAGE_KIND_ORDER_RELEASE) return RuleRelease(known, request);
  if (known == nullptr || known->state == ORDER_STATE_CODE_CANCELLED)
    return Reject("ORDER_UNKNOWN", "The MES does not have this order.");
  return request.kind() == MESSAGE_KIND_ORDER_CANCEL ? RuleCancel(*known) : RuleChange(*known, request);
}

std::string Start(MesOrder& order) {
  if (order.state != ORDER_STATE_CODE_RELEASED) return "only a released order can be started";
  order.state = ORDER_STATE_CODE_RUNNING;
  order.started = true;
  return {};
}

std::string Produce(MesOrder& order, std::string_view quantity) {
  const auto more = ParseDecimal(quantity);
  if (!more || IsNegative(*more)) return "the quantity is not a decimal of zero or more";
  if (order.state != ORDER_STATE_CODE_RUNNING) return "only a running order makes anything";
  order.made = Add(order.made, *more);
  return {};
}

std::string Hold(MesOrder& order) {
  if (Ended(order) || order.state == ORDER_STATE_CODE_CANCELLED) return "the order is finished";
  order.state = ORDER_STATE_CODE_HELD;
  return {};
}

std::string Resume(MesOrder& order) {
  if (order.state != ORDER_STATE_CODE_HELD) return "the order is not held";
  order.state = order.started ? ORDER_STATE_CODE_RUNNING : ORDER_STATE_CODE_RELEASED;
  order.held_by_erp = false;
  return {};
}

std::string Close(MesOrder& order) {
  if (!order.started || Ended(order)) return "only a started order can be finished";
  order.state = ORDER_STATE_CODE_COMPLETED;
  return {};
}

}  // namespace isa95::mes_sim
