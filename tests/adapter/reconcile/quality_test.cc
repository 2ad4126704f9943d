// Flow 4 as it stands at a site: who was told after how long, what is open, and what does not come out.
#include <gmock/gmock.h>

#include "adapter/flows/chain.h"
#include "adapter/quality_reconcile.h"
#include "adapter/reconcile_print.h"
#include "grpc/model/instant.h"

namespace isa95::adapter {
namespace {

using namespace exchange::v1;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

flow::v1::Instant At(const std::string& time) { return *ParseInstant("2026-11-25T" + time + "+01:00"); }

class QualityReconcileTest : public ::testing::Test {
 protected:
  QualityReconcileTest() {
    contract_.mutable_site()->set_id("LEI");
    auto& terms = *contract_.mutable_flows()->mutable_quality_downtime();
    terms.mutable_used_by()->set_role("shift planner");
    terms.mutable_used_by()->set_decision("ship or stop");
    terms.set_latency("60s");
  }
  ledger::StoredReport& Add(const std::string& id, ReportState state = REPORT_STATE_POSTED) {
    auto& report = reports_.emplace_back();
    report.id = reports_.size();
    report.envelope.set_key_id(id);
    report.about_order = "4711";
    report.state = state;
    report.received_ms = UnixMillis(At("10:00:00"));
    report.decided_ms = report.received_ms + 1'500;
    return report;
  }
  flow::v1::DowntimeEvent& Stop(const std::string& id, flow::v1::DowntimePhaseCode phase, const std::string& end = "",
                                ReportState state = REPORT_STATE_POSTED) {
    auto& report = Add(id, state);
    auto& stop = *report.envelope.mutable_downtime_event();
    stop.set_phase(phase);
    stop.mutable_equipment_id()->set_value("L1");
    stop.mutable_reason_code()->set_value("JAM");
    stop.set_kind(flow::v1::DOWNTIME_KIND_CODE_UNPLANNED);
    *stop.mutable_start_time() = At("09:59:58");
    if (!end.empty()) *stop.mutable_end_time() = At(end);
    report.order_id = flows::ChainOf(report.envelope);
    return stop;
  }
  QualityReconciliation Run(const std::set<std::string>& over = {}) {
    return ReconcileQuality(reports_, {"B1"}, over, contract_);
  }

  contract::v1::SiteContract contract_;
  std::vector<ledger::StoredReport> reports_;
};

TEST_F(QualityReconcileTest, AnOpenedAndClosedStopIsOne_WithItsExactLengthAndTheTimeToItsConsumer) {
  Stop("DT-1", flow::v1::DOWNTIME_PHASE_CODE_OPENED);
  Stop("DT-1", flow::v1::DOWNTIME_PHASE_CODE_CLOSED, "10:20:00.25");
  const auto result = Run({"4711"});
  ASSERT_EQ(result.facts.size(), 1u);
  EXPECT_EQ(result.facts[0].after_report_ms, 1'500);
  EXPECT_EQ(result.facts[0].after_event_ms, 3'500);
  EXPECT_EQ(result.unplanned_stops, 1u);
  EXPECT_EQ(result.unplanned_nanos, 1'202'250'000'000);
  EXPECT_EQ(result.open_stops, 0u);
  EXPECT_EQ(result.slowest_ms, 1'500);
  EXPECT_THAT(result.differences, IsEmpty());
  const auto text = QualityText(result);
  EXPECT_THAT(text, HasSubstr("told to: shift planner (ship or stop) within 60.000 s"));
  EXPECT_THAT(text, HasSubstr("0 planned, 0 s; 1 unplanned, 1202.25 s; 0 open"));
  EXPECT_THAT(text, HasSubstr("lots on hold: B1"));
  EXPECT_THAT(text, HasSubstr("slowest to be told: 1.500 s"));
  EXPECT_THAT(QualityJson(result), HasSubstr(R"("unplanned_seconds":"1202.25")"));
}

TEST_F(QualityReconcileTest, AStopThatIsStillOpen_IsADifferenceOnlyOnceItsOrderHasEnded) {
  Stop("DT-1", flow::v1::DOWNTIME_PHASE_CODE_OPENED);
  EXPECT_THAT(Run().differences, IsEmpty());
  EXPECT_EQ(Run().open_stops, 1u);
  const auto ended = Run({"4711"});
  ASSERT_EQ(ended.differences.size(), 1u);
  EXPECT_THAT(ended.differences[0].what, HasSubstr("stop DT-1 of line L1 is open since 2026-11-25T09:59:58+01:00"));
}

TEST_F(QualityReconcileTest, PartsOfOneStopAreOneStop_AndAddUp) {
  Stop("P1", flow::v1::DOWNTIME_PHASE_CODE_COMPLETE, "10:00:00").mutable_part_of()->set_value("P1");
  auto& second = Stop("P2", flow::v1::DOWNTIME_PHASE_CODE_COMPLETE, "10:30:00");
  second.mutable_part_of()->set_value("P1");
  *second.mutable_start_time() = At("10:00:00");
  EXPECT_EQ(Run().unplanned_stops, 1u);
  EXPECT_EQ(Run().unplanned_nanos, 1'802'000'000'000);
}

TEST_F(QualityReconcileTest, MicroStopsToldTogether_CountWithTheTimeTheyTook_NotTheirSpan) {
  auto& micro = Stop("DT-1", flow::v1::DOWNTIME_PHASE_CODE_COMPLETE, "10:30:00");
  micro.set_stop_count(7);
  micro.mutable_stopped()->set_value("PT1M5S");
  EXPECT_EQ(Run().unplanned_nanos, 65'000'000'000);
}

TEST_F(QualityReconcileTest, WhatIsParkedOrWasToldTooLate_IsNamedWithWhoActs) {
  Stop("DT-1", flow::v1::DOWNTIME_PHASE_CODE_COMPLETE, "10:30:00", REPORT_STATE_PARKED);
  reports_[0].reason_code = "UNKNOWN_REASON";
  reports_[0].reason_text = "The reason is not known.";
  reports_[0].who_acts = "quality";
  Stop("DT-2", flow::v1::DOWNTIME_PHASE_CODE_COMPLETE, "10:30:00");
  reports_[1].decided_ms = reports_[1].received_ms + 60'001;
  const auto result = Run();
  ASSERT_EQ(result.differences.size(), 2u);
  EXPECT_EQ(result.differences[0].what, "stop DT-1 of line L1: parked UNKNOWN_REASON");
  EXPECT_EQ(result.differences[0].because.at(0), "The reason is not known.; quality acts");
  EXPECT_THAT(result.differences[1].what, HasSubstr("was told after 60 s; the contract says within 60 s"));
  reports_[1].decided_ms = reports_[1].received_ms + 60'000;
  EXPECT_EQ(Run().differences.size(), 1u);
}

TEST_F(QualityReconcileTest, AHoldCountsFromWhenItTookEffect) {
  auto& report = Add("H-1");
  auto& hold = *report.envelope.mutable_lot_disposition();
  hold.mutable_material_lot_id()->set_value("B1");
  hold.set_disposition(flow::v1::DISPOSITION_CODE_HOLD);
  hold.mutable_reason_code()->set_value("QH-LEAK");
  *hold.mutable_effective_time() = At("09:59:50");
  report.order_id = flows::ChainOf(report.envelope);
  const auto result = Run();
  EXPECT_EQ(result.facts[0].kind, "hold");
  EXPECT_EQ(result.facts[0].subject, "lot B1");
  EXPECT_EQ(result.facts[0].after_event_ms, 11'500);
  const auto csv = ReconciliationCsv({}, {result});
  EXPECT_THAT(csv, HasSubstr("hold,LEI,4711,"));
  EXPECT_THAT(csv, HasSubstr("1.500,shift planner"));
}

}  // namespace
}  // namespace isa95::adapter
