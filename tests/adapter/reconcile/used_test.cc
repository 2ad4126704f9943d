// What an order used: per component and lot, held against what was to be expected and against what is posted.
#include "tests/adapter/reconcile/reconciling.h"

namespace isa95::adapter {
namespace {

using namespace exchange::v1;
using namespace flow::v1;
using flows::AtStep;
using flows::Confirmation;
using flows::Good;
using flows::Output;
using flows::Returned;
using flows::Reversal;
using flows::Story;
using flows::Used;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ConsumedQuantity& LineOf(Report& report) { return *report.mutable_consumption()->mutable_consumed(0); }
MaterialRequirement& PlannedLine(Story& story, int line) {
  auto& order = *story.past.order[0].envelope.mutable_production_order();
  return *order.mutable_segment(0)->mutable_material(line);
}

TEST(Reconciliation, LotsOfOneComponent_AreKeptApart_AndAddUp) {
  const auto order = Posted({Used("A", "30.5", "L1"), Used("B", "20", "L2"), Used("C", "0.25", "L1")});
  EXPECT_EQ(Used(ComponentIn(order, "RM-100")), "50.75 | 50.75");
  EXPECT_EQ(Used(ComponentIn(order, "RM-100", "L1")), "30.75 | 30.75");
  EXPECT_EQ(Used(ComponentIn(order, "RM-100", "L2")), "20 | 20");
  EXPECT_THAT(Differences(order), IsEmpty());
}

TEST(Reconciliation, UseOfAnotherLot_IsNamed_WhenTheSumIsTheSame) {
  Story story;
  story.TellAll({Used("A", "30", "L1")});
  story.Post();
  story.TellAll({Reversal("R", "A"), Used("B", "30", "L2")});
  EXPECT_THAT(Differences(Reconciled(story)),
              ElementsAre("use of RM-100 lot L1 for C1: reported 0, posted 30 KGM < reversal R of A: queued",
                          "use of RM-100 lot L2 for C1: reported 30, posted 0 KGM < consumption B: queued"));
}

TEST(Reconciliation, Returns_AreTakenOffWhatWasUsed) {
  const auto order = Posted({Used("A", "30"), Returned("B", "1.5"), Used("C", "2", "L2")});
  EXPECT_EQ(Used(ComponentIn(order, "RM-100", "L1")), "28.5 | 28.5");
  EXPECT_EQ(Used(ComponentIn(order, "RM-100")), "30.5 | 30.5");
  Story story;
  story.TellAll({Used("A", "30")});
  story.Post();
  story.TellAll({Returned("B", "1.5")});
  EXPECT_THAT(Differences(Reconciled(story)),
              ElementsAre("use of RM-100 lot L1 for C1: reported 28.5, posted 30 KGM < consumption B: queued"));
}

TEST(Reconciliation, ParkedUse_IsNamedWithReasonAndOwner) {
  Story story;
  ASSERT_EQ(story.Tell(Returned("A", "1")), "RETURN_WITHOUT_ISSUE");
  EXPECT_THAT(Differences(Reconciled(story)),
              ElementsAre(Cat("use of RM-100 lot L1 for C1: reported -1, posted 0 KGM < consumption A: parked, "
                              "RETURN_WITHOUT_ISSUE ",
                              story.At("A").reason_text, "; warehouse acts")));
}

TEST(Reconciliation, UnplannedAndSubstituteComponent_AreRowsOfTheirOwn) {
  Story story;
  story.contract.mutable_flows()->mutable_material_consumption()->set_unplanned(true);
  auto unplanned = Used("A", "3");
  LineOf(unplanned).clear_material_requirement_id();
  LineOf(unplanned).mutable_material_definition_id()->set_value("RM-999");
  auto substitute = Used("B", "4");
  LineOf(substitute).mutable_material_definition_id()->set_value("RM-101");
  LineOf(substitute).mutable_substitutes_for()->set_value("RM-100");
  story.TellAll({unplanned, substitute, Used("C", "5")});
  story.Post();
  const auto order = Reconciled(story);
  EXPECT_EQ(Used(ComponentIn(order, "RM-999")), "3 | 3");
  EXPECT_EQ(ComponentIn(order, "RM-999").requirement_id, "");
  EXPECT_EQ(FormatDecimal(ComponentIn(order, "RM-999").planned), "0");
  EXPECT_EQ(ComponentIn(order, "RM-999").against_expected, std::nullopt);
  EXPECT_EQ(Used(ComponentIn(order, "RM-101")), "4 | 4");
  EXPECT_EQ(ComponentIn(order, "RM-101").requirement_id, "C1");
  EXPECT_EQ(Used(ComponentIn(order, "RM-100")), "5 | 5");
  EXPECT_THAT(Differences(order), IsEmpty());
}

TEST(Reconciliation, UseThatNamesNoLine_IsOfTheOnlyOneOfItsMaterial) {
  auto report = Used("A", "3");
  LineOf(report).clear_material_requirement_id();
  const auto order = Posted({report, Used("B", "5")});
  EXPECT_EQ(Used(ComponentIn(order, "RM-100")), "8 | 8");
  EXPECT_EQ(ComponentIn(order, "RM-100").requirement_id, "C1");
}

TEST(Reconciliation, SeveralUnitsOfOneComponent_AreNeverAdded) {
  Story story;
  story.TellAll({Used("A", "3")});
  auto report = Used("B", "200");
  LineOf(report).mutable_quantity()->mutable_unit()->set_value("GRM");
  ASSERT_EQ(story.Tell(report), "CONSUMPTION_UNIT_DIFFERS");
  const auto order = Reconciled(story);
  EXPECT_EQ(Used(ComponentIn(order, "RM-100")), "3 | 0");
  EXPECT_EQ(Used(ComponentIn(order, "RM-100", "", "GRM")), "200 | 0");
  EXPECT_EQ(FormatDecimal(ComponentIn(order, "RM-100", "", "GRM").planned), "0");
}

TEST(Reconciliation, Expected_IsThePlanScaledByGoodAndScrapOfTheDeliveringSegment) {
  const auto order = Posted({Output(Good("A", "240"), OUTPUT_KIND_CODE_SCRAP, "10"),
                             Output(Confirmation("R"), OUTPUT_KIND_CODE_REWORK, "50"),
                             AtStep(Good("B", "400"), "S1", ""), Used("C", "50")});
  const auto& row = ComponentIn(order, "RM-100");
  EXPECT_EQ(FormatDecimal(row.planned), "100");
  EXPECT_EQ(FormatDecimal(row.expected), "50");
  EXPECT_EQ(row.against_expected, 0);
  EXPECT_EQ(FormatDecimal(ComponentIn(order, "LID-1", "", "C62").expected), "250");
  EXPECT_EQ(ComponentIn(order, "LID-1", "", "C62").against_expected, -1);
}

// A third of 100 kg has no end: what is shown is rounded, what is judged is not.
TEST(Reconciliation, ExpectedThird_IsJudgedAsAFraction) {
  const auto against = [](const std::string& used) {
    Story story;
    PlannedLine(story, 0).mutable_quantity(0)->mutable_value()->set_value("100");
    auto& made = *story.past.order[0].envelope.mutable_production_order()->mutable_segment(1)->mutable_material(0);
    made.mutable_quantity(0)->mutable_value()->set_value("3");
    story.TellAll({Good("A", "1"), Used("B", used)});
    story.Post();
    const auto order = Reconciled(story);
    return std::pair(FormatDecimal(ComponentIn(order, "RM-100").expected),
                     *ComponentIn(order, "RM-100").against_expected);
  };
  EXPECT_EQ(against("33.333"), std::pair(std::string("33.333333"), -1));
  EXPECT_EQ(against("33.334"), std::pair(std::string("33.333333"), 1));
  const std::string many(50, '3');
  EXPECT_EQ(against("33." + many).second, -1);
  EXPECT_EQ(against("33." + many.substr(1) + "4").second, 1);
}

TEST(Reconciliation, ExpectedThird_IsMet_WhereTheFractionsAreTheSame) {
  Story story;
  PlannedLine(story, 0).mutable_quantity(0)->mutable_value()->set_value("0.9");
  story.TellAll({Good("A", "166.6666666666666666666"), Used("B", "0.29999999999999999999988")});
  story.Post();
  const auto order = Reconciled(story);
  EXPECT_EQ(ComponentIn(order, "RM-100").against_expected, 0);
  EXPECT_EQ(FormatDecimal(ComponentIn(order, "RM-100").expected), "0.29999999999999999999988");
}

// Shown as 33.333, but it is 33.3330001.
TEST(Reconciliation, ExpectedThatOnlyLooksMet_IsJudgedExactly) {
  Story story;
  PlannedLine(story, 0).mutable_quantity(0)->mutable_value()->set_value("333330001");
  auto& made = *story.past.order[0].envelope.mutable_production_order()->mutable_segment(1)->mutable_material(0);
  made.mutable_quantity(0)->mutable_value()->set_value("10000000");
  story.TellAll({Good("A", "1"), Used("B", "33.333")});
  const auto order = Reconciled(story);
  EXPECT_EQ(FormatDecimal(ComponentIn(order, "RM-100").expected), "33.333");
  EXPECT_EQ(ComponentIn(order, "RM-100").against_expected, -1);
}

TEST(Reconciliation, BackflushedComponent_IsMarked_AndNotJudged) {
  Story story;
  story.contract.mutable_flows()->mutable_material_consumption()->add_backflush("LID-1");
  story.TellAll({Good("A", "500"), Used("B", "100")});
  story.Post();
  const auto order = Reconciled(story);
  const auto& lid = ComponentIn(order, "LID-1", "", "C62");
  EXPECT_TRUE(lid.backflushed);
  EXPECT_EQ(FormatDecimal(lid.expected), "500");
  EXPECT_EQ(lid.against_expected, std::nullopt);
  EXPECT_FALSE(ComponentIn(order, "RM-100").backflushed);
  EXPECT_EQ(ComponentIn(order, "RM-100").against_expected, 0);
}

TEST(Reconciliation, OneComponentOfTwoSegments_IsPlannedAsTheirSum) {
  Story story;
  auto& order = *story.past.order[0].envelope.mutable_production_order();
  flows::AddLine(*order.mutable_segment(1), "C1", MATERIAL_USE_CODE_CONSUMED, "RM-100", "0.5", "KGM");
  EXPECT_EQ(FormatDecimal(ComponentIn(Reconciled(story), "RM-100").planned), "100.5");
}

// As the flow of reports takes them: both are components.
TEST(Reconciliation, PartsOfAnAssembly_AndLinesOfNoStatedUse_ArePlanned) {
  Story story;
  auto& line = PlannedLine(story, 1);
  line.mutable_material_use()->clear_code();
  auto& part = *line.add_assembly_requirement() = PlannedLine(story, 0);
  part.mutable_id()->set_value("C2-1");
  part.mutable_material_definition_id(0)->set_value("SEAL");
  auto report = Used("A", "3");
  LineOf(report).mutable_material_requirement_id()->set_value("C2-1");
  LineOf(report).mutable_material_definition_id()->set_value("SEAL");
  story.TellAll({report});
  const auto order = Reconciled(story);
  EXPECT_EQ(FormatDecimal(ComponentIn(order, "SEAL").planned), "100");
  EXPECT_EQ(FormatDecimal(ComponentIn(order, "LID-1", "", "C62").planned), "500");
}

TEST(Reconciliation, QuantityThatIsNoNumber_IsADifference) {
  Story story;
  ASSERT_NE(story.Tell(Used("A", "1,5")), "");
  EXPECT_THAT(Differences(Reconciled(story)),
              ElementsAre(HasSubstr("quantity of RM-100 in A: '1,5' is no number < consumption A: parked")));
}

TEST(Reconciliation, ReportThatNamesNoStep_IsOfNone) {
  Story story;
  auto& plan = *story.past.order[0].envelope.mutable_production_order();
  plan.mutable_segment(0)->clear_operations_segment_id();
  plan.mutable_segment(1)->clear_id();
  ASSERT_NE(story.Tell(AtStep(Good("A", "3"), "", "")), "");
  EXPECT_THAT(
      Differences(Reconciled(story)),
      ElementsAre(HasSubstr("good of segment (none named): reported 3, posted 0 C62 < confirmation A: parked")));
}

}  // namespace
}  // namespace isa95::adapter
