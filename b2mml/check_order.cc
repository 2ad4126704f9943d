#include <set>

#include "b2mml/check_report.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

class OrderChecker {
 public:
  explicit OrderChecker(CheckReport& report) : report_(report) {}

  void Run(const flow::v1::ProductionOrder& order) {
    if (order.id().value().empty())
      report_.Bad("MISSING_ORDER_ID", order, "The order has no ID.", "Send the order number as the request's ID.");
    CheckWindow(report_, order.start_time(), order.end_time());
    if (order.has_priority()) CheckDecimal(report_, order.priority());
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
    for (const auto& quantity : equipment.quantity()) CheckQuantity(report_, quantity);
    for (const auto& child : equipment.child()) CheckEquipment(child);
  }

  void CheckMaterial(const flow::v1::MaterialRequirement& material) {
    CheckMaterialLine(report_, material, material.has_material_use() ? &material.material_use() : nullptr,
                      material.quantity(), true);
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

  CheckReport& report_;
  std::set<std::string> segments_;
  int produced_ = 0;
};

}  // namespace

void CheckOrder(CheckReport& report, const flow::v1::ProductionOrder& order) { OrderChecker(report).Run(order); }

}  // namespace isa95::b2mml
