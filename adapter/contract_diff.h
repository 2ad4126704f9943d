// What changes from one contract to the next, for people. Pure. Source: DESIGN §7.
#pragma once

#include <string>
#include <vector>

#include "isa95/contract/v1/contract.pb.h"

namespace isa95::adapter {

struct ContractChange {
  std::string key;          // dotted; a row of a list or table by its name: units[KGM].digits
  std::string before, now;  // empty = it was, or is, not there
  std::string whom;         // whom it concerns
  bool breaking = false;    // whoever it concerns has to change something, or gets another result than before
  std::string stale;        // what was shown before and does not hold any more; empty = nothing
};

// In the order of the contract's description.
std::vector<ContractChange> DiffContracts(const contract::v1::SiteContract& before,
                                          const contract::v1::SiteContract& now);
std::string DiffText(const std::vector<ContractChange>& changes);
std::string DiffJson(const std::vector<ContractChange>& changes);

}  // namespace isa95::adapter
