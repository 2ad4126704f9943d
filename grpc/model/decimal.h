// Exact decimals over their lexical text (xsd:decimal). Units: none. Thread-safe: pure functions. Never a double.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace isa95 {

// value = units / 10^scale; "104.50" is {10450, 2}.
struct ExactDecimal {
  boost::multiprecision::cpp_int units;
  unsigned scale = 0;
};

// Null for everything that is not xsd:decimal: empty, "1,5", "4.88E2", "4,88 EA", "+", ".", blanks. At most 64 digits.
std::optional<ExactDecimal> ParseDecimal(std::string_view text);
// -1, 0, 1. "1.000" equals "1".
int Compare(const ExactDecimal& left, const ExactDecimal& right);
bool IsNegative(const ExactDecimal& value);
ExactDecimal Add(const ExactDecimal& left, const ExactDecimal& right);
ExactDecimal Subtract(const ExactDecimal& left, const ExactDecimal& right);
ExactDecimal Multiply(const ExactDecimal& left, const ExactDecimal& right);  // exact: the scales add up
// The quotient to `places` places, half away from zero; trailing zeros beyond `keep` places are left out. For display:
// a quotient need not have an end, so nothing is judged by it. `divisor` is not zero.
ExactDecimal Divide(const ExactDecimal& value, const ExactDecimal& divisor, unsigned places, unsigned keep = 0);
std::string FormatDecimal(const ExactDecimal& value);  // "104.50"; as many places as the scale

}  // namespace isa95
