#include <set>

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

class OrderChecker {
 public:
  explicit OrderChecker(CheckReport& report) : report_(report) {}

  void Run(const flow::v1::ProductionOrder& order) {
    if (order.id().value().empty())
      report_.Bad("MISSING_ORDER_ID", order, "The order has no ID.", "Send the order number as the request's ID.");
    CheckWindow(report_, order.start_time(), order.end_time());
    if (order.has_priority()) CheckDecimal(order.priority());
    if (!report_.Releases()) return;
    if (!order.has_state() && !report_.Changes())
      report_.Tolerance("missing_order_state", order, "The order has no RequestState.", "Send RequestState Released.");
    for (const auto& segment : order.segment()) CheckSegment(segment);
    if (produced_ > 1 || (produced_ == 0 && !report_.Changes())) {
      report_.Tolerance("no_single_order_quantity", order,
                        Cat("The order has ", produced_, " Produced lines, so its quantity is not stated once."),
                        "Send exactly one material line with MaterialUse Produced.");
    }
  }

 private:
  void CheckSegment(const flow::v1::SegmentRequirement& segment) {
    const auto& id = segment.id().value();
    if (id.empty()) {
      report_.Tolerance("missing_segment_id", segment, "A segment has no ID.",
                        "Send an ID on each SegmentRequirement.");
    } else if (!segments_.insert(id).second) {
      report_.Bad("DUPLICATE_SEGMENT_ID", segment.id(), Cat("The segment id '", id, "' is used twice in this order."),
                  "Send each segment under an id of its own.");
    }
    CheckWindow(report_, segment.earliest_start_time(), segment.latest_end_time());
    if (segment.has_duration()) CheckDuration(segment.duration());
    for (const auto& equipment : segment.equipment()) CheckEquipment(equipment);
    for (const auto& material : segment.material()) {
      produced_ += material.material_use().code() == flow::v1::MATERIAL_USE_CODE_PRODUCED;
      CheckMaterial(material);
    }
    for (const auto& child : segment.child()) CheckSegment(child);
  }

  void CheckEquipment(const flow::v1::EquipmentRequirement& equipment) {
    for (const auto& quantity : equipment.quantity()) CheckQuantity(quantity);
    for (const auto& child : equipment.child()) CheckEquipment(child);
  }

  void CheckMaterial(const flow::v1::MaterialRequirement& material) {
    if (!material.has_material_use()) {
      report_.Tolerance("missing_material_use", material, "A material line does not say what it is for.",
                        "Send MaterialUse.");
    }
    if (material.quantity_size() > 1) {
      report_.Bad("SEVERAL_QUANTITIES", material, "A material line has several quantities.",
                  "Send one Quantity a line.");
    }
    for (const auto& quantity : material.quantity()) CheckQuantity(quantity);
    for (const auto& part : material.assembly_requirement()) CheckMaterial(part);
  }

  void CheckDuration(const flow::v1::Duration& duration) {
    const auto text = Trim(duration.value());
    const auto date_part = text.substr(0, text.find('T'));
    if (!text.starts_with('P') || date_part.find_first_of("YM") != std::string_view::npos) {
      report_.Bad("DURATION_NOT_FIXED", duration, Cat("The duration '", text, "' has no fixed length or is negative."),
                  "Send days and times only, such as PT2H.");
    }
  }

  void CheckDecimal(const flow::v1::Decimal& decimal) {
    const auto value = decimal.nil() ? std::nullopt : ParseDecimal(decimal.value());
    if (!value) {
      report_.Bad("NOT_A_DECIMAL", decimal, Cat("'", decimal.value(), "' is not a number as it has to be written."),
                  "Send digits with a point, such as 104.5: no comma, no exponent, no unit.");
    } else if (IsNegative(*value)) {
      report_.Bad("NEGATIVE_QUANTITY", decimal, Cat("'", decimal.value(), "' is negative."),
                  "Send a quantity of zero or more.");
    }
  }

  void CheckQuantity(const flow::v1::Quantity& quantity) {
    if (quantity.has_value()) {
      CheckDecimal(quantity.value());
    } else {
      report_.Bad("NOT_A_DECIMAL", quantity, "The quantity has no number.", "Send QuantityString.");
    }
    if (!quantity.has_unit() || quantity.unit().nil()) {
      report_.Tolerance("missing_unit", quantity, "The quantity has no unit.",
                        "Send UnitOfMeasure, a UN/ECE Rec 20 code.");
    } else {
      CheckUnit(report_, quantity.unit(), true);
    }
    for (const auto& attribute : quantity.value().other_attributes()) {
      if (attribute.name() == "unitCode" && quantity.has_unit() && attribute.value() != quantity.unit().value()) {
        report_.Bad("UNIT_CODE_CONTRADICTS", quantity,
                    Cat("unitCode says '", attribute.value(), "', UnitOfMeasure says '", quantity.unit().value(), "'."),
                    "Send one unit.");
      }
    }
  }

  CheckReport& report_;
  std::set<std::string> segments_;
  int produced_ = 0;
};

}  // namespace

void CheckOrder(CheckReport& report, const flow::v1::ProductionOrder& order) { OrderChecker(report).Run(order); }

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

}  // namespace isa95::b2mml
