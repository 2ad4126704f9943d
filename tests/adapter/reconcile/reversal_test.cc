// Reversals in a reconciliation: what they take out and bring back, on each side, and orders that are not there.
#include "tests/adapter/reconcile/reconciling.h"

namespace isa95::adapter {
namespace {

using namespace exchange::v1;
using flows::Final;
using flows::Good;
using flows::Reversal;
using flows::Story;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string Sides(const Story& story) { return Made(SegmentIn(Reconciled(story), "S2")); }

TEST(Reconciliation, Reversal_TakesOut_WhenItIsPosted) {
  const auto order = Posted({Good("A", "90"), Final("B", "5"), Reversal("R", "B")});
  EXPECT_EQ(Made(SegmentIn(order, "S2")), "90/0/0 | 90/0/0");
  EXPECT_FALSE(SegmentIn(order, "S2").final);
  EXPECT_FALSE(SegmentIn(order, "S2").posted_final);
  EXPECT_EQ(FormatDecimal(order.open), "410");
  EXPECT_THAT(Differences(order), IsEmpty());
}

TEST(Reconciliation, Reversal_TakesOutOfWhatIsReported_WhileItWaits) {
  Story story;
  story.TellAll({Good("A", "90"), Good("B", "5")});
  story.Post();
  story.TellAll({Reversal("R", "B")});
  EXPECT_EQ(Sides(story), "90/0/0 | 95/0/0");
  for (const auto state : {REPORT_STATE_QUEUED, REPORT_STATE_SENT, REPORT_STATE_PENDING, REPORT_STATE_PARKED}) {
    story.At("R").state = state;
    EXPECT_THAT(Differences(Reconciled(story)),
                ElementsAre(Cat("good of segment S2: reported 90, posted 95 C62 < reversal R of B: ",
                                Lower(ReportState_Name(state).substr(sizeof "REPORT_STATE_" - 1)))));
  }
}

TEST(Reconciliation, ReversalOfAReversal_BringsBack_WhenItIsPosted) {
  Story story;
  story.TellAll({Good("A", "90"), Reversal("R", "A")});
  story.Post();
  story.TellAll({Reversal("RR", "R")});
  EXPECT_THAT(Differences(Reconciled(story)),
              ElementsAre("good of segment S2: reported 90, posted 0 C62 < reversal RR of R: queued"));
  story.Post();
  EXPECT_EQ(Sides(story), "90/0/0 | 90/0/0");
  story.TellAll({Reversal("RRR", "RR")});
  EXPECT_EQ(Sides(story), "0/0/0 | 90/0/0");
  story.Post();
  EXPECT_EQ(Sides(story), "0/0/0 | 0/0/0");
  EXPECT_THAT(Differences(Reconciled(story)), IsEmpty());
}

// As the ledger settles it: a report that cannot have been posted, and its reversal, without the ERP.
TEST(Reconciliation, ReportTakenBackBeforeItWasPosted_IsOnNeitherSide) {
  Story story;
  ASSERT_EQ(story.Tell(Good("A", "551")), "OVER_DELIVERY");
  story.TellAll({Reversal("R", "A")});
  story.At("A").state = REPORT_STATE_REVERSED;
  story.At("R").state = REPORT_STATE_POSTED;
  EXPECT_EQ(Sides(story), "0/0/0 | 0/0/0");
  EXPECT_THAT(Differences(Reconciled(story)), IsEmpty());
}

TEST(Reconciliation, ReportTakenBackBeforeItWasPosted_IsPosted_OnceItIsBroughtBack) {
  Story story;
  story.TellAll({Good("A", "90"), Reversal("R", "A")});
  story.At("A").state = REPORT_STATE_REVERSED;
  story.At("R").state = REPORT_STATE_POSTED;
  story.TellAll({Reversal("RR", "R")});
  EXPECT_EQ(Sides(story), "90/0/0 | 0/0/0");
  story.Post();
  EXPECT_EQ(Sides(story), "90/0/0 | 90/0/0");
  EXPECT_THAT(Differences(Reconciled(story)), IsEmpty());
}

TEST(Reconciliation, ReversalTakenBackBeforeItWasPosted_LeavesTheReport) {
  Story story;
  story.TellAll({Good("A", "90")});
  story.Post();
  story.TellAll({Reversal("R", "A"), Reversal("RR", "R")});
  story.At("R").state = REPORT_STATE_REVERSED;
  story.At("RR").state = REPORT_STATE_POSTED;
  EXPECT_EQ(Sides(story), "90/0/0 | 90/0/0");
  EXPECT_THAT(Differences(Reconciled(story)), IsEmpty());
}

// Ids are a sender's own.
TEST(Reconciliation, ReversalOfAnotherSender_TakesNothingOut) {
  Story story;
  story.TellAll({Good("A", "90")});
  story.Post();
  story.Tell(Reversal("R", "A"));
  story.At("R").envelope.set_sender("MES-2");
  story.At("R").state = REPORT_STATE_POSTED;
  EXPECT_EQ(Sides(story), "90/0/0 | 90/0/0");
}

// A chain is as long as the MES likes.
TEST(Reconciliation, LongChainOfReversals_IsFollowedToItsEnd) {
  constexpr int kReversals = 200'001;
  Story story;
  story.TellAll({Good("A", "90"), Reversal("R1", "A")});
  story.Post();
  const auto reversal = story.At("R1");
  for (int i = 2; i <= kReversals; ++i) {
    auto& next = story.past.reports.emplace_back(reversal);
    next.id = story.past.reports.size();
    next.envelope.set_key_id(Cat("R", i));
    next.envelope.mutable_report_reversal()->mutable_reverses_id()->set_value(Cat("R", i - 1));
  }
  EXPECT_EQ(Sides(story), "0/0/0 | 0/0/0");
  story.past.reports.pop_back();
  EXPECT_EQ(Sides(story), "90/0/0 | 90/0/0");
}

TEST(Reconciliation, ReversalsInACircle_HaveAnEnd_AndAreNamedUntilTheyAreSettled) {
  Story story;
  ASSERT_EQ(story.Tell(Reversal("R1", "R2")), "REVERSES_NOTHING");
  ASSERT_EQ(story.Tell(Reversal("R2", "R1")), "");
  const auto order = Reconciled(story);
  ASSERT_EQ(order.differences.size(), 1u);
  EXPECT_THAT(order.differences[0].because,
              ElementsAre(HasSubstr("reversal R1 of R2: parked"), HasSubstr("reversal R2 of R1: queued")));
  story.At("R1").state = REPORT_STATE_REVERSED;
  story.At("R2").state = REPORT_STATE_POSTED;
  EXPECT_THAT(Differences(Reconciled(story)), IsEmpty());
}

TEST(Reconciliation, OrderTheLedgerDoesNotKnow_HasItsReportsAsTheyCame) {
  Story story;
  story.past.order.clear();
  ASSERT_EQ(story.Tell(Good("A", "90")), "ORDER_UNKNOWN");
  ASSERT_EQ(story.Tell(flows::Used("B", "50")), "ORDER_UNKNOWN");
  const auto order = Reconciled(story);
  EXPECT_EQ(FormatDecimal(order.ordered), "0");
  EXPECT_EQ(FormatDecimal(order.over), "0");
  EXPECT_EQ(Made(SegmentIn(order, "S2")), "90/0/0 | 0/0/0");
  EXPECT_EQ(ComponentIn(order, "RM-100").against_expected, std::nullopt);
  EXPECT_THAT(
      Differences(order),
      ElementsAre(
          HasSubstr("good of segment S2: reported 90, posted 0 C62 < confirmation A: parked, ORDER_UNKNOWN"),
          HasSubstr("use of RM-100 lot L1 for C1: reported 50, posted 0 KGM < consumption B: parked, ORDER_UNKNOWN")));
}

TEST(Reconciliation, EmptyOrder_HasItsPlanAndNoDifference) {
  const auto order = Reconciled(Story());
  EXPECT_EQ(FormatDecimal(order.open), "500");
  EXPECT_EQ(Made(SegmentIn(order, "S2")), "0/0/0 | 0/0/0");
  EXPECT_EQ(FormatDecimal(ComponentIn(order, "RM-100").planned), "100");
  EXPECT_EQ(FormatDecimal(ComponentIn(order, "RM-100").expected), "0");
  EXPECT_THAT(Differences(order), IsEmpty());
}

TEST(Reconciliation, NothingAtAll_IsReconciled) {
  const auto order = ReconcileOrder("4711", {}, flows::Contract());
  EXPECT_EQ(order.order_id, "4711");
  EXPECT_THAT(order.segments, IsEmpty());
  EXPECT_THAT(order.components, IsEmpty());
  EXPECT_THAT(Differences(order), IsEmpty());
}

}  // namespace
}  // namespace isa95::adapter
