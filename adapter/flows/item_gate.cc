#include "adapter/flows/item_gate.h"

#include <algorithm>
#include <array>

#include "adapter/flows/relevance.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

constexpr std::array<std::string_view, 7> kForeign = {"UserArea",          "PersonnelActual",  "PhysicalAssetActual",
                                                      "OpPersonnelActual", "SegmentParameter", "ProductionParameter",
                                                      "InformationObject"};

}  // namespace

bool IsForeign(std::string_view element) {
  return std::find(kForeign.begin(), kForeign.end(), element) != kForeign.end();
}

Finding JudgeItem(std::string_view place, std::string_view kind, std::string_view name,
                  const contract::v1::SiteContract& contract) {
  const auto& allowed = contract.flows().quality_downtime().allowed_items();
  const bool rides = std::find(allowed.begin(), allowed.end(), name) != allowed.end();
  if (rides) {
    return Warning(kind == "property" ? "PROPERTY_NOT_TAKEN" : "DATA_ITEM_NOT_TAKEN", "", 0,
                   Cat(place, "the ", kind, " ", Shown(name), " is not carried to the ERP."),
                   "Leave it out, or agree with the PMO on a place for it.", "MES vendor");
  }
  return Error("NOT_BUSINESS_RELEVANT", "", 0,
               Cat(place, "the ", kind, " ", Shown(name), " is none that this interface carries."),
               "Leave it out and send the document again; or have the contract's allowed_items name it.", "MES vendor");
}

}  // namespace isa95::flows
