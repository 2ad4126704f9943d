// `b2mml validate --suggest-dialect`: files and folders in, a part of a contract out.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "b2mml/suggest.h"

namespace isa95::b2mml::cli {

// Folders become the .xml files in and below them, in the order of their names. An error: one is not there, or there
// is no message in any.
absl::StatusOr<std::vector<std::string>> MessagesIn(const std::vector<std::string>& files_and_folders);

}  // namespace isa95::b2mml::cli
