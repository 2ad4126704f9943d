// What may ride inside a legal document of a MES: default deny. Temperatures and machine states travel as data items,
// properties and extensions of confirmations too. Pure. Source: domain facts A.6 ("and by content").
#pragma once

#include <string>
#include <string_view>

#include "grpc/model/finding.h"
#include "isa95/contract/v1/contract.pb.h"

namespace isa95::flows {

// An item that this interface does not name itself. Where the contract allows it to ride, a warning that it is not
// carried; else the error NOT_BUSINESS_RELEVANT, for which the document is refused. `place`: whose item, as "Segment
// response X: "; `kind`: "data item", "property".
Finding JudgeItem(std::string_view place, std::string_view kind, std::string_view name,
                  const contract::v1::SiteContract& contract);

// Elements kept as extensions: those of people, assets and strangers (UserArea) are judged as items are; others pass.
template <typename Extensions>
void JudgeExtensions(const Extensions& extensions, std::string_view place, const contract::v1::SiteContract& contract,
                     Findings& findings);

bool IsForeign(std::string_view element);

template <typename Extensions>
void JudgeExtensions(const Extensions& extensions, std::string_view place, const contract::v1::SiteContract& contract,
                     Findings& findings) {
  for (const auto& extension : extensions) {
    if (IsForeign(extension.name())) findings.push_back(JudgeItem(place, "element", extension.name(), contract));
  }
}

}  // namespace isa95::flows
