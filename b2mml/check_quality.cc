// What is said of quality and of stops: lots, test results, events. A stop told as a segment is CheckPerformances'.
#include <algorithm>
#include <array>
#include <set>

#include "b2mml/check_report.h"
#include "grpc/model/decimal.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

// Data types of what is measured or counted: it has a unit.
constexpr std::array<std::string_view, 19> kNumbers = {"Measure",
                                                       "Numeric",
                                                       "Quantity",
                                                       "decimal",
                                                       "double",
                                                       "float",
                                                       "integer",
                                                       "long",
                                                       "int",
                                                       "short",
                                                       "byte",
                                                       "unsignedLong",
                                                       "unsignedInt",
                                                       "unsignedShort",
                                                       "unsignedByte",
                                                       "positiveInteger",
                                                       "negativeInteger",
                                                       "nonNegativeInteger",
                                                       "nonPositiveInteger"};

bool IsNumber(const flow::v1::Value& value) {
  const auto& type = value.data_type();
  if (!type.value().empty()) return std::find(kNumbers.begin(), kNumbers.end(), type.value()) != kNumbers.end();
  return ParseDecimal(value.value().value()).has_value();
}

class QualityChecker {
 public:
  explicit QualityChecker(CheckReport& report) : report_(report) {}

  void Lot(const flow::v1::MaterialLot& lot) {
    // One lot number may stand for lots of several materials.
    const auto key = Cat(lot.material_definition_id().value(), "\n", lot.id().value());
    CheckId("LOT", "lot", lot, lot.id(), lots_, key);
    CheckWindow(report_, lot.effective_start_date(), lot.effective_end_date());
    CheckLines(lot);
    for (const auto& sublot : lot.sublot()) Sublot(sublot);
  }

  void Result(const flow::v1::TestResult& result) {
    CheckId("TEST_RESULT", "test result", result, result.id(), results_, result.id().value());
    CheckWindow(report_, result.evaluation_date(), result.expiration());
    for (const auto& measurement : result.measurement()) {
      CheckWindow(report_, measurement.measurement_date(), measurement.expiration());
      // Without a property it is something named that travels with the result, such as a number of the sample.
      if (measurement.has_value() && measurement.testable_object_property_id_size() > 0)
        CheckMeasured(measurement.value());
    }
    for (const auto& child : result.child()) Result(child);
  }

  void Event(const flow::v1::OperationsEvent& event) {
    CheckId("EVENT", "event", event, event.id(), events_, event.id().value());
    if (event.has_priority()) CheckDecimal(report_, event.priority());
    for (const auto& record : event.record()) Record(record);
    for (const auto& child : event.child()) Event(child);
  }

 private:
  // By it a resend is known. `key` is what makes it one of its kind.
  void CheckId(std::string_view code, std::string_view kind, const ProtoMessage& of, const flow::v1::Identifier& id,
               std::set<std::string>& known, const std::string& key) {
    if (id.value().empty()) {
      report_.Bad(Cat("MISSING_", code, "_ID"), of, Cat("The ", kind, " has no ID."), Cat("Send the ", kind, "'s ID."));
    } else if (!known.insert(key).second) {
      report_.Bad(Cat("DUPLICATE_", code, "_ID"), id, Cat("The ", kind, " ", id.value(), " is in this document twice."),
                  Cat("Send each ", kind, " once, under an ID of its own."));
    }
  }

  void Sublot(const flow::v1::MaterialSublot& sublot) {
    if (sublot.id().value().empty())
      report_.Bad("MISSING_SUBLOT_ID", sublot, "A sublot has no ID.", "Send the sublot's ID.");
    CheckWindow(report_, sublot.effective_start_date(), sublot.effective_end_date());
    CheckLines(sublot);
    for (const auto& child : sublot.child()) Sublot(child);
  }

  // What a lot and a sublot have in common.
  template <typename Lot>
  void CheckLines(const Lot& lot) {
    if (lot.quantity_size() > 1) {
      report_.Bad("SEVERAL_QUANTITIES", lot, "A lot has several quantities, so nobody knows how much is meant.",
                  "Send one Quantity a lot.");
    }
    for (const auto& quantity : lot.quantity()) CheckQuantity(report_, quantity);
    for (const auto& property : lot.property()) Property(property);
  }

  void Property(const flow::v1::MaterialLotProperty& property) {
    if (property.test_result_size() >
        0) {  // then its value is what was measured, and the result says of it what it says
      for (const auto& value : property.value()) CheckMeasured(value);
    }
    for (const auto& result : property.test_result()) {
      CheckWindow(report_, result.test_date_time(), result.expiration_time());
      for (const auto& value : result.result()) CheckMeasured(value);
    }
    for (const auto& child : property.child()) Property(child);
  }

  // A number that was measured: it may be below zero, but of what it is has to be said.
  void CheckMeasured(const flow::v1::Value& value) {
    if (value.value().nil() || !IsNumber(value)) return;
    if (!ParseDecimal(value.value().value())) {
      report_.Bad("NOT_A_DECIMAL", value, Cat("'", value.value().value(), "' is not a number as it has to be written."),
                  "Send digits with a point, such as 104.5: no comma, no exponent, no unit.");
    }
    if (!value.has_unit() || value.unit().nil()) {
      report_.Tolerance("missing_unit", value, "The measured value has no unit.",
                        "Send UnitOfMeasure, a UN/ECE Rec 20 code.");
    } else if (!value.unit().value().empty()) {  // an empty one is found wherever it stands
      CheckUnit(report_, value.unit(), true);
    }
  }

  void Record(const flow::v1::OperationsEventRecord& record) {
    CheckWindow(report_, record.effective_timestamp(), record.effective_end_date());
    for (const auto& entry : record.entry()) Entry(entry);
    for (const auto& child : record.child()) Record(child);
  }

  void Entry(const flow::v1::OperationsRecordEntry& entry) {
    CheckWindow(report_, entry.effective_timestamp(), entry.effective_end_date());
    for (const auto& child : entry.child()) Entry(child);
  }

  CheckReport& report_;
  std::set<std::string> lots_, results_, events_;  // of the whole document
};

}  // namespace

void CheckQuality(CheckReport& report, const flow::v1::Document& document) {
  if (!report.Releases()) return;
  QualityChecker checker(report);
  for (const auto& lot : document.material_lot()) checker.Lot(lot);
  for (const auto& result : document.test_result()) checker.Result(result);
  for (const auto& information : document.operations_test_information()) {
    for (const auto& result : information.test_result()) checker.Result(result);
  }
  for (const auto& event : document.operations_event()) checker.Event(event);
  for (const auto& information : document.operations_event_information()) {
    for (const auto& event : information.event()) checker.Event(event);
  }
}

}  // namespace isa95::b2mml
