#include "adapter/ledger/report_ledger.h"

#include <gmock/gmock.h>

#include "tests/adapter/ledger/reports.h"

namespace isa95::ledger {
namespace {

using namespace exchange::v1;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(ReportLedgerTest, KnowsADuplicateFromAConflict_AndNeitherOwnsTheKey) {
  const auto first = Append(Confirmation("1", "A", 0, "x"));
  EXPECT_EQ(first.state, REPORT_STATE_QUEUED);
  EXPECT_EQ(first.envelope.sequence(), first.id);
  const auto same = Append(Confirmation("1", "A", 0, "x")), other = Append(Confirmation("1", "A", 0, "y"));
  EXPECT_EQ(same.state, REPORT_STATE_DUPLICATE);
  EXPECT_EQ(same.original_id, first.id);
  EXPECT_EQ(other.state, REPORT_STATE_CONFLICT);
  EXPECT_EQ(other.original_id, first.id);
  EXPECT_EQ(other.reason_code, "DUPLICATE_CONFLICT");
  EXPECT_EQ(Append(Confirmation("1", "A", 0, "y")).original_id, first.id);
  EXPECT_EQ(Append(Reversal("1", "0")).state, REPORT_STATE_CONFLICT) << "a reversal shares the space of ids";
  EXPECT_EQ(ledger_->PastOf("LEI", "A")->reports.size(), 1u);
  EXPECT_EQ(ledger_->ReportsById("LEI", "1")->size(), 5u);
  EXPECT_EQ(ledger_->ReportsById("", "1")->size(), 5u);
  EXPECT_THAT(*ledger_->ReportsById("XXX", "1"), IsEmpty());
  Post("1");
  EXPECT_EQ(Taken(), "");
}

TEST_F(ReportLedgerTest, TheSameIdOfAnotherSenderOrSite_IsAnotherReport) {
  Append(Confirmation("1"));
  auto other = Confirmation("1");
  other.envelope.set_sender("MES2");
  EXPECT_EQ(Append(other).state, REPORT_STATE_QUEUED);
  other.envelope.set_site("BER");
  EXPECT_EQ(Append(other).state, REPORT_STATE_QUEUED);
  EXPECT_EQ(ledger_->PastOf("LEI", "A")->reports.size(), 2u);
}

TEST_F(ReportLedgerTest, LeavesFeedbackOfParkedAndConflict_NotOfADuplicate) {
  Append(Parked(Confirmation("1")));
  Append(Parked(Confirmation("1")));
  Append(Confirmation("1", "A", 0, "other"));
  const auto feedback = *ledger_->FeedbackAfter("LEI", 0, 10);
  ASSERT_EQ(feedback.size(), 2u);
  EXPECT_EQ(feedback[0].feedback.outcome(), FEEDBACK_OUTCOME_PARKED);
  EXPECT_EQ(feedback[0].feedback.reason_code(), "UNIT_UNKNOWN");
  EXPECT_EQ(feedback[0].feedback.operator_text(), "The unit is not known.");
  EXPECT_EQ(feedback[0].feedback.who_acts(), "site integrator");
  EXPECT_EQ(feedback[0].feedback.order_id(), "A");
  EXPECT_EQ(feedback[0].feedback.at().nanos(), 100'000'000);
  EXPECT_EQ(feedback[1].feedback.report_id(), "1");
  EXPECT_EQ(feedback[1].feedback.outcome(), FEEDBACK_OUTCOME_PARKED);
  EXPECT_EQ(feedback[1].feedback.reason_code(), "DUPLICATE_CONFLICT");
  EXPECT_EQ(feedback[1].feedback.who_acts(), "MES vendor");
}

TEST_F(ReportLedgerTest, JudgesEachByWhatStands_EarlierOnesOfTheCallIncluded) {
  Append(Confirmation("1"));
  std::vector<std::string> seen;
  const auto judge = [&](NewReport& report, const OrderPast& past) {
    std::string ids = report.envelope.key_id() + "<";
    for (const auto& earlier : past.reports) ids += earlier.envelope.key_id();
    seen.push_back(ids);
    if (report.envelope.key_id() == "3") report = Held(report, 9'000);
  };
  const auto stored = *ledger_->AppendReports(
      {Confirmation("2"), Confirmation("1"), Parked(Confirmation("3")), Confirmation("4"), Confirmation("5", "B")},
      judge);
  EXPECT_THAT(seen, ElementsAre("2<1", "3<12", "4<123", "5<")) << "a duplicate is not judged";
  EXPECT_EQ(stored[2].state, REPORT_STATE_HELD);
  EXPECT_EQ(stored[2].hold_until_ms, 9'000);
  EXPECT_THAT(FeedbackSince(), IsEmpty());
}

TEST_F(ReportLedgerTest, ShowsTheJudgeTheOrderItself) {
  NewDocument document;
  document.site = "LEI";
  NewItem item;
  item.envelope.set_site("LEI");
  item.envelope.set_sender("ERP");
  item.envelope.set_key_id("A");
  document.items.push_back(item);
  ASSERT_TRUE(ledger_->Append(document).ok());
  ASSERT_TRUE(ledger_->Append(document).ok());  // a duplicate
  size_t orders = 0;
  ASSERT_TRUE(
      ledger_
          ->AppendReports({Confirmation("1")}, [&](NewReport&, const OrderPast& past) { orders = past.order.size(); })
          .ok());
  EXPECT_EQ(orders, 1u);
  EXPECT_THAT(*ledger_->OrdersWithWork("LEI"), ElementsAre("A"));
}

TEST_F(ReportLedgerTest, StoresAllOfACallOrNothing) {
  const auto judge = [](NewReport& report, const OrderPast&) {
    if (report.envelope.key_id() == "3") report.state = REPORT_STATE_POSTED;
  };
  EXPECT_FALSE(ledger_->AppendReports({Parked(Confirmation("1")), Confirmation("2"), Confirmation("3")}, judge).ok());
  EXPECT_FALSE(ledger_->AppendReports({Parked(Confirmation("1")), Confirmation("")}, {}).ok());
  EXPECT_EQ(ledger_->CountReports("")->received, 0u);
  EXPECT_THAT(FeedbackSince(), IsEmpty());
  EXPECT_THAT(*ledger_->TraceReports("LEI", "A"), IsEmpty());
}

TEST_F(ReportLedgerTest, GivesOneOfAnOrder_InTheOrderTheyCame_OldestOrderFirst) {
  for (const char* id : {"1", "2"}) Append(Confirmation(id, "B"));
  Append(Confirmation("3", "A"));
  EXPECT_EQ(Taken(1'000, 1), "1");
  EXPECT_EQ(Taken(), "3") << "1 is on its way and holds 2 back";
  ASSERT_TRUE(ledger_->SettleReport(Now("1").id, 1, Outcome(REPORT_STATE_PENDING), 1'100).ok());
  EXPECT_EQ(Taken(), "2");
}

TEST_F(ReportLedgerTest, GivesNumberedOnesByTheirNumber) {
  Append(Confirmation("third", "A", 3));
  Append(Confirmation("first", "A", 1));
  Append(Confirmation("second", "A", 2));
  Post("first");
  Post("second");
  Post("third");
}

TEST_F(ReportLedgerTest, GivesAnUnnumberedOneByArrival_AndWaitsInNoCircle) {
  Append(Confirmation("two", "A", 2));
  Append(Confirmation("none"));
  Append(Confirmation("one", "A", 1));
  Post("one");
  Post("two");
  Post("none");
}

TEST_F(ReportLedgerTest, KeepsOneInPlay_WhenALowerNumberComesAfterAnotherWasSent) {
  Append(Confirmation("two", "A", 2));
  const auto two = Take()[0];
  Append(Confirmation("one", "A", 1));
  EXPECT_EQ(Taken(), "");
  ASSERT_TRUE(Settle(two, Outcome(REPORT_STATE_QUEUED)).ok());
  EXPECT_EQ(Taken(), "one");
}

TEST_F(ReportLedgerTest, AParkedOneHoldsBackTheYoungerOfItsOrderOnly) {
  Append(Parked(Confirmation("2", "A", 2)));
  Append(Confirmation("1", "A", 1));
  Append(Confirmation("3", "A", 3));
  Append(Confirmation("4", "B"));
  EXPECT_EQ(Taken(), "1 4");
  ASSERT_TRUE(ledger_->SettleReport(Now("1").id, 1, Outcome(REPORT_STATE_POSTED), 1'100).ok());
  EXPECT_EQ(Taken(), "");
}

TEST_F(ReportLedgerTest, AHeldOneHoldsBackTheYounger_UntilItsWindowIsOver) {
  Append(Held(Confirmation("1"), 5'000));
  Append(Confirmation("2"));
  ASSERT_TRUE(ledger_->ReleaseHeld(4'999, {}).ok());
  EXPECT_EQ(Taken(4'999), "");
  ASSERT_TRUE(ledger_->ReleaseHeld(5'000, {}).ok());
  EXPECT_EQ(Taken(5'000), "1");
}

TEST_F(ReportLedgerTest, ReleasesWhatIsReady_TheOneBehindItIncluded) {
  Append(Confirmation("1", "A", 1));
  Append(Held(Confirmation("2", "A", 2), 5'000));
  Append(Held(Confirmation("3", "A", 3), 5'000));
  Append(Held(Confirmation("5", "A", 5), 5'000));
  const auto ready = [](const StoredReport& held, const OrderPast& past, bool) {
    const bool there = std::any_of(past.reports.begin(), past.reports.end(), [&](const StoredReport& other) {
      return other.envelope.order_sequence() + 1 == held.envelope.order_sequence() && other.state != REPORT_STATE_HELD;
    });
    return there ? std::optional(NewReport()) : std::nullopt;
  };
  ASSERT_TRUE(ledger_->ReleaseHeld(1'000, ready).ok());
  EXPECT_EQ(StateOf("2"), REPORT_STATE_QUEUED);
  EXPECT_EQ(StateOf("3"), REPORT_STATE_QUEUED);
  EXPECT_EQ(StateOf("5"), REPORT_STATE_HELD);
}

TEST_F(ReportLedgerTest, ReleaseMayPark_WithItsFindingsAndFeedback_AndTheNextIsJudgedByThat) {
  Append(Held(Confirmation("1", "A", 1), 5'000));
  Append(Held(Confirmation("2", "A", 2), 5'000));
  const auto park_the_first = [](const StoredReport& held, const OrderPast& past, bool) {
    NewReport judged;
    judged.findings = "found";
    const bool first_parked = past.reports.front().state == REPORT_STATE_PARKED;
    if (held.envelope.key_id() == "1" || !first_parked) judged = Parked(judged);
    return std::optional(judged);
  };
  ASSERT_TRUE(ledger_->ReleaseHeld(1'000, park_the_first).ok());
  EXPECT_EQ(StateOf("1"), REPORT_STATE_PARKED);
  EXPECT_EQ(Now("1").reason_code, "UNIT_UNKNOWN");
  EXPECT_EQ(Now("1").findings, "found");
  EXPECT_EQ(StateOf("2"), REPORT_STATE_QUEUED);
  EXPECT_EQ(FeedbackSince().size(), 1u);
}

TEST_F(ReportLedgerTest, SendsAgain_WhenNoAnswerCame_WithAHigherAttempt) {
  Append(Confirmation("1"));
  EXPECT_EQ(Take(1'000)[0].next_ms, 1'000 + kResendMs);
  EXPECT_EQ(Taken(1'999), "");
  const auto again = Take(2'000);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].attempts, 2u);
  EXPECT_EQ(Now("1").attempts, 2u);
}

TEST_F(ReportLedgerTest, SendsAgain_WhenToldTo_NotBeforeItsTime) {
  Append(Confirmation("1"));
  auto outcome = Outcome(REPORT_STATE_QUEUED);
  outcome.next_ms = 8'000;
  Deliver("1", outcome);
  EXPECT_THAT(FeedbackSince(), IsEmpty());
  EXPECT_EQ(Now("1").decided_ms, 0);
  EXPECT_EQ(Taken(7'999), "");
  EXPECT_EQ(Taken(8'000), "1");
}

TEST_F(ReportLedgerTest, ALateAnswerCounts_WhereItIsPositive) {
  for (const auto state : {REPORT_STATE_PARKED, REPORT_STATE_QUEUED, REPORT_STATE_POSTED}) {
    Reopen();
    const std::string id = ReportState_Name(state);
    Append(Confirmation(id, id));
    const auto first = Take(1'000)[0];
    ASSERT_EQ(Take(2'000).size(), 1u);
    auto outcome = Outcome(state);
    outcome.answer = "<late/>";
    const bool positive = state == REPORT_STATE_POSTED;
    EXPECT_EQ(Settle(first, outcome).code(), positive ? absl::StatusCode::kOk : absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(StateOf(id), positive ? REPORT_STATE_POSTED : REPORT_STATE_SENT);
    EXPECT_EQ(ledger_->AttemptsOf(first.id)->at(0).answer, "<late/>") << "kept whatever it did";
    EXPECT_EQ(ledger_->SettleReport(first.id, 3, outcome, 2'000).code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(ledger_->SettleReport(first.id, 0, outcome, 2'000).code(), absl::StatusCode::kFailedPrecondition);
    ASSERT_TRUE(ledger_->SettleReport(first.id, 2, Outcome(REPORT_STATE_POSTED), 2'000).ok());
  }
  EXPECT_EQ(ledger_->SettleReport(99, 1, Outcome(REPORT_STATE_POSTED), 1).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ledger_->SettleReport(1, 1, Outcome(REPORT_STATE_HELD), 1).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(ReportLedgerTest, ASettledOneStays_APendingOneMayStillBecomeMore) {
  Append(Confirmation("1"));
  const auto first = Take(1'000)[0], second = Take(2'000)[0];
  auto pending = Outcome(REPORT_STATE_PENDING);
  pending.erp_document = "77";
  ASSERT_TRUE(Settle(second, pending).ok());
  ASSERT_TRUE(Settle(first, Outcome(REPORT_STATE_QUEUED)).ok());
  EXPECT_EQ(StateOf("1"), REPORT_STATE_PENDING);
  auto posted = Outcome(REPORT_STATE_POSTED);
  posted.erp_document = "";
  ASSERT_TRUE(Settle(first, posted).ok());
  ASSERT_TRUE(Settle(second, Outcome(REPORT_STATE_PARKED)).ok());
  EXPECT_EQ(StateOf("1"), REPORT_STATE_POSTED);
  EXPECT_EQ(Now("1").erp_document, "77");
  EXPECT_THAT(FeedbackSince(), ElementsAre("1:PENDING", "1:POSTED"));
}

TEST_F(ReportLedgerTest, TheErpsRefusalIsToldAsOne_AndStands) {
  Append(Confirmation("1"));
  auto refused = Outcome(REPORT_STATE_PARKED);
  refused.rejected = true;
  const auto sent = Deliver("1", refused);
  ASSERT_TRUE(Settle(sent, Outcome(REPORT_STATE_POSTED)).ok());
  EXPECT_EQ(StateOf("1"), REPORT_STATE_PARKED);
  EXPECT_THAT(FeedbackSince(), ElementsAre("1:REJECTED"));
  EXPECT_FALSE(ledger_->FeedbackAfter("LEI", 0, 1)->front().feedback.operator_text().empty());
}

TEST_F(ReportLedgerTest, ParkedForWantOfAnAnswer_ALateOneStillSettlesIt) {
  Append(Confirmation("1"));
  const auto sent = Deliver("1", Outcome(REPORT_STATE_PARKED));
  ASSERT_TRUE(Settle(sent, Outcome(REPORT_STATE_POSTED)).ok());
  EXPECT_EQ(StateOf("1"), REPORT_STATE_POSTED);
  EXPECT_THAT(FeedbackSince(), ElementsAre("1:PARKED", "1:POSTED"));
}

}  // namespace
}  // namespace isa95::ledger
