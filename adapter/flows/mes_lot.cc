#include "adapter/flows/mes_lot.h"

#include "adapter/flows/fact_items.h"
#include "adapter/flows/fact_words.h"
#include "adapter/flows/item_gate.h"
#include "adapter/flows/relevance.h"
#include "adapter/flows/report_words.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

using namespace flow::v1;
using contract::v1::SiteContract;

DispositionCode DispositionOf(const MaterialLot& lot) {
  const auto& disposition = lot.disposition().value();
  if (disposition == words::kRestricted) return DISPOSITION_CODE_HOLD;
  if (disposition == words::kUnrestricted) return DISPOSITION_CODE_RELEASED;
  if (!disposition.empty()) return DISPOSITION_CODE_UNSPECIFIED;
  if (lot.status().value() == words::kHoldStatus) return DISPOSITION_CODE_HOLD;
  return lot.status().value() == words::kReleasedStatus ? DISPOSITION_CODE_RELEASED : DISPOSITION_CODE_UNSPECIFIED;
}

Quantity NumberOf(const Value& value) {
  Quantity quantity;
  quantity.mutable_value()->set_value(value.value().value());
  if (value.has_unit()) *quantity.mutable_unit() = value.unit();
  return quantity;
}

// A named item into `items`; what is not known is judged.
void Take(std::string_view name, const std::string& text, const std::string& place, const SiteContract& contract,
          FactItems& items, Findings& findings) {
  const auto taken = TakeItem(name, text, items);
  if (taken == Taken::kUnknown) findings.push_back(JudgeItem(place, "property", name, contract));
  if (taken == Taken::kUnreadable)
    findings.push_back(Warning("BAD_DATA_ITEM", "", 0,
                               Cat(place, "the property '", name, "' has no value that can be read."),
                               "Send one Value with the text that this property has.", "MES vendor"));
}

void Finish(const FactItems& items, const SiteContract& contract, QualityTestResult& result) {
  FillResult(items, result);
  if (result.relevance() == RELEVANCE_CODE_UNSPECIFIED && items.relevance.empty() &&
      CharacteristicOf(result, contract) != nullptr)
    result.set_relevance(RELEVANCE_CODE_CUSTOMER_RELEASE);
}

class LotReader {
 public:
  LotReader(const MaterialLot& lot, const Document& document, const SiteContract& contract, ReportList& reports,
            Findings& findings)
      : lot_(lot), document_(document), contract_(contract), reports_(reports), findings_(findings) {}

  void Read() {
    for (const auto& property : lot_.property()) TakeProperty(property);
    JudgeExtensions(lot_.extension(), Place(), contract_, findings_);
    const auto disposition = DispositionOf(lot_);
    if (disposition != DISPOSITION_CODE_UNSPECIFIED) AddDisposition(disposition);
    for (const auto& property : lot_.property()) {
      for (const auto& test : property.test_result()) AddResult(property, test);
    }
    if (disposition != DISPOSITION_CODE_UNSPECIFIED || added_) return;
    findings_.push_back(
        Error("NOT_BUSINESS_RELEVANT", "", 0, Cat(Place(), "it is neither held nor released, and has no test result."),
              "Send a lot where its disposition becomes Restricted or UnRestricted (Status QUALITY_HOLD "
              "or RELEASED where the version has no Disposition).",
              "MES vendor"));
  }

 private:
  std::string Place() const { return Cat("Lot ", Shown(lot_.id().value()), ": "); }

  void TakeProperty(const MaterialLotProperty& property) {
    for (const auto& child : property.child())
      findings_.push_back(JudgeItem(Place(), "property", child.id().value(), contract_));
    if (property.test_result_size() > 0) return;
    const auto text = property.value_size() == 1 ? property.value(0).value().value() : "";
    Take(property.id().value(), text, Place(), contract_, items_, findings_);
  }

  Instant SinceWhen() {
    if (lot_.has_effective_start_date()) return lot_.effective_start_date();
    if (auto named = ParseInstant(items_.effective_start); named.ok()) return *named;
    if (lot_.has_published_date()) return lot_.published_date();
    return document_.application_area().creation_date_time();  // it was made then at the latest
  }

  void AddDisposition(DispositionCode code) {
    auto& report = reports_.emplace_back();
    report.set_order_sequence(items_.order_sequence);
    auto& disposition = *report.mutable_lot_disposition();
    const auto since = SinceWhen();
    disposition.mutable_id()->set_value(
        items_.disposition_id.empty() ? Cat(lot_.id().value(), "/", FormatInstant(since)) : items_.disposition_id);
    *disposition.mutable_material_lot_id() = lot_.id();
    if (!items_.order_id.empty()) disposition.mutable_order_id()->set_value(items_.order_id);
    if (lot_.has_material_definition_id())
      *disposition.mutable_material_definition_id() = lot_.material_definition_id();
    disposition.set_disposition(code);
    if (!items_.reason_code.empty()) disposition.mutable_reason_code()->set_value(items_.reason_code);
    *disposition.mutable_effective_time() = since;
    disposition.set_relevance(RelevanceOf(items_.relevance));
    if (lot_.description_size() > 0) *disposition.mutable_operator_note() = lot_.description(0);
    if (lot_.quantity_size() != 1) return;
    auto& quantity = *disposition.mutable_quantity() = lot_.quantity(0);
    if (quantity.data_type().nil() || quantity.data_type().value() == "decimal") quantity.clear_data_type();
  }

  void AddResult(const MaterialLotProperty& property, const LotPropertyTestResult& test) {
    added_ = true;
    auto& report = reports_.emplace_back();
    report.set_order_sequence(items_.order_sequence);
    auto& result = *report.mutable_test_result();
    *result.mutable_id() = test.id();
    if (lot_.id().scheme_id() != words::kOrderScheme) *result.mutable_material_lot_id() = lot_.id();
    *result.mutable_property_id() = property.id();
    if (property.value_size() == 1) *result.mutable_value() = NumberOf(property.value(0));
    if (test.has_test_date_time()) *result.mutable_measured_at() = test.test_date_time();
    if (test.result_size() == 1) result.set_verdict(VerdictOf(test.result(0).value().value()));
    if (test.description_size() > 0) *result.mutable_operator_note() = test.description(0);
    Finish(items_, contract_, result);
    if (property.test_specification_id_size() == 1)
      *result.mutable_test_specification_id() = property.test_specification_id(0);
  }

  const MaterialLot& lot_;
  const Document& document_;
  const SiteContract& contract_;
  ReportList& reports_;
  Findings& findings_;
  FactItems items_;
  bool added_ = false;
};

}  // namespace

void ReadLot(const MaterialLot& lot, const Document& document, const SiteContract& contract, ReportList& reports,
             Findings& findings) {
  LotReader(lot, document, contract, reports, findings).Read();
}

void ReadTest(const TestResult& test, const SiteContract& contract, ReportList& reports, Findings& findings) {
  const auto place = Cat("Test result ", Shown(test.id().value()), ": ");
  FactItems items;
  std::vector<const PropertyMeasurement*> measured;
  for (const auto& measurement : test.measurement()) {
    if (measurement.testable_object_property_id_size() > 0) {
      measured.push_back(&measurement);
    } else {
      Take(measurement.id().value(), measurement.value().value().value(), place, contract, items, findings);
    }
    JudgeExtensions(measurement.extension(), place, contract, findings);
  }
  JudgeExtensions(test.extension(), place, contract, findings);
  for (const auto* measurement : measured) {
    auto& report = reports.emplace_back();
    report.set_order_sequence(items.order_sequence);
    auto& result = *report.mutable_test_result();
    *result.mutable_id() = test.id();
    if (measured.size() > 1)  // each is a fact of its own
      result.mutable_id()->set_value(Cat(test.id().value(), "/", measurement->id().value()));
    auto object = test.testable_object_id();
    const bool of_order = object.scheme_id() == words::kOrderScheme;
    object.clear_scheme_id();
    if (!of_order && !object.value().empty()) *result.mutable_material_lot_id() = object;
    *result.mutable_property_id() = measurement->testable_object_property_id(0);
    *result.mutable_value() = NumberOf(measurement->value());
    if (measurement->has_measurement_date()) {
      *result.mutable_measured_at() = measurement->measurement_date();
    } else if (test.has_evaluation_date()) {
      *result.mutable_measured_at() = test.evaluation_date();
    }
    result.set_verdict(VerdictOf(test.evaluated_criterion_result().value()));
    if (test.description_size() > 0) *result.mutable_operator_note() = test.description(0);
    Finish(items, contract, result);
    if (of_order && !result.has_order_id()) *result.mutable_order_id() = object;
  }
  for (const auto& child : test.child()) ReadTest(child, contract, reports, findings);
}

}  // namespace isa95::flows
