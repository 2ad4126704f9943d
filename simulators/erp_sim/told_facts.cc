#include "simulators/erp_sim/told_facts.h"

#include "grpc/model/decimal.h"
#include "grpc/model/duration.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::erp_sim {
namespace {

using namespace flow::v1;

constexpr char kDowntime[] = "DOWNTIME";

bool IsStop(const SegmentResponse& segment) {
  return segment.process_segment_id_size() > 0 && segment.process_segment_id(0).value() == kDowntime;
}

std::string SenderOf(const Document& document) { return document.application_area().sender().logical_id().value(); }

bool Changes(const Document& document) {
  const auto& verb = document.verb();
  return verb.criteria_size() > 0 && verb.criteria(0).expression_size() > 0 &&
         verb.criteria(0).expression(0).action_code() == "Change";
}

template <typename Items>
std::string Named(const Items& items, std::string_view name) {
  for (const auto& item : items) {
    if (item.id().value() == name && item.value_size() > 0) return item.value(0).value().value();
  }
  return {};
}

// To the last digit, and none too many.
std::string SecondsOf(int64_t nanos) {
  ExactDecimal number{nanos, 9};
  while (number.scale > 0 && number.units % 10 == 0) {
    number.units /= 10;
    --number.scale;
  }
  return FormatDecimal(number);
}

int64_t Nanos(const Instant& instant) { return instant.utc().seconds() * 1'000'000'000 + instant.utc().nanos(); }

void Fault(Told& told, std::string code, std::string text) {
  if (!told.fault.empty()) return;
  told.fault = std::move(code);
  told.fault_text = std::move(text);
}

// How long: of one stop from start to end, whatever else is said; of several what is said.
void TakeDuration(const SegmentResponse& segment, Told& told) {
  const auto said = Named(segment.data(), "DowntimeDuration");
  const auto nanos = ParseDuration(said);
  if (!segment.has_actual_end_time()) return;
  const auto took = Nanos(segment.actual_end_time()) - Nanos(segment.actual_start_time());
  const bool several = told.line["stops"] != "1";
  if (took < 0) Fault(told, "STOP_NEGATIVE", "The stop ends before it starts.");
  if (several && !nanos) Fault(told, "DURATION_MISSING", "Several stops are told without their duration.");
  if (!several && nanos && *nanos != took) Fault(told, "DURATION_DIFFERS", "The duration is not from start to end.");
  told.line["seconds"] = SecondsOf(several ? nanos.value_or(0) : took);
}

Told ReadStop(const SegmentResponse& segment, const OperationsResponse& response, const Document& document) {
  Told told;
  auto& line = told.line;
  line["event"] = "stop_told";
  line["sender"] = SenderOf(document);
  line["stop_id"] = segment.id().value();
  const bool over = segment.has_actual_end_time();
  line["phase"] = Changes(document) ? "CLOSED" : over ? "COMPLETE" : "OPENED";
  line["key"] = Cat(line["sender"], "/", line["stop_id"]);
  if (segment.equipment_size() == 1 && segment.equipment(0).equipment_id_size() == 1)
    line["line"] = segment.equipment(0).equipment_id(0).value();
  if (response.order_id_size() > 0) line["order_id"] = response.order_id(0).value();
  line["start"] = FormatInstant(segment.actual_start_time());
  line["end"] = over ? FormatInstant(segment.actual_end_time()) : "";
  line["reason"] = Named(segment.data(), "DowntimeReasonCode");
  line["kind"] = Named(segment.data(), "DowntimeKind");
  line["part_of"] = Named(segment.data(), "PartOf");
  const auto count = Named(segment.data(), "StopCount");
  line["stops"] = count.empty() || count == "0" ? "1" : count;
  if (line["line"].empty()) Fault(told, "LINE_MISSING", "The stop names no line.");
  if (line["phase"] == "CLOSED" && !over) Fault(told, "END_MISSING", "The stop is closed without an end.");
  TakeDuration(segment, told);
  return told;
}

Told ReadDisposition(const MaterialLot& lot, const Document& document) {
  Told told;
  auto& line = told.line;
  const auto word = lot.has_disposition() ? lot.disposition().value() : lot.status().value();
  line["event"] = "lot_told";
  line["sender"] = SenderOf(document);
  line["lot"] = lot.id().value();
  line["disposition_id"] = Named(lot.property(), "DispositionID");
  line["reason"] = Named(lot.property(), "ReasonCode");
  line["since"] = lot.has_effective_start_date() ? FormatInstant(lot.effective_start_date())
                                                 : Named(lot.property(), "EffectiveStartDate");
  line["key"] = Cat(line["sender"], "/", line["disposition_id"]);
  if (word == "Restricted" || word == "QUALITY_HOLD") line["disposition"] = "HOLD";
  if (word == "UnRestricted" || word == "RELEASED") line["disposition"] = "RELEASED";
  if (line["disposition"].empty()) Fault(told, "DISPOSITION_UNKNOWN", Cat("The lot is said to be '", word, "'."));
  if (line["disposition_id"].empty()) Fault(told, "ID_MISSING", "The disposition has no id.");
  return told;
}

Told NewResult(const Document& document, const std::string& id, const std::string& lot, const std::string& property) {
  Told told;
  auto& line = told.line;
  line["event"] = "result_told";
  line["sender"] = SenderOf(document);
  line["result_id"] = id;
  line["key"] = Cat(line["sender"], "/", id);
  line["lot"] = lot;
  line["property"] = property;
  if (id.empty()) Fault(told, "ID_MISSING", "The test result has no ID.");
  return told;
}

void ReadLot(const MaterialLot& lot, const Document& document, std::vector<Told>& all) {
  bool tested = false;
  for (const auto& property : lot.property()) {
    for (const auto& test : property.test_result()) {
      tested = true;
      auto& told = all.emplace_back(NewResult(document, test.id().value(), lot.id().value(), property.id().value()));
      if (property.value_size() > 0) told.line["value"] = property.value(0).value().value();
      if (test.result_size() > 0) told.line["verdict"] = test.result(0).value().value();
      told.line["retest_of"] = Named(lot.property(), "RetestOf");
    }
  }
  if (!tested) all.push_back(ReadDisposition(lot, document));
}

// Of its measurements the one with a property is the value; the others name what has no element.
void ReadTest(const TestResult& test, const Document& document, std::vector<Told>& all) {
  Told told = NewResult(document, test.id().value(), test.testable_object_id().value(), "");
  told.line["verdict"] = test.evaluated_criterion_result().value();
  for (const auto& measured : test.measurement()) {
    const auto& text = measured.value().value().value();
    if (measured.id().value() == "RetestOf") told.line["retest_of"] = text;
    if (measured.testable_object_property_id_size() == 0) continue;
    told.line["property"] = measured.testable_object_property_id(0).value();
    told.line["value"] = text;
  }
  all.push_back(std::move(told));
}

}  // namespace

bool IsFact(const Document& document) {
  if (document.verb().code() != VERB_CODE_SYNC) return false;
  if (document.noun() == NOUN_CODE_MATERIAL_LOT || document.noun() == NOUN_CODE_TEST_RESULT) return true;
  for (const auto& performance : document.performance()) {
    for (const auto& response : performance.response()) {
      for (const auto& segment : response.segment()) {
        if (IsStop(segment)) return true;
      }
    }
  }
  return false;
}

std::vector<Told> ReadFacts(const Document& document) {
  std::vector<Told> all;
  for (const auto& lot : document.material_lot()) ReadLot(lot, document, all);
  for (const auto& test : document.test_result()) ReadTest(test, document, all);
  for (const auto& performance : document.performance()) {
    for (const auto& response : performance.response()) {
      for (const auto& segment : response.segment()) {
        if (IsStop(segment)) all.push_back(ReadStop(segment, response, document));
      }
    }
  }
  return all;
}

}  // namespace isa95::erp_sim
