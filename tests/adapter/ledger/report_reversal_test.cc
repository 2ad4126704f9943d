// Reversals, and what is kept as evidence.
#include <gmock/gmock.h>

#include "tests/adapter/ledger/reports.h"

namespace isa95::ledger {
namespace {

using namespace exchange::v1;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ReversalTest : public ReportLedgerTest {};

ReportOutcome Refused() {
  auto outcome = Outcome(REPORT_STATE_PARKED);
  outcome.rejected = true;
  return outcome;
}

TEST_F(ReversalTest, OfAParkedReport_SettlesBothWithoutTheErp) {
  Append(Parked(Confirmation("1")));
  Append(Confirmation("2"));
  const auto reversal = Append(Reversal("r", "1"));
  EXPECT_EQ(reversal.state, REPORT_STATE_POSTED);
  EXPECT_EQ(reversal.erp_document, "");
  EXPECT_EQ(StateOf("1"), REPORT_STATE_REVERSED);
  EXPECT_FALSE(Now("1").reversed) << "that is of posted ones";
  EXPECT_EQ(Now("1").who_acts, "") << "nobody has to act any more";
  EXPECT_EQ(StateOf("r"), REPORT_STATE_POSTED);
  EXPECT_THAT(FeedbackSince(), ElementsAre("1:PARKED", "1:REVERSED", "r:POSTED"));
  const auto feedback = *ledger_->FeedbackAfter("LEI", 1, 10);
  EXPECT_EQ(feedback[0].feedback.operator_text(), "The report was taken back before it was posted.");
  EXPECT_EQ(feedback[1].feedback.operator_text(), "The report was taken back before it was posted.");
  EXPECT_EQ(feedback[1].feedback.reason_code(), "");
  EXPECT_EQ(Taken(), "2") << "the parked one holds nothing back any more";
}

TEST_F(ReversalTest, OfAQueuedOrHeldReport_NeverAttempted_DoesTheSame) {
  Append(Confirmation("1"));
  Append(Held(Confirmation("2"), 9'000));
  Append(Reversal("r1", "1"));
  Append(Reversal("r2", "2"));
  for (const char* id : {"1", "2"}) EXPECT_EQ(StateOf(id), REPORT_STATE_REVERSED);
  for (const char* id : {"r1", "r2"}) EXPECT_EQ(StateOf(id), REPORT_STATE_POSTED);
  EXPECT_EQ(Taken(), "");
}

TEST_F(ReversalTest, OfAnEarlierOneOfTheSameCall) {
  ReportState seen = REPORT_STATE_UNSPECIFIED;
  const auto judge = [&](NewReport&, const OrderPast& past) {
    if (!past.reports.empty()) seen = past.reports[0].state;
  };
  const auto stored = *ledger_->AppendReports({Confirmation("1"), Reversal("r", "1"), Confirmation("2")}, judge);
  EXPECT_EQ(stored[1].state, REPORT_STATE_POSTED);
  EXPECT_EQ(seen, REPORT_STATE_REVERSED) << "the third is judged by that";
}

TEST_F(ReversalTest, OfAnAttemptedReport_GoesItsWay) {
  Append(Confirmation("1"));
  Deliver("1", Outcome(REPORT_STATE_QUEUED));
  EXPECT_EQ(Append(Reversal("r", "1")).state, REPORT_STATE_QUEUED);
  Post("1");
  Post("r");
  EXPECT_EQ(StateOf("1"), REPORT_STATE_POSTED);
}

TEST_F(ReversalTest, ThatIsHeldOrParkedItself_ChangesNothingYet) {
  Append(Parked(Confirmation("1")));
  Append(Parked(Reversal("p", "1")));
  Append(Held(Reversal("r", "1"), 5'000));
  EXPECT_EQ(StateOf("1"), REPORT_STATE_PARKED);
  ASSERT_TRUE(ledger_->ReleaseHeld(5'000, {}).ok());
  EXPECT_EQ(StateOf("1"), REPORT_STATE_REVERSED);
  EXPECT_EQ(StateOf("r"), REPORT_STATE_POSTED);
}

TEST_F(ReversalTest, OfAnotherOrderOrSender_TakesNothingBack) {
  Append(Parked(Confirmation("1")));
  EXPECT_EQ(Append(Reversal("r", "1", "B")).state, REPORT_STATE_QUEUED);
  auto other = Reversal("s", "1");
  other.envelope.set_sender("MES2");
  EXPECT_EQ(Append(other).state, REPORT_STATE_QUEUED);
  EXPECT_EQ(StateOf("1"), REPORT_STATE_PARKED);
}

TEST_F(ReversalTest, OfAPostedReport_MarksIt_AndAReversalOfThatUnmarks) {
  Append(Confirmation("1"));
  Post("1");
  Append(Reversal("r", "1"));
  EXPECT_FALSE(Now("1").reversed);
  Post("r");
  EXPECT_TRUE(Now("1").reversed);
  EXPECT_EQ(StateOf("1"), REPORT_STATE_POSTED);
  Append(Reversal("rr", "r"));
  Post("rr");
  EXPECT_FALSE(Now("1").reversed);
  EXPECT_TRUE(Now("r").reversed);
  Append(Reversal("rrr", "rr"));
  Post("rrr");
  EXPECT_TRUE(Now("rr").reversed);
  EXPECT_FALSE(Now("r").reversed);
  EXPECT_TRUE(Now("1").reversed) << "the first reversal is in effect again";
}

TEST_F(ReversalTest, OfAReversalThatWasNeverPosted_LeavesTheReportAsItIs) {
  Append(Confirmation("1"));
  Post("1");
  Append(Reversal("r", "1"));
  Append(Reversal("rr", "r"));
  EXPECT_EQ(StateOf("r"), REPORT_STATE_REVERSED);
  EXPECT_EQ(StateOf("rr"), REPORT_STATE_POSTED);
  EXPECT_FALSE(Now("1").reversed);
  // Nor does one unmark what another had reversed.
  Append(Reversal("s", "1"));
  Post("s");
  Append(Parked(Reversal("t", "1")));
  Append(Reversal("tt", "t"));
  EXPECT_EQ(StateOf("t"), REPORT_STATE_REVERSED);
  EXPECT_TRUE(Now("1").reversed);
}

TEST_F(ReversalTest, OfAReportOnItsWay_SettlesWithIt_WhenTheErpRefusesIt) {
  Append(Confirmation("1"));
  const auto sent = Take()[0];
  EXPECT_EQ(Append(Reversal("r", "1")).state, REPORT_STATE_QUEUED);
  ASSERT_TRUE(ledger_->KeepPayload(sent.id, 1, "<xml/>").ok());
  ASSERT_TRUE(Settle(sent, Refused()).ok());
  EXPECT_EQ(StateOf("1"), REPORT_STATE_REVERSED);
  EXPECT_EQ(StateOf("r"), REPORT_STATE_POSTED);
  EXPECT_THAT(FeedbackSince(), ElementsAre("1:REJECTED", "1:REVERSED", "r:POSTED"));
}

// Whether the ERP has it is not known: only the ERP can take it back.
TEST_F(ReversalTest, OfAReportParkedForWantOfAnAnswer_GoesToTheErp_OutOfTurn) {
  Append(Confirmation("1"));
  Deliver("1", Outcome(REPORT_STATE_PARKED));
  Append(Confirmation("2"));
  EXPECT_EQ(Append(Reversal("r", "1")).state, REPORT_STATE_QUEUED);
  EXPECT_EQ(StateOf("1"), REPORT_STATE_PARKED);
  Post("r");
  EXPECT_EQ(StateOf("1"), REPORT_STATE_REVERSED);
  EXPECT_THAT(FeedbackSince(), ElementsAre("1:PARKED", "r:POSTED", "1:REVERSED"));
  Post("2");
}

TEST_F(ReversalTest, OfAReportParkedBeforeItWasSent_NeedsNoErp) {
  Append(Confirmation("1"));
  ASSERT_TRUE(Settle(Take()[0], Outcome(REPORT_STATE_PARKED)).ok());  // an attempt, but nothing was sent
  Append(Reversal("r", "1"));
  EXPECT_EQ(StateOf("1"), REPORT_STATE_REVERSED);
}

TEST_F(ReversalTest, APendingReportThatWasTakenBack_IsNotParkedLater) {
  Append(Confirmation("1"));
  const auto first = Deliver("1", Outcome(REPORT_STATE_PENDING));
  Append(Reversal("r", "1"));
  Post("r");
  EXPECT_TRUE(Now("1").reversed);
  ASSERT_TRUE(Settle(first, Refused()).ok());
  EXPECT_EQ(StateOf("1"), REPORT_STATE_REVERSED);
}

TEST_F(ReversalTest, InACircle_Ends) {
  Append(Parked(Reversal("a", "b")));
  Append(Reversal("b", "a"));
  EXPECT_EQ(StateOf("a"), REPORT_STATE_REVERSED);
  Append(Reversal("c", "d"));
  Post("c");
  Append(Reversal("d", "c"));
  Post("d");
  EXPECT_TRUE(Now("c").reversed);
}

TEST_F(ReportLedgerTest, KeepsWhatWasSentAndAnswered_ByAttempt) {
  const auto id = Append(Confirmation("1")).id;
  EXPECT_EQ(ledger_->KeepPayload(id, 1, "x").code(), absl::StatusCode::kNotFound);
  Take(1'000);
  Take(2'000);
  ASSERT_TRUE(ledger_->KeepPayload(id, 2, "<sent/>").ok());
  auto outcome = Outcome(REPORT_STATE_PENDING);
  outcome.answer = "<wait/>";
  ASSERT_TRUE(ledger_->SettleReport(id, 2, outcome, 2'100).ok());
  outcome = Outcome(REPORT_STATE_POSTED);
  outcome.answer = "<done/>";
  ASSERT_TRUE(ledger_->SettleReport(id, 2, outcome, 2'200).ok());
  const auto attempts = *ledger_->AttemptsOf(id);
  ASSERT_EQ(attempts.size(), 2u);
  EXPECT_EQ(attempts[0].payload + attempts[0].answer, "");
  EXPECT_EQ(attempts[0].answered_ms, 0);
  EXPECT_EQ(attempts[1].sent_ms, 2'000);
  EXPECT_EQ(attempts[1].payload, "<sent/>");
  EXPECT_EQ(attempts[1].answer, "<wait/>\n<done/>");
  EXPECT_EQ(attempts[1].answered_ms, 2'200);
}

TEST_F(ReportLedgerTest, FeedbackHasGrowingCursors_AndAPage) {
  for (const char* id : {"1", "2", "3"}) Append(Parked(Confirmation(id, id)));
  auto elsewhere = Parked(Confirmation("4"));
  elsewhere.envelope.set_site("BER");
  Append(elsewhere);
  const auto page = *ledger_->FeedbackAfter("LEI", 0, 2);
  ASSERT_EQ(page.size(), 2u);
  EXPECT_LT(page[0].id, page[1].id);
  EXPECT_EQ(page[1].feedback.cursor(), std::to_string(page[1].id));
  EXPECT_THAT(FeedbackSince(page[1].id), ElementsAre("3:PARKED"));
  EXPECT_EQ(ledger_->FeedbackAfter("BER", 0, 10)->size(), 1u);
}

TEST_F(ReportLedgerTest, TracesWhatHappened_InTime) {
  Append(Confirmation("1"));
  Append(Confirmation("1", "A", 0, "other"));
  Append(Confirmation("2", "B"));
  Take();
  ASSERT_TRUE(ledger_->SettleReport(Now("1").id, 1, Outcome(REPORT_STATE_POSTED), 1'500).ok());
  std::vector<std::string> story;
  const auto events = *ledger_->TraceReports("", "A");
  for (const auto& event : events) story.push_back(event.report_id + " " + event.what + " " + event.detail);
  EXPECT_THAT(story,
              ElementsAre("1 received ", "1 conflict DUPLICATE_CONFLICT", "1 sent attempt 1", "1 posted 4900001"));
  EXPECT_THAT(*ledger_->OrdersWithWork("LEI"), ElementsAre("A", "B"));
  EXPECT_THAT(*ledger_->OrdersWithWork("BER"), IsEmpty());
}

}  // namespace
}  // namespace isa95::ledger
