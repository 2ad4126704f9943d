// Keys that must be there wherever their parent is: "Site.id". The descriptors' comments say the same to people.
#pragma once

#include <set>
#include <string>

namespace isa95 {

const std::set<std::string, std::less<>>& RequiredContractKeys();

}  // namespace isa95
