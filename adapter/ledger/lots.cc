#include "adapter/ledger/lots.h"

namespace isa95::ledger {
namespace {

using Lots = std::set<std::string>;

void Add(const flow::v1::Identifier& lot, Lots& lots) {
  if (!lot.value().empty()) lots.insert(lot.value());
}

void AddOf(const flow::v1::MaterialRequirement& material, Lots& lots) {
  for (const auto& lot : material.material_lot_id()) Add(lot, lots);
  for (const auto& part : material.assembly_requirement()) AddOf(part, lots);
}

void AddOf(const flow::v1::SegmentRequirement& segment, Lots& lots) {
  for (const auto& material : segment.material()) AddOf(material, lots);
  for (const auto& child : segment.child()) AddOf(child, lots);
}

}  // namespace

Lots LotsNamed(const flow::v1::Envelope& envelope) {
  Lots lots;
  for (const auto& segment : envelope.production_order().segment()) AddOf(segment, lots);
  for (const auto& line : envelope.execution_confirmation().output()) Add(line.material_lot_id(), lots);
  for (const auto& line : envelope.material_consumption().consumed()) Add(line.material_lot_id(), lots);
  Add(envelope.lot_disposition().material_lot_id(), lots);
  Add(envelope.quality_test_result().material_lot_id(), lots);
  return lots;
}

bool MakesLotsKnown(const flow::v1::Envelope& envelope) {
  return envelope.has_production_order() || envelope.has_execution_confirmation() ||
         envelope.has_material_consumption();
}

bool IsQualityOrDowntime(flow::v1::MessageKind kind) {
  return kind == flow::v1::MESSAGE_KIND_LOT_DISPOSITION || kind == flow::v1::MESSAGE_KIND_TEST_RESULT ||
         kind == flow::v1::MESSAGE_KIND_DOWNTIME;
}

}  // namespace isa95::ledger
