#include "simulators/mes_sim/fact_document.h"

#include "grpc/model/duration.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"
#include "simulators/mes_sim/shift.h"

namespace isa95::mes_sim {
namespace {

using namespace flow::v1;

const char* WordOf(RelevanceCode relevance) {
  if (relevance == RELEVANCE_CODE_FINANCIAL) return "FINANCIAL";
  return relevance == RELEVANCE_CODE_CUSTOMER_RELEASE ? "RELEASE" : "";
}

void SetValue(Value& value, const std::string& text, const char* type, const std::string& unit = {}) {
  value.mutable_value()->set_value(text);
  value.mutable_data_type()->set_value(type);
  if (!unit.empty()) value.mutable_unit()->set_value(unit);
}

// To a segment's data or a lot's properties.
template <typename Items>
void Add(Items& items, const char* name, const std::string& text, const char* type, const std::string& unit = {}) {
  if (text.empty()) return;
  auto& item = *items.Add();
  item.mutable_id()->set_value(name);
  SetValue(*item.add_value(), text, type, unit);
}

std::string DurationOf(const DowntimeEvent& stop) {
  if (stop.has_stopped()) return stop.stopped().value();
  if (!stop.has_end_time()) return {};
  return FormatDuration((UnixMillis(stop.end_time()) - UnixMillis(stop.start_time())) * 1'000'000);
}

void FillStop(const exchange::v1::Report& report, Document& document) {
  const auto& stop = report.downtime();
  auto& performance = *document.add_performance();
  performance.mutable_id()->set_value(Cat("PERF-", KeyOf(report)));
  auto& response = *performance.add_response();
  response.mutable_id()->set_value(stop.id().value());
  if (stop.has_order_id()) *response.add_order_id() = stop.order_id();
  auto& segment = *response.add_segment();
  *segment.mutable_id() = stop.id();
  segment.add_process_segment_id()->set_value("DOWNTIME");
  *segment.mutable_actual_start_time() = stop.start_time();
  if (stop.has_end_time()) *segment.mutable_actual_end_time() = stop.end_time();
  auto& data = *segment.mutable_data();
  Add(data, "DowntimeReasonCode", stop.reason_code().value(), "Code");
  Add(data, "DowntimeDuration", DurationOf(stop), "duration");
  Add(data, "DowntimeKind", stop.kind() == DOWNTIME_KIND_CODE_PLANNED ? "PLANNED" : "UNPLANNED", "string");
  Add(data, "BusinessRelevance", WordOf(stop.relevance()), "string");
  if (stop.stop_count() > 0) Add(data, "StopCount", std::to_string(stop.stop_count()), "integer");
  Add(data, "PartOf", stop.part_of().value(), "Identifier");
  if (report.order_sequence() > 0) Add(data, "OrderSequence", std::to_string(report.order_sequence()), "integer");
  auto& line = *segment.add_equipment();
  line.mutable_id()->set_value("1");
  *line.add_equipment_id() = stop.equipment_id();
}

void FillDisposition(const exchange::v1::Report& report, bool has_results, Document& document) {
  const auto& disposition = report.lot_disposition();
  const bool hold = disposition.disposition() == DISPOSITION_CODE_HOLD;
  auto& lot = *document.add_material_lot();
  *lot.mutable_id() = disposition.material_lot_id();
  if (disposition.has_material_definition_id())
    *lot.mutable_material_definition_id() = disposition.material_definition_id();
  lot.mutable_status()->set_value(hold ? "QUALITY_HOLD" : "RELEASED");
  if (has_results) lot.mutable_disposition()->set_value(hold ? "Restricted" : "UnRestricted");
  auto& named = *lot.mutable_property();
  Add(named, "DispositionID", disposition.id().value(), "Identifier");
  Add(named, "ReasonCode", disposition.reason_code().value(), "Code");
  Add(named, "OperationsRequestID", disposition.order_id().value(), "Identifier");
  Add(named, "BusinessRelevance", WordOf(disposition.relevance()), "string");
  Add(named, "OrderSequence", std::to_string(report.order_sequence()), "integer");
  if (has_results) *lot.mutable_effective_start_date() = disposition.effective_time();
  if (!has_results) Add(named, "EffectiveStartDate", FormatInstant(disposition.effective_time()), "dateTime");
}

// What has no element, one after the other.
template <typename Visit>
void ForEachName(const exchange::v1::Report& report, const Visit& visit) {
  const auto& result = report.test_result();
  visit("SampleID", result.sample_id().value(), "Identifier");
  visit("TestSpecificationID", result.test_specification_id().value(), "Identifier");
  visit("OperationsRequestID", result.order_id().value(), "Identifier");
  visit("BusinessRelevance", std::string(WordOf(result.relevance())), "string");
  if (result.has_retest_of()) visit("RetestOf", result.retest_of().value(), "Identifier");
  if (result.has_high()) visit("HighLimit", result.high().value().value(), "decimal");
  if (result.has_high())
    visit("HighLimitExclusive", std::string(result.high().exclusive() ? "true" : "false"), "boolean");
  if (report.order_sequence() > 0) visit("OrderSequence", std::to_string(report.order_sequence()), "integer");
}

const char* VerdictOf(const QualityTestResult& result) {
  return result.verdict() == VERDICT_CODE_PASS ? "Pass" : "Fail";
}

void FillTest(const exchange::v1::Report& report, Document& document) {
  const auto& result = report.test_result();
  auto& test = *document.add_test_result();
  *test.mutable_id() = result.id();
  *test.mutable_evaluation_date() = result.measured_at();
  const bool of_lot = result.has_material_lot_id();
  *test.mutable_testable_object_id() = of_lot ? result.material_lot_id() : result.order_id();
  test.mutable_testable_object_id()->set_scheme_id(of_lot ? "MaterialLot" : "OperationsRequest");
  test.mutable_evaluated_criterion_result()->set_value(VerdictOf(result));
  auto& measured = *test.add_measurement();
  measured.mutable_id()->set_value("1");
  *measured.add_testable_object_property_id() = result.property_id();
  *measured.mutable_measurement_date() = result.measured_at();
  SetValue(*measured.mutable_value(), result.value().value().value(), "decimal", result.value().unit().value());
  ForEachName(report, [&](const char* name, const std::string& text, const char* type) {
    auto& named = *test.add_measurement();
    named.mutable_id()->set_value(name);
    SetValue(*named.mutable_value(), text, type);
  });
}

void FillTestWithinLot(const exchange::v1::Report& report, Document& document) {
  const auto& result = report.test_result();
  auto& lot = *document.add_material_lot();
  const bool of_lot = result.has_material_lot_id();
  *lot.mutable_id() = of_lot ? result.material_lot_id() : result.order_id();
  if (!of_lot) lot.mutable_id()->set_scheme_id("OperationsRequest");
  auto& property = *lot.add_property();
  *property.mutable_id() = result.property_id();
  SetValue(*property.add_value(), result.value().value().value(), "decimal", result.value().unit().value());
  auto& test = *property.add_test_result();
  *test.mutable_id() = result.id();
  *test.mutable_test_date_time() = result.measured_at();
  SetValue(*test.add_result(), VerdictOf(result), "string");
  ForEachName(report, [&](const char* name, const std::string& text, const char* type) {
    Add(*lot.mutable_property(), name, text, type);
  });
}

Instant WhenOf(const exchange::v1::Report& report) {
  if (report.has_lot_disposition()) return report.lot_disposition().effective_time();
  if (report.has_test_result()) return report.test_result().measured_at();
  return report.downtime().has_end_time() ? report.downtime().end_time() : report.downtime().start_time();
}

}  // namespace

Document MakeFact(const exchange::v1::Report& report, const std::string& logical_id, const std::string& noun_form,
                  bool has_results) {
  Document document;
  auto& area = *document.mutable_application_area();
  area.mutable_sender()->mutable_logical_id()->set_value(logical_id);
  area.mutable_sender()->mutable_confirmation_code()->set_value("Always");
  area.mutable_bod_id()->set_value(KeyOf(report));
  *area.mutable_creation_date_time() = WhenOf(report);
  const bool changes = report.has_lot_disposition() || report.downtime().phase() == DOWNTIME_PHASE_CODE_CLOSED;
  document.mutable_verb()->set_code(VERB_CODE_SYNC);
  auto& expression = *document.mutable_verb()->add_criteria()->add_expression();
  expression.set_action_code(changes ? "Change" : "Add");
  expression.set_value("/");
  if (report.has_downtime()) {
    document.set_noun(NOUN_CODE_PERFORMANCE);
    document.set_noun_form(noun_form);
    FillStop(report, document);
  } else if (report.has_lot_disposition()) {
    document.set_noun(NOUN_CODE_MATERIAL_LOT);
    FillDisposition(report, has_results, document);
  } else {
    document.set_noun(has_results ? NOUN_CODE_TEST_RESULT : NOUN_CODE_MATERIAL_LOT);
    has_results ? FillTest(report, document) : FillTestWithinLot(report, document);
  }
  return document;
}

}  // namespace isa95::mes_sim
