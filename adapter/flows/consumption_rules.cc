// Consumption by its order's past: whether the component was planned, in which unit, and what can still come back.
#include <algorithm>
#include <set>

#include "adapter/flows/report_book.h"
#include "adapter/flows/report_rules.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

using flow::v1::ConsumedQuantity;
using flow::v1::MaterialConsumption;
using flow::v1::MaterialRequirement;
using flow::v1::SegmentRequirement;
using Components = std::vector<const MaterialRequirement*>;

// A line that does not say what it is for was let through by the contract: it may be a component.
bool IsComponent(const MaterialRequirement& line) {
  const auto use = line.material_use().code();
  return use == flow::v1::MATERIAL_USE_CODE_CONSUMED || use == flow::v1::MATERIAL_USE_CODE_CONSUMABLE ||
         use == flow::v1::MATERIAL_USE_CODE_UNSPECIFIED;
}

void AddComponents(const MaterialRequirement& line, Components& into) {
  if (IsComponent(line)) into.push_back(&line);
  for (const auto& part : line.assembly_requirement()) AddComponents(part, into);
}

bool Plans(const MaterialRequirement& line, const std::string& material) {
  const auto& ids = line.material_definition_id();
  return std::any_of(ids.begin(), ids.end(), [&](const auto& id) { return id.value() == material; });
}

bool TakesUnit(const MaterialRequirement& line, const std::string& unit) {
  return line.quantity().empty() || line.quantity(0).unit().value().empty() || line.quantity(0).unit().value() == unit;
}

// Whether the order plans what was used.
class LineJudge {
 public:
  LineJudge(const SegmentRequirement& segment, const Judging& judging) : judging_(judging) {
    for (const auto& line : segment.material()) AddComponents(line, components_);
  }

  void Judge(const ConsumedQuantity& used, const std::string& path) const {
    const auto& requirement = used.material_requirement_id().value();
    const auto& material = used.material_definition_id().value();
    const auto& replaced = used.substitutes_for().value();
    Components meant = components_;
    if (!requirement.empty()) std::erase_if(meant, [&](const auto* line) { return line->id().value() != requirement; });
    if (meant.empty() && !requirement.empty())
      return Unplanned(Cat("The step has no component line ", requirement, "."), path);
    if (std::any_of(meant.begin(), meant.end(), [&](const auto* line) { return Plans(*line, material); }))
      return JudgeUnit(used, meant, path);
    if (!replaced.empty()) return JudgeSubstitute(used, meant, path);
    Unplanned(requirement.empty() ? Cat("The step plans no ", material, ".")
                                  : Cat("Component line ", requirement, " plans another material than ", material, "."),
              path);
  }

 private:
  void Unplanned(const std::string& words, const std::string& path) const {
    constexpr std::string_view kCode = "COMPONENT_UNPLANNED";
    if (judging_.contract.flows().material_consumption().unplanned()) {
      judging_.verdict.Flag(kCode, path, words, "Look whether that was meant; it is posted as what it is.");
    } else {
      judging_.verdict.Park(kCode, path, words,
                            "Have the order changed, or the contract allow unplanned components; then take this "
                            "report back and report it anew.");
    }
  }

  void JudgeSubstitute(const ConsumedQuantity& used, const Components& meant, const std::string& path) const {
    const auto& replaced = used.substitutes_for().value();
    const auto& material = used.material_definition_id().value();
    if (std::any_of(meant.begin(), meant.end(), [&](const auto* line) { return Plans(*line, replaced); })) {
      return judging_.verdict.Flag("COMPONENT_SUBSTITUTED", path,
                                   Cat(material, " was used in place of ", replaced, "."),
                                   "Look whether that was allowed; it is posted as what it is.");
    }
    judging_.verdict.Park("SUBSTITUTE_UNKNOWN", path + ".substitutes_for",
                          Cat(material, " is said to replace ", replaced, ", which is not planned here."),
                          "Take this report back and report it anew with the planned material it replaced.");
  }

  void JudgeUnit(const ConsumedQuantity& used, const Components& meant, const std::string& path) const {
    const auto& unit = used.quantity().unit().value();
    const MaterialRequirement* other = nullptr;
    for (const auto* line : meant) {
      if (!Plans(*line, used.material_definition_id().value())) continue;
      if (TakesUnit(*line, unit)) return;
      other = line;
    }
    judging_.verdict.Park("CONSUMPTION_UNIT_DIFFERS", path + ".quantity.unit",
                          Cat("The quantity is in ", unit.empty() ? "no unit" : unit, ", the component is planned in ",
                              other->quantity(0).unit().value(), ". Nothing is converted here."),
                          Cat("Take this report back and report it anew in ", other->quantity(0).unit().value(), "."));
  }

  const Judging& judging_;
  Components components_;
};

void JudgeReturns(const flow::v1::Envelope& content, const Judging& judging) {
  std::map<std::string, Account> accounts;
  std::map<std::string, int> lines;  // the last that returns to the account
  const auto& report = content.material_consumption();
  for (int i = 0; i < report.consumed_size(); ++i) {
    if (report.consumed(i).kind() != flow::v1::CONSUMPTION_KIND_CODE_RETURNED) continue;
    const auto key = AccountOf(report.consumed(i));
    accounts.try_emplace(key, judging.book.AccountOf(key, IsCumulative(judging.contract)));
    lines[key] = i;
  }
  for (const auto& line : UsedLinesOf(content, judging.order)) {
    const auto account = accounts.find(line.account);
    if (account != accounts.end()) account->second.Add(line, judging.at);
  }
  for (const auto& [key, account] : accounts) {
    const auto consumed = account.consumed.Total(), returned = account.returned.Total();
    if (Compare(returned, consumed) <= 0) continue;
    const auto& line = report.consumed(lines[key]);
    const auto lot = line.material_lot_id().value();
    judging.verdict.Park(
        "RETURN_WITHOUT_ISSUE", Cat("consumption.consumed[", lines[key], "]"),
        Cat("With this report ", FormatDecimal(returned), " ", line.quantity().unit().value(), " of ",
            line.material_definition_id().value(), lot.empty() ? std::string() : Cat(", lot ", lot, ","),
            " have come back from the order, but only ", FormatDecimal(consumed), " have gone into it."),
        "Take this report back; report what was used first, or the return with the right lot and quantity.");
  }
}

// What is given back may come from a lot that was held since.
void JudgeHolds(const MaterialConsumption& consumption, const Judging& judging) {
  for (int i = 0; i < consumption.consumed_size(); ++i) {
    const auto& line = consumption.consumed(i);
    const auto lot = judging.lots.find(line.material_lot_id().value());
    const bool held = lot != judging.lots.end() && lot->second == ledger::LotStanding::kOnHold;
    if (!held || line.kind() == flow::v1::CONSUMPTION_KIND_CODE_RETURNED) continue;
    judging.verdict.Park(
        "LOT_ON_HOLD", Cat("consumption.consumed[", i, "].material_lot_id"),
        Cat("Lot ", lot->first, " is on hold, but was used."),
        "Have the lot released, or decide what becomes of what was made of it; then take this report back and report "
        "it anew.");
  }
}

}  // namespace

void JudgeConsumption(const flow::v1::Envelope& content, const Judging& judging) {
  if (!JudgeStanding(judging)) return;
  const auto& consumption = content.material_consumption();
  const auto* segment =
      JudgeSegment(consumption.segment_requirement_id().value(), consumption.operations_segment_id().value(), judging);
  if (segment == nullptr) return;
  const LineJudge lines(*segment, judging);
  for (int i = 0; i < consumption.consumed_size(); ++i)
    lines.Judge(consumption.consumed(i), Cat("consumption.consumed[", i, "]"));
  JudgeHolds(consumption, judging);
  JudgeReadings(content, judging);
  JudgeReturns(content, judging);
}

}  // namespace isa95::flows
