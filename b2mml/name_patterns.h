// What the names of one kind have in common, as a proposal for the contract's `naming`. Pure. Units: characters.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

namespace isa95::b2mml {

struct NamePattern {
  std::string pattern;   // RE2, of the whole standard name
  uint32_t padding = 0;  // numeric names are filled with zeros to this width; 0 = they are not
  bool mixed = false;    // some of them are, some are not
};

// Nothing where they have no few shapes in common, or there are none.
std::optional<NamePattern> ProposePattern(const std::set<std::string>& names);

}  // namespace isa95::b2mml
