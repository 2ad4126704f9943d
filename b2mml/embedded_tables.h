// The version tables as text, embedded at build. Immutable.
#pragma once

#include <string>
#include <vector>

namespace isa95::b2mml {

const std::vector<std::string>& EmbeddedTables();

}  // namespace isa95::b2mml
