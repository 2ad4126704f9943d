// Reports as a MES would send them, with nothing wrong.
#pragma once

#include <string>

#include "isa95/exchange/v1/report.pb.h"

namespace isa95::server {

inline flow::v1::ExecutionConfirmation Confirmation(const std::string& id = "C-1") {
  flow::v1::ExecutionConfirmation confirmation;
  confirmation.mutable_id()->set_value(id);
  confirmation.mutable_order_id()->set_value("1004711");
  confirmation.mutable_operations_segment_id()->set_value("0010");
  confirmation.set_type(flow::v1::CONFIRMATION_TYPE_CODE_PARTIAL);
  confirmation.mutable_actual_start_time()->mutable_utc()->set_seconds(1'760'000'000);
  confirmation.mutable_actual_start_time()->set_offset_minutes(120);
  for (const auto kind :
       {flow::v1::OUTPUT_KIND_CODE_GOOD, flow::v1::OUTPUT_KIND_CODE_SCRAP, flow::v1::OUTPUT_KIND_CODE_REWORK}) {
    auto& output = *confirmation.add_output();
    output.set_kind(kind);
    output.mutable_quantity()->mutable_value()->set_value("12.0");
    output.mutable_quantity()->mutable_unit()->set_value("C62");
  }
  confirmation.mutable_operator_note()->set_value("Schütz getauscht,\ndanach ruhig");
  return confirmation;
}

inline flow::v1::MaterialConsumption Consumption(const std::string& id = "M-1") {
  flow::v1::MaterialConsumption consumption;
  consumption.mutable_id()->set_value(id);
  consumption.mutable_order_id()->set_value("1004711");
  auto& line = *consumption.add_consumed();
  line.mutable_id()->set_value("1");
  line.set_kind(flow::v1::CONSUMPTION_KIND_CODE_CONSUMED);
  line.mutable_material_definition_id()->set_value("R-77");
  line.mutable_quantity()->mutable_value()->set_value("0");
  return consumption;
}

inline flow::v1::ReportReversal Reversal(const std::string& id = "R-1") {
  flow::v1::ReportReversal reversal;
  reversal.mutable_id()->set_value(id);
  reversal.mutable_order_id()->set_value("1004711");
  reversal.mutable_reverses_id()->set_value("C-1");
  return reversal;
}

inline flow::v1::LotDisposition Hold(const std::string& id = "H-1") {
  flow::v1::LotDisposition hold;
  hold.mutable_id()->set_value(id);
  hold.mutable_material_lot_id()->set_value("B1");
  hold.set_disposition(flow::v1::DISPOSITION_CODE_HOLD);
  hold.mutable_reason_code()->set_value("QH-LEAK");
  return hold;
}

inline flow::v1::QualityTestResult TestResult(const std::string& id = "T-1") {
  flow::v1::QualityTestResult result;
  result.mutable_id()->set_value(id);
  result.mutable_material_lot_id()->set_value("B1");
  result.mutable_property_id()->set_value("SealIntegrity");
  result.mutable_value()->mutable_value()->set_value("3.2");
  result.set_verdict(flow::v1::VERDICT_CODE_FAIL);
  result.set_relevance(flow::v1::RELEVANCE_CODE_CUSTOMER_RELEASE);
  return result;
}

inline flow::v1::DowntimeEvent Downtime(const std::string& id = "DT-1") {
  flow::v1::DowntimeEvent stop;
  stop.mutable_id()->set_value(id);
  stop.set_phase(flow::v1::DOWNTIME_PHASE_CODE_OPENED);
  stop.mutable_equipment_id()->set_value("LINE-08");
  stop.mutable_start_time()->mutable_utc()->set_seconds(1'760'000'000);
  stop.set_kind(flow::v1::DOWNTIME_KIND_CODE_UNPLANNED);
  return stop;
}

inline exchange::v1::ReportBatchRequest QualityBatch() {
  exchange::v1::ReportBatchRequest batch;
  batch.set_site("LEI");
  *batch.add_report()->mutable_lot_disposition() = Hold();
  *batch.add_report()->mutable_test_result() = TestResult();
  *batch.add_report()->mutable_downtime() = Downtime();
  return batch;
}

// A batch with one of each kind of report on an order.
inline exchange::v1::ReportBatchRequest Batch() {
  exchange::v1::ReportBatchRequest batch;
  batch.set_site("LEI");
  *batch.add_report()->mutable_confirmation() = Confirmation();
  *batch.add_report()->mutable_consumption() = Consumption();
  *batch.add_report()->mutable_reversal() = Reversal();
  return batch;
}

}  // namespace isa95::server
