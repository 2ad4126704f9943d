// What the watch asks of the ledger: what waits, what is parked, what was heard; and the alarms and notices it keeps.
#include <gmock/gmock.h>

#include <chrono>

#include "tests/adapter/ledger/reports.h"

namespace isa95::ledger {
namespace {

using namespace exchange::v1;
using testing::IsEmpty;

const std::vector<int> kConfirmations{flow::v1::MESSAGE_KIND_CONFIRMATION, flow::v1::MESSAGE_KIND_REVERSAL};

class WatchLedgerTest : public ReportLedgerTest {
 protected:
  NewReport At(NewReport report, int64_t ms) {
    report.received_ms = ms;
    return report;
  }
  AlarmChange Told(const std::string& cause, bool over = false) {
    AlarmChange change;
    const Alarm alarm{"LEI", "execution_confirmation", cause, 1, 2, 3, 4, 5};
    (over ? change.ended : change.alarms).push_back(alarm);
    change.notices.push_back({"LEI", "execution_confirmation", cause, over, 7, "\"a\":1", "text"});
    return change;
  }
  std::vector<OwedNotice> Due(const std::string& channel = "webhook", int64_t now_ms = 10) {
    return *ledger_->NoticesDue(channel, now_ms, 100);
  }
};

TEST_F(WatchLedgerTest, WaitingAreThoseTheErpHasNotDecided_TheOldestFirst) {
  EXPECT_EQ(ledger_->ReportsWaiting("LEI", kConfirmations)->count, 0u);
  Append(At(Held(Confirmation("H", "B"), 1'000'000), 50));
  Append(At(Confirmation("Q", "A"), 60));
  Append(At(Parked(Confirmation("P", "C")), 10));
  const auto waiting = *ledger_->ReportsWaiting("LEI", kConfirmations);
  EXPECT_EQ(waiting.count, 2u);
  EXPECT_EQ(waiting.key, "H");
  EXPECT_EQ(waiting.order, "B");
  EXPECT_EQ(waiting.since_ms, 50);
  Post("Q");
  EXPECT_EQ(ledger_->ReportsWaiting("LEI", kConfirmations)->count, 1u);
  EXPECT_EQ(ledger_->ReportsWaiting("HAL", kConfirmations)->count, 0u);
  EXPECT_EQ(ledger_->ReportsWaiting("LEI", {flow::v1::MESSAGE_KIND_CONSUMPTION})->count, 0u);
}

TEST_F(WatchLedgerTest, ParkedAreToldWithReason_UntilTheyAreTakenBack) {
  Append(At(Parked(Confirmation("P-1", "A")), 20));
  Append(At(Parked(Confirmation("P-2", "B")), 30));
  auto parked = *ledger_->ReportsParked("LEI", kConfirmations);
  EXPECT_EQ(parked.count, 2u);
  EXPECT_EQ(parked.key, "P-1");
  EXPECT_EQ(parked.since_ms, 20);
  EXPECT_EQ(parked.reason_code, "UNIT_UNKNOWN");
  EXPECT_EQ(parked.reason, "The unit is not known.");
  Append(Reversal("R-1", "P-1", "A"));
  parked = *ledger_->ReportsParked("LEI", kConfirmations);
  EXPECT_EQ(parked.count, 1u);
  EXPECT_EQ(parked.key, "P-2");
}

TEST_F(WatchLedgerTest, OrdersWait_UntilTheyAreDecidedAndTheErpHasItsAnswer) {
  NewDocument document;
  document.site = "LEI";
  document.sender = "ERP";
  document.bod_id = "B";
  document.payload_hash = "h";
  document.received_ms = 40;
  document.wants_answer = true;
  NewItem item;
  item.envelope.set_site("LEI");
  item.envelope.set_sender("ERP");
  item.envelope.set_kind(flow::v1::MESSAGE_KIND_ORDER_RELEASE);
  item.envelope.set_key_id("4711");
  document.items.push_back(item);
  const auto stored = *ledger_->Append(document);
  auto waiting = *ledger_->OrdersWaiting("LEI");
  EXPECT_EQ(waiting.count, 1u);
  EXPECT_EQ(waiting.key, "4711");
  EXPECT_EQ(waiting.since_ms, 40);
  const auto taken = *ledger_->Take("LEI", 0, 1, {});
  EXPECT_TRUE(ledger_->Decide("LEI", taken[0].id, 1, true, "", "", 50).ok());
  EXPECT_EQ(ledger_->OrdersWaiting("LEI")->count, 0u);
  EXPECT_TRUE(ledger_->QueueAnswers({{stored.id, {{"Accepted", "bod", "<xml/>", {taken[0].id}}}}}, 60).ok());
  waiting = *ledger_->OrdersWaiting("LEI");
  EXPECT_EQ(waiting.count, 1u);
  EXPECT_EQ(waiting.key, "4711");
  EXPECT_EQ(waiting.since_ms, 60);
  EXPECT_TRUE(ledger_->OutboxTried({{ledger_->OutboxDue(100, 1)->front().id, 70, "", 0}}).ok());
  EXPECT_EQ(ledger_->OrdersWaiting("LEI")->count, 0u);
}

TEST_F(WatchLedgerTest, HearsOnlyWhatIsNew) {
  Heard heard;
  Append(At(Confirmation("C-1"), 20));
  EXPECT_TRUE(ledger_->Hear(heard).ok());
  const std::pair<std::string, int> confirmations{"LEI", flow::v1::MESSAGE_KIND_CONFIRMATION};
  EXPECT_EQ(heard.reports.at(confirmations), 20);
  EXPECT_THAT(heard.documents, IsEmpty());
  EXPECT_TRUE(ledger_->Hear(heard).ok());
  EXPECT_EQ(heard.reports.at(confirmations), 20);
  Append(At(Confirmation("C-1"), 30));  // a duplicate is a sign of life
  EXPECT_TRUE(ledger_->Hear(heard).ok());
  EXPECT_EQ(heard.reports.at(confirmations), 30);
}

TEST_F(WatchLedgerTest, WatchedSinceStays_AlsoAfterARestart) {
  EXPECT_EQ(*ledger_->WatchedSince("LEI", "production_order", 5), 5);
  Reopen();
  EXPECT_EQ(*ledger_->WatchedSince("LEI", "production_order", 9), 5);
  EXPECT_EQ(*ledger_->WatchedSince("LEI", "execution_confirmation", 9), 9);
}

TEST_F(WatchLedgerTest, AlarmsAndOwedNoticesOutliveARestart) {
  EXPECT_TRUE(ledger_->ChangeAlarms(Told("PARKED"), {"webhook", "command"}).ok());
  Reopen();
  const auto alarms = *ledger_->Alarms();
  ASSERT_EQ(alarms.size(), 1u);
  EXPECT_EQ(alarms[0].cause, "PARKED");
  EXPECT_EQ(alarms[0].since_ms, 1);
  EXPECT_EQ(alarms[0].level, 5u);
  ASSERT_EQ(Due().size(), 1u);
  EXPECT_EQ(Due()[0].notice.json, "\"a\":1");
  EXPECT_EQ(Due("command").size(), 1u);
}

TEST_F(WatchLedgerTest, ANoticeIsOwedByEachChannel_UntilThatOneHasDeliveredIt) {
  EXPECT_TRUE(ledger_->ChangeAlarms(Told("PARKED"), {"webhook", "command"}).ok());
  const auto id = Due()[0].id;
  EXPECT_TRUE(ledger_->NoticeTried(id, "webhook", 100).ok());
  EXPECT_THAT(Due(), IsEmpty());
  EXPECT_EQ(*ledger_->NoticesOwed("webhook"), 1u);
  ASSERT_EQ(Due("webhook", 100).size(), 1u);
  EXPECT_EQ(Due("webhook", 100)[0].tries, 1u);
  EXPECT_TRUE(ledger_->NoticeTried(id, "webhook", 0).ok());
  EXPECT_EQ(*ledger_->NoticesOwed("webhook"), 0u);
  EXPECT_EQ(Due("command").size(), 1u);
  EXPECT_TRUE(ledger_->NoticeTried(id, "command", 0).ok());
  EXPECT_TRUE(ledger_->ChangeAlarms(Told("SILENT"), {"webhook"}).ok());
  EXPECT_GT(Due()[0].id, id);  // a number is never given twice
}

TEST_F(WatchLedgerTest, WhatIsOverIsNotToldAnyMore_ButItsEndIs) {
  EXPECT_TRUE(ledger_->ChangeAlarms(Told("PARKED"), {"webhook"}).ok());
  EXPECT_TRUE(ledger_->ChangeAlarms(Told("SILENT"), {"webhook"}).ok());
  EXPECT_TRUE(ledger_->ChangeAlarms(Told("PARKED", true), {"webhook"}).ok());
  const auto due = Due();
  ASSERT_EQ(due.size(), 2u);
  EXPECT_EQ(due[0].notice.cause, "SILENT");
  EXPECT_TRUE(due[1].notice.over);
  EXPECT_EQ(ledger_->Alarms()->size(), 1u);
}

TEST_F(WatchLedgerTest, AChannelThatIsNoLongerThereOwesNothing) {
  EXPECT_TRUE(ledger_->ChangeAlarms(Told("PARKED"), {"webhook", "command"}).ok());
  EXPECT_TRUE(ledger_->KeepChannels({"command"}).ok());
  EXPECT_EQ(*ledger_->NoticesOwed("webhook"), 0u);
  EXPECT_EQ(*ledger_->NoticesOwed("command"), 1u);
}

// A tick of the watch over a backlog of 100,000 that wait and 10,000 that are parked.
TEST_F(WatchLedgerTest, LookingCostsLittle_WhenMuchWaits) {
  std::vector<NewReport> reports;
  for (int n = 0; n < 110'000; ++n) {
    auto report = Confirmation("C-" + std::to_string(n), "O-" + std::to_string(n % 5'000));
    reports.push_back(n % 11 == 0 ? Parked(report) : report);
    if (reports.size() < 5'000) continue;
    ASSERT_TRUE(ledger_->AppendReports(reports, {}).ok());
    reports.clear();
  }
  Heard heard;
  ASSERT_TRUE(ledger_->Hear(heard).ok());
  const auto began = std::chrono::steady_clock::now();
  constexpr int kTicks = 20;
  for (int i = 0; i < kTicks; ++i) {
    ASSERT_TRUE(ledger_->Hear(heard).ok());
    EXPECT_EQ(ledger_->ReportsWaiting("LEI", kConfirmations)->count, 100'000u);
    EXPECT_EQ(ledger_->ReportsParked("LEI", kConfirmations)->count, 10'000u);
    EXPECT_EQ(ledger_->OrdersWaiting("LEI")->count, 0u);
  }
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
  RecordProperty("ms_a_tick", std::to_string(took.count() / kTicks));
  std::printf("a tick takes %.2f ms\n", took.count() / kTicks);
  EXPECT_LT(took.count() / kTicks, 100);
}

}  // namespace
}  // namespace isa95::ledger
