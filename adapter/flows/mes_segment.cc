#include "adapter/flows/mes_segment.h"

#include "adapter/flows/item_gate.h"
#include "adapter/flows/mes_material.h"
#include "adapter/flows/report_words.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

using namespace flow::v1;
using Identifiers = google::protobuf::RepeatedPtrField<Identifier>;

void Note(Findings& findings, std::string_view code, const SegmentResponse& segment, std::string_view what,
          std::string_view mend) {
  findings.push_back(
      Warning(code, "", 0, Cat("Segment response ", segment.id().value(), ": ", what), mend, "MES vendor"));
}

// Null where the item is none of those.
std::string* TextItem(SegmentItems& items, std::string_view name) {
  if (name == words::kConfirmationType) return &items.confirmation_type;
  if (name == words::kSegmentRequirementId) return &items.segment_requirement_id;
  if (name == words::kOperationsSegmentId) return &items.operations_segment_id;
  if (name == words::kConfirmationId) return &items.confirmation_id;
  return name == words::kReasonCode ? &items.reason_code : nullptr;
}

// False: its text is none that the item can have.
bool TakeItem(SegmentItems& items, std::string_view name, const std::string& text) {
  if (auto* place = TextItem(items, name)) {
    *place = text;
    return !text.empty();
  }
  if (name == words::kOrderSequence) return ToNumber(text, items.order_sequence);
  auto instant = ParseInstant(text);
  if (!instant.ok()) return false;
  (name == words::kPostingDate ? items.posting_date : items.reversed_at) = *std::move(instant);
  return true;
}

bool IsKnown(std::string_view name) {
  SegmentItems none;
  return TextItem(none, name) != nullptr || name == words::kOrderSequence || name == words::kPostingDate ||
         name == words::kReversedAt;
}

// The one of `own`; where there is none, of `outer`.
const Identifier* OneOf(const Identifiers& own, const Identifiers& outer) {
  const auto& from = own.empty() ? outer : own;
  return from.size() == 1 ? &from.Get(0) : nullptr;
}

void SetStep(auto& report, const SegmentResponse& segment, const OperationsResponse& response,
             const SegmentItems& items) {
  const auto* requirement = OneOf(segment.segment_requirement_id(), response.segment_requirement_id());
  if (requirement != nullptr) *report.mutable_segment_requirement_id() = *requirement;
  if (requirement == nullptr && !items.segment_requirement_id.empty())
    report.mutable_segment_requirement_id()->set_value(items.segment_requirement_id);
  const auto* operation = OneOf(segment.operations_segment_id(), response.operations_segment_id());
  if (operation != nullptr) *report.mutable_operations_segment_id() = *operation;
  if (operation == nullptr && !items.operations_segment_id.empty())
    report.mutable_operations_segment_id()->set_value(items.operations_segment_id);
}

// What both kinds of report take from the segment alike.
void FillCommon(auto& report, const SegmentResponse& segment, const OperationsResponse& response,
                const SegmentItems& items) {
  *report.mutable_id() = segment.id();
  SetStep(report, segment, response, items);
  if (segment.has_actual_start_time()) *report.mutable_actual_start_time() = segment.actual_start_time();
  if (segment.has_actual_end_time()) *report.mutable_actual_end_time() = segment.actual_end_time();
  if (segment.equipment_size() == 1 && segment.equipment(0).equipment_id_size() == 1)
    *report.mutable_equipment_id() = segment.equipment(0).equipment_id(0);
  if (segment.has_posting_date()) {
    *report.mutable_posting_date() = segment.posting_date();
  } else if (items.posting_date) {
    *report.mutable_posting_date() = *items.posting_date;
  }
  if (segment.description_size() > 0) *report.mutable_operator_note() = segment.description(0);
}

// By the data item; where there is none, by the state.
ConfirmationTypeCode TypeOf(const SegmentResponse& segment, const SegmentItems& items, Findings& findings) {
  const auto state = segment.state().code();
  const auto& word = items.confirmation_type;
  if (word == "AUTO_FINAL") return CONFIRMATION_TYPE_CODE_AUTO_FINAL;
  const bool final = word == "FINAL", partial = word == "PARTIAL";
  if ((final && state == ORDER_STATE_CODE_RUNNING) || (partial && state == ORDER_STATE_CODE_COMPLETED))
    Note(findings, "TYPE_AGAINST_STATE", segment,
         Cat("ConfirmationType ", word, " and the SegmentState say different things; the former is taken."),
         "Send FINAL with Completed and PARTIAL with Running.");
  if (final) return CONFIRMATION_TYPE_CODE_FINAL;
  if (partial) return CONFIRMATION_TYPE_CODE_PARTIAL;
  if (word.empty() && state == ORDER_STATE_CODE_COMPLETED) return CONFIRMATION_TYPE_CODE_FINAL;
  if (word.empty() && state == ORDER_STATE_CODE_RUNNING) return CONFIRMATION_TYPE_CODE_PARTIAL;
  Note(findings, "NO_CONFIRMATION_TYPE", segment,
       word.empty() ? "neither ConfirmationType nor SegmentState says whether more is to come."
                    : Cat("ConfirmationType '", word, "' is none."),
       "Send the data item ConfirmationType with FINAL, PARTIAL or AUTO_FINAL.");
  return CONFIRMATION_TYPE_CODE_UNSPECIFIED;
}

// What has no field in the flows' messages stays in the stored document only, and that is said.
void NoteNotTaken(const SegmentResponse& segment, Findings& findings) {
  std::string names;
  const auto add = [&](bool there, std::string_view name) {
    if (there) names += Cat(names.empty() ? "" : ", ", name);
  };
  add(segment.description_size() > 1, "further descriptions");
  add(segment.equipment_size() > 1 || (segment.equipment_size() == 1 && segment.equipment(0).equipment_id_size() != 1),
      "equipment beyond one line");
  bool used = false;
  for (const auto& equipment : segment.equipment())
    used |= equipment.quantity_size() > 0 || equipment.property_size() > 0 || equipment.child_size() > 0;
  add(used, "equipment's quantities, properties and parts");
  add(segment.extension_size() > 0, "elements that are not mapped");
  if (names.empty()) return;
  findings.push_back(Info("NOT_TAKEN", "", 0,
                          Cat("Segment response ", segment.id().value(), ": no report has a place for ", names, "."),
                          "Nothing to mend where nobody needs it; the document is kept as it came.", "MES vendor"));
}

ExecutionConfirmation ConfirmationOf(const SegmentResponse& segment, const OperationsResponse& response,
                                     const SegmentItems& items, Findings& findings) {
  ExecutionConfirmation confirmation;
  FillCommon(confirmation, segment, response, items);
  if (segment.process_segment_id_size() == 1)
    *confirmation.mutable_process_segment_id() = segment.process_segment_id(0);
  confirmation.set_type(TypeOf(segment, items, findings));
  return confirmation;
}

void JudgeUnknown(const SegmentData& item, const SegmentResponse& segment, const contract::v1::SiteContract& contract,
                  Findings& findings) {
  const auto& name = item.id().value();
  if (name == words::kSetupTime) {
    Note(findings, "DATA_ITEM_NOT_TAKEN", segment, Cat("the data item '", name, "' is not carried to the ERP."),
         "Leave it out, or agree with the PMO on a place for it.");
  } else {
    findings.push_back(JudgeItem(Cat("Segment response ", segment.id().value(), ": "), "data item", name, contract));
  }
}

// What rides beside the data items.
void JudgeRest(const SegmentResponse& segment, const contract::v1::SiteContract& contract, Findings& findings) {
  const auto place = Cat("Segment response ", segment.id().value(), ": ");
  JudgeExtensions(segment.extension(), place, contract, findings);
  for (const auto& item : segment.data()) {
    for (const auto& child : item.child()) JudgeUnknown(child, segment, contract, findings);
  }
  for (const auto& equipment : segment.equipment()) {
    for (const auto& property : equipment.property())
      findings.push_back(JudgeItem(place, "property", property.id().value(), contract));
  }
}

}  // namespace

std::string TextOf(const SegmentData& item) { return item.value_size() == 1 ? item.value(0).value().value() : ""; }

SegmentItems ReadItems(const SegmentResponse& segment, const contract::v1::SiteContract& contract, Findings& findings) {
  SegmentItems items;
  for (const auto& item : segment.data()) {
    const auto& name = item.id().value();
    if (name == words::kErpDocumentNumber) continue;  // an echo of what the ERP said
    if (!IsKnown(name)) {
      JudgeUnknown(item, segment, contract, findings);
    } else if (item.value_size() != 1 || !TakeItem(items, name, TextOf(item))) {
      Note(findings, "BAD_DATA_ITEM", segment, Cat("the data item '", name, "' has no value that can be read."),
           "Send one Value with the text that this item has.");
    }
  }
  JudgeRest(segment, contract, findings);
  return items;
}

SegmentReports ReadSegment(const SegmentResponse& segment, const OperationsResponse& response,
                           const contract::v1::SiteContract& contract, Findings& findings) {
  const auto items = ReadItems(segment, contract, findings);
  const auto materials = ReadMaterials(segment, contract, findings);
  SegmentReports reports;
  reports.order_sequence = items.order_sequence;
  const bool used = !materials.consumed.empty();
  // Times with a state are a confirmation where nothing else is told; beside used material they are the material's.
  const bool timed = segment.has_state() && (segment.has_actual_start_time() || segment.has_actual_end_time());
  const auto order = OrderOf(segment, response, findings);
  NoteNotTaken(segment, findings);
  if (!items.confirmation_type.empty() || !materials.output.empty() || (timed && !used)) {
    auto& confirmation = reports.confirmation.emplace(ConfirmationOf(segment, response, items, findings));
    if (!order.value().empty()) *confirmation.mutable_order_id() = order;
    for (const auto& line : materials.output) *confirmation.add_output() = line;
  }
  if (!used) return reports;
  auto& consumption = reports.consumption.emplace();
  FillCommon(consumption, segment, response, items);
  if (!order.value().empty()) *consumption.mutable_order_id() = order;
  if (reports.confirmation) {  // two reports of one segment: the second needs an id of its own
    consumption.mutable_id()->set_value(segment.id().value() + "-C");
    *consumption.mutable_confirmation_id() = segment.id();
    consumption.clear_operator_note();
  } else if (!items.confirmation_id.empty()) {
    consumption.mutable_confirmation_id()->set_value(items.confirmation_id);
  }
  for (const auto& line : materials.consumed) *consumption.add_consumed() = line;
  return reports;
}

Identifier OrderOf(const SegmentResponse& segment, const OperationsResponse& response, Findings& findings) {
  // A response names the order with the ERP's scheme, its segments mostly repeat the bare number.
  const auto& own = segment.order_id();
  const auto& outer = response.order_id();
  if (own.size() == 1 && outer.size() == 1 && own.Get(0).value() == outer.Get(0).value()) return outer.Get(0);
  if (const auto* one = OneOf(own, outer)) return *one;
  Note(findings, "NO_ONE_ORDER", segment, "it names no order, or several.", "Send one order's ID in each response.");
  return {};
}

}  // namespace isa95::flows
