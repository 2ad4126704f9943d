#include "adapter/policy/units.h"

#include "grpc/model/factor.h"
#include "grpc/model/text.h"

namespace isa95::policy {

ExactDecimal Round(const ExactDecimal& value, uint32_t digits) {
  if (value.scale <= digits) return value;
  return Divide(value, ExactDecimal{1, 0}, digits, digits);
}

Units::Units(const contract::v1::SiteContract& contract) {
  for (const auto& [code, from] : contract.units()) {
    Unit unit{from.of().empty() ? code : from.of(), ExactDecimal{1, 0}, std::nullopt, {from.erp(), from.mes()}};
    if (!from.factor().empty()) unit.factor = ParseFactor(from.factor()).value_or(ExactDecimal{1, 0});
    if (from.rounded()) unit.digits = from.digits();
    rounds_ = rounds_ || from.rounded();
    for (size_t party = 0; party < kParties; ++party) {
      if (!unit.words[party].empty()) codes_[party].emplace(unit.words[party], code);
    }
    units_.emplace(code, std::move(unit));
  }
}

NameProblem Units::ToStandard(Party party, flow::v1::Quantity& quantity) const {
  if (empty() || !quantity.has_unit() || quantity.unit().value().empty()) return {};
  const auto& words = codes_[static_cast<size_t>(party)];
  const auto word = words.find(quantity.unit().value());
  const auto found = units_.find(word == words.end() ? quantity.unit().value() : word->second);
  if (found == units_.end())
    return {"UNIT_UNKNOWN", Cat("The contract knows no unit '", quantity.unit().value(), "'."),
            "Send a unit of the contract's table, or add this one under units.", true};
  const auto& unit = found->second;
  if (unit.of != found->first) {
    const auto value = ParseDecimal(quantity.value().value());
    if (!value) return {};
    auto turned = Multiply(*value, unit.factor);
    while (turned.scale > 0 && turned.units % 10 == 0) {
      turned.units /= 10;
      --turned.scale;
    }
    quantity.mutable_value()->set_value(FormatDecimal(turned));
    // What the text said beside its element is said of the old unit.
    quantity.mutable_value()->clear_other_attributes();
  }
  quantity.mutable_unit()->set_value(unit.of);
  return {};
}

void Units::ToParty(Party party, flow::v1::Quantity& quantity) const {
  const auto found = units_.find(quantity.unit().value());
  if (found == units_.end()) return;
  const auto& word = found->second.words[static_cast<size_t>(party)];
  if (!word.empty()) quantity.mutable_unit()->set_value(word);
}

std::optional<uint32_t> Units::RoundedTo(std::string_view standard_unit) const {
  const auto found = units_.find(standard_unit);
  return found == units_.end() ? std::nullopt : found->second.digits;
}

}  // namespace isa95::policy
