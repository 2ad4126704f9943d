// Reports of quality and downtime in the ledger: their chains, the keys of closings, lots, and counts of what was
// refused.
#include <gmock/gmock.h>

#include "adapter/ledger/lots.h"
#include "adapter/ledger/sqlite_db.h"
#include "tests/adapter/ledger/reports.h"
#include "tests/adapter/ledger/schema_4.h"

namespace isa95::ledger {
namespace {

using namespace exchange::v1;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kLine = "\x1fline\x1fL1";
constexpr const char* kLot =
    "\x1flot\x1f"
    "B1";

NewReport Stop(const std::string& id, bool closing = false, const std::string& about = "A") {
  auto report = Confirmation(id, kLine);
  report.envelope.set_kind(flow::v1::MESSAGE_KIND_DOWNTIME);
  report.envelope.mutable_downtime_event()->mutable_id()->set_value(id);
  if (closing) report.envelope.set_key_version("closed");
  report.about_order = about;
  return report;
}

NewReport Disposition(const std::string& id, flow::v1::DispositionCode code) {
  auto report = Confirmation(id, kLot);
  report.envelope.set_kind(flow::v1::MESSAGE_KIND_LOT_DISPOSITION);
  auto& disposition = *report.envelope.mutable_lot_disposition();
  disposition.mutable_material_lot_id()->set_value("B1");
  disposition.set_disposition(code);
  return report;
}

NewReport Made(const std::string& id, const std::string& lot) {
  auto report = Confirmation(id);
  report.envelope.mutable_execution_confirmation()->add_output()->mutable_material_lot_id()->set_value(lot);
  return report;
}

class QualityLedger : public ReportLedgerTest {
 protected:
  // What the judge is told of the lots when a report that names B1 comes.
  LotStanding StandingOfB1() {
    LotStanding standing = LotStanding::kUnknown;
    auto probe = Disposition("probe" + std::to_string(++probes_), flow::v1::DISPOSITION_CODE_HOLD);
    probe.state = REPORT_STATE_PARKED;
    (void)ledger_->AppendReports({probe}, [&](NewReport& report, const OrderPast&) { standing = report.lots["B1"]; });
    return standing;
  }

  int probes_ = 0;
};

TEST_F(QualityLedger, AClosingHasTheIdOfItsStop_AndAKeyOfItsOwn) {
  EXPECT_EQ(Append(Stop("DT-1")).state, REPORT_STATE_QUEUED);
  EXPECT_EQ(Append(Stop("DT-1", true)).state, REPORT_STATE_QUEUED);
  EXPECT_EQ(Append(Stop("DT-1", true)).state, REPORT_STATE_DUPLICATE);
  auto other = Stop("DT-1", true);
  other.content_hash = "another end";
  EXPECT_EQ(Append(other).state, REPORT_STATE_CONFLICT);
  EXPECT_EQ(ledger_->ReportsById("LEI", "DT-1")->size(), 4u);
}

TEST_F(QualityLedger, AStopIsSentInTheTurnOfItsLine_NotOfItsOrder) {
  Append(Confirmation("1"));
  Append(Stop("DT-1"));
  Append(Stop("DT-1", true));
  EXPECT_EQ(Taken(), "1 DT-1") << "the closing waits for its stop, and both for no order";
}

TEST_F(QualityLedger, WhatHappenedToAStop_IsToldWithTheOrderItIsAbout_AndWithNoOther) {
  Append(Confirmation("1"));
  Append(Stop("DT-1", true));
  Append(Stop("DT-2", false, "B"));
  const auto events = *ledger_->TraceReports("LEI", "A");
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[1].report_id, "DT-1");
  EXPECT_THAT(*ledger_->OrdersWithWork("LEI"), ElementsAre("A"));
  EXPECT_EQ(ledger_->QualityReports("LEI")->size(), 2u);
  EXPECT_THAT(*ledger_->QualityReports("BER"), IsEmpty());
}

TEST_F(QualityLedger, AStopThatIsParkedOrHeld_HoldsBackNoOtherOfItsLine) {
  Append(Parked(Stop("DT-1")));
  Append(Held(Stop("DT-2", true), 9'000));
  Append(Stop("DT-3"));
  EXPECT_EQ(Taken(), "DT-3");
}

TEST_F(QualityLedger, WhatWaitsForALot_IsAskedAgainOnceAReportOrAnOrderNamesIt_WhateverWaitsBeforeIt) {
  const auto ready = [](const StoredReport& held, const OrderPast&, bool) -> std::optional<NewReport> {
    const auto lot = held.lots.find("B1");
    if (lot == held.lots.end() || lot->second == LotStanding::kUnknown) return std::nullopt;
    return NewReport();
  };
  Append(Held(Stop("DT-2", true), 9'000));
  Append(Held(Disposition("H0", flow::v1::DISPOSITION_CODE_HOLD), 9'000));
  ASSERT_TRUE(ledger_->ReleaseHeld(200, ready).ok());
  EXPECT_EQ(StateOf("H0"), REPORT_STATE_HELD);
  Append(Made("1", "B1"));
  ASSERT_TRUE(ledger_->ReleaseHeld(201, ready).ok());
  EXPECT_EQ(StateOf("H0"), REPORT_STATE_QUEUED);
  EXPECT_EQ(StateOf("DT-2"), REPORT_STATE_HELD);
}

TEST_F(QualityLedger, FeedbackNamesTheOrder_NotTheChain) {
  Append(Parked(Stop("DT-1")));
  EXPECT_EQ(ledger_->FeedbackAfter("LEI", 0, 10)->at(0).feedback.order_id(), "A");
}

TEST_F(QualityLedger, TheJudgeSeesTheChainAndTheOrderItIsAbout_AndAnotherReportItsOwnOrder) {
  NewDocument document;
  document.site = "LEI";
  document.sender = "ERP";
  document.bod_id = "B";
  NewItem item;
  item.envelope.set_site("LEI");
  item.envelope.set_sender("ERP");
  item.envelope.set_kind(flow::v1::MESSAGE_KIND_ORDER_RELEASE);
  item.envelope.set_key_id("A");
  item.envelope.set_key_version("1");
  document.items.push_back(item);
  ASSERT_TRUE(ledger_->Append(document).ok());
  std::vector<std::pair<size_t, size_t>> seen;
  const auto judge = [&](NewReport&, const OrderPast& past) {
    seen.emplace_back(past.order.size(), past.reports.size());
  };
  (void)ledger_->AppendReports({Stop("DT-1"), Stop("DT-2", false, "no such"), Stop("DT-3", false, ""), Stop("DT-4")},
                               judge);
  EXPECT_THAT(seen, ElementsAre(std::pair(1, 0), std::pair(0, 1), std::pair(0, 2), std::pair(1, 3)));
}

TEST_F(QualityLedger, ALotIsKnownOnceAReportOfWhatWasMadeNamesIt_AndNotByAFlag) {
  EXPECT_EQ(StandingOfB1(), LotStanding::kUnknown);
  EXPECT_EQ(StandingOfB1(), LotStanding::kUnknown);
  Append(Made("1", "B1"));
  EXPECT_EQ(StandingOfB1(), LotStanding::kKnown);
  Reopen();
  EXPECT_EQ(StandingOfB1(), LotStanding::kKnown);
}

TEST_F(QualityLedger, ALotIsOnHoldByADispositionThatCounts_UntilItsRelease) {
  Append(Made("1", "B1"));
  Append(Parked(Disposition("H0", flow::v1::DISPOSITION_CODE_HOLD)));
  EXPECT_EQ(StandingOfB1(), LotStanding::kKnown) << "a parked one has no effect";
  Append(Disposition("H1", flow::v1::DISPOSITION_CODE_HOLD));
  EXPECT_EQ(StandingOfB1(), LotStanding::kOnHold);
  EXPECT_THAT(*ledger_->LotsOnHold("LEI"), ElementsAre("B1"));
  Append(Made("2", "B1"));
  EXPECT_EQ(StandingOfB1(), LotStanding::kOnHold) << "to be named again does not release it";
  Append(Held(Disposition("R1", flow::v1::DISPOSITION_CODE_RELEASED), 500));
  EXPECT_EQ(StandingOfB1(), LotStanding::kOnHold) << "it waits";
  ASSERT_TRUE(ledger_->ReleaseHeld(500, {}).ok());
  EXPECT_EQ(StandingOfB1(), LotStanding::kKnown);
  EXPECT_THAT(*ledger_->LotsOnHold("LEI"), IsEmpty());
}

TEST_F(QualityLedger, CountsOfRefusalsAddUp_OverARestart) {
  ASSERT_TRUE(ledger_->AddRefusals({{"LEI", "WorkAlert", "NOT_BUSINESS_RELEVANT", 2}}).ok());
  Reopen();
  ASSERT_TRUE(ledger_->AddRefusals({{"LEI", "WorkAlert", "NOT_BUSINESS_RELEVANT", 3}, {"BER", "x", "y", 1}}).ok());
  const auto all = *ledger_->Refusals("");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(ledger_->Refusals("LEI")->at(0).count, 5u);
}

TEST_F(QualityLedger, ALedgerOfTheFirstReports_IsBroughtUpToDate_AndItsLotsAreFound) {
  flow::v1::Envelope order;
  order.set_site("LEI");
  auto& segment = *order.mutable_production_order()->add_segment()->add_child();
  segment.add_material()->add_material_lot_id()->set_value("B1");
  ledger_.reset();
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(Path() + suffix);
  {
    auto db = *Db::Open(Path(), false);
    ASSERT_TRUE(db->Run(kSchema4).ok());
    ASSERT_TRUE(db->Run("INSERT INTO documents VALUES(1,'LEI','ERP','B','http','','h','','',0,1,7,1,0,0,0)").ok());
    Statement item(*db, "INSERT INTO items VALUES(1,1,'LEI','ERP',1,'A','1','c',1,0,0,'','',0,0,1,?)");
    ASSERT_TRUE(item.Blob(order.SerializeAsString()).Finish().ok());
  }
  Reopen();
  EXPECT_EQ(StandingOfB1(), LotStanding::kKnown);
  EXPECT_EQ(ledger_->AnswersDue(7, 10)->size(), 1u) << "the time its answer is due came along";
  Append(Confirmation("1"));
  Post("1");
}

}  // namespace
}  // namespace isa95::ledger
