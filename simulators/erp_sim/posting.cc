#include "simulators/erp_sim/posting.h"

#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::erp_sim {
namespace {

using namespace flow::v1;
using Identifiers = google::protobuf::RepeatedPtrField<Identifier>;

void Fault(Posting& posting, std::string code, std::string text) {
  if (!posting.fault.empty()) return;
  posting.fault = std::move(code);
  posting.fault_text = std::move(text);
}

std::string First(const Identifiers& ids) { return ids.empty() ? std::string() : ids[0].value(); }

std::string TimeOf(const Instant& instant, bool is_there) { return is_there ? FormatInstant(instant) : std::string(); }

// What a version has no element for comes as a data item.
std::string DataOf(const SegmentResponse& segment, std::string_view id) {
  for (const auto& data : segment.data()) {
    if (data.id().value() == id && data.value_size() > 0) return data.value(0).value().value();
  }
  return {};
}

std::string PropertyOf(const MaterialActual& line, std::string_view id) {
  for (const auto& property : line.property()) {
    if (property.id().value() == id && property.value_size() > 0) return property.value(0).value().value();
  }
  return {};
}

// Null: there is none that can be booked, and the fault says why.
std::optional<ExactDecimal> QuantityOf(const MaterialActual& line, Posting& posting) {
  if (line.quantity_size() != 1 || line.material_lot_id_size() > 1 || line.material_definition_id_size() > 1) {
    Fault(posting, "AMBIGUOUS_QUANTITY", "A material line has not exactly one quantity of one material and lot.");
    return std::nullopt;
  }
  const auto& quantity = line.quantity(0);
  const auto number = ParseDecimal(quantity.value().value());
  if (!number || IsNegative(*number)) {
    Fault(posting, "QUANTITY_INVALID", "A quantity is not a decimal of zero or more.");
    return std::nullopt;
  }
  if (quantity.unit().value().empty()) {
    Fault(posting, "UNIT_MISSING", "A quantity has no unit.");
    return std::nullopt;
  }
  return number;
}

void AddUsed(const MaterialActual& line, const ExactDecimal& quantity, bool returned, Posting& posting) {
  posting.used.push_back({First(line.material_definition_id()), First(line.material_lot_id()),
                          PropertyOf(line, "MaterialRequirementID"), line.quantity(0).unit().value(), quantity,
                          returned});
}

void AddMade(const MaterialActual& line, const ExactDecimal& quantity, ExactDecimal& sum, Posting& posting) {
  sum = Add(sum, quantity);
  posting.unit = line.quantity(0).unit().value();
  if (line.material_lot_id_size() > 0) posting.lot = First(line.material_lot_id());
}

void ReadMaterial(const MaterialActual& line, Posting& posting) {
  const auto quantity = QuantityOf(line, posting);
  if (!quantity) return;
  const auto& use = line.material_use();
  switch (use.code()) {
    case MATERIAL_USE_CODE_CONSUMED:
      return AddUsed(line, *quantity, false, posting);
    case MATERIAL_USE_CODE_PRODUCED:
      return AddMade(line, *quantity, posting.good, posting);
    case MATERIAL_USE_CODE_BY_PRODUCT_PRODUCED:
    case MATERIAL_USE_CODE_CO_PRODUCT_PRODUCED:
      return;  // a receipt of another material; the order's own sums stay
    default:
      break;
  }
  if (use.other_value() == "Returned") return AddUsed(line, *quantity, true, posting);
  if (use.other_value() == "Scrap") return AddMade(line, *quantity, posting.scrap, posting);
  if (use.other_value() == "Rework") return AddMade(line, *quantity, posting.rework, posting);
  Fault(posting, "MATERIAL_USE_UNKNOWN", "A material line does not say what the material was for.");
}

std::string ContentOf(const Posting& p) {
  std::string text = Cat(p.order_id, "|", p.segment, "|", p.type, "|", p.start, "|", p.end, "|", p.posting_date, "|",
                         FormatDecimal(p.good), "|", FormatDecimal(p.scrap), "|", FormatDecimal(p.rework), "|", p.unit,
                         "|", p.lot, "|", p.fault);
  for (const auto& used : p.used) {
    text += Cat("|", used.returned ? "-" : "+", used.material, "/", used.lot, "/", used.requirement, "/",
                FormatDecimal(used.quantity), "/", used.unit);
  }
  return text;
}

void ReadHead(const Document& document, const OperationsResponse& response, const SegmentResponse& segment,
              Posting& posting) {
  posting.sender = document.application_area().sender().logical_id().value();
  posting.report_id = segment.id().value();
  posting.order_id = First(segment.order_id().empty() ? response.order_id() : segment.order_id());
  posting.operation = First(segment.operations_segment_id());
  if (posting.operation.empty()) posting.operation = DataOf(segment, "OperationsSegmentID");
  posting.segment = First(segment.segment_requirement_id());
  if (posting.segment.empty()) posting.segment = DataOf(segment, "SegmentRequirementID");
  if (posting.segment.empty()) posting.segment = posting.operation;
  posting.type = DataOf(segment, "ConfirmationType");
  posting.start = TimeOf(segment.actual_start_time(), segment.has_actual_start_time());
  posting.end = TimeOf(segment.actual_end_time(), segment.has_actual_end_time());
  posting.posting_date =
      segment.has_posting_date() ? FormatInstant(segment.posting_date()) : DataOf(segment, "PostingDate");
}

void Check(Posting& posting) {
  if (posting.report_id.empty()) Fault(posting, "ID_MISSING", "The segment response has no ID.");
  if (posting.order_id.empty()) Fault(posting, "ORDER_MISSING", "The report names no order.");
  if (posting.segment.empty()) Fault(posting, "SEGMENT_MISSING", "The report does not say which step of the order.");
  if (posting.type.empty() && posting.used.empty())
    Fault(posting, "NOTHING_TO_POST", "The report has neither a confirmation type nor material.");
}

}  // namespace

std::string KindOf(const Posting& posting) { return posting.type.empty() ? "consumption" : "confirmation"; }

Posting ReadPosting(const Document& document, const OperationsResponse& response, const SegmentResponse& segment) {
  Posting posting;
  ReadHead(document, response, segment, posting);
  for (const auto& line : segment.material()) ReadMaterial(line, posting);
  Check(posting);
  posting.content = ContentOf(posting);
  // A booking needs its date: that of the work, where the report leaves it open.
  if (posting.posting_date.empty()) posting.posting_date = posting.end.empty() ? posting.start : posting.end;
  return posting;
}

bool IsReport(const Document& document) {
  const auto verb = document.verb().code();
  return document.noun() == NOUN_CODE_PERFORMANCE &&
         (verb == VERB_CODE_PROCESS || verb == VERB_CODE_SYNC || verb == VERB_CODE_CANCEL);
}

}  // namespace isa95::erp_sim
