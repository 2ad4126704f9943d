// The smallest dialect that takes a sender's messages, found by reading them: each with every tolerance allowed first,
// then with those alone that were needed, less each one without which all still pass. Reads through `load`, opens
// nothing itself. One thread. Source: DESIGN 6, dialects.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "b2mml/tolerance_log.h"
#include "b2mml/translate.h"

namespace isa95::b2mml {

struct Suggestion {
  struct Need {
    uint64_t messages = 0;
    std::string first;  // the first of them, by name
  };
  struct Refusal {
    std::string name;
    Findings errors;
  };
  contract::v1::Dialect dialect;
  std::map<std::string, Need, std::less<>> needs;  // by tolerance, of those in `dialect`
  size_t messages = 0, accepted = 0;
  std::vector<Refusal> refused;                                     // by any dialect
  std::map<std::string, std::set<std::string>, std::less<>> names;  // order, product, batch, line: of what is accepted
};

using LoadMessage = std::function<absl::StatusOr<std::string>(const std::string& name)>;

// `erp`: the site's other terms. `zone`: by which times without an offset are read. An error is load's.
absl::StatusOr<Suggestion> SuggestDialect(const std::vector<std::string>& messages, const LoadMessage& load,
                                          const Versions& versions, const contract::v1::Erp& erp,
                                          const std::string& zone);

// A part of a contract, with comments.
std::string SuggestionAsYaml(const Suggestion& suggestion);

}  // namespace isa95::b2mml
