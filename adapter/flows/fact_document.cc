#include "adapter/flows/fact_document.h"

#include "adapter/flows/fact_items.h"
#include "adapter/flows/fact_words.h"
#include "adapter/flows/report_words.h"
#include "grpc/model/instant.h"

namespace isa95::flows {
namespace {

using namespace flow::v1;

void SetValue(Value& value, std::string_view text, std::string_view data_type, const std::string& unit = {}) {
  value.mutable_value()->set_value(std::string(text));
  value.mutable_data_type()->set_value(std::string(data_type));
  if (!unit.empty()) value.mutable_unit()->set_value(unit);
}

MaterialLotProperty& AddProperty(MaterialLot& lot, std::string_view name, std::string_view text,
                                 std::string_view data_type, const std::string& unit = {}) {
  auto& property = *lot.add_property();
  property.mutable_id()->set_value(std::string(name));
  SetValue(*property.add_value(), text, data_type, unit);
  return property;
}

Identifier TestedObject(const QualityTestResult& result) {
  const bool of_lot = !result.material_lot_id().value().empty();
  Identifier id = of_lot ? result.material_lot_id() : result.order_id();
  id.set_scheme_id(of_lot ? words::kLotScheme : words::kOrderScheme);
  return id;
}

}  // namespace

MaterialLot LotOf(const LotDisposition& disposition, const Places& places) {
  MaterialLot lot;
  const bool hold = disposition.disposition() == DISPOSITION_CODE_HOLD;
  *lot.mutable_id() = disposition.material_lot_id();
  if (disposition.has_operator_note()) *lot.add_description() = disposition.operator_note();
  if (disposition.has_material_definition_id())
    *lot.mutable_material_definition_id() = disposition.material_definition_id();
  lot.mutable_status()->set_value(hold ? words::kHoldStatus : words::kReleasedStatus);
  if (places.Carry({"material_lot", "disposition"}))
    lot.mutable_disposition()->set_value(hold ? words::kRestricted : words::kUnrestricted);
  AddProperty(lot, words::kDispositionId, disposition.id().value(), "Identifier");
  const auto add = [&](std::string_view name, std::string_view text, std::string_view type) {
    if (!text.empty()) AddProperty(lot, name, text, type);
  };
  add(words::kReasonCode, disposition.reason_code().value(), "Code");
  add(words::kOperationsRequestId, disposition.order_id().value(), "Identifier");
  add(words::kBusinessRelevance, WordOf(disposition.relevance()), "string");
  if (places.Carry({"material_lot", "effective_start_date"})) {
    *lot.mutable_effective_start_date() = disposition.effective_time();
  } else {
    add(words::kEffectiveStartDate, FormatInstant(disposition.effective_time()), "dateTime");
  }
  if (!disposition.has_quantity()) return lot;
  auto& quantity = *lot.add_quantity() = disposition.quantity();
  if (!quantity.has_data_type()) quantity.mutable_data_type()->set_value("decimal");
  return lot;
}

MaterialLot LotOf(const QualityTestResult& result) {
  MaterialLot lot;
  *lot.mutable_id() = TestedObject(result);
  if (!result.material_lot_id().value().empty()) lot.mutable_id()->clear_scheme_id();
  auto& property = AddProperty(lot, result.property_id().value(), result.value().value().value(), "decimal",
                               result.value().unit().value());
  auto& test = *property.add_test_result();
  *test.mutable_id() = result.id();
  if (result.has_operator_note()) *test.add_description() = result.operator_note();
  *test.mutable_test_date_time() = result.measured_at();
  SetValue(*test.add_result(), WordOf(result.verdict()), "string");
  for (const auto& item : ItemsOf(result)) AddProperty(lot, item.name, item.text, item.data_type, item.unit);
  return lot;
}

TestResult TestOf(const QualityTestResult& result) {
  TestResult test;
  *test.mutable_id() = result.id();
  if (result.has_operator_note()) *test.add_description() = result.operator_note();
  *test.mutable_evaluation_date() = result.measured_at();
  *test.mutable_testable_object_id() = TestedObject(result);
  test.mutable_evaluated_criterion_result()->set_value(std::string(WordOf(result.verdict())));
  auto& measured = *test.add_measurement();
  measured.mutable_id()->set_value("1");
  *measured.add_testable_object_property_id() = result.property_id();
  *measured.mutable_measurement_date() = result.measured_at();
  SetValue(*measured.mutable_value(), result.value().value().value(), "decimal", result.value().unit().value());
  for (const auto& item : ItemsOf(result)) {
    auto& named = *test.add_measurement();
    named.mutable_id()->set_value(std::string(item.name));
    SetValue(*named.mutable_value(), item.text, item.data_type, item.unit);
  }
  return test;
}

}  // namespace isa95::flows
