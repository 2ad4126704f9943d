#include "b2mml/root_findings.h"

#include <algorithm>
#include <array>

#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

// Nouns that are the shop floor's own business.
constexpr std::string_view kShopFloorNouns[] = {"Equipment",
                                                "PhysicalAsset",
                                                "Person",
                                                "ProcessSegment",
                                                "OperationsCapability",
                                                "ProductionCapability",
                                                "ProcessSegmentCapability",
                                                "MaintenanceCapability",
                                                "WorkAlert",
                                                "Work",
                                                "Job",
                                                "ResourceRelationshipNetwork",
                                                "OperationsEvent",
                                                "QualificationTest"};
constexpr std::array<std::string_view, 9> kVerbs = {"Process", "Acknowledge", "Change", "Respond", "Cancel",
                                                    "Get",     "Show",        "Sync",   "Notify"};

bool IsShopFloor(std::string_view root) {
  if (root.starts_with("Batch")) return true;  // BatchML, whose roots have no verb
  for (const auto verb : kVerbs) {
    if (!root.starts_with(verb)) continue;
    const auto noun = root.substr(verb.size());
    return std::any_of(std::begin(kShopFloorNouns), std::end(kShopFloorNouns),
                       [&](auto name) { return noun.starts_with(name); });
  }
  return false;
}

// What this interface has for it instead.
std::string_view MendOf(std::string_view name) {
  if (name.find("Material") != std::string_view::npos) {
    return "Send lots as the noun MaterialLot. Master data is no part of this interface: give it to the receiver by "
           "its "
           "own way.";
  }
  return "Send orders as Process or Sync of the schedule noun, reports as Process or Sync of the performance noun.";
}

}  // namespace

Finding UnknownVersion(std::string_view xml_namespace, const XmlPosition& at) {
  return Error("UNKNOWN_VERSION", at.Path(), at.Line(),
               Cat("The namespace '", xml_namespace, "' is not one of a B2MML version this site takes."),
               "Send B2MML V0401 (http://www.wbf.org/xml/B2MML-V0401), V0600 (http://www.mesa.org/xml/B2MML-V0600) or "
               "V0701 (http://www.mesa.org/xml/B2MML).");
}

Finding UnknownNoun(std::string_view name, const XmlPosition& at) {
  if (IsShopFloor(name)) {
    return Error("NOT_BUSINESS_RELEVANT", at.Path(), at.Line(),
                 Cat(name, " carries shop-floor data that no business flow of this interface uses."),
                 "Keep it in the MES; send orders, confirmations, consumption, quality flags and downtime only.");
  }
  return Error("UNKNOWN_NOUN", at.Path(), at.Line(), Cat(name, " is not a message this release takes."), MendOf(name));
}

}  // namespace isa95::b2mml
