// Cumulative reporting reconciled: each counter's last total counts, and what is posted of it is what the ERP was told.
#include "tests/adapter/reconcile/reconciling.h"

namespace isa95::adapter {
namespace {

using namespace exchange::v1;
using namespace flow::v1;
using flows::Confirmation;
using flows::Contract;
using flows::Good;
using flows::Output;
using flows::Reversal;
using flows::Story;
using testing::ElementsAre;
using testing::IsEmpty;

Story Totals() { return Story(Contract("cumulative")); }

Report Scrap(const std::string& id, const std::string& total, const std::string& reason) {
  auto report = Output(Confirmation(id), OUTPUT_KIND_CODE_SCRAP, total);
  report.mutable_confirmation()->mutable_output(0)->mutable_reason_code()->set_value(reason);
  return report;
}

TEST(Reconciliation, LastTotal_Counts_WhereTotalsAreReported) {
  auto story = Totals();
  story.TellAll({Good("A", "90"), Good("B", "150"), Good("C", "150")});
  story.Post();
  EXPECT_EQ(Made(SegmentIn(Reconciled(story), "S2")), "150/0/0 | 150/0/0");
  story.TellAll({Good("D", "480")});
  const auto order = Reconciled(story);
  EXPECT_EQ(FormatDecimal(order.open), "20");
  EXPECT_THAT(Differences(order),
              ElementsAre("good of segment S2: reported 480, posted 150 C62 < confirmation D: queued"));
}

TEST(Reconciliation, LastTotal_IsThatOfTheHighestNumber_WhateverCameLast) {
  auto story = Totals();
  story.TellAll({Good("A", "90", 1)});
  story.Tell(Good("C", "300", 3));
  story.TellAll({Good("B", "150", 2)});
  story.Release();
  story.Post();
  EXPECT_EQ(Made(SegmentIn(Reconciled(story), "S2")), "300/0/0 | 300/0/0");
}

TEST(Reconciliation, TotalTakenBack_LeavesTheOneBefore) {
  auto story = Totals();
  story.TellAll({Good("A", "90"), Good("B", "150")});
  story.Post();
  story.TellAll({Reversal("R", "B")});
  EXPECT_EQ(Made(SegmentIn(Reconciled(story), "S2")), "90/0/0 | 150/0/0");
  story.Post();
  EXPECT_EQ(Made(SegmentIn(Reconciled(story), "S2")), "90/0/0 | 90/0/0");
  EXPECT_THAT(Differences(Reconciled(story)), IsEmpty());
}

TEST(Reconciliation, TotalBroughtBack_CountsFromThen) {
  auto story = Totals();
  story.TellAll({Good("A", "10"), Good("B", "30"), Reversal("R1", "B"), Good("C", "15"), Reversal("R2", "R1")});
  story.Post();
  ASSERT_EQ(story.Total(), "30");
  EXPECT_EQ(Made(SegmentIn(Reconciled(story), "S2")), "30/0/0 | 30/0/0");
}

TEST(Reconciliation, ScrapOfEachReason_IsACounterOfItsOwn) {
  auto story = Totals();
  story.TellAll({Scrap("A", "3", "SC-LEAK"), Scrap("B", "2", "SC-DENT"), Scrap("C", "4", "SC-LEAK")});
  story.Post();
  ASSERT_EQ(story.Total(), "6");
  EXPECT_EQ(Made(SegmentIn(Reconciled(story), "S2")), "0/6/0 | 0/6/0");
}

TEST(Reconciliation, TotalsOfUse_CountByLotAndDirection) {
  auto story = Totals();
  story.TellAll({flows::Used("A", "1.5", "L1"), flows::Used("B", "1", "L2"), flows::Used("C", "4", "L1")});
  story.TellAll({flows::Returned("D", "0.5", "L1"), flows::Returned("E", "0.75", "L1")});
  story.Post();
  const auto order = Reconciled(story);
  EXPECT_EQ(Used(ComponentIn(order, "RM-100", "L1")), "3.25 | 3.25");
  EXPECT_EQ(Used(ComponentIn(order, "RM-100", "L2")), "1 | 1");
  EXPECT_THAT(Differences(order), IsEmpty());
}

TEST(Reconciliation, TotalsOfUse_AreOfOneStep_HoweverItIsNamed) {
  auto story = Totals();
  auto& plan = *story.past.order[0].envelope.mutable_production_order();
  flows::AddLine(*plan.mutable_segment(1), "C1", MATERIAL_USE_CODE_CONSUMED, "RM-100", "1", "KGM");
  auto by_id = flows::Used("B", "7"), of_other = flows::Used("C", "3");
  by_id.mutable_consumption()->clear_operations_segment_id();
  by_id.mutable_consumption()->mutable_segment_requirement_id()->set_value("S1");
  of_other.mutable_consumption()->mutable_operations_segment_id()->set_value("0020");
  story.TellAll({flows::Used("A", "5"), by_id, of_other});
  story.Post();
  ASSERT_EQ(story.Total(), "10");
  EXPECT_EQ(Used(ComponentIn(Reconciled(story), "RM-100")), "10 | 10");
}

TEST(Reconciliation, TwoLinesOfOneTotal_AreAdded) {
  auto story = Totals();
  story.TellAll(
      {Output(Good("A", "10"), OUTPUT_KIND_CODE_GOOD, "5"), Output(Good("B", "10"), OUTPUT_KIND_CODE_GOOD, "8")});
  story.Post();
  EXPECT_EQ(Made(SegmentIn(Reconciled(story), "S2")), "18/0/0 | 18/0/0");
}

// The ERP has of the second total only what it is more than the first.
TEST(Reconciliation, PendingTotal_IsNotPostedByTheNextOne) {
  auto story = Totals();
  story.TellAll({Good("A", "10"), Good("B", "30")});
  story.Post();
  story.At("A").state = REPORT_STATE_PENDING;
  EXPECT_THAT(Differences(Reconciled(story)),
              ElementsAre("good of segment S2: reported 30, posted 20 C62 < confirmation A: pending"));
  story.At("A").state = REPORT_STATE_POSTED;
  story.TellAll({Reversal("R", "B"), Good("C", "15")});
  story.Post();
  story.At("R").state = REPORT_STATE_PENDING;
  EXPECT_THAT(Differences(Reconciled(story)),
              ElementsAre("good of segment S2: reported 15, posted 35 C62 < reversal R of B: pending"));
}

// The reversal of B was refused, as C holds it; taking that back leaves B where it was.
TEST(Reconciliation, TotalWhoseReversalHadNoEffect_KeepsItsPlace) {
  auto story = Totals();
  story.TellAll({Good("A", "10"), Good("B", "20"), Good("C", "30")});
  story.Post();
  ASSERT_EQ(story.Tell(Reversal("R", "B")), "REVERSES_NOT_LAST");
  story.TellAll({Reversal("RR", "R")});
  story.At("R").state = REPORT_STATE_REVERSED;
  story.At("RR").state = REPORT_STATE_POSTED;
  EXPECT_EQ(Made(SegmentIn(Reconciled(story), "S2")), "30/0/0 | 30/0/0");
  EXPECT_THAT(Differences(Reconciled(story)), IsEmpty());
}

// Told while the one before was to be taken back, which it was not in the end: the ERP has what it had.
TEST(Reconciliation, TotalBelowTheOneBefore_IsNamed_AsItPostsNothing) {
  auto story = Totals();
  story.TellAll({Good("A", "10")});
  story.Post();
  story.TellAll({Reversal("R", "A"), Good("B", "5"), Reversal("RR", "R")});
  story.At("R").state = REPORT_STATE_REVERSED;
  story.At("RR").state = REPORT_STATE_POSTED;
  story.Post();
  ASSERT_EQ(story.Total(), "10");
  EXPECT_THAT(Differences(Reconciled(story)),
              ElementsAre("good of segment S2: reported 5, posted 10 C62 < confirmation B: posted"));
}

}  // namespace
}  // namespace isa95::adapter
