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

// A batch with one of each.
inline exchange::v1::ReportBatchRequest Batch() {
  exchange::v1::ReportBatchRequest batch;
  batch.set_site("LEI");
  *batch.add_report()->mutable_confirmation() = Confirmation();
  *batch.add_report()->mutable_consumption() = Consumption();
  *batch.add_report()->mutable_reversal() = Reversal();
  return batch;
}

}  // namespace isa95::server
