// Walks the table of domain facts C.3: every state of an order by every request of the ERP.
#include "simulators/mes_sim/order_life.h"

#include <gtest/gtest.h>

#include <functional>

namespace isa95::mes_sim {
namespace {

using namespace flow::v1;
using exchange::v1::ORDER_DECISION_REJECTED;

Envelope Request(MessageKind kind, const std::string& version, const std::string& quantity = "500",
                 const std::string& component = "RM-100") {
  Envelope envelope;
  envelope.set_kind(kind);
  envelope.set_key_id("4711");
  envelope.set_key_version(version);
  auto& order = *envelope.mutable_production_order();
  order.mutable_state()->set_code(ORDER_STATE_CODE_RELEASED);
  auto& segment = *order.add_segment();
  segment.mutable_id()->set_value("0010");
  segment.add_material()->add_material_definition_id()->set_value(component);
  auto& produced = *segment.add_material();
  produced.mutable_material_use()->set_code(MATERIAL_USE_CODE_PRODUCED);
  produced.add_quantity()->mutable_value()->set_value(quantity);
  return envelope;
}

Envelope Change(const std::string& quantity = "500", const std::string& component = "RM-100") {
  return Request(MESSAGE_KIND_ORDER_CHANGE, "2", quantity, component);
}
Envelope ChangeTo(OrderStateCode state) {
  auto envelope = Change();
  envelope.mutable_production_order()->mutable_state()->set_code(state);
  return envelope;
}
Envelope NewPriority() {
  auto envelope = Change();
  envelope.mutable_production_order()->mutable_priority()->set_value("9");
  return envelope;
}
Envelope Cancel() { return Request(MESSAGE_KIND_ORDER_CANCEL, "1"); }

MesOrder Released() { return *Rule(nullptr, Request(MESSAGE_KIND_ORDER_RELEASE, "1")).after; }
MesOrder Running() {
  auto order = Released();
  EXPECT_EQ(Start(order), "");
  EXPECT_EQ(Produce(order, "200"), "");
  return order;
}
MesOrder HeldUntouched() {
  auto order = Released();
  EXPECT_EQ(Hold(order), "");
  return order;
}
MesOrder HeldAfterStart() {
  auto order = Running();
  EXPECT_EQ(Hold(order), "");
  return order;
}
MesOrder Completed() {
  auto order = Running();
  EXPECT_EQ(Close(order), "");
  return order;
}
MesOrder By(const MesOrder& before, const Envelope& request) { return *Rule(&before, request).after; }
MesOrder Closed() { return By(Running(), ChangeTo(ORDER_STATE_CODE_CLOSED)); }

struct Row {
  const char* state;
  std::function<MesOrder()> order;
  // "" = taken as it is
  const char *quantity_up, *quantity_down, *below_made, *priority, *routing, *cancel;
};

TEST(TableC3, EveryStateByEveryRequest) {
  const std::vector<Row> table = {
      {"released", Released, "", "", "", "", "", ""},
      {"running", Running, "", "", "QTY_BELOW_CONFIRMED", "", "ROUTING_IN_USE", "ORDER_ALREADY_STARTED"},
      {"held, untouched", HeldUntouched, "", "", "", "", "", ""},
      {"held after start", HeldAfterStart, "", "", "QTY_BELOW_CONFIRMED", "", "ROUTING_IN_USE",
       "ORDER_ALREADY_STARTED"},
      {"completed", Completed, "ORDER_CLOSED", "ORDER_CLOSED", "ORDER_CLOSED", "ORDER_CLOSED", "ORDER_CLOSED",
       "ORDER_CLOSED"},
      {"closed", Closed, "ORDER_CLOSED", "ORDER_CLOSED", "ORDER_CLOSED", "ORDER_CLOSED", "ORDER_CLOSED",
       "ORDER_CLOSED"},
  };
  for (const auto& row : table) {
    SCOPED_TRACE(row.state);
    const auto order = row.order();
    EXPECT_EQ(Rule(&order, Change("600")).code, row.quantity_up);
    EXPECT_EQ(Rule(&order, Change("300")).code, row.quantity_down);
    EXPECT_EQ(Rule(&order, Change("100")).code, row.below_made);
    EXPECT_EQ(Rule(&order, NewPriority()).code, row.priority);
    EXPECT_EQ(Rule(&order, Change("500", "RM-900")).code, row.routing);
    EXPECT_EQ(Rule(&order, Cancel()).code, row.cancel);
  }
}

TEST(TableC3, ClosedOrder_TakesNothingButReopening) {
  const auto closed = Closed();
  for (const auto state : {ORDER_STATE_CODE_HELD, ORDER_STATE_CODE_COMPLETED})
    EXPECT_EQ(Rule(&closed, ChangeTo(state)).code, "ORDER_CLOSED");
}

TEST(TableC3, UnknownOrCancelledOrder_HasNothingToChange) {
  EXPECT_EQ(Rule(nullptr, Change()).code, "ORDER_UNKNOWN");
  EXPECT_EQ(Rule(nullptr, Cancel()).code, "ORDER_UNKNOWN");
  const auto cancelled = By(Released(), Cancel());
  EXPECT_EQ(Rule(&cancelled, Change()).code, "ORDER_UNKNOWN");
  EXPECT_EQ(Rule(&cancelled, Request(MESSAGE_KIND_ORDER_RELEASE, "2")).code, "");
}

TEST(OrderLife, ErpHoldsAndResumes) {
  const auto held = By(Running(), ChangeTo(ORDER_STATE_CODE_HELD));
  EXPECT_EQ(held.state, ORDER_STATE_CODE_HELD);
  EXPECT_EQ(By(held, Change()).state, ORDER_STATE_CODE_RUNNING);
  EXPECT_EQ(By(By(Released(), ChangeTo(ORDER_STATE_CODE_HELD)), Change()).state, ORDER_STATE_CODE_RELEASED);
}

TEST(OrderLife, HoldOfAPerson_IsNotLiftedByAChangeThatRepeatsReleased) {
  const auto changed = By(HeldAfterStart(), Change("600"));
  EXPECT_EQ(changed.state, ORDER_STATE_CODE_HELD);
  EXPECT_EQ(FormatDecimal(*changed.quantity), "600");
  auto resumed = changed;
  EXPECT_EQ(Resume(resumed), "");
  EXPECT_EQ(resumed.state, ORDER_STATE_CODE_RUNNING);
}

TEST(OrderLife, TechnicallyCompleteClosedAndReopened_AreThreeThings) {
  const auto complete = By(Running(), ChangeTo(ORDER_STATE_CODE_COMPLETED));
  EXPECT_EQ(complete.state, ORDER_STATE_CODE_COMPLETED);
  EXPECT_EQ(Rule(&complete, ChangeTo(ORDER_STATE_CODE_HELD)).code, "ORDER_CLOSED");
  EXPECT_EQ(By(complete, ChangeTo(ORDER_STATE_CODE_CLOSED)).state, ORDER_STATE_CODE_CLOSED);
  const auto reopened = By(complete, Change());
  EXPECT_EQ(reopened.state, ORDER_STATE_CODE_RUNNING);
  EXPECT_EQ(FormatDecimal(reopened.made), "200");
}

TEST(OrderLife, OrderTheShopFloorFinished_IsNotReopenedByAChange) {
  const auto finished = Completed();
  EXPECT_EQ(Rule(&finished, Change()).decision, ORDER_DECISION_REJECTED);
}

TEST(OrderLife, StartedOrder_IsNotReleasedAnew) {
  const auto running = Running();
  EXPECT_EQ(Rule(&running, Request(MESSAGE_KIND_ORDER_RELEASE, "2")).code, "ORDER_ALREADY_STARTED");
  const auto released = Released();
  EXPECT_EQ(Rule(&released, Request(MESSAGE_KIND_ORDER_RELEASE, "2")).code, "");
}

TEST(OrderLife, ShopFloorMakesExactQuantities_OnlyWhileRunning) {
  auto order = Released();
  EXPECT_NE(Produce(order, "1"), "");
  Start(order);
  EXPECT_EQ(Produce(order, "0.1"), "");
  EXPECT_EQ(Produce(order, "0.20"), "");
  EXPECT_EQ(FormatDecimal(order.made), "0.30");
  EXPECT_NE(Produce(order, "1,5"), "");
  EXPECT_NE(Produce(order, "-1"), "");
}

}  // namespace
}  // namespace isa95::mes_sim
