// One line of a report, judged by itself: its number and unit, its reason, and the materials the contract names.
#include <algorithm>

#include "adapter/flows/report_rules.h"
#include "b2mml/rec20.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

using contract::v1::SiteContract;

template <typename List>
bool Has(const List& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

void Tolerance(Verdict& verdict, bool allowed, std::string_view code, const std::string& path, std::string_view words,
               std::string_view mend) {
  allowed ? verdict.Flag(code, path, words, mend) : verdict.Park(code, path, words, mend);
}

void CheckUnit(const flow::v1::Quantity& quantity, const std::string& path, const SiteContract& contract,
               Verdict& verdict) {
  const auto& unit = quantity.unit().value();
  const auto& mes = contract.mes().dialect();
  if (unit.empty() || quantity.unit().nil()) {
    Tolerance(verdict, mes.missing_unit() || (quantity.has_unit() && mes.empty_unit()), "MISSING_UNIT", path,
              "The quantity has no unit.", "Report it anew with its unit, a UN/ECE Rec 20 code.");
  } else if (!b2mml::IsRec20(unit)) {
    // A MES repeats the units of its orders: where the ERP may use its own, the MES may.
    Tolerance(verdict, mes.non_rec20_unit() || contract.erp().dialect().non_rec20_unit(), "NON_REC20_UNIT", path,
              Cat("'", unit, "' is not a UN/ECE Rec 20 unit code."),
              "Report it anew with the code, such as KGM, LTR, C62.");
  }
  for (const auto& attribute : quantity.value().other_attributes()) {
    if (attribute.name() != "unitCode" || !quantity.has_unit() || attribute.value() == unit) continue;
    verdict.ParkForVendor("UNIT_CODE_CONTRADICTS", path,
                          Cat("unitCode says '", attribute.value(), "', the unit says '", unit, "'."),
                          "Send one unit.");
  }
}

void MissingMaterial(const std::string& path, Verdict& verdict) {
  verdict.Park("MISSING_MATERIAL", path + ".material_definition_id", "The line does not say which material it is.",
               "Report it anew with the material.");
}

template <typename Any>
void CheckLot(const Any& line, const std::string& path, const SiteContract& contract, Verdict& verdict) {
  const auto& material = line.material_definition_id().value();
  const auto& terms = contract.flows().material_consumption();
  if (!line.material_lot_id().value().empty() || !Has(terms.lot_managed(), material)) return;
  verdict.Park("LOT_MISSING", path + ".material_lot_id", Cat("Material ", material, " is reported without its lot."),
               "Report it anew with the lot, one line for each.");
}

}  // namespace

void CheckQuantity(const flow::v1::Quantity& quantity, const std::string& path, const SiteContract& contract,
                   Verdict& verdict) {
  const auto& text = quantity.value().value();
  const auto value = quantity.value().nil() ? std::nullopt : ParseDecimal(text);
  if (!value) {
    verdict.ParkForVendor("NOT_A_DECIMAL", path + ".value",
                          Cat("'", text, "' is not a number as it has to be written."),
                          "Send digits with a point, such as 104.5: no comma, no exponent, no unit.");
  } else if (IsNegative(*value)) {
    verdict.Park("NEGATIVE_QUANTITY", path + ".value", Cat("The quantity ", text, " is negative."),
                 "Take back what was reported wrongly with a reversal; report a return as such, with a quantity of "
                 "zero or more.");
  }
  CheckUnit(quantity, path + ".unit", contract, verdict);
}

void CheckOutput(const flow::v1::OutputQuantity& output, const std::string& path, const SiteContract& contract,
                 Verdict& verdict) {
  const auto& terms = contract.flows().execution_confirmation();
  using namespace flow::v1;
  CheckQuantity(output.quantity(), path + ".quantity", contract, verdict);
  const auto kind = output.kind();
  if (kind == OUTPUT_KIND_CODE_UNSPECIFIED) {
    verdict.Park("MISSING_OUTPUT_KIND", path + ".kind", "The quantity does not say whether it is good or scrap.",
                 "Report it anew as good, scrap, rework, co-product or by-product.");
  }
  const auto& material = output.material_definition_id().value();
  const bool beside = kind == OUTPUT_KIND_CODE_CO_PRODUCT || kind == OUTPUT_KIND_CODE_BY_PRODUCT;
  if (beside && material.empty()) MissingMaterial(path, verdict);
  if (kind == OUTPUT_KIND_CODE_GOOD || beside) CheckLot(output, path, contract, verdict);
  const bool gives_reason = kind == OUTPUT_KIND_CODE_SCRAP || kind == OUTPUT_KIND_CODE_REWORK;
  const auto& reason = output.reason_code().value();
  if (!gives_reason || terms.reasons().empty() || Has(terms.reasons(), reason)) return;
  verdict.Park("UNKNOWN_REASON", path + ".reason_code",
               reason.empty() ? std::string("Scrap or rework has no reason.")
                              : Cat("The reason '", reason, "' is none of those agreed for scrap and rework."),
               "Report it anew with an agreed reason, or have this one added to the contract.");
}

void CheckConsumed(const flow::v1::ConsumedQuantity& line, const std::string& path, const SiteContract& contract,
                   Verdict& verdict) {
  const auto& terms = contract.flows().material_consumption();
  CheckQuantity(line.quantity(), path + ".quantity", contract, verdict);
  if (line.kind() == flow::v1::CONSUMPTION_KIND_CODE_UNSPECIFIED) {
    verdict.Park("MISSING_CONSUMPTION_KIND", path + ".kind",
                 "The line does not say whether the material was consumed or returned.",
                 "Report it anew as consumed or returned.");
  }
  if (line.material_definition_id().value().empty()) MissingMaterial(path, verdict);
  CheckLot(line, path, contract, verdict);
  const auto& lot = line.material_lot_id().value();
  if (line.kind() != flow::v1::CONSUMPTION_KIND_CODE_RETURNED && Has(terms.blocked_lots(), lot)) {
    verdict.Park("LOT_BLOCKED", path + ".material_lot_id", Cat("Lot ", lot, " is blocked, but was used."),
                 "Have the lot released, or decide what becomes of what was made of it; then report it anew.");
  }
  for (const auto* material : {&line.material_definition_id(), &line.substitutes_for()}) {
    if (!Has(terms.backflush(), material->value())) continue;
    verdict.Park("BACKFLUSHED_COMPONENT", path + ".material_definition_id",
                 Cat("The ERP issues material ", material->value(), " by itself; posted as well, it counts twice."),
                 "Do not report it, or take it out of the contract's backflush list and out of the ERP's.");
  }
}

}  // namespace isa95::flows
