#include "simulators/erp_sim/orders.h"

#include <array>
#include <random>

#include "grpc/model/decimal.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::erp_sim {
namespace {

using namespace flow::v1;

constexpr int64_t kFirstStartMs = 1'795'672'800'000;  // 2026-11-26T06:00:00Z
constexpr int64_t kHourMs = 3'600'000;

struct Step {
  const char *number, *kind, *line;
};
constexpr std::array<Step, 3> kRouting = {
    {{"0010", "MIX", "LE01-MIX-01"}, {"0020", "FILL", "LE01-FILL-01"}, {"0030", "PACK", "LE01-PACK-01"}}};

void SetId(Identifier* id, std::string_view value) { id->set_value(std::string(value)); }

void AddMaterial(SegmentRequirement& segment, std::string_view id, std::string_view material, MaterialUseCode use,
                 std::string_view quantity, std::string_view unit, std::string_view lot) {
  auto& line = *segment.add_material();
  SetId(line.mutable_id(), id);
  SetId(line.add_material_definition_id(), material);
  if (!lot.empty()) SetId(line.add_material_lot_id(), lot);
  line.mutable_material_use()->set_code(use);
  auto& amount = *line.add_quantity();
  amount.mutable_value()->set_value(std::string(quantity));
  amount.mutable_data_type()->set_value("decimal");
  amount.mutable_unit()->set_value(std::string(unit));
}

// What is left to chance in an order's terms: first its quantity, then its dates and its priority.
std::mt19937 ChanceOf(const OrderSpec& spec) {
  const uint32_t version = spec.terms_version == 0 ? spec.version : spec.terms_version;
  std::seed_seq seed{spec.seed, version, static_cast<uint32_t>(std::hash<std::string>{}(spec.id))};
  return std::mt19937(seed);
}

// A fifth of a kilogram for each piece.
std::string SyrupFor(const std::string& pieces) {
  const auto number = ParseDecimal(pieces).value_or(ExactDecimal{});
  return FormatDecimal({number.units * 2, number.scale + 1});
}

void AddSegments(ProductionOrder& order, const OrderSpec& spec) {
  const std::string pieces = QuantityOf(spec);
  for (size_t i = 0; i < kRouting.size(); ++i) {
    const auto& step = kRouting[i];
    auto& segment = *order.add_segment();
    SetId(segment.mutable_id(), Cat(spec.id, "-", step.number));
    SetId(segment.mutable_process_segment_id(), step.kind);
    SetId(segment.mutable_operations_definition_id(), "FG-2001/R01/0003");
    SetId(segment.mutable_operations_segment_id(), step.number);
    segment.mutable_duration()->set_value("PT2H");
    auto& equipment = *segment.add_equipment();
    SetId(equipment.mutable_id(), Cat("EQ-", step.number));
    SetId(equipment.add_equipment_id(), step.line);
    const auto line = [&](const char* kind) { return Cat(spec.id, "-", kind, i + 1); };
    if (i == 0)
      AddMaterial(segment, line("C"), "RM-100", MATERIAL_USE_CODE_CONSUMED, spec.broken ? "1,5" : SyrupFor(pieces),
                  "KGM", "");
    if (i == 1) AddMaterial(segment, line("C"), "RM-200", MATERIAL_USE_CODE_CONSUMED, pieces, "C62", "");
    if (i == 2)
      AddMaterial(segment, line("P"), "FG-2001", MATERIAL_USE_CODE_PRODUCED, pieces, "C62", Cat("B-", spec.id));
  }
}

void FillOrder(ProductionOrder& order, const OrderSpec& spec) {
  SetId(order.mutable_id(), spec.id);
  order.add_description()->set_value("Cough syrup 200 ml");
  SetId(order.mutable_version(), std::to_string(spec.version));
  auto chance = ChanceOf(spec);
  chance.discard(1);
  const int64_t start = kFirstStartMs + static_cast<int64_t>(chance() % 240) * kHourMs;
  *order.mutable_start_time() = InstantOf(start);
  *order.mutable_end_time() = InstantOf(start + 8 * kHourMs);
  order.mutable_priority()->set_value(std::to_string(1 + chance() % 9));
  order.mutable_state()->set_code(spec.state);
  SetId(order.add_operations_definition_id(), "FG-2001/R01/0003");
  AddSegments(order, spec);
}

}  // namespace

std::string QuantityOf(const OrderSpec& spec) {
  return spec.quantity.empty() ? std::to_string(100 + ChanceOf(spec)() % 900) : spec.quantity;
}

std::string BodIdOf(const OrderSpec& spec) {
  const std::string text = Cat(spec.id, "/", spec.version, "/", spec.seed, "/", static_cast<int>(spec.verb));
  std::seed_seq seed(text.begin(), text.end());
  std::mt19937 random(seed);
  constexpr char kHex[] = "0123456789abcdef";
  std::string id = "00000000-0000-5000-8000-000000000000";
  for (size_t i = 0; i < id.size(); ++i) {
    if (id[i] == '0') id[i] = kHex[random() % 16];
  }
  return id;
}

Document MakeRequest(const OrderSpec& spec) {
  Document document;
  document.set_noun(NOUN_CODE_SCHEDULE);
  document.set_noun_form(spec.noun_form);
  document.mutable_verb()->set_code(spec.verb);
  const bool cancels = spec.verb == VERB_CODE_CANCEL;
  if (!cancels) document.mutable_verb()->set_response_code("Always");
  auto& area = *document.mutable_application_area();
  SetId(area.mutable_sender()->mutable_logical_id(), spec.logical_id);
  if (cancels) area.mutable_sender()->mutable_confirmation_code()->set_value("Always");
  *area.mutable_creation_date_time() = InstantOf(kFirstStartMs - 24 * kHourMs);
  SetId(area.mutable_bod_id(), BodIdOf(spec));
  auto& schedule = *document.add_schedule();
  SetId(schedule.mutable_id(), Cat("SCH-", spec.id));
  FillOrder(*schedule.add_order(), spec);
  return document;
}

}  // namespace isa95::erp_sim
