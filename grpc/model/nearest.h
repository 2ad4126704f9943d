// The known word that is nearest to a mistyped one, for messages to people. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace isa95 {

// Empty: none is near, since each would have to be rewritten altogether.
std::string Nearest(std::string_view text, const std::vector<std::string>& known);

}  // namespace isa95
