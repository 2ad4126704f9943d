// What the keys of a contract may hold, beyond their types, and what is allowed but risky. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "isa95/contract/v1/contract.pb.h"

namespace isa95 {

struct BadValue {
  std::string key;  // dotted
  std::string words, mend;
  std::string code = "CONTRACT_BAD_VALUE";
};

// With any of these nothing starts.
std::vector<BadValue> CheckContractValues(const contract::v1::SiteContract& contract);
// Warnings about a contract that is good. `hash`: of the contract, hex, by which a sign-off is known to be of another.
std::vector<BadValue> ContractRisks(const contract::v1::SiteContract& contract, std::string_view hash);

}  // namespace isa95
