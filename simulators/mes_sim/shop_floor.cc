#include "simulators/mes_sim/shop_floor.h"

#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::mes_sim {
namespace {

using namespace flow::v1;

constexpr int64_t kMinuteMs = 60'000;
constexpr int64_t kShiftMinutes = 8 * 60;

void SetQuantity(Quantity& to, const ExactDecimal& number, const Code& unit) {
  to.mutable_value()->set_value(FormatDecimal(number));
  to.mutable_data_type()->set_value("decimal");
  *to.mutable_unit() = unit;
}

}  // namespace

ShopFloor::ShopFloor(const ProductionOrder& order, const MaterialRequirement& product, const ExactDecimal& quantity,
                     const ShiftTerms& terms)
    : order_(order),
      product_(product),
      quantity_(quantity),
      terms_(terms),
      random_(ChanceOf(terms.seed, order.id().value())),
      input_(quantity.units),
      clock_ms_(terms.start_ms) {}

std::string ShopFloor::NextId(const char* kind) {
  std::string number = std::to_string(++last_id_);
  if (number.size() < 3) number.insert(0, 3 - number.size(), '0');
  return Cat(terms_.site, "-", kind, "-", order_.id().value(), "-", number);
}

Instant ShopFloor::At(int64_t ms) const {
  Instant instant = InstantOf(ms);
  instant.set_offset_minutes(terms_.offset);
  return instant;
}

// What was bad of it; small enough that the order is not missed by much.
void ShopFloor::Judge(Portion& portion) {
  const auto share = [&](uint32_t most) { return Integer(portion.input * Chance(most + 1) / 100); };
  portion.scrap = share(4);
  portion.rework = share(2);
  portion.good = portion.input - portion.scrap - portion.rework;
}

// One to four partial lots and a last one, in this step's share of the shift.
std::vector<ShopFloor::Portion> ShopFloor::Divide(size_t index, size_t count) {
  const auto share = kShiftMinutes * kMinuteMs / static_cast<int64_t>(count);
  const int64_t begin = clock_ms_, end = terms_.start_ms + share * static_cast<int64_t>(index + 1) - kMinuteMs;
  const size_t pieces = 2 + Chance(4);
  std::vector<Portion> portions(pieces);
  Integer left = input_;
  for (size_t i = 0; i < pieces; ++i) {
    auto& portion = portions[i];
    portion.last = i + 1 == pieces;
    portion.input = portion.last ? left : Integer(input_ * (70 + Chance(30)) / (100 * pieces));
    left -= portion.input;
    portion.start_ms = begin + (end - begin) * static_cast<int64_t>(i) / static_cast<int64_t>(pieces);
    portion.end_ms = begin + (end - begin) * static_cast<int64_t>(i + 1) / static_cast<int64_t>(pieces) - 1'000;
    Judge(portion);
  }
  return portions;
}

ExecutionConfirmation& ShopFloor::Confirm(const SegmentRequirement& segment, int64_t start_ms, int64_t end_ms,
                                          ConfirmationTypeCode type) {
  auto& confirmation = *reports_.emplace_back().report.mutable_confirmation();
  confirmation.mutable_id()->set_value(NextId("CNF"));
  *confirmation.mutable_order_id() = order_.id();
  *confirmation.mutable_segment_requirement_id() = segment.id();
  if (segment.has_operations_segment_id())
    *confirmation.mutable_operations_segment_id() = segment.operations_segment_id();
  if (segment.has_process_segment_id()) *confirmation.mutable_process_segment_id() = segment.process_segment_id();
  confirmation.set_type(type);
  *confirmation.mutable_actual_start_time() = At(start_ms);
  *confirmation.mutable_actual_end_time() = At(end_ms);
  if (segment.equipment_size() > 0 && segment.equipment(0).equipment_id_size() > 0)
    *confirmation.mutable_equipment_id() = segment.equipment(0).equipment_id(0);
  return confirmation;
}

void ShopFloor::SetUp(const SegmentRequirement& segment, int64_t start_ms, int64_t end_ms) {
  Confirm(segment, start_ms, end_ms, CONFIRMATION_TYPE_CODE_PARTIAL).mutable_operator_note()->set_value("set-up");
}

void ShopFloor::AddOutput(ExecutionConfirmation& confirmation, const SegmentRequirement& segment, OutputKindCode kind,
                          const Integer& units, const char* reason) {
  if (units == 0 && kind != OUTPUT_KIND_CODE_GOOD) return;
  auto& output = *confirmation.add_output();
  output.set_kind(kind);
  if (product_.material_definition_id_size() > 0)
    *output.mutable_material_definition_id() = product_.material_definition_id(0);
  SetQuantity(*output.mutable_quantity(), Number(units), product_.quantity(0).unit());
  if (*reason != '\0') output.mutable_reason_code()->set_value(reason);
  for (const auto& line : segment.material()) {
    if (&line == &product_) output.mutable_material_lot_id()->set_value(LotOf(order_, product_, terms_.site));
  }
}

void ShopFloor::Report(const SegmentRequirement& segment, const Portion& portion) {
  const auto type = portion.last ? CONFIRMATION_TYPE_CODE_FINAL : CONFIRMATION_TYPE_CODE_PARTIAL;
  auto& confirmation = Confirm(segment, portion.start_ms, portion.end_ms, type);
  AddOutput(confirmation, segment, OUTPUT_KIND_CODE_GOOD, portion.good, "");
  AddOutput(confirmation, segment, OUTPUT_KIND_CODE_SCRAP, portion.scrap, "SC-LEAK");
  AddOutput(confirmation, segment, OUTPUT_KIND_CODE_REWORK, portion.rework, "RW-LABEL");
  confirmation_id_ = confirmation.id().value();
}

// An operator overlooked the scrap, and puts it right.
void ShopFloor::ReportWronglyAndTakeBack(const SegmentRequirement& segment, const Portion& portion) {
  Portion wrong = portion;
  wrong.good += wrong.scrap;
  wrong.scrap = 0;
  Report(segment, wrong);
  auto& reversal = *reports_.emplace_back().report.mutable_reversal();
  reversal.mutable_id()->set_value(NextId("REV"));
  *reversal.mutable_order_id() = order_.id();
  reversal.mutable_reverses_id()->set_value(confirmation_id_);
  reversal.mutable_reason_code()->set_value("OPERATOR_ERROR");
  *reversal.mutable_reversed_at() = At(portion.end_ms + 30'000);
  reversal.mutable_operator_note()->set_value("scrap was counted as good");
}

void ShopFloor::RunPortion(const SegmentRequirement& segment, const Portion& portion, size_t number,
                           std::vector<Component>& components) {
  if (portion.last) {  // what was told late is told before the step ends
    for (auto& report : late_) reports_.push_back(std::move(report));
    late_.clear();
  }
  if (!portion.last && portion.scrap > 0 && Chance(4) == 0) ReportWronglyAndTakeBack(segment, portion);
  Report(segment, portion);
  reports_.back().made.push_back({segment.id().value(), product_.quantity(0).unit().value(), Number(portion.good),
                                  Number(portion.scrap), Number(portion.rework)});
  auto used = Use(segment, portion, number, components);
  if (!used) return;
  auto returned = portion.last || Chance(6) != 0 ? std::nullopt : Return(*used);
  const bool late = !portion.last && Chance(6) == 0;
  auto& told = late ? late_ : reports_;
  told.push_back(*std::move(used));
  if (returned) told.push_back(*std::move(returned));
}

void ShopFloor::RunSegment(const SegmentRequirement& segment, size_t index, size_t count) {
  const int64_t begin = clock_ms_;
  clock_ms_ += (5 + Chance(10)) * kMinuteMs;
  SetUp(segment, begin, clock_ms_ - 1'000);
  const auto portions = Divide(index, count);
  auto components = ComponentsOf(segment, portions.size());
  input_ = 0;
  for (size_t i = 0; i < portions.size(); ++i) {
    RunPortion(segment, portions[i], i, components);
    input_ += portions[i].good + portions[i].rework;  // which is good in the end
  }
  clock_ms_ = portions.back().end_ms + kMinuteMs;
}

}  // namespace isa95::mes_sim
