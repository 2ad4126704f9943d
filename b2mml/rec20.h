// UN/ECE Recommendation 20 unit codes in common use on a shop floor. Pure.
#pragma once

#include <string_view>

namespace isa95::b2mml {

// Case-sensitive, as the recommendation is.
bool IsRec20(std::string_view code);

}  // namespace isa95::b2mml
