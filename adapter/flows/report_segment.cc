#include "adapter/flows/report_segment.h"

#include "adapter/flows/fact_words.h"
#include "adapter/flows/report_words.h"
#include "b2mml/plan.h"
#include "grpc/model/instant.h"

namespace isa95::flows {
namespace {

using namespace flow::v1;

const b2mml::RowPlan* FindRow(const b2mml::TypePlan& type, std::string_view field) {
  for (const auto& row : type.rows) {
    if (row.wrapper) {
      if (const auto* found = FindRow(*row.complex, field)) return found;
    } else if (row.field != nullptr && !row.row->read_only() && row.field->name() == field) {
      return &row;
    }
  }
  return nullptr;
}

void SetValue(Value& value, std::string_view text, std::string_view data_type) {
  value.mutable_value()->set_value(std::string(text));
  value.mutable_data_type()->set_value(std::string(data_type));
}

void AddData(SegmentResponse& segment, std::string_view name, std::string_view text, std::string_view data_type) {
  auto& item = *segment.add_data();
  item.mutable_id()->set_value(std::string(name));
  SetValue(*item.add_value(), text, data_type);
}

void AddProperty(MaterialActual& line, std::string_view name, std::string_view text, std::string_view data_type) {
  if (text.empty()) return;
  auto& property = *line.add_property();
  property.mutable_id()->set_value(std::string(name));
  SetValue(*property.add_value(), text, data_type);
}

void SetUse(MaterialActual& line, MaterialUseCode code, std::string_view other = {}) {
  line.mutable_material_use()->set_code(code);
  line.mutable_material_use()->set_other_value(std::string(other));
}

// Number and unit as reported; that it is a decimal is what a missing data type means.
void SetQuantity(MaterialActual& line, const Quantity& quantity) {
  auto& written = *line.add_quantity();
  written = quantity;
  if (!written.has_data_type()) written.mutable_data_type()->set_value("decimal");
}

// What a confirmation and a consumption have in common.
template <typename Report>
SegmentResponse Begin(const Report& report, const Places& places) {
  SegmentResponse segment;
  *segment.mutable_id() = report.id();
  if (report.has_operator_note()) *segment.add_description() = report.operator_note();
  if (report.has_actual_start_time()) *segment.mutable_actual_start_time() = report.actual_start_time();
  if (report.has_actual_end_time()) *segment.mutable_actual_end_time() = report.actual_end_time();
  if (places.CarryInSegment("order_id")) *segment.add_order_id() = report.order_id();
  if (report.has_segment_requirement_id()) {
    if (places.CarryInSegment("segment_requirement_id")) {
      *segment.add_segment_requirement_id() = report.segment_requirement_id();
    } else {
      AddData(segment, words::kSegmentRequirementId, report.segment_requirement_id().value(), "Identifier");
    }
  }
  if (report.has_operations_segment_id()) {
    if (places.CarryInSegment("operations_segment_id")) {
      *segment.add_operations_segment_id() = report.operations_segment_id();
    } else {
      AddData(segment, words::kOperationsSegmentId, report.operations_segment_id().value(), "Identifier");
    }
  }
  if (report.has_posting_date()) {
    if (places.CarryInSegment("posting_date")) {
      *segment.mutable_posting_date() = report.posting_date();
    } else {
      AddData(segment, words::kPostingDate, FormatInstant(report.posting_date()), "dateTime");
    }
  }
  if (report.has_equipment_id()) {
    auto& line = *segment.add_equipment();
    if (places.Carry({"performance", "response", "segment", "equipment", "id"})) line.mutable_id()->set_value("1");
    *line.add_equipment_id() = report.equipment_id();
  }
  return segment;
}

bool HaveLineIds(const Places& places) {
  return places.Carry({"performance", "response", "segment", "material", "id"});
}

void AddOutput(SegmentResponse& segment, const OutputQuantity& output, const Places& places) {
  auto& line = *segment.add_material();
  if (HaveLineIds(places)) line.mutable_id()->set_value(std::to_string(segment.material_size()));
  if (output.has_material_definition_id()) *line.add_material_definition_id() = output.material_definition_id();
  if (output.has_material_lot_id()) *line.add_material_lot_id() = output.material_lot_id();
  if (output.kind() == OUTPUT_KIND_CODE_GOOD) SetUse(line, MATERIAL_USE_CODE_PRODUCED);
  if (output.kind() == OUTPUT_KIND_CODE_SCRAP) SetUse(line, MATERIAL_USE_CODE_OTHER, words::kScrap);
  if (output.kind() == OUTPUT_KIND_CODE_REWORK) SetUse(line, MATERIAL_USE_CODE_OTHER, words::kRework);
  if (output.kind() == OUTPUT_KIND_CODE_CO_PRODUCT) SetUse(line, MATERIAL_USE_CODE_CO_PRODUCT_PRODUCED);
  if (output.kind() == OUTPUT_KIND_CODE_BY_PRODUCT) SetUse(line, MATERIAL_USE_CODE_BY_PRODUCT_PRODUCED);
  if (output.has_quantity()) SetQuantity(line, output.quantity());
  AddProperty(line, words::kReasonCode, output.reason_code().value(), "Code");
}

void AddConsumed(SegmentResponse& segment, const ConsumedQuantity& consumed, const Places& places) {
  auto& line = *segment.add_material();
  if (HaveLineIds(places)) {
    if (consumed.has_id()) *line.mutable_id() = consumed.id();
  } else {
    AddProperty(line, words::kMaterialActualId, consumed.id().value(), "Identifier");
  }
  if (consumed.has_material_definition_id()) *line.add_material_definition_id() = consumed.material_definition_id();
  if (consumed.has_material_lot_id()) *line.add_material_lot_id() = consumed.material_lot_id();
  if (consumed.has_material_sublot_id()) *line.add_material_sublot_id() = consumed.material_sublot_id();
  if (consumed.kind() == CONSUMPTION_KIND_CODE_CONSUMED) SetUse(line, MATERIAL_USE_CODE_CONSUMED);
  if (consumed.kind() == CONSUMPTION_KIND_CODE_RETURNED) SetUse(line, MATERIAL_USE_CODE_OTHER, words::kReturned);
  if (consumed.has_quantity()) SetQuantity(line, consumed.quantity());
  AddProperty(line, words::kMaterialRequirementId, consumed.material_requirement_id().value(), "Identifier");
  AddProperty(line, words::kSubstitutesFor, consumed.substitutes_for().value(), "Identifier");
  AddProperty(line, words::kReasonCode, consumed.reason_code().value(), "Code");
}

std::string_view WordOf(ConfirmationTypeCode type) {
  if (type == CONFIRMATION_TYPE_CODE_FINAL) return "FINAL";
  if (type == CONFIRMATION_TYPE_CODE_AUTO_FINAL) return "AUTO_FINAL";
  return type == CONFIRMATION_TYPE_CODE_PARTIAL ? "PARTIAL" : "";
}

}  // namespace

Places::Places(const b2mml::Version& version, VerbCode verb, std::string_view noun_form, NounCode noun) {
  const auto* message = version.message_for(VerbCode_Name(verb), NounCode_Name(noun), noun_form);
  if (message != nullptr) root_ = version.plan().root(*message).complex;
}

bool Places::Carry(std::initializer_list<std::string_view> path) const {
  const auto* type = root_;
  for (const auto field : path) {
    const auto* row = type == nullptr ? nullptr : FindRow(*type, field);
    if (row == nullptr) return false;
    type = row->complex;
  }
  return true;
}

SegmentResponse SegmentOf(const ExecutionConfirmation& confirmation, const Places& places) {
  auto segment = Begin(confirmation, places);
  if (confirmation.has_process_segment_id()) *segment.add_process_segment_id() = confirmation.process_segment_id();
  const auto word = WordOf(confirmation.type());
  if (!word.empty()) {
    AddData(segment, words::kConfirmationType, word, "string");
    // AUTO_FINAL: whether it is done the ERP decides, so it is not said to be.
    const bool done = confirmation.type() == CONFIRMATION_TYPE_CODE_FINAL;
    segment.mutable_state()->set_code(done ? ORDER_STATE_CODE_COMPLETED : ORDER_STATE_CODE_RUNNING);
  }
  for (const auto& output : confirmation.output()) AddOutput(segment, output, places);
  return segment;
}

// Without a state: how the step stands is the confirmation's to say.
SegmentResponse SegmentOf(const MaterialConsumption& consumption, const Places& places) {
  auto segment = Begin(consumption, places);
  if (consumption.has_confirmation_id())
    AddData(segment, words::kConfirmationId, consumption.confirmation_id().value(), "Identifier");
  for (const auto& line : consumption.consumed()) AddConsumed(segment, line, places);
  return segment;
}

SegmentResponse SegmentOf(const DowntimeEvent& stop, const Places& places) {
  SegmentResponse segment;
  const bool open = stop.phase() == DOWNTIME_PHASE_CODE_OPENED;
  *segment.mutable_id() = stop.id();
  if (stop.has_operator_note()) *segment.add_description() = stop.operator_note();
  if (stop.has_start_time()) *segment.mutable_actual_start_time() = stop.start_time();
  if (stop.has_end_time()) *segment.mutable_actual_end_time() = stop.end_time();
  segment.add_process_segment_id()->set_value(words::kDowntime);
  if (stop.has_order_id() && places.CarryInSegment("order_id")) *segment.add_order_id() = stop.order_id();
  segment.mutable_state()->set_code(open ? ORDER_STATE_CODE_RUNNING : ORDER_STATE_CODE_COMPLETED);
  const auto add = [&](std::string_view name, std::string_view text, std::string_view data_type) {
    if (!text.empty()) AddData(segment, name, text, data_type);
  };
  add(words::kDowntimeReasonCode, stop.reason_code().value(), "Code");
  add(words::kDowntimeDuration, DurationOf(stop), "duration");
  add(words::kDowntimeKind, WordOf(stop.kind()), "string");
  add(words::kBusinessRelevance, WordOf(stop.relevance()), "string");
  if (stop.stop_count() > 0) add(words::kStopCount, std::to_string(stop.stop_count()), "integer");
  add(words::kPartOf, stop.part_of().value(), "Identifier");
  if (stop.has_equipment_id()) {
    auto& line = *segment.add_equipment();
    if (places.Carry({"performance", "response", "segment", "equipment", "id"})) line.mutable_id()->set_value("1");
    *line.add_equipment_id() = stop.equipment_id();
  }
  return segment;
}

SegmentResponse SegmentOf(const ReportReversal& reversal, std::string_view erp_document, const Places& places) {
  SegmentResponse segment;
  *segment.mutable_id() = reversal.reverses_id();
  if (reversal.has_operator_note()) *segment.add_description() = reversal.operator_note();
  if (places.CarryInSegment("order_id")) *segment.add_order_id() = reversal.order_id();
  if (!erp_document.empty()) AddData(segment, words::kErpDocumentNumber, erp_document, "Identifier");
  if (places.Carry({"verb", "criteria", "change_status"})) return segment;
  if (reversal.has_reason_code()) AddData(segment, words::kReasonCode, reversal.reason_code().value(), "Code");
  if (reversal.has_reversed_at())
    AddData(segment, words::kReversedAt, FormatInstant(reversal.reversed_at()), "dateTime");
  return segment;
}

}  // namespace isa95::flows
