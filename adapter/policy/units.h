// Units: each party its own words for them, one standard unit for what can be turned into another, exactly. Pure; safe
// for use by many threads. Source: DESIGN §7, UN/ECE Recommendation 20; the requirements UNI-*.
//
// Values stay decimals all the way: the contract's loader takes only factors of a finite decimal value. What is rounded
// is rounded once, when it is posted, and what is left over goes into the next posting of the same account: the sum of
// the postings never differs from the rounded sum by more than half of the last digit.
//
//   units: {KGM: {digits: 3, rounded: true, erp: KG}, GRM: {of: KGM, factor: "1/1000"}}      480000 GRM is 480 KGM
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "adapter/policy/naming.h"
#include "grpc/model/decimal.h"
#include "isa95/contract/v1/contract.pb.h"
#include "isa95/flow/v1/common.pb.h"

namespace isa95::policy {

class Units {
 public:
  explicit Units(const contract::v1::SiteContract& contract);

  // Nothing is declared: every unit passes as it is.
  bool empty() const { return units_.empty(); }
  // In place: unit and value become the standard ones. A value that is no decimal, and a quantity without a unit, stay
  // as they are: other rules judge those. The problem is UNIT_UNKNOWN, or none.
  NameProblem ToStandard(Party party, flow::v1::Quantity& quantity) const;
  // In place: the party's word for the unit. The value stays.
  void ToParty(Party party, flow::v1::Quantity& quantity) const;
  // In how many decimals the ERP books this standard unit; null = as many as there are.
  std::optional<uint32_t> RoundedTo(std::string_view standard_unit) const;
  // Whether anything is rounded at all: then a posting depends on those before it.
  bool rounds() const { return rounds_; }

 private:
  struct Unit {
    std::string of;  // standard unit; itself where it stays
    ExactDecimal factor;
    std::optional<uint32_t> digits;
    std::array<std::string, kParties> words;
  };
  std::map<std::string, Unit, std::less<>> units_;                               // by code
  std::array<std::map<std::string, std::string, std::less<>>, kParties> codes_;  // a party's word -> code
  bool rounds_ = false;
};

// To `digits` places, half away from zero.
ExactDecimal Round(const ExactDecimal& value, uint32_t digits);

}  // namespace isa95::policy
