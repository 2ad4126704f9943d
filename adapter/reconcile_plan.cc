#include "adapter/reconcile_plan.h"

#include <algorithm>

namespace isa95::adapter {
namespace {

using namespace flow::v1;
using Segments = google::protobuf::RepeatedPtrField<SegmentRequirement>;

bool IsPlan(const ledger::StoredItem& item, bool accepted) {
  const bool standing =
      item.state != exchange::v1::ITEM_STATE_REJECTED && item.state != exchange::v1::ITEM_STATE_REFUSED;
  return item.envelope.has_production_order() && item.envelope.kind() != MESSAGE_KIND_ORDER_CANCEL &&
         (accepted ? item.state == exchange::v1::ITEM_STATE_ACCEPTED : standing);
}

// A line's quantity in its first unit; what cannot be read counts as none.
void AddLine(const MaterialRequirement& line, ExactDecimal& sum, std::string& unit) {
  if (line.quantity_size() == 0) return;
  const auto number = ParseDecimal(line.quantity(0).value().value());
  const auto& written = line.quantity(0).unit().value();
  if (!number || (!unit.empty() && unit != written)) return;
  unit = written;
  sum = Add(sum, *number);
}

// A line that does not say what it is for was let through by the contract: it may be a component.
bool IsComponent(const MaterialRequirement& line) {
  const auto use = line.material_use().code();
  return use == MATERIAL_USE_CODE_CONSUMED || use == MATERIAL_USE_CODE_CONSUMABLE ||
         use == MATERIAL_USE_CODE_UNSPECIFIED;
}

void AddComponent(ReconciliationPlan& plan, const MaterialRequirement& line) {
  PlannedComponent component;
  component.requirement_id = line.id().value();
  component.on_order = true;
  if (line.material_definition_id_size() > 0) component.material = line.material_definition_id(0).value();
  AddLine(line, component.planned, component.unit);
  // Without an id of its own a line is known by its material alone.
  const auto same = std::find_if(plan.components.begin(), plan.components.end(), [&](const auto& other) {
    return other.requirement_id == component.requirement_id && other.material == component.material &&
           other.unit == component.unit;
  });
  if (same == plan.components.end()) {
    plan.components.push_back(std::move(component));
  } else {
    same->planned = Add(same->planned, component.planned);
  }
}

// Parts of an assembly are components too, whatever the assembly itself is.
void AddComponents(ReconciliationPlan& plan, const MaterialRequirement& line) {
  if (IsComponent(line)) AddComponent(plan, line);
  for (const auto& part : line.assembly_requirement()) AddComponents(plan, part);
}

void AddSegments(ReconciliationPlan& plan, const Segments& segments, std::optional<size_t>& delivering) {
  for (const auto& segment : segments) {
    const size_t position = plan.segments.size();
    PlannedSegment planned{segment.id().value(), segment.operations_segment_id().value(), "", {}};
    for (const auto& line : segment.material()) {
      if (line.material_use().code() == MATERIAL_USE_CODE_PRODUCED) {
        delivering = position;
        AddLine(line, planned.planned, planned.unit);
      }
      AddComponents(plan, line);
    }
    plan.segments.push_back(std::move(planned));
    AddSegments(plan, segment.child(), delivering);
  }
}

}  // namespace

ReconciliationPlan PlanOf(const std::vector<ledger::StoredItem>& order) {
  ReconciliationPlan plan;
  const bool accepted = std::any_of(order.begin(), order.end(), [](const auto& item) { return IsPlan(item, true); });
  const ProductionOrder* content = nullptr;  // a change may say no more than a new state
  for (const auto& item : order) {
    if (!IsPlan(item, accepted)) continue;
    plan.version = item.envelope.key_version();
    if (item.envelope.production_order().segment_size() > 0) content = &item.envelope.production_order();
  }
  std::optional<size_t> delivering;
  if (content != nullptr) AddSegments(plan, content->segment(), delivering);
  for (size_t i = 0; i < plan.segments.size(); ++i) {
    plan.segments[i].delivers = delivering == i;
    if (delivering != i) plan.segments[i].planned = {};
  }
  return plan;
}

const PlannedSegment* ReconciliationPlan::Delivering() const {
  const auto found =
      std::find_if(segments.begin(), segments.end(), [](const auto& segment) { return segment.delivers; });
  return found == segments.end() ? nullptr : &*found;
}

std::optional<size_t> ReconciliationPlan::FindSegment(const std::string& requirement_id,
                                                      const std::string& operation) const {
  const auto found = std::find_if(segments.begin(), segments.end(), [&](const auto& segment) {
    if (!requirement_id.empty()) return segment.id == requirement_id;
    return segment.operation == operation && (!operation.empty() || segment.id.empty());
  });
  return found == segments.end() ? std::nullopt : std::optional(static_cast<size_t>(found - segments.begin()));
}

size_t ReconciliationPlan::SegmentOf(const std::string& requirement_id, const std::string& operation) {
  if (const auto found = FindSegment(requirement_id, operation)) return *found;
  segments.push_back({requirement_id, operation, "", {}});
  return segments.size() - 1;
}

size_t ReconciliationPlan::ComponentOf(const std::string& requirement_id, const std::string& material) {
  std::optional<size_t> by_material;
  size_t with_material = 0;
  for (size_t i = 0; i < components.size(); ++i) {
    if (components[i].material != material) continue;
    if (components[i].requirement_id == requirement_id) return i;
    if (!components[i].on_order) continue;
    by_material = i;
    ++with_material;
  }
  if (requirement_id.empty() && with_material == 1) return *by_material;
  components.push_back({requirement_id, material, "", {}});
  return components.size() - 1;
}

}  // namespace isa95::adapter
