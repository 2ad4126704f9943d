#include <set>

#include "b2mml/check_report.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

using flow::v1::MaterialActual;
using flow::v1::SegmentResponse;

class PerformanceChecker {
 public:
  explicit PerformanceChecker(CheckReport& report) : report_(report) {}

  void Run(const flow::v1::Performance& performance) {
    CheckWindow(report_, performance.start_time(), performance.end_time());
    for (const auto& response : performance.response()) {
      CheckWindow(report_, response.start_time(), response.end_time());
      for (const auto& segment : response.segment()) CheckSegment(segment);
    }
  }

 private:
  void CheckSegment(const SegmentResponse& segment) {
    CheckId(segment);
    CheckWindow(report_, segment.actual_start_time(), segment.actual_end_time());
    for (const auto& equipment : segment.equipment()) CheckEquipment(equipment);
    for (const auto& material : segment.material()) CheckMaterial(material);
    for (const auto& child : segment.child()) CheckSegment(child);
  }

  // The confirmation's own number: by it a resend is known, and a reversal names what it takes back.
  void CheckId(const SegmentResponse& segment) {
    const auto& id = segment.id().value();
    if (id.empty()) {
      report_.Bad("MISSING_CONFIRMATION_ID", segment, "A confirmation has no ID.",
                  "Send an ID on each SegmentResponse, new for each confirmation.");
    } else if (!ids_.insert(id).second) {
      report_.Bad("DUPLICATE_CONFIRMATION_ID", segment.id(), Cat("Confirmation ", id, " is in this document twice."),
                  "Send each confirmation once, under an ID of its own.");
    }
  }

  void CheckEquipment(const flow::v1::EquipmentActual& equipment) {
    for (const auto& quantity : equipment.quantity()) CheckQuantity(report_, quantity);
    for (const auto& child : equipment.child()) CheckEquipment(child);
  }

  void CheckMaterial(const MaterialActual& material) {
    CheckMaterialLine(report_, material, material.has_material_use() ? &material.material_use() : nullptr,
                      material.quantity(), false);
    if (material.quantity_size() > 0) CheckSplit(material);
    for (const auto& part : material.assembly_actual()) CheckMaterial(part);
  }

  // One quantity for several of a kind: nobody knows how much is of which.
  void CheckSplit(const MaterialActual& material) {
    if (material.material_lot_id_size() > 1) {
      report_.Bad(
          "SEVERAL_LOTS", material,
          Cat("A material line has ", material.material_lot_id_size(), " lots, so its quantity is of no one lot."),
          "Send one MaterialActual a lot, each with its own quantity.");
    }
    if (material.material_definition_id_size() > 1) {
      report_.Bad("SEVERAL_MATERIALS", material,
                  Cat("A material line has ", material.material_definition_id_size(),
                      " materials, so its quantity is of no one material."),
                  "Send one MaterialActual a material, each with its own quantity.");
    }
  }

  CheckReport& report_;
  std::set<std::string> ids_;  // of the whole document
};

}  // namespace

void CheckPerformances(CheckReport& report, const flow::v1::Document& document) {
  if (!report.Releases() || report.Changes()) return;
  PerformanceChecker checker(report);
  for (const auto& performance : document.performance()) checker.Run(performance);
}

}  // namespace isa95::b2mml
