// What the keys of a contract may hold, beyond their types. Pure.
#pragma once

#include <string>
#include <vector>

#include "isa95/contract/v1/contract.pb.h"

namespace isa95 {

struct BadValue {
  std::string key;  // dotted
  std::string words, mend;
};

std::vector<BadValue> CheckContractValues(const contract::v1::SiteContract& contract);

}  // namespace isa95
