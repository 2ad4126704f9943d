// Numbered reports: the outcome does not depend on the order in which they come.
#include <numeric>
#include <set>

#include "tests/adapter/flows/report_story.h"

namespace isa95::flows {
namespace {

using namespace exchange::v1;
using namespace flow::v1;

TEST(ReportSequence, ReportThatOvertakes_IsHeldForTheWindow) {
  Story story;
  EXPECT_EQ(story.Tell(Good("B", "1", 2)), "WAITS_FOR_EARLIER");
  EXPECT_EQ(story.At("B").state, REPORT_STATE_HELD);
  EXPECT_EQ(story.At("B").hold_until_ms, kNow + 60'000);
  EXPECT_FALSE(IsReady(story.At("B"), story.past));
  story.contract.mutable_flows()->mutable_execution_confirmation()->set_hold_within("5m");
  EXPECT_EQ(story.Tell(Good("C", "1", 3)), "WAITS_FOR_EARLIER");
  EXPECT_EQ(story.At("C").hold_until_ms, kNow + 300'000);
  EXPECT_EQ(story.Tell(Good("A", "1", 1)), "");
  EXPECT_TRUE(IsReady(story.At("B"), story.past));
  EXPECT_FALSE(IsReady(story.At("C"), story.past));  // not before B is judged
  story.Release();
  for (const auto* id : {"B", "C"}) {
    EXPECT_EQ(story.At(id).state, REPORT_STATE_QUEUED);
    EXPECT_EQ(story.At(id).reason_code, "");
    EXPECT_FALSE(story.Flags(id, "SEQUENCE_GAP"));
  }
}

TEST(ReportSequence, UnnumberedReport_IsNeverHeld) {
  Story story;
  story.Tell(Good("B", "1", 2));
  EXPECT_EQ(story.Tell(Good("A", "1")), "");
}

TEST(ReportSequence, HugeNumber_IsHeldWithoutCountingUpToIt) {
  Story story;
  EXPECT_EQ(story.Tell(Good("A", "1", std::numeric_limits<uint64_t>::max())), "WAITS_FOR_EARLIER");
}

TEST(ReportSequence, WhenTheWindowIsOver_TheGapIsOnlyFlagged) {
  Story story;
  story.TellAll({Good("A", "1", 1)});
  story.Tell(Good("C", "1", 3));
  story.Release(true);
  EXPECT_EQ(story.At("C").state, REPORT_STATE_QUEUED);
  EXPECT_TRUE(story.Flags("C", "SEQUENCE_GAP"));
  EXPECT_EQ(story.Tell(Good("D", "1", 4)), "WAITS_FOR_EARLIER");  // the gap is still there
  EXPECT_EQ(story.Tell(Good("B", "1", 2)), "");                   // late, but a fact
}

TEST(ReportSequence, HeldReport_IsJudgedWhenItIsReleased) {
  Story story;
  EXPECT_EQ(story.Tell(Good("B", "300", 2)), "WAITS_FOR_EARLIER");
  EXPECT_EQ(story.Tell(Good("A", "300", 1)), "");
  story.Release();
  EXPECT_EQ(story.At("B").state, REPORT_STATE_PARKED);
  EXPECT_EQ(story.At("B").reason_code, "OVER_DELIVERY");
  EXPECT_EQ(story.At("B").who_acts, "production planning");
}

TEST(ReportSequence, ParkedReport_IsNoGap) {
  Story story;
  EXPECT_EQ(story.Tell(Good("A", "-1", 1)), "NEGATIVE_QUANTITY");
  EXPECT_EQ(story.Tell(Good("B", "1", 2)), "");
}

TEST(ReportSequence, NumberUsedTwice_ParksTheSecond_NotTheFirst) {
  Story story;
  EXPECT_EQ(story.Tell(Good("B", "1", 2)), "WAITS_FOR_EARLIER");
  EXPECT_EQ(story.Tell(Good("X", "1", 2)), "SEQUENCE_TWICE");
  EXPECT_EQ(story.Tell(Good("A", "1", 1)), "");
  story.Release();
  EXPECT_EQ(story.At("B").state, REPORT_STATE_QUEUED);
  EXPECT_EQ(story.Tell(Good("Y", "1", 2)), "SEQUENCE_TWICE");
}

TEST(ReportSequence, FinalBeforeAPartialOfALowerNumber_IsNoSecondEnd) {
  Story story;
  story.TellAll({Good("A", "1", 1)});
  story.Tell(Final("C", "499", 3));
  story.Release(true);
  EXPECT_EQ(story.Tell(Good("B", "1", 2)), "");
  EXPECT_EQ(story.Tell(Good("D", "1", 4)), "SEGMENT_FINISHED");
}

TEST(ReportSequence, FinalThatComesAfterOthersOfAHigherNumber_IsFlagged) {
  Story story;
  story.Tell(Good("B", "1", 2));
  story.Release(true);
  EXPECT_EQ(story.Tell(Final("A", "499", 1)), "");
  EXPECT_TRUE(story.Flags("A", "FINAL_NOT_LAST"));
}

TEST(ReportSequence, LateTotal_IsContainedInTheOneThatWentBefore) {
  Story story(Contract("cumulative"));
  story.TellAll({Good("A", "10", 1)});
  story.Tell(Good("C", "60", 3));
  story.Release(true);
  story.Post();
  EXPECT_EQ(story.Tell(Good("X", "61", 2)), "CUMULATIVE_DECREASES");
  story.past.reports.pop_back();
  EXPECT_EQ(story.Tell(Good("B", "30", 2)), "");
  auto resent = story.At("C");
  resent.state = REPORT_STATE_SENT;
  EXPECT_EQ(PostingOf(resent, story.past, story.contract)
                .envelope.execution_confirmation()
                .output(0)
                .quantity()
                .value()
                .value(),
            "50");
  story.Post();
  const std::map<std::string, std::string> booked = {{"A", "10"}, {"B", "0"}, {"C", "50"}};
  EXPECT_EQ(story.Booked(), booked);
}

// What there is at the end: which reports count and why the others do not, what the ERP has booked, in total.
std::string Outcome(Story& story) {
  std::set<std::string> lines;
  for (const auto& report : story.past.reports)
    lines.insert(Cat(report.envelope.key_id(), " ", ReportState_Name(report.state), " ", report.reason_code, "\n"));
  for (const auto& [id, value] : story.Booked()) lines.insert(Cat("booked ", id, " ", value, "\n"));
  return std::accumulate(lines.begin(), lines.end(), "total " + story.Total() + "\n");
}

void ExpectOneOutcome(const std::vector<Report>& reports, const std::string& reporting, const std::string& total) {
  std::vector<size_t> order(reports.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::string first;
  do {
    Story story(Contract(reporting));
    for (const auto i : order) {
      story.Tell(reports[i]);
      story.Release();
      story.Post();
    }
    const auto outcome = Outcome(story);
    if (first.empty()) first = outcome;
    ASSERT_EQ(outcome, first);
    ASSERT_EQ(story.Total(), total);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(ReportSequence, AnyOrderOfArrival_GivesTheSameReportsAndSums) {
  ExpectOneOutcome({Good("P1", "100", 1), Good("P2", "200.5", 2), Reversal("R3", "P1", 3), Final("F4", "180", 4),
                    Good("P5", "1", 5), Used("U6", "3", "L1", 6)},
                   "delta", "383.5");
}

TEST(ReportSequence, AnyOrderOfArrival_WithAReopenedStepAndOverDelivery) {
  ExpectOneOutcome({Final("F1", "300", 1), Reversal("R2", "F1", 2), Good("P3", "400", 3), Reversal("R4", "R2", 4),
                    Good("P5", "151", 5), Final("F6", "150", 6)},
                   "delta", "550");
}

TEST(ReportSequence, AnyOrderOfArrival_OfTotals) {
  ExpectOneOutcome({Good("P1", "10", 1), Good("P2", "30", 2), Reversal("R3", "P2", 3), Good("P4", "25.5", 4),
                    Final("F5", "60", 5), Good("P6", "20", 6)},
                   "cumulative", "60.0");
}

}  // namespace
}  // namespace isa95::flows
