// Reversals, and what goes to the ERP: reports taken back and brought back, totals posted as what is new.
#include "tests/adapter/flows/report_story.h"

namespace isa95::flows {
namespace {

using namespace exchange::v1;
using namespace flow::v1;

TEST(ReportFlow, ReversalNamesOneReportOfItsOrder_Once) {
  Story story;
  story.TellAll({Good("A", "1")});
  EXPECT_EQ(story.Tell(Reversal("R0", "X")), "REVERSES_NOTHING");
  EXPECT_EQ(story.Tell(Reversal("R1", "A")), "");
  EXPECT_EQ(story.Tell(Reversal("R2", "A")), "ALREADY_REVERSED");
  auto stranger = Good("B", "1");
  story.TellAll({stranger});
  story.At("B").order_id = "4712";
  EXPECT_EQ(story.Tell(Reversal("R3", "B")), "REVERSES_OTHER_ORDER");
  EXPECT_EQ(story.Tell(Reversal("R4", "R4")), "REVERSES_NOTHING");
}

TEST(ReportFlow, ParkedReport_CanBeTakenBack_WhateverBecameOfItsOrder) {
  Story story;
  story.past.order.clear();
  EXPECT_EQ(story.Tell(Good("A", "1")), "ORDER_UNKNOWN");
  EXPECT_EQ(story.Tell(Reversal("R1", "A")), "");
  story.At("A").state = REPORT_STATE_REVERSED;
  EXPECT_EQ(story.Tell(Reversal("R2", "A")), "ALREADY_REVERSED");
}

TEST(ReportFlow, ReversalOfWhatWasPosted_NeedsAnOpenOrder) {
  Story story;
  story.TellAll({Good("A", "1")});
  story.Post();
  story.past.order.push_back(Item(MESSAGE_KIND_ORDER_CHANGE, InState(ORDER_STATE_CODE_CLOSED)));
  EXPECT_EQ(story.Tell(Reversal("R1", "A")), "ORDER_CLOSED");
  EXPECT_EQ(story.Tell(Reversal("R2", "R1")), "");  // the reversal itself is parked, so it can be taken back
}

TEST(ReportFlow, ReversalOfAReversal_GivesTheFirstReportAgain_UnderTheNewId) {
  Story story;
  story.TellAll({Good("A", "7"), Reversal("R1", "A"), Reversal("R2", "R1")});
  story.Post();
  ASSERT_EQ(story.postings.size(), 3u);
  EXPECT_EQ(story.postings[1].envelope.report_reversal().reverses_id().value(), "A");
  const auto& again = story.postings[2].envelope;
  EXPECT_EQ(again.kind(), MESSAGE_KIND_CONFIRMATION);
  EXPECT_EQ(again.key_id(), "R2");
  EXPECT_EQ(again.execution_confirmation().id().value(), "R2");
  EXPECT_EQ(again.execution_confirmation().output(0).quantity().value().value(), "7");
  EXPECT_EQ(story.postings[2].id, story.At("R2").id);
  EXPECT_EQ(story.Booked(), (std::map<std::string, std::string>{{"R2", "7"}}));
}

TEST(ReportFlow, LongChainOfReversals_IsToggled_AndTheErpHearsTheIdItKnows) {
  Story story;
  story.TellAll({Good("A", "7"), Reversal("R1", "A"), Reversal("R2", "R1"), Reversal("R3", "R2")});
  EXPECT_EQ(story.Tell(Reversal("X1", "A")), "ALREADY_REVERSED");
  EXPECT_EQ(story.Tell(Reversal("X2", "R2")), "ALREADY_REVERSED");
  story.TellAll({Reversal("R4", "R3")});
  EXPECT_EQ(story.Tell(Reversal("X3", "R1")), "ALREADY_REVERSED");
  story.Post();
  EXPECT_EQ(story.Booked(), (std::map<std::string, std::string>{{"R4", "7"}}));
  story.TellAll({Reversal("R5", "A")});  // its first reversal is undone, so it can be taken back once more
  EXPECT_EQ(story.Tell(Reversal("X4", "R4")), "ALREADY_REVERSED");
  story.Post();
  EXPECT_EQ(story.postings.back().envelope.report_reversal().reverses_id().value(), "R4");
  EXPECT_TRUE(story.Booked().empty());
  story.TellAll({Reversal("R6", "R5")});
  story.Post();
  EXPECT_EQ(story.Total(), "7");
}

TEST(ReportFlow, ReportBroughtBack_IsJudgedAsIfReportedNow) {
  Story story;
  story.TellAll({Final("F1", "300"), Reversal("R1", "F1"), Final("F2", "500")});
  EXPECT_EQ(story.Tell(Reversal("R2", "R1")), "SEGMENT_FINISHED");
  story.TellAll({Reversal("R3", "F2"), Reversal("R4", "R1")});
  EXPECT_EQ(story.Tell(Good("A", "1")), "SEGMENT_FINISHED");
}

TEST(ReportFlow, ReportParkedForItsContent_IsNotBroughtBackByTheDetour) {
  Story story;
  EXPECT_EQ(story.Tell(Good("A", "-1")), "NEGATIVE_QUANTITY");
  EXPECT_EQ(story.Tell(Reversal("R1", "A")), "");
  story.At("A").state = REPORT_STATE_REVERSED;
  story.At("R1").state = REPORT_STATE_POSTED;
  EXPECT_EQ(story.Tell(Reversal("R2", "R1")), "NEGATIVE_QUANTITY");
}

TEST(ReportFlow, ReversalOfAParkedReversal_LeavesTheFirstReportAsItStands) {
  Story story;
  story.TellAll({Good("A", "7"), Reversal("R1", "A")});
  story.At("A").state = REPORT_STATE_POSTED;
  story.At("R1").state = REPORT_STATE_PARKED;  // refused by the ERP
  story.TellAll({Reversal("R2", "R1")});
  EXPECT_EQ(PostingOf(story.At("R2"), story.past, story.contract).envelope.kind(), MESSAGE_KIND_REVERSAL);
  story.At("R1").state = REPORT_STATE_REVERSED;
  story.At("R2").state = REPORT_STATE_POSTED;
  story.TellAll({Reversal("R3", "A")});
  EXPECT_EQ(PostingOf(story.At("R3"), story.past, story.contract).envelope.report_reversal().reverses_id().value(),
            "A");
}

TEST(ReportFlow, LedgersOwnMark_CountsWhereTheReversalIsNotAtHand) {
  Story story;
  story.TellAll({Final("F1", "500")});
  story.Post();
  story.At("F1").reversed = true;
  EXPECT_EQ(story.Tell(Good("A", "500")), "");
}

TEST(ReportFlow, ReversalsThatNameEachOther_DoNotHang) {
  Story story;
  story.TellAll({Good("A", "1")});
  for (const auto& [id, target] : {std::pair("R1", "R2"), std::pair("R2", "R1")}) {
    ledger::StoredReport report;
    report.id = story.past.reports.size() + 1;
    report.order_id = "4711";
    report.state = REPORT_STATE_QUEUED;
    report.envelope = DecideReport(Reversal(id, target), story.contract, kNow).envelope;
    story.past.reports.push_back(report);
  }
  EXPECT_EQ(story.Tell(Good("B", "1")), "");
  story.Tell(Reversal("R3", "R1"));
  EXPECT_EQ(PostingOf(story.At("R1"), story.past, story.contract).envelope.kind(), MESSAGE_KIND_REVERSAL);
}

TEST(ReportFlow, CumulativeTotals_ArePostedAsWhatIsNew) {
  Story story(Contract("cumulative"));
  story.TellAll({Good("A", "10"), Good("B", "30"), Good("C", "60"), Good("D", "60"), Good("E", "60.10")});
  story.Post();
  const std::map<std::string, std::string> booked = {{"A", "10"}, {"B", "20"}, {"C", "30"}, {"D", "0"}, {"E", "0.10"}};
  EXPECT_EQ(story.Booked(), booked);
}

TEST(ReportFlow, DeltasArePostedUnchanged) {
  Story story;
  story.TellAll({Good("A", "10"), Good("B", "30.00")});
  story.Post();
  EXPECT_EQ(story.postings[1].envelope.SerializeAsString(), story.At("B").envelope.SerializeAsString());
}

TEST(ReportFlow, CumulativeTotals_AreKeptApartByKindLotAndStep) {
  Story story(Contract("cumulative"));
  auto first = Output(Output(Confirmation("A"), OUTPUT_KIND_CODE_GOOD, "10", "C62", "L1"), OUTPUT_KIND_CODE_SCRAP, "2");
  auto second = Output(Output(Confirmation("B"), OUTPUT_KIND_CODE_GOOD, "5", "C62", "L2"), OUTPUT_KIND_CODE_SCRAP, "3");
  auto third = Output(Confirmation("C"), OUTPUT_KIND_CODE_GOOD, "12", "C62", "L1");
  story.TellAll({first, second, third, AtStep(Good("D", "4"), "S1", "")});
  story.Post();
  const auto value = [&](int posting, int output) {
    return story.postings[posting].envelope.execution_confirmation().output(output).quantity().value().value();
  };
  EXPECT_EQ(value(1, 0), "5");
  EXPECT_EQ(value(1, 1), "1");
  EXPECT_EQ(value(2, 0), "2");
  EXPECT_EQ(value(3, 0), "4");
}

TEST(ReportFlow, CumulativeTotals_OnlyGrow) {
  Story story(Contract("cumulative"));
  story.TellAll({Good("A", "10"), Good("B", "30")});
  EXPECT_EQ(story.Tell(Good("C", "29.9")), "CUMULATIVE_DECREASES");
  story.TellAll({Reversal("R", "B"), Good("D", "29.9")});
  story.Post();
  EXPECT_EQ(story.Total(), "29.9");
}

TEST(ReportFlow, OverDeliveryOfTotals_IsOfTheTotalItself) {
  Story story(Contract("cumulative"));
  story.TellAll({Good("A", "300"), Good("B", "550")});
  EXPECT_EQ(story.Tell(Good("C", "550.1")), "OVER_DELIVERY");
}

TEST(ReportFlow, OnlyTheLastTotal_CanBeTakenBack) {
  Story story(Contract("cumulative"));
  story.TellAll({Good("A", "10"), Good("B", "30"), Good("C", "60")});
  EXPECT_EQ(story.Tell(Reversal("R1", "B")), "REVERSES_NOT_LAST");
  story.TellAll({Reversal("R2", "R1"), Reversal("R3", "C"), Reversal("R4", "B"), Good("D", "25")});
  story.At("R1").state = REPORT_STATE_REVERSED;
  story.At("R2").state = REPORT_STATE_POSTED;
  story.Post();
  EXPECT_EQ(story.Total(), "25");
}

TEST(ReportFlow, TotalBroughtBack_IsPostedAgainstWhatStandsThen) {
  Story story(Contract("cumulative"));
  story.TellAll({Good("A", "10"), Good("B", "30"), Reversal("R1", "B"), Good("C", "15"), Reversal("R2", "R1")});
  story.Post();
  EXPECT_EQ(story.postings.back().envelope.execution_confirmation().output(0).quantity().value().value(), "15");
  EXPECT_EQ(story.Total(), "30");
}

TEST(ReportFlow, CumulativeConsumption_IsPostedAsWhatIsNew_ByLot) {
  Story story(Contract("cumulative"));
  story.TellAll({Used("A", "1.5", "L1"), Used("B", "1", "L2"), Used("C", "4", "L1"), Returned("D", "4", "L1")});
  EXPECT_EQ(story.Tell(Returned("E", "4.5", "L1")), "RETURN_WITHOUT_ISSUE");
  EXPECT_EQ(story.Tell(Used("F", "3", "L1")), "CUMULATIVE_DECREASES");
  story.Post();
  const std::map<std::string, std::string> booked = {{"A", "1.5"}, {"B", "1"}, {"C", "2.5"}, {"D", "4"}};
  EXPECT_EQ(story.Booked(), booked);
}

}  // namespace
}  // namespace isa95::flows
