#include "simulators/mes_sim/performance_document.h"

#include "grpc/model/text.h"
#include "simulators/mes_sim/shift.h"

namespace isa95::mes_sim {
namespace {

using namespace flow::v1;

void AddData(SegmentResponse& segment, const char* id, const std::string& text, const char* type) {
  if (text.empty()) return;
  auto& data = *segment.add_data();
  data.mutable_id()->set_value(id);
  auto& value = *data.add_value();
  value.mutable_value()->set_value(text);
  value.mutable_data_type()->set_value(type);
}

void AddProperty(MaterialActual& line, const char* id, const std::string& text) {
  if (text.empty()) return;
  auto& property = *line.add_property();
  property.mutable_id()->set_value(id);
  auto& value = *property.add_value();
  value.mutable_value()->set_value(text);
  value.mutable_data_type()->set_value("string");
}

void SetOther(MaterialActual& line, const char* word) {
  line.mutable_material_use()->set_code(MATERIAL_USE_CODE_OTHER);
  line.mutable_material_use()->set_other_value(word);
}

void SetUse(MaterialActual& line, OutputKindCode kind) {
  if (kind == OUTPUT_KIND_CODE_SCRAP) return SetOther(line, "Scrap");
  if (kind == OUTPUT_KIND_CODE_REWORK) return SetOther(line, "Rework");
  line.mutable_material_use()->set_code(MATERIAL_USE_CODE_PRODUCED);
}

// What confirmation and consumption have in common.
template <typename Kind>
void FillSegment(const Kind& report, SegmentResponse& segment) {
  if (report.has_actual_start_time()) *segment.mutable_actual_start_time() = report.actual_start_time();
  if (report.has_actual_end_time()) *segment.mutable_actual_end_time() = report.actual_end_time();
  if (report.has_segment_requirement_id()) *segment.add_segment_requirement_id() = report.segment_requirement_id();
  if (report.has_operations_segment_id()) *segment.add_operations_segment_id() = report.operations_segment_id();
  AddData(segment, "SegmentRequirementID", report.segment_requirement_id().value(), "Identifier");
  AddData(segment, "OperationsSegmentID", report.operations_segment_id().value(), "Identifier");
  if (!report.has_equipment_id()) return;
  auto& equipment = *segment.add_equipment();
  equipment.mutable_id()->set_value("1");
  *equipment.add_equipment_id() = report.equipment_id();
}

MaterialActual& AddLine(SegmentResponse& segment, const Identifier& material, const Identifier* lot,
                        const Quantity& quantity) {
  auto& line = *segment.add_material();
  line.mutable_id()->set_value(std::to_string(segment.material_size()));
  *line.add_material_definition_id() = material;
  if (lot != nullptr) *line.add_material_lot_id() = *lot;
  *line.add_quantity() = quantity;
  return line;
}

void Fill(const ExecutionConfirmation& report, SegmentResponse& segment) {
  const bool final = report.type() == CONFIRMATION_TYPE_CODE_FINAL;
  if (report.has_process_segment_id()) *segment.add_process_segment_id() = report.process_segment_id();
  FillSegment(report, segment);
  segment.mutable_state()->set_code(final ? ORDER_STATE_CODE_COMPLETED : ORDER_STATE_CODE_RUNNING);
  AddData(segment, "ConfirmationType", final ? "FINAL" : "PARTIAL", "string");
  for (const auto& output : report.output()) {
    auto& line = AddLine(segment, output.material_definition_id(),
                         output.has_material_lot_id() ? &output.material_lot_id() : nullptr, output.quantity());
    SetUse(line, output.kind());
    AddProperty(line, "ReasonCode", output.reason_code().value());
  }
}

void Fill(const MaterialConsumption& report, SegmentResponse& segment) {
  FillSegment(report, segment);
  AddData(segment, "ConfirmationID", report.confirmation_id().value(), "Identifier");
  for (const auto& used : report.consumed()) {
    auto& line = AddLine(segment, used.material_definition_id(),
                         used.has_material_lot_id() ? &used.material_lot_id() : nullptr, used.quantity());
    if (used.has_id()) *line.mutable_id() = used.id();
    line.mutable_material_use()->set_code(MATERIAL_USE_CODE_CONSUMED);
    if (used.kind() == CONSUMPTION_KIND_CODE_RETURNED) SetOther(line, "Returned");
    AddProperty(line, "MaterialRequirementID", used.material_requirement_id().value());
    AddProperty(line, "ReasonCode", used.reason_code().value());
  }
}

Document Begin(const exchange::v1::Report& report, const std::string& logical_id, const std::string& noun_form) {
  Document document;
  document.set_noun(NOUN_CODE_PERFORMANCE);
  document.set_noun_form(noun_form);
  auto& area = *document.mutable_application_area();
  area.mutable_sender()->mutable_logical_id()->set_value(logical_id);
  area.mutable_bod_id()->set_value(IdOf(report));
  auto& created = *area.mutable_creation_date_time();
  if (report.has_confirmation()) created = report.confirmation().actual_start_time();
  if (report.has_consumption()) created = report.consumption().actual_end_time();
  if (report.has_reversal()) created = report.reversal().reversed_at();
  auto& performance = *document.add_performance();
  performance.mutable_id()->set_value(Cat("PERF-", IdOf(report)));
  auto& response = *performance.add_response();
  response.mutable_id()->set_value(IdOf(report));
  response.add_order_id()->set_value(OrderOf(report));
  response.add_segment()->mutable_id()->set_value(IdOf(report));
  return document;
}

}  // namespace

Document MakePerformance(const exchange::v1::Report& report, const std::string& logical_id,
                         const std::string& noun_form) {
  Document document = Begin(report, logical_id, noun_form);
  auto& segment = *document.mutable_performance(0)->mutable_response(0)->mutable_segment(0);
  AddData(segment, "OrderSequence", std::to_string(report.order_sequence()), "integer");
  if (report.has_reversal()) {
    const auto& reversal = report.reversal();
    *segment.mutable_id() = reversal.reverses_id();
    document.mutable_verb()->set_code(VERB_CODE_CANCEL);
    document.mutable_application_area()->mutable_sender()->mutable_confirmation_code()->set_value("Always");
    auto& status = *document.mutable_verb()->add_criteria()->mutable_change_status();
    status.mutable_reason_code()->set_value(reversal.reason_code().value());
    AddData(segment, "ReasonCode", reversal.reason_code().value(), "Code");
    return document;
  }
  document.mutable_verb()->set_code(VERB_CODE_PROCESS);
  document.mutable_verb()->set_response_code("Always");
  if (report.has_confirmation()) Fill(report.confirmation(), segment);
  if (report.has_consumption()) Fill(report.consumption(), segment);
  return document;
}

}  // namespace isa95::mes_sim
