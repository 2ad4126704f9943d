// xsd:duration as an exact length of time. Thread-safe: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace isa95 {

// In nanoseconds: days, hours, minutes and seconds, such as "PT2H", "P1DT30M", "PT0.5S". Null for everything else:
// negative ones, years and months (which have no length of their own), more than 9 fraction digits, over 290 years.
std::optional<int64_t> ParseDuration(std::string_view text);
// "PT1H2M3.5S"; "PT0S" for nothing. Hours are not made days: a day of the wall clock may have 23. nanos >= 0.
std::string FormatDuration(int64_t nanos);

}  // namespace isa95
