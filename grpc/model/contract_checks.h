// The parts of CheckContractValues, each of its own kind of keys. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "grpc/model/contract_values.h"

namespace isa95 {

// What was found, in the order of the questions.
class Checks {
 public:
  void Demand(bool good, std::string_view key, std::string_view words, std::string_view mend);
  void Span(std::string_view key, std::string_view span);  // "15m"
  void SpanOrNone(std::string_view key, std::string_view span);
  void OneOf(std::string_view key, std::string_view word, const std::vector<std::string>& known);
  void OneOfOrNone(std::string_view key, std::string_view word, const std::vector<std::string>& known);
  void Zone(std::string_view key, std::string_view zone);
  std::vector<BadValue> Take() { return std::move(bad_); }

 private:
  std::vector<BadValue> bad_;
};

void CheckNaming(const contract::v1::SiteContract& contract, Checks& checks);  // with the lines
void CheckUnits(const contract::v1::SiteContract& contract, Checks& checks);
void CheckFlows(const contract::v1::Flows& flows, Checks& checks);

}  // namespace isa95
