// What a step uses: the materials of the shop floor.
#include <algorithm>
#include <array>

#include "grpc/model/instant.h"
#include "grpc/model/text.h"
#include "simulators/mes_sim/shop_floor.h"

namespace isa95::mes_sim {
namespace {

using namespace flow::v1;

// Counted, not weighed.
bool IsWhole(const std::string& unit) {
  constexpr std::array<std::string_view, 4> kCounted = {"C62", "EA", "PCE", "H87"};
  return std::find(kCounted.begin(), kCounted.end(), unit) != kCounted.end();
}

// With at least three digits behind the point where it is weighed.
ExactDecimal Weighable(ExactDecimal number, const std::string& unit) {
  for (; !IsWhole(unit) && number.scale < 3; ++number.scale) number.units *= 10;
  return number;
}

std::string FirstOf(const google::protobuf::RepeatedPtrField<Identifier>& ids) {
  return ids.empty() ? std::string() : ids[0].value();
}

}  // namespace

std::vector<ShopFloor::Component> ShopFloor::ComponentsOf(const SegmentRequirement& segment, size_t portions) {
  std::vector<Component> components;
  for (const auto& line : segment.material()) {
    if (line.material_use().code() != MATERIAL_USE_CODE_CONSUMED || line.quantity_size() != 1) continue;
    const auto planned = ParseDecimal(line.quantity(0).value().value());
    if (!planned || line.material_definition_id_size() == 0) continue;
    auto& component = components.emplace_back();
    component.line = &line;
    component.planned = Weighable(*planned, line.quantity(0).unit().value());
    const auto number = 100 + Chance(800);
    const bool two = Chance(2) == 0;
    component.lots = {line.material_lot_id_size() > 0 ? line.material_lot_id(0).value()
                                                      : Cat(FirstOf(line.material_definition_id()), "-L", number)};
    if (two && line.material_lot_id_size() == 0)
      component.lots.push_back(Cat(FirstOf(line.material_definition_id()), "-L", number + 1));
    component.changes_at = Chance(static_cast<uint32_t>(portions));
  }
  return components;
}

void ShopFloor::AddUsed(const Component& component, const SegmentRequirement& segment, const std::string& lot,
                        const ExactDecimal& quantity, ShopReport& report) {
  if (quantity.units == 0) return;
  const auto& line = *component.line;
  const auto& material = line.material_definition_id(0);
  const bool backflush = terms_.backflush.contains(material.value());
  report.used.push_back(
      {segment.id().value(), material.value(), lot, line.quantity(0).unit().value(), quantity, backflush});
  if (backflush && terms_.mutant != "M44") return;
  auto& consumption = *report.report.mutable_consumption();
  auto& consumed = *consumption.add_consumed();
  consumed.mutable_id()->set_value(std::to_string(consumption.consumed_size()));
  consumed.set_kind(CONSUMPTION_KIND_CODE_CONSUMED);
  if (line.has_id()) *consumed.mutable_material_requirement_id() = line.id();
  *consumed.mutable_material_definition_id() = material;
  consumed.mutable_material_lot_id()->set_value(lot);
  consumed.mutable_quantity()->mutable_value()->set_value(FormatDecimal(quantity));
  consumed.mutable_quantity()->mutable_data_type()->set_value("decimal");
  *consumed.mutable_quantity()->mutable_unit() = line.quantity(0).unit();
}

// As much of the plan as this portion is of the order; the last one is a little off, as life is.
void ShopFloor::UseComponent(Component& component, const SegmentRequirement& segment, const Portion& portion,
                             size_t number, ShopReport& report) {
  component.input += portion.input;
  Integer units = component.planned.units * component.input / quantity_.units - component.used;
  component.used += units;
  if (portion.last) units += component.used * static_cast<int>(Chance(3)) / 200 - component.used / 200;
  if (units < 0) units = 0;
  const auto& lots = component.lots;
  const auto scale = component.planned.scale;
  const bool changes = lots.size() > 1 && number == component.changes_at;
  if (!changes) {
    const auto& lot = lots.size() > 1 && number > component.changes_at ? lots[1] : lots[0];
    return AddUsed(component, segment, lot, {units, scale}, report);
  }
  const Integer first = units * (20 + Chance(60)) / 100;
  AddUsed(component, segment, lots[0], {first, scale}, report);
  AddUsed(component, segment, lots[1], {units - first, scale}, report);
}

std::optional<ShopReport> ShopFloor::Use(const SegmentRequirement& segment, const Portion& portion, size_t number,
                                         std::vector<Component>& components) {
  ShopReport report;
  for (auto& component : components) UseComponent(component, segment, portion, number, report);
  auto& consumption = *report.report.mutable_consumption();
  if (consumption.consumed_size() == 0) {
    // Issued by the ERP, of which the shop floor knows the truth all the same.
    reports_.back().used.insert(reports_.back().used.end(), report.used.begin(), report.used.end());
    return std::nullopt;
  }
  consumption.mutable_id()->set_value(NextId("GI"));
  *consumption.mutable_order_id() = order_.id();
  *consumption.mutable_segment_requirement_id() = segment.id();
  if (segment.has_operations_segment_id())
    *consumption.mutable_operations_segment_id() = segment.operations_segment_id();
  consumption.mutable_confirmation_id()->set_value(confirmation_id_);
  *consumption.mutable_actual_start_time() = At(portion.start_ms);
  *consumption.mutable_actual_end_time() = At(portion.end_ms);
  if (segment.equipment_size() > 0 && segment.equipment(0).equipment_id_size() > 0)
    *consumption.mutable_equipment_id() = segment.equipment(0).equipment_id(0);
  return report;
}

// A twentieth of one lot was not needed after all.
std::optional<ShopReport> ShopFloor::Return(const ShopReport& report) {
  const auto& consumed = report.report.consumption().consumed(0);
  auto quantity = ParseDecimal(consumed.quantity().value().value()).value_or(ExactDecimal{});
  quantity.units /= 20;
  if (quantity.units == 0) return std::nullopt;
  ShopReport returned;
  auto& consumption = *returned.report.mutable_consumption();
  consumption = report.report.consumption();
  consumption.mutable_id()->set_value(NextId("GI"));
  consumption.clear_consumed();
  auto& line = *consumption.add_consumed();
  line = consumed;
  line.set_kind(CONSUMPTION_KIND_CODE_RETURNED);
  line.mutable_quantity()->mutable_value()->set_value(FormatDecimal(quantity));
  line.mutable_reason_code()->set_value("NOT_NEEDED");
  *consumption.mutable_actual_end_time() = At(UnixMillis(consumption.actual_end_time()) + 20'000);
  const auto& material = consumed.material_definition_id().value();
  returned.used.push_back({report.used[0].segment,
                           material,
                           consumed.material_lot_id().value(),
                           consumed.quantity().unit().value(),
                           {-quantity.units, quantity.scale},
                           terms_.backflush.contains(material)});
  return returned;
}

}  // namespace isa95::mes_sim
