// A report judged by itself: what is in its envelope, and each thing for which it is parked.
#include <functional>

#include "tests/adapter/flows/report_story.h"

namespace isa95::flows {
namespace {

using namespace exchange::v1;
using namespace flow::v1;
using contract::v1::SiteContract;

FindingList FindingsOf(const ledger::NewReport& report) {
  FindingList list;
  EXPECT_TRUE(list.ParseFromString(report.findings));
  return list;
}

std::string HashOf(const Report& report, int64_t now = kNow) {
  return DecideReport(report, Contract(), now).content_hash;
}

TEST(ReportContent, GoodReportIsQueued_WithNothingFilledIn) {
  const auto sent = Good("CF-1", "100.0", 7);
  const auto report = DecideReport(sent, Contract(), kNow);
  EXPECT_EQ(report.state, REPORT_STATE_QUEUED);
  EXPECT_EQ(report.order_id, "4711");
  EXPECT_EQ(report.envelope.site(), "LEI");
  EXPECT_EQ(report.envelope.sender(), "MES-LEI");
  EXPECT_EQ(report.envelope.kind(), MESSAGE_KIND_CONFIRMATION);
  EXPECT_EQ(report.envelope.key_id(), "CF-1");
  EXPECT_EQ(report.envelope.order_sequence(), 7u);
  EXPECT_EQ(report.envelope.received_at().seconds(), kNow / 1000);
  EXPECT_EQ(report.received_ms, kNow);
  EXPECT_EQ(report.envelope.execution_confirmation().SerializeAsString(), sent.confirmation().SerializeAsString());
  EXPECT_EQ(FindingsOf(report).finding_size(), 0);
  EXPECT_EQ(DecideReport(Used("CO-1", "1"), Contract(), kNow).envelope.kind(), MESSAGE_KIND_CONSUMPTION);
  EXPECT_EQ(DecideReport(Reversal("RV-1", "CF-1"), Contract(), kNow).envelope.kind(), MESSAGE_KIND_REVERSAL);
}

TEST(ReportContent, HashIsOfWhatIsSaid_NotOfHowOrWhenOrUnderWhichNumber) {
  EXPECT_EQ(HashOf(Good("A", "1.0")), HashOf(Good("A", "1.00")));
  EXPECT_EQ(HashOf(Good("A", "1", 3), kNow), HashOf(Good("A", "1", 4), kNow + 5'000));
  EXPECT_NE(HashOf(Good("A", "1")), HashOf(Good("A", "2")));
  EXPECT_NE(HashOf(Good("A", "9007199254740993")), HashOf(Good("A", "9007199254740992")));
  EXPECT_NE(HashOf(Used("A", "1", "L1")), HashOf(Used("A", "1", "L2")));
  EXPECT_NE(HashOf(Reversal("A", "B")), HashOf(Reversal("A", "C")));
  Report confirmation, consumption;
  confirmation.mutable_confirmation()->mutable_id()->set_value("A");
  consumption.mutable_consumption()->mutable_id()->set_value("A");
  EXPECT_NE(HashOf(confirmation), HashOf(consumption));
}

struct Case {
  const char* code;
  Report report;
  std::function<void(Report&)> spoil;
};

ExecutionConfirmation& Cf(Report& report) { return *report.mutable_confirmation(); }
MaterialConsumption& Co(Report& report) { return *report.mutable_consumption(); }
ConsumedQuantity& Line0(Report& report) { return *Co(report).mutable_consumed(0); }
Quantity& Quantity0(Report& report) { return *Cf(report).mutable_output(0)->mutable_quantity(); }

SiteContract StrictContract() {
  auto contract = Contract();
  contract.mutable_flows()->mutable_execution_confirmation()->add_reasons("R1");
  auto& terms = *contract.mutable_flows()->mutable_material_consumption();
  terms.add_backflush("GLUE");
  terms.add_lot_managed("RM-100");
  terms.add_lot_managed("BOTTLE");
  terms.add_blocked_lots("BAD");
  return contract;
}

void ExpectParked(const std::vector<Case>& cases) {
  for (const auto& [code, report, spoil] : cases) {
    auto bad = report;
    EXPECT_EQ(DecideReport(bad, StrictContract(), kNow).state, REPORT_STATE_QUEUED) << code;
    spoil(bad);
    const auto decided = DecideReport(bad, StrictContract(), kNow);
    EXPECT_EQ(decided.state, REPORT_STATE_PARKED) << code;
    EXPECT_EQ(decided.reason_code, code);
    EXPECT_NE(decided.reason_text, "");
    EXPECT_EQ(decided.who_acts, bad.has_consumption() ? "warehouse" : "production planning") << code;
  }
}

TEST(ReportContent, TimesThatCannotBe_Park) {
  const auto cf = Good("A", "1");
  ExpectParked({
      {"TIME_WITHOUT_OFFSET", cf, [](auto& r) { Cf(r).mutable_actual_end_time()->clear_offset_minutes(); }},
      {"TIME_WITHOUT_OFFSET", Reversal("A", "B"),
       [](auto& r) { r.mutable_reversal()->mutable_reversed_at()->clear_offset_minutes(); }},
      {"TIME_INVALID", cf, [](auto& r) { Cf(r).mutable_actual_end_time()->mutable_utc()->set_nanos(-1); }},
      {"END_BEFORE_START", cf, [](auto& r) { *Cf(r).mutable_actual_end_time() = InstantOf(kNow - 3'600'001); }},
      {"FUTURE_TIME", cf, [](auto& r) { *Cf(r).mutable_actual_end_time() = InstantOf(kNow + 120'001); }},
      {"FUTURE_TIME", Used("A", "1"), [](auto& r) { *Co(r).mutable_actual_end_time() = InstantOf(kNow + 120'001); }},
      {"MISSING_TIME", cf, [](auto& r) { Cf(r).clear_actual_start_time(); }},
      {"MISSING_TIME", Final("A", "1"), [](auto& r) { Cf(r).clear_actual_end_time(); }},
      {"MISSING_TIME", Used("A", "1"), [](auto& r) { Co(r).clear_actual_end_time(); }},
  });
  auto runs_on = cf;
  Cf(runs_on).clear_actual_end_time();
  EXPECT_EQ(DecideReport(runs_on, Contract(), kNow).state, REPORT_STATE_QUEUED);
  auto soon = cf;
  *Cf(soon).mutable_actual_end_time() = InstantOf(kNow + 120'000);
  EXPECT_EQ(DecideReport(soon, Contract(), kNow).state, REPORT_STATE_QUEUED);
  auto patient = Contract();
  patient.mutable_flows()->mutable_execution_confirmation()->set_future("1h");
  *Cf(soon).mutable_actual_end_time() = InstantOf(kNow + 3'600'000);
  EXPECT_EQ(DecideReport(soon, patient, kNow).state, REPORT_STATE_QUEUED);
}

TEST(ReportContent, AcrossTheAutumnClockChange_AnHourIsAnHour) {
  auto report = Good("A", "1");
  *Cf(report).mutable_actual_start_time() = *ParseInstant("2026-10-25T02:45:00+02:00");
  *Cf(report).mutable_actual_end_time() = *ParseInstant("2026-10-25T02:15:00+01:00");
  EXPECT_EQ(DecideReport(report, Contract(), kNow).reason_code, "");
  *Cf(report).mutable_actual_end_time() = *ParseInstant("2026-10-25T02:15:00+02:00");
  EXPECT_EQ(DecideReport(report, Contract(), kNow).reason_code, "END_BEFORE_START");
}

TEST(ReportContent, QuantitiesThatCannotBe_Park) {
  const auto cf = Good("A", "1");
  ExpectParked({
      {"NOT_A_DECIMAL", Used("A", "1"),
       [](auto& r) { Line0(r).mutable_quantity()->mutable_value()->set_value("1,5"); }},
      {"NEGATIVE_QUANTITY", Used("A", "1"),
       [](auto& r) { Line0(r).mutable_quantity()->mutable_value()->set_value("-1"); }},
      {"MISSING_UNIT", Used("A", "1"), [](auto& r) { Line0(r).mutable_quantity()->clear_unit(); }},
      {"NON_REC20_UNIT", Used("A", "1"), [](auto& r) { Line0(r).mutable_quantity()->mutable_unit()->set_value("KG"); }},
      {"UNIT_CODE_CONTRADICTS", Used("A", "1"),
       [](auto& r) {
         auto& attribute = *Line0(r).mutable_quantity()->mutable_value()->add_other_attributes();
         attribute.set_name("unitCode");
         attribute.set_value("GRM");
       }},
      {"NOT_A_DECIMAL", cf, [](auto& r) { Quantity0(r).mutable_value()->set_value("4.88E2"); }},
      {"NOT_A_DECIMAL", cf, [](auto& r) { Quantity0(r).clear_value(); }},
      {"MISSING_UNIT", cf, [](auto& r) { Quantity0(r).clear_unit(); }},
      {"MISSING_OUTPUT_KIND", cf, [](auto& r) { Cf(r).mutable_output(0)->clear_kind(); }},
      {"MISSING_CONFIRMATION_TYPE", cf, [](auto& r) { Cf(r).clear_type(); }},
      {"MISSING_MATERIAL", cf, [](auto& r) { Cf(r).mutable_output(0)->set_kind(OUTPUT_KIND_CODE_CO_PRODUCT); }},
      {"UNKNOWN_REASON", cf, [](auto& r) { Cf(r).mutable_output(0)->set_kind(OUTPUT_KIND_CODE_SCRAP); }},
      {"UNKNOWN_REASON", cf,
       [](auto& r) {
         Cf(r).mutable_output(0)->set_kind(OUTPUT_KIND_CODE_REWORK);
         Cf(r).mutable_output(0)->mutable_reason_code()->set_value("R9");
       }},
  });
}

TEST(ReportContent, IdsThatAreMissingOrUnclear_Park) {
  const auto cf = Good("A", "1");
  ExpectParked({
      {"MISSING_SEGMENT", cf, [](auto& r) { Cf(r).clear_segment_requirement_id(); }},
      {"MISSING_SEGMENT", Used("A", "1"), [](auto& r) { Co(r).clear_operations_segment_id(); }},
      {"MISSING_ORDER_ID", cf, [](auto& r) { Cf(r).clear_order_id(); }},
      {"MISSING_REPORT_ID", cf, [](auto& r) { Cf(r).clear_id(); }},
      {"MISSING_REVERSES_ID", Reversal("A", "B"), [](auto& r) { r.mutable_reversal()->clear_reverses_id(); }},
      {"BLANKS_AROUND_ID", cf, [](auto& r) { Cf(r).mutable_order_id()->set_value(" 4711"); }},
      {"BLANKS_AROUND_ID", cf, [](auto& r) { Cf(r).mutable_output(0)->mutable_material_lot_id()->set_value("L1 "); }},
      {"NO_LINE", Used("A", "1"), [](auto& r) { Co(r).clear_consumed(); }},
      {"DUPLICATE_LINE_ID", Used("A", "1"), [](auto& r) { *Co(r).add_consumed() = Co(r).consumed(0); }},
  });
}

TEST(ReportContent, MaterialsTheContractNames_Park) {
  const auto used = Used("A", "1");
  ExpectParked({
      {"MISSING_MATERIAL", used, [](auto& r) { Line0(r).clear_material_definition_id(); }},
      {"MISSING_CONSUMPTION_KIND", used, [](auto& r) { Line0(r).clear_kind(); }},
      {"LOT_MISSING", used, [](auto& r) { Line0(r).clear_material_lot_id(); }},
      {"LOT_MISSING", Good("A", "1"),
       [](auto& r) { Cf(r).mutable_output(0)->mutable_material_definition_id()->set_value("BOTTLE"); }},
      {"LOT_BLOCKED", used, [](auto& r) { Line0(r).mutable_material_lot_id()->set_value("BAD"); }},
      {"BACKFLUSHED_COMPONENT", used, [](auto& r) { Line0(r).mutable_material_definition_id()->set_value("GLUE"); }},
      {"BACKFLUSHED_COMPONENT", used, [](auto& r) { Line0(r).mutable_substitutes_for()->set_value("GLUE"); }},
  });
  EXPECT_EQ(DecideReport(Returned("A", "1", "BAD"), StrictContract(), kNow).reason_code, "");  // back to where it lay
}

TEST(ReportContent, AllFindingsAreKept_TheFirstErrorDecides) {
  auto report = Output(Good("A", "-1"), OUTPUT_KIND_CODE_GOOD, "1,5");
  Cf(report).clear_actual_start_time();
  const auto decided = DecideReport(report, Contract(), kNow);
  const auto list = FindingsOf(decided);
  ASSERT_EQ(list.finding_size(), 3);
  EXPECT_EQ(decided.reason_code, "MISSING_TIME");
  EXPECT_EQ(list.finding(1).code(), "NEGATIVE_QUANTITY");
  EXPECT_EQ(list.finding(1).path(), "confirmation.output[0].quantity.value");
  EXPECT_EQ(list.finding(2).code(), "NOT_A_DECIMAL");
  EXPECT_EQ(list.finding(2).who_acts(), "MES vendor");
}

TEST(ReportContent, UnitsOfTheErpsOwn_ArePassedWhereTheErpMayUseThem) {
  auto contract = Contract();
  contract.mutable_erp()->mutable_dialect()->set_non_rec20_unit(true);
  const auto report = DecideReport(Output(Confirmation("A"), OUTPUT_KIND_CODE_GOOD, "1", "ST"), contract, kNow);
  EXPECT_EQ(report.state, REPORT_STATE_QUEUED);
  ASSERT_EQ(FindingsOf(report).finding_size(), 1);
  EXPECT_EQ(FindingsOf(report).finding(0).severity(), SEVERITY_WARNING);
}

TEST(ReportContent, UnnumberedReport_ParksWhereTheContractWantsNumbers) {
  auto contract = Contract();
  contract.mutable_flows()->mutable_execution_confirmation()->set_numbered(true);
  EXPECT_EQ(DecideReport(Good("A", "1"), contract, kNow).reason_code, "MISSING_SEQUENCE");
  EXPECT_EQ(DecideReport(Good("A", "1", 1), contract, kNow).reason_code, "");
}

TEST(ReportContent, ReversalWithoutReasonOrTime_IsOnlyFlagged) {
  auto report = Reversal("A", "B");
  report.mutable_reversal()->clear_reason_code();
  report.mutable_reversal()->clear_reversed_at();
  const auto decided = DecideReport(report, Contract(), kNow);
  EXPECT_EQ(decided.state, REPORT_STATE_QUEUED);
  EXPECT_EQ(FindingsOf(decided).finding_size(), 2);
}

}  // namespace
}  // namespace isa95::flows
