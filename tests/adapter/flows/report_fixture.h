// Reports with everything a report can say, a contract that takes them, and the version and noun they are written in.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "adapter/flows/report_document.h"
#include "grpc/model/contract.h"
#include "grpc/model/instant.h"
#include "tests/shared.h"

namespace isa95::flows::test {

struct Carrier {
  const char* version;
  const char* noun;
};
inline constexpr Carrier kCarriers[] = {
    {"V0401", "operations"}, {"V0600", "operations"}, {"V0600", "production"}, {"V0701", "operations"}};

inline contract::v1::SiteContract ReportContract() {
  auto contract = LoadContract(std::string(ISA95_SOURCE) + "/examples/site.yaml").contract;
  auto& terms = *contract.mutable_flows()->mutable_execution_confirmation();
  terms.mutable_owner()->set_role("production control");
  terms.set_reporting("delta");
  terms.add_retry_codes("ORDER_LOCKED");
  contract.mutable_flows()->mutable_material_consumption()->mutable_owner()->set_role("warehouse");
  return contract;
}

inline void Set(flow::v1::Quantity& quantity, const std::string& number, const std::string& unit) {
  quantity.mutable_value()->set_value(number);
  quantity.mutable_unit()->set_value(unit);
}

inline flow::v1::OutputQuantity Output(flow::v1::OutputKindCode kind, const std::string& number,
                                       const std::string& reason = {}) {
  flow::v1::OutputQuantity output;
  output.set_kind(kind);
  output.mutable_material_definition_id()->set_value("FG-2001");
  output.mutable_material_lot_id()->set_value("B20261125A");
  Set(*output.mutable_quantity(), number, "C62");
  if (!reason.empty()) output.mutable_reason_code()->set_value(reason);
  return output;
}

inline flow::v1::ConsumedQuantity Consumed(const std::string& id, const std::string& lot, const std::string& number) {
  flow::v1::ConsumedQuantity line;
  line.mutable_id()->set_value(id);
  line.set_kind(flow::v1::CONSUMPTION_KIND_CODE_CONSUMED);
  line.mutable_material_requirement_id()->set_value("1004711-C001");
  line.mutable_material_definition_id()->set_value("RM-100");
  line.mutable_material_lot_id()->set_value(lot);
  Set(*line.mutable_quantity(), number, "KGM");
  return line;
}

inline void FillStep(auto& report, const std::string& id) {
  report.mutable_id()->set_value(id);
  report.mutable_id()->set_scheme_id("MES-CONF");
  report.mutable_order_id()->set_value("1004711");
  report.mutable_order_id()->set_scheme_id("ERP-ORDER");
  report.mutable_segment_requirement_id()->set_value("1004711-0030");
  report.mutable_operations_segment_id()->set_value("0030");
  *report.mutable_actual_start_time() = *ParseInstant("2026-11-25T11:02:11+01:00");
  *report.mutable_actual_end_time() = *ParseInstant("2026-11-25T12:04:58.25Z");
  report.mutable_equipment_id()->set_value("LINE-08");
  *report.mutable_posting_date() = *ParseInstant("2026-11-25T12:05:00Z");
  report.mutable_operator_note()->set_value("Etiketten < 2 Rollen & Stillstand");
  report.mutable_operator_note()->set_language_id("de");
}

inline exchange::v1::Report FullConfirmation(flow::v1::ConfirmationTypeCode type) {
  using namespace flow::v1;
  exchange::v1::Report report;
  auto& confirmation = *report.mutable_confirmation();
  FillStep(confirmation, "DE01-CNF-000000123");
  confirmation.mutable_process_segment_id()->set_value("PACK");
  confirmation.set_type(type);
  *confirmation.add_output() = Output(OUTPUT_KIND_CODE_GOOD, "488.0");
  *confirmation.add_output() = Output(OUTPUT_KIND_CODE_SCRAP, "9", "SC-LEAK");
  *confirmation.add_output() = Output(OUTPUT_KIND_CODE_REWORK, "3", "RW-LABEL");
  *confirmation.add_output() = Output(OUTPUT_KIND_CODE_CO_PRODUCT, "0.001");
  *confirmation.add_output() = Output(OUTPUT_KIND_CODE_BY_PRODUCT, "12");
  return report;
}

inline exchange::v1::Report FullConsumption() {
  using namespace flow::v1;
  exchange::v1::Report report;
  auto& consumption = *report.mutable_consumption();
  FillStep(consumption, "DE01-GI-000000077");
  consumption.mutable_confirmation_id()->set_value("DE01-CNF-000000123");
  *consumption.add_consumed() = Consumed("L-1", "RM100-L0456", "70.250");
  auto& returned = *consumption.add_consumed() = Consumed("L-2", "RM100-L0457", "1.5");
  returned.set_kind(CONSUMPTION_KIND_CODE_RETURNED);
  returned.mutable_reason_code()->set_value("RT-UNUSED");
  auto& other = *consumption.add_consumed() = Consumed("L-3", "RM101-L0001", "2");
  other.mutable_material_definition_id()->set_value("RM-101");
  other.mutable_substitutes_for()->set_value("RM-100");
  other.mutable_material_sublot_id()->set_value("S1");
  return report;
}

// The flow of quality and downtime, as a site takes it.
inline void AddQualityDowntime(contract::v1::SiteContract& contract) {
  auto& terms = *contract.mutable_flows()->mutable_quality_downtime();
  terms.mutable_owner()->set_role("quality and maintenance");
  terms.add_relevant_when("financial");
  terms.add_relevant_when("customer_release");
  auto& reason = *terms.add_downtime_reasons();
  reason.set_code("UNPLANNED.JAM");
  reason.set_text("filler jam");
  auto& seal = *terms.add_characteristics();
  seal.set_id("SealIntegrity");
  seal.set_specification("TS-SEAL");
  seal.set_unit("P1");
  seal.set_low("4.0");
}

inline exchange::v1::Report FullStop(flow::v1::DowntimePhaseCode phase) {
  exchange::v1::Report report;
  auto& stop = *report.mutable_downtime();
  stop.mutable_id()->set_value("DT-1");
  stop.mutable_id()->set_scheme_id("MES-DT");
  stop.set_phase(phase);
  stop.mutable_equipment_id()->set_value("LINE-08");
  stop.mutable_order_id()->set_value("1004711");
  *stop.mutable_start_time() = *ParseInstant("2026-11-25T10:41:00.5+01:00");
  if (phase != flow::v1::DOWNTIME_PHASE_CODE_OPENED) *stop.mutable_end_time() = *ParseInstant("2026-11-25T11:05:12Z");
  stop.mutable_reason_code()->set_value("UNPLANNED.JAM");
  stop.set_kind(flow::v1::DOWNTIME_KIND_CODE_UNPLANNED);
  stop.mutable_part_of()->set_value("DT-0");
  stop.set_relevance(flow::v1::RELEVANCE_CODE_FINANCIAL);
  stop.mutable_operator_note()->set_value("Füller <verklemmt>");
  return report;
}

inline exchange::v1::Report FullDisposition(flow::v1::DispositionCode code) {
  exchange::v1::Report report;
  auto& disposition = *report.mutable_lot_disposition();
  disposition.mutable_id()->set_value("QH-1");
  disposition.mutable_order_id()->set_value("1004711");
  disposition.mutable_material_lot_id()->set_value("B20261125A");
  disposition.mutable_material_definition_id()->set_value("FG-2001");
  disposition.set_disposition(code);
  disposition.mutable_reason_code()->set_value("QH-LEAK");
  *disposition.mutable_effective_time() = *ParseInstant("2026-11-25T15:58:40.25+01:00");
  Set(*disposition.mutable_quantity(), "488.0", "C62");
  disposition.set_relevance(flow::v1::RELEVANCE_CODE_CUSTOMER_RELEASE);
  disposition.mutable_operator_note()->set_value("undicht < 4 & kalt");
  return report;
}

inline exchange::v1::Report FullResult() {
  exchange::v1::Report report;
  auto& result = *report.mutable_test_result();
  result.mutable_id()->set_value("TR-2");
  result.mutable_order_id()->set_value("1004711");
  result.mutable_material_lot_id()->set_value("B20261125A");
  result.mutable_sample_id()->set_value("S-1");
  result.mutable_test_specification_id()->set_value("TS-SEAL");
  result.mutable_property_id()->set_value("SealIntegrity");
  Set(*result.mutable_value(), "3.20", "P1");
  result.mutable_low()->mutable_value()->set_value("4.0");
  result.mutable_high()->mutable_value()->set_value("9.50");
  result.mutable_high()->set_exclusive(true);
  result.set_verdict(flow::v1::VERDICT_CODE_FAIL);
  *result.mutable_measured_at() = *ParseInstant("2026-11-25T14:55:00Z");
  result.mutable_retest_of()->set_value("TR-1");
  result.set_relevance(flow::v1::RELEVANCE_CODE_CUSTOMER_RELEASE);
  result.mutable_operator_note()->set_value("zweite Probe");
  return report;
}

inline exchange::v1::Report FullReversal() {
  exchange::v1::Report report;
  auto& reversal = *report.mutable_reversal();
  reversal.mutable_id()->set_value("DE01-REV-1");
  reversal.mutable_order_id()->set_value("1004711");
  reversal.mutable_reverses_id()->set_value("DE01-CNF-000000123");
  reversal.mutable_reason_code()->set_value("OPERATOR_ERROR");
  *reversal.mutable_reversed_at() = *ParseInstant("2026-11-25T13:00:00Z");
  reversal.mutable_operator_note()->set_value("counted twice");
  return report;
}

// As the ledger hands it out.
inline ledger::StoredReport Stored(const exchange::v1::Report& report, uint64_t id = 7, uint32_t attempt = 2) {
  ledger::StoredReport stored;
  stored.id = id;
  stored.attempts = attempt;
  stored.state = exchange::v1::REPORT_STATE_SENT;
  auto& envelope = stored.envelope;
  envelope.set_site("LEI");
  envelope.set_order_sequence(report.order_sequence());
  if (report.has_confirmation()) {
    envelope.set_kind(flow::v1::MESSAGE_KIND_CONFIRMATION);
    envelope.set_key_id(report.confirmation().id().value());
    *envelope.mutable_execution_confirmation() = report.confirmation();
  } else if (report.has_consumption()) {
    envelope.set_kind(flow::v1::MESSAGE_KIND_CONSUMPTION);
    envelope.set_key_id(report.consumption().id().value());
    *envelope.mutable_material_consumption() = report.consumption();
  } else if (report.has_downtime()) {
    envelope.set_kind(flow::v1::MESSAGE_KIND_DOWNTIME);
    envelope.set_key_id(report.downtime().id().value());
    *envelope.mutable_downtime_event() = report.downtime();
  } else if (report.has_lot_disposition()) {
    envelope.set_kind(flow::v1::MESSAGE_KIND_LOT_DISPOSITION);
    envelope.set_key_id(report.lot_disposition().id().value());
    *envelope.mutable_lot_disposition() = report.lot_disposition();
  } else if (report.has_test_result()) {
    envelope.set_kind(flow::v1::MESSAGE_KIND_TEST_RESULT);
    envelope.set_key_id(report.test_result().id().value());
    *envelope.mutable_quality_test_result() = report.test_result();
  } else {
    envelope.set_kind(flow::v1::MESSAGE_KIND_REVERSAL);
    envelope.set_key_id(report.reversal().id().value());
    *envelope.mutable_report_reversal() = report.reversal();
  }
  return stored;
}

}  // namespace isa95::flows::test
