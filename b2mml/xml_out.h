// Text of XML as it is written. Pure.
#pragma once

#include <string>
#include <string_view>

namespace isa95::b2mml {

// False where the text holds a character that XML 1.0 cannot carry; `out` is then incomplete.
bool AppendEscaped(std::string& out, std::string_view text, bool in_attribute);

}  // namespace isa95::b2mml
