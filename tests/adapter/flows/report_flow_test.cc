// Reports judged by their order's past: orders and steps, finals, quantities and components.
#include "tests/adapter/flows/report_story.h"

namespace isa95::flows {
namespace {

using namespace exchange::v1;
using namespace flow::v1;

TEST(ReportFlow, ReportOfAnOrderNobodyReleased_IsParked) {
  Story story;
  story.past.order.clear();
  EXPECT_EQ(story.Tell(Good("A", "1")), "ORDER_UNKNOWN");
  EXPECT_EQ(story.Tell(Used("B", "1")), "ORDER_UNKNOWN");
  EXPECT_EQ(story.At("A").who_acts, "production planning");
  EXPECT_EQ(story.At("B").who_acts, "warehouse");
  for (const auto state : {ITEM_STATE_REJECTED, ITEM_STATE_REFUSED, ITEM_STATE_QUEUED}) {
    story.past.order = {Item(MESSAGE_KIND_ORDER_RELEASE, Order(), state)};
    EXPECT_EQ(story.Tell(Good(Cat("C", static_cast<int>(state)), "1")), "ORDER_UNKNOWN");
  }
}

TEST(ReportFlow, ReportThatOvertakesTheMessAnswerToTheOrder_IsTaken) {
  Story story;
  story.past.order = {Item(MESSAGE_KIND_ORDER_RELEASE, Order(), ITEM_STATE_DELIVERED)};
  EXPECT_EQ(story.Tell(Good("A", "1")), "");
}

TEST(ReportFlow, CompletedOrderTakesPostings_ClosedAndCancelledDoNot) {
  Story story;
  auto& order = story.past.order;
  order.push_back(Item(MESSAGE_KIND_ORDER_CHANGE, InState(ORDER_STATE_CODE_COMPLETED)));
  EXPECT_EQ(story.Tell(Good("A", "1")), "");
  order.push_back(Item(MESSAGE_KIND_ORDER_CHANGE, InState(ORDER_STATE_CODE_CLOSED)));
  EXPECT_EQ(story.Tell(Good("B", "1")), "ORDER_CLOSED");
  order.push_back(Item(MESSAGE_KIND_ORDER_CHANGE, InState(ORDER_STATE_CODE_RELEASED)));
  EXPECT_EQ(story.Tell(Good("C", "1")), "");
  order.push_back(Item(MESSAGE_KIND_ORDER_CANCEL, InState(ORDER_STATE_CODE_CANCELLED), ITEM_STATE_DELIVERED));
  EXPECT_EQ(story.Tell(Good("D", "1")), "");  // the MES has not taken it yet, and may not
  order.back().state = ITEM_STATE_ACCEPTED;
  EXPECT_EQ(story.Tell(Good("E", "1")), "ORDER_CANCELLED");
  order.push_back(Item(MESSAGE_KIND_ORDER_RELEASE, Order()));
  EXPECT_EQ(story.Tell(Good("F", "1")), "");
}

TEST(ReportFlow, OrderIsClosedFromWhenTheErpSaysSo_WhateverTheMesAnswers) {
  Story story;
  story.past.order.push_back(Item(MESSAGE_KIND_ORDER_CHANGE, InState(ORDER_STATE_CODE_CLOSED), ITEM_STATE_QUEUED));
  EXPECT_EQ(story.Tell(Good("A", "1")), "ORDER_CLOSED");
}

TEST(ReportFlow, StepIsFoundByIdOrByOperation_NestedOnesToo) {
  const struct {
    const char *segment, *operation, *reason;
  } cases[] = {{"S2", "", ""},
               {"", "0020", ""},
               {"S2", "0020", ""},
               {"S2A", "", ""},
               {"", "0025", ""},
               {"S9", "", "SEGMENT_UNKNOWN"},
               {"", "0099", "SEGMENT_UNKNOWN"},
               {"S9", "0099", "SEGMENT_UNKNOWN"},
               {"S2", "0010", "SEGMENT_CONTRADICTS"},
               {"S9", "0020", "SEGMENT_CONTRADICTS"},
               {"S2", "0099", "SEGMENT_CONTRADICTS"}};
  Story story;
  for (const auto& [segment, operation, reason] : cases) {
    const auto id = Cat(segment, "/", operation);
    EXPECT_EQ(story.Tell(AtStep(Confirmation(id), segment, operation)), reason) << id;
  }
}

TEST(ReportFlow, OperationOfSeveralSteps_IsParked_UnlessTheIdTellsWhich) {
  Story story;
  auto& order = *story.past.order[0].envelope.mutable_production_order();
  order.mutable_segment(0)->mutable_operations_segment_id()->set_value("0020");
  EXPECT_EQ(story.Tell(AtStep(Confirmation("A"), "", "0020")), "SEGMENT_AMBIGUOUS");
  EXPECT_EQ(story.Tell(AtStep(Confirmation("B"), "S2", "0020")), "");
  order.mutable_segment(1)->clear_operations_segment_id();
  EXPECT_EQ(story.Tell(AtStep(Confirmation("C"), "S2", "0020")), "SEGMENT_CONTRADICTS");
  EXPECT_EQ(story.Tell(AtStep(Confirmation("D"), "S2", "0030")), "");  // the order numbers no operation there
}

TEST(ReportFlow, ProductOnSeveralLines_IsOrderedInTheirSum) {
  Story story;
  auto& fill = *story.past.order[0].envelope.mutable_production_order()->mutable_segment(1);
  AddLine(fill, "P2", MATERIAL_USE_CODE_PRODUCED, "BOTTLE", "100", "C62");
  AddLine(fill, "P3", MATERIAL_USE_CODE_PRODUCED, "CAN", "10", "C62");
  const auto of = [](const std::string& id, const std::string& material, const std::string& value) {
    auto report = Good(id, value);
    report.mutable_confirmation()->mutable_output(0)->mutable_material_definition_id()->set_value(material);
    return report;
  };
  EXPECT_EQ(story.Tell(Good("A", "1")), "MATERIAL_DIFFERS");  // which of the two nobody knows
  story.TellAll({of("B", "BOTTLE", "660"), of("C", "CAN", "11")});
  EXPECT_EQ(story.Tell(of("D", "BOTTLE", "1")), "OVER_DELIVERY");
  EXPECT_EQ(story.Tell(of("E", "CAN", "1")), "OVER_DELIVERY");
}

TEST(ReportFlow, StepsOfTheNewestAcceptedVersionCount) {
  Story story;
  auto changed = Order();
  changed.mutable_segment(1)->mutable_id()->set_value("S3");
  story.past.order.push_back(Item(MESSAGE_KIND_ORDER_CHANGE, changed, ITEM_STATE_DELIVERED));
  EXPECT_EQ(story.Tell(AtStep(Confirmation("A"), "S3", "")), "SEGMENT_UNKNOWN");
  story.past.order.back().state = ITEM_STATE_ACCEPTED;
  EXPECT_EQ(story.Tell(AtStep(Confirmation("B"), "S3", "")), "");
  story.past.order.push_back(Item(MESSAGE_KIND_ORDER_CHANGE, InState(ORDER_STATE_CODE_HELD)));  // no more than a state
  EXPECT_EQ(story.Tell(AtStep(Confirmation("C"), "S3", "")), "");
}

TEST(ReportFlow, SecondFinal_IsParked_UntilTheFirstIsReversed) {
  Story story;
  story.TellAll({Good("A", "10"), Final("F1", "490")});
  EXPECT_EQ(story.Tell(Final("F2", "1")), "SEGMENT_FINISHED");
  EXPECT_EQ(story.Tell(AtStep(Confirmation("B"), "", "0020")), "SEGMENT_FINISHED");  // the same step by another name
  story.TellAll({AtStep(Confirmation("C"), "S1", ""), Reversal("R", "F1"), Final("F3", "480")});
  EXPECT_EQ(story.Tell(Final("F4", "1")), "SEGMENT_FINISHED");
}

TEST(ReportFlow, ParkedFinal_EndsNothing) {
  Story story;
  story.Tell(Final("F1", "1000"));
  EXPECT_EQ(story.At("F1").reason_code, "OVER_DELIVERY");
  EXPECT_EQ(story.Tell(Good("A", "1")), "");
}

TEST(ReportFlow, AutoFinal_EndsTheStepWhereItsQuantityIsReached) {
  Story story;
  const auto automatic = [](const std::string& id, const std::string& value) {
    return Output(Confirmation(id, 0, CONFIRMATION_TYPE_CODE_AUTO_FINAL), OUTPUT_KIND_CODE_GOOD, value);
  };
  story.TellAll({automatic("A", "499"), automatic("B", "1")});
  EXPECT_EQ(story.Tell(automatic("C", "1")), "SEGMENT_FINISHED");
  EXPECT_EQ(story.Tell(Reversal("R", "A")), "");
  EXPECT_EQ(story.Tell(automatic("D", "1")), "");
}

TEST(ReportFlow, QuantityInAnotherUnitThanTheOrders_IsParked_NotConverted) {
  Story story;
  EXPECT_EQ(story.Tell(Output(Confirmation("A"), OUTPUT_KIND_CODE_GOOD, "1", "KGM")), "UNIT_DIFFERS");
  EXPECT_EQ(story.Tell(Output(Confirmation("B"), OUTPUT_KIND_CODE_SCRAP, "1", "H87")), "UNIT_DIFFERS");
  auto component = Output(Confirmation("C"), OUTPUT_KIND_CODE_SCRAP, "1", "KGM");
  component.mutable_confirmation()->mutable_output(0)->mutable_material_definition_id()->set_value("RM-100");
  EXPECT_EQ(story.Tell(component), "");
  EXPECT_EQ(story.Tell(AtStep(Output(Confirmation("D"), OUTPUT_KIND_CODE_GOOD, "1", "KGM"), "S1", "")), "");
}

TEST(ReportFlow, GoodOfAnotherMaterial_IsParked) {
  Story story;
  auto report = Good("A", "1");
  auto& output = *report.mutable_confirmation()->mutable_output(0);
  output.mutable_material_definition_id()->set_value("BOTTLE");
  EXPECT_EQ(story.Tell(report), "");
  report.mutable_confirmation()->mutable_id()->set_value("B");
  output.mutable_material_definition_id()->set_value("CAN");
  EXPECT_EQ(story.Tell(report), "MATERIAL_DIFFERS");
  report.mutable_confirmation()->mutable_id()->set_value("C");
  output.set_kind(OUTPUT_KIND_CODE_CO_PRODUCT);
  EXPECT_EQ(story.Tell(report), "");
}

TEST(ReportFlow, OverDelivery_StartsJustBeyondTheTolerance) {
  Story story;  // 500 ordered, 10 %
  story.TellAll({Good("A", "300"), Good("B", "249.999"), Good("C", "0.001")});
  EXPECT_EQ(story.Tell(Good("D", "0.0000000000000000000001")), "OVER_DELIVERY");
  EXPECT_EQ(story.Tell(Output(Confirmation("E"), OUTPUT_KIND_CODE_SCRAP, "1000")), "");
  EXPECT_EQ(story.Tell(AtStep(Good("F", "9999"), "S1", "")), "");  // not the step that delivers
  story.TellAll({Reversal("R", "A"), Good("G", "300")});
  auto& tolerance = *story.contract.mutable_flows()->mutable_execution_confirmation()->mutable_tolerance();
  tolerance.clear_over();
  EXPECT_EQ(story.Tell(Good("H", "1")), "OVER_DELIVERY");
  tolerance.set_over("unlimited");
  EXPECT_EQ(story.Tell(Good("I", "100000")), "");
}

TEST(ReportFlow, UnderDeliveryOfAFinal_IsOnlyFlagged) {
  Story story;
  story.contract.mutable_flows()->mutable_execution_confirmation()->mutable_tolerance()->set_under("2%");
  EXPECT_EQ(story.Tell(Final("A", "489.999")), "");
  EXPECT_TRUE(story.Flags("A", "UNDER_DELIVERY"));
  story.TellAll({Reversal("R", "A"), Good("B", "1")});
  EXPECT_FALSE(story.Flags("B", "UNDER_DELIVERY"));
  story.TellAll({Final("C", "489")});
  EXPECT_FALSE(story.Flags("C", "UNDER_DELIVERY"));
}

TEST(ReportFlow, NumbersBeyondADoublesReach_AndTenths_AreSummedExactly) {
  Story story;
  auto& quantity = *story.past.order[0].envelope.mutable_production_order()->mutable_segment(1)->mutable_material(0);
  quantity.mutable_quantity(0)->mutable_value()->set_value("9007199254740993");  // 2^53 + 1
  story.contract.mutable_flows()->mutable_execution_confirmation()->mutable_tolerance()->clear_over();
  story.TellAll({Good("A", "9007199254740992"), Good("B", "0.1"), Good("C", "0.2"), Good("D", "0.7")});
  EXPECT_EQ(story.Tell(Good("E", "0.0000000001")), "OVER_DELIVERY");
  story.Post();
  EXPECT_EQ(story.Total(), "9007199254740993.0");
}

Report Line(Report report, const std::string& requirement, const std::string& material, const std::string& unit,
            const std::string& replaces = "") {
  auto& line = *report.mutable_consumption()->mutable_consumed(0);
  line.mutable_material_requirement_id()->set_value(requirement);
  line.mutable_material_definition_id()->set_value(material);
  line.mutable_quantity()->mutable_unit()->set_value(unit);
  if (!replaces.empty()) line.mutable_substitutes_for()->set_value(replaces);
  return report;
}

TEST(ReportFlow, ComponentsAreHeldToThePlan) {
  const struct {
    const char *requirement, *material, *unit, *replaces, *reason, *flag;
  } cases[] = {{"C1", "RM-100", "KGM", "", "", ""},
               {"", "RM-100", "KGM", "", "", ""},
               {"C1", "RM-100", "GRM", "", "CONSUMPTION_UNIT_DIFFERS", ""},
               {"", "LID-1", "KGM", "", "CONSUMPTION_UNIT_DIFFERS", ""},
               {"C9", "RM-100", "KGM", "", "COMPONENT_UNPLANNED", "COMPONENT_UNPLANNED"},
               {"", "RM-999", "KGM", "", "COMPONENT_UNPLANNED", "COMPONENT_UNPLANNED"},
               {"C1", "LID-1", "C62", "", "COMPONENT_UNPLANNED", "COMPONENT_UNPLANNED"},
               {"", "RM-999", "KGM", "RM-100", "", "COMPONENT_SUBSTITUTED"},
               {"C1", "RM-999", "LTR", "RM-100", "", "COMPONENT_SUBSTITUTED"},
               {"C1", "RM-999", "KGM", "LID-1", "SUBSTITUTE_UNKNOWN", ""},
               {"", "RM-999", "KGM", "RM-998", "SUBSTITUTE_UNKNOWN", ""}};
  for (const bool unplanned : {false, true}) {
    Story story;
    story.contract.mutable_flows()->mutable_material_consumption()->set_unplanned(unplanned);
    for (const auto& [requirement, material, unit, replaces, reason, flag] : cases) {
      const std::string id = Cat(requirement, material, unit, replaces), expected = reason;
      const bool passes = unplanned && expected == "COMPONENT_UNPLANNED";
      EXPECT_EQ(story.Tell(Line(Used(id, "1"), requirement, material, unit, replaces)), passes ? "" : expected) << id;
      EXPECT_TRUE(*flag == '\0' || (!passes && !expected.empty()) || story.Flags(id, flag)) << id;
    }
  }
}

TEST(ReportFlow, ConsumptionOfAConfirmationNotYetHere_IsTaken) {
  Story story;
  auto report = Used("A", "1");
  report.mutable_consumption()->mutable_confirmation_id()->set_value("LATER");
  EXPECT_EQ(story.Tell(report), "");
}

TEST(ReportFlow, ReturnsAreBoundedByWhatWentIn_ByLot) {
  Story story;
  EXPECT_EQ(story.Tell(Returned("A", "1")), "RETURN_WITHOUT_ISSUE");
  story.TellAll({Used("B", "10.5", "L1"), Used("C", "2", "L2"), Returned("D", "4", "L1"), Returned("E", "6.5", "L1")});
  EXPECT_EQ(story.Tell(Returned("F", "0.1", "L1")), "RETURN_WITHOUT_ISSUE");
  EXPECT_EQ(story.Tell(Returned("G", "2.1", "L2")), "RETURN_WITHOUT_ISSUE");
  EXPECT_EQ(story.Tell(Reversal("R", "E")), "");
  EXPECT_EQ(story.Tell(Returned("H", "6.5", "L1")), "");
}

TEST(ReportFlow, ThousandPartialIssues_LeaveNoResidue) {
  Story story;
  for (int i = 0; i < 999; ++i) ASSERT_EQ(story.Tell(Used(Cat("A", i), "0.333333333333")), "");
  ASSERT_EQ(story.Tell(Used("REST", "0.333333333333")), "");
  EXPECT_EQ(story.Tell(Returned("B", "333.333333333000")), "");
  EXPECT_EQ(story.Tell(Returned("C", "0.000000000001")), "RETURN_WITHOUT_ISSUE");
  story.past.reports.resize(1000);
  story.Post();
  EXPECT_EQ(story.Total(), "333.333333333000");
}

}  // namespace
}  // namespace isa95::flows
