// Compares two documents by meaning: field by field, decimals by value, instants by instant and offset. Pure.
#pragma once

#include <string>
#include <vector>

#include "isa95/flow/v1/document.pb.h"

namespace isa95::b2mml {

struct Difference {
  std::string path;  // field path, e.g. schedule[0].order[0].priority
  std::string left;  // text, empty = absent
  std::string right;
};

// Empty = equal. b2mml_version and the release ID, which name the carrier and not the meaning, are left out; so are
// extensions' version names.
std::vector<Difference> Diff(const flow::v1::Document& left, const flow::v1::Document& right);

}  // namespace isa95::b2mml
