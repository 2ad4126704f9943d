// What the simulated ERP's planner may ask for, state by state, and how that is asked.
#include "simulators/erp_sim/order_plan.h"

#include <gtest/gtest.h>

#include <optional>

namespace isa95::erp_sim {
namespace {

using namespace flow::v1;
using absl::StatusCode;

const Act kRelease{VERB_CODE_PROCESS, "4711", "500"};
const Act kCancel{VERB_CODE_CANCEL, "4711"};

Act ChangeTo(OrderStateCode state, const std::string& quantity = {}) {
  return {VERB_CODE_CHANGE, "4711", quantity, state};
}
Act NewQuantity(const std::string& quantity) { return ChangeTo(ORDER_STATE_CODE_UNSPECIFIED, quantity); }

// One order and its planner; what was asked is answered as a test likes.
class Desk {
 public:
  StatusCode Do(const Act& act, const std::string& outcome = "Accepted") {
    auto next = Ask(act, order_ ? &*order_ : nullptr, answer_, {});
    if (!next.ok()) return next.status().code();
    order_ = *std::move(next);
    answer_ = {outcome, ""};
    return StatusCode::kOk;
  }
  const OrderSpec& asked() const { return order_->asked; }
  Plan plan() const { return PlanOf(*order_, answer_); }

 private:
  std::optional<PlannedOrder> order_;
  Answer answer_;
};

Desk In(OrderStateCode state) {
  Desk desk;
  EXPECT_EQ(desk.Do(kRelease), StatusCode::kOk);
  if (state == ORDER_STATE_CODE_CANCELLED) {
    EXPECT_EQ(desk.Do(kCancel), StatusCode::kOk);
  } else if (state != ORDER_STATE_CODE_RELEASED) {
    EXPECT_EQ(desk.Do(ChangeTo(state)), StatusCode::kOk);
  }
  return desk;
}

TEST(OrderPlan, EachState_AllowsWhatItAllows) {
  constexpr auto kYes = StatusCode::kOk, kNo = StatusCode::kFailedPrecondition;
  const struct {
    OrderStateCode state;
    StatusCode release, quantity, hold, resume, complete, close, cancel;
  } table[] = {
      {ORDER_STATE_CODE_RELEASED, kNo, kYes, kYes, kYes, kYes, kYes, kYes},
      {ORDER_STATE_CODE_HELD, kNo, kYes, kYes, kYes, kYes, kYes, kYes},
      {ORDER_STATE_CODE_COMPLETED, kNo, kNo, kNo, kYes, kNo, kYes, kNo},
      {ORDER_STATE_CODE_CLOSED, kNo, kNo, kNo, kYes, kNo, kNo, kNo},
      {ORDER_STATE_CODE_CANCELLED, kYes, kNo, kNo, kNo, kNo, kNo, kNo},
  };
  for (const auto& row : table) {
    SCOPED_TRACE(OrderStateCode_Name(row.state));
    EXPECT_EQ(In(row.state).Do(kRelease), row.release);
    EXPECT_EQ(In(row.state).Do(NewQuantity("7")), row.quantity);
    EXPECT_EQ(In(row.state).Do(ChangeTo(ORDER_STATE_CODE_HELD)), row.hold);
    EXPECT_EQ(In(row.state).Do(ChangeTo(ORDER_STATE_CODE_RELEASED)), row.resume);
    EXPECT_EQ(In(row.state).Do(ChangeTo(ORDER_STATE_CODE_COMPLETED)), row.complete);
    EXPECT_EQ(In(row.state).Do(ChangeTo(ORDER_STATE_CODE_CLOSED)), row.close);
    EXPECT_EQ(In(row.state).Do(kCancel), row.cancel);
  }
}

TEST(OrderPlan, UnknownOrder_IsReleasedOnly) {
  Desk desk;
  EXPECT_EQ(desk.Do(NewQuantity("7")), StatusCode::kNotFound);
  EXPECT_EQ(desk.Do(kCancel), StatusCode::kNotFound);
  EXPECT_EQ(desk.Do(kRelease), StatusCode::kOk);
}

TEST(OrderPlan, WhatIsNoRequest_IsSaidToBeNone) {
  Desk desk = In(ORDER_STATE_CODE_RELEASED);
  for (const Act& act :
       {NewQuantity("1,5"), NewQuantity("-1"), NewQuantity(""), ChangeTo(ORDER_STATE_CODE_RUNNING),
        ChangeTo(ORDER_STATE_CODE_CANCELLED), Act{VERB_CODE_PROCESS, "", "5"}, Act{VERB_CODE_PROCESS, "4712", "x"}}) {
    EXPECT_EQ(desk.Do(act), StatusCode::kInvalidArgument) << act.order_id << act.quantity << act.state;
  }
}

TEST(OrderPlan, VersionsCountUp_AndACancelIsOfTheLast) {
  Desk desk = In(ORDER_STATE_CODE_HELD);
  EXPECT_EQ(desk.asked().version, 2u);
  EXPECT_EQ(desk.Do(kCancel), StatusCode::kOk);
  EXPECT_EQ(desk.asked().version, 2u);
  EXPECT_EQ(desk.Do(kRelease), StatusCode::kOk);
  EXPECT_EQ(desk.asked().version, 3u);
}

TEST(OrderPlan, RejectedRequest_LeavesThePlanAsItWas_AndItsVersionIsUsedUp) {
  Desk desk = In(ORDER_STATE_CODE_RELEASED);
  EXPECT_EQ(desk.Do(NewQuantity("7"), "Rejected"), StatusCode::kOk);
  EXPECT_EQ(desk.plan().quantity, "500");
  EXPECT_EQ(desk.Do(ChangeTo(ORDER_STATE_CODE_HELD)), StatusCode::kOk);
  EXPECT_EQ(desk.asked().version, 3u);
  EXPECT_EQ(desk.asked().quantity, "500");
  EXPECT_EQ(desk.Do(kCancel, "Rejected"), StatusCode::kOk);
  EXPECT_EQ(desk.plan().state, ORDER_STATE_CODE_HELD);
}

TEST(OrderPlan, RejectedRelease_IsReleasedAnew) {
  Desk desk;
  EXPECT_EQ(desk.Do(kRelease, "Rejected"), StatusCode::kOk);
  EXPECT_EQ(desk.plan().state, ORDER_STATE_CODE_UNSPECIFIED);
  EXPECT_EQ(desk.Do(kCancel), StatusCode::kFailedPrecondition);
  EXPECT_EQ(desk.Do(kRelease), StatusCode::kOk);
  EXPECT_EQ(desk.asked().version, 2u);
}

// Else a reopening would be more than that, and a MES reject it.
TEST(OrderPlan, ChangeOfStateAlone_KeepsQuantityDatesAndPriority) {
  for (const char* quantity : {"", "612.5"}) {
    Desk desk;
    ASSERT_EQ(desk.Do({VERB_CODE_PROCESS, "4711", quantity}), StatusCode::kOk);
    auto released = MakeRequest(desk.asked()).schedule(0).order(0);
    ASSERT_EQ(desk.Do(ChangeTo(ORDER_STATE_CODE_CLOSED)), StatusCode::kOk);
    ASSERT_EQ(desk.Do(ChangeTo(ORDER_STATE_CODE_RELEASED)), StatusCode::kOk);
    const auto reopened = MakeRequest(desk.asked()).schedule(0).order(0);
    EXPECT_EQ(reopened.version().value(), "3");
    released.mutable_version()->set_value("3");
    EXPECT_EQ(released.SerializeAsString(), reopened.SerializeAsString());
  }
}

TEST(OrderPlan, QuantityIsThatOfTheProduct_AndOfEachComponentInProportion) {
  Desk desk;
  ASSERT_EQ(desk.Do({VERB_CODE_PROCESS, "4711", "612.5"}), StatusCode::kOk);
  const auto order = MakeRequest(desk.asked()).schedule(0).order(0);
  EXPECT_EQ(order.segment(0).material(0).quantity(0).value().value(), "122.50");
  EXPECT_EQ(order.segment(1).material(0).quantity(0).value().value(), "612.5");
  EXPECT_EQ(order.segment(2).material(0).quantity(0).value().value(), "612.5");
}

}  // namespace
}  // namespace isa95::erp_sim
