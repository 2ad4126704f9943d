// What orders and reports have in common: windows, quantities and material lines.
#include "b2mml/check_report.h"
#include "b2mml/rec20.h"
#include "grpc/model/decimal.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

using flow::v1::Instant;

bool Before(const Instant& left, const Instant& right) {
  return std::pair(left.utc().seconds(), left.utc().nanos()) < std::pair(right.utc().seconds(), right.utc().nanos());
}

void CheckUnitCode(CheckReport& report, const flow::v1::Quantity& quantity) {
  for (const auto& attribute : quantity.value().other_attributes()) {
    if (attribute.name() == "unitCode" && quantity.has_unit() && attribute.value() != quantity.unit().value()) {
      report.Bad("UNIT_CODE_CONTRADICTS", quantity,
                 Cat("unitCode says '", attribute.value(), "', UnitOfMeasure says '", quantity.unit().value(), "'."),
                 "Send one unit.");
    }
  }
}

}  // namespace

void CheckWindow(CheckReport& report, const Instant& start, const Instant& end) {
  // With one offset missing nobody knows which is earlier; that finding is made elsewhere.
  const bool comparable = start.has_utc() && end.has_utc() && start.has_offset_minutes() == end.has_offset_minutes();
  if (!comparable || !Before(end, start)) return;
  report.Bad("END_BEFORE_START", end, "The end lies before the start.", "Send an end that is not before the start.");
}

void CheckUnit(CheckReport& report, const flow::v1::Code& unit, bool demanded) {
  if (!report.Releases() || unit.nil()) return;
  if (unit.value().empty()) {
    report.Tolerance("empty_unit", unit, "UnitOfMeasure is there but empty.",
                     "Send a unit, or xsi:nil where the schema demands the element.");
  } else if (demanded && !IsRec20(unit.value())) {
    report.Tolerance("non_rec20_unit", unit, Cat("'", unit.value(), "' is not a UN/ECE Rec 20 unit code."),
                     "Send the code, such as KGM, LTR, C62.");
  }
}

void CheckDecimal(CheckReport& report, const flow::v1::Decimal& decimal) {
  const auto value = decimal.nil() ? std::nullopt : ParseDecimal(decimal.value());
  if (!value) {
    report.Bad("NOT_A_DECIMAL", decimal, Cat("'", decimal.value(), "' is not a number as it has to be written."),
               "Send digits with a point, such as 104.5: no comma, no exponent, no unit.");
  } else if (IsNegative(*value)) {
    report.Bad("NEGATIVE_QUANTITY", decimal, Cat("'", decimal.value(), "' is negative."),
               "Send a quantity of zero or more.");
  }
}

void CheckQuantity(CheckReport& report, const flow::v1::Quantity& quantity) {
  if (IsEmptyQuantity(quantity)) {
    report.Tolerance("empty_quantity", quantity, "The quantity has no value.",
                     "Leave the element out where there is no quantity.");
    return;
  }
  CheckDecimal(report, quantity.value());
  if (!quantity.has_unit() || quantity.unit().nil()) {
    report.Tolerance("missing_unit", quantity, "The quantity has no unit.",
                     "Send UnitOfMeasure, a UN/ECE Rec 20 code.");
  } else {
    CheckUnit(report, quantity.unit(), true);
  }
  CheckUnitCode(report, quantity);
}

void CheckMaterialLine(CheckReport& report, const ProtoMessage& line, const flow::v1::MaterialUse* use,
                       const Quantities& quantities, bool planned) {
  if (use == nullptr) {
    report.Tolerance("missing_material_use", line, "A material line does not say what it is for.", "Send MaterialUse.");
  }
  const auto told = HowTold(quantities, use == nullptr ? flow::v1::MaterialUse::default_instance() : *use, planned);
  if (told == Told::kNotAtAll) {
    report.Bad("SEVERAL_QUANTITIES", line, "Nobody knows which quantity of this material line is meant.",
               "Send one Quantity a line, without Key.");
  } else if (told == Told::kByKey) {
    report.Tolerance("quantity_by_key", line, "The Key says which quantity of this material line is which.",
                     planned ? "Send the planned Quantity alone."
                             : "Send one Quantity a line: scrap and rework as lines with MaterialUse Other.");
  }
  for (const auto& quantity : quantities) CheckQuantity(report, quantity);
}

}  // namespace isa95::b2mml
