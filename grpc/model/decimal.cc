#include "grpc/model/decimal.h"

#include <algorithm>

namespace isa95 {
namespace {

using boost::multiprecision::cpp_int;

constexpr size_t kMaxDigits = 64, kPartDigits = 18;
constexpr uint64_t kFullPart = 1'000'000'000'000'000'000;

cpp_int Scaled(const ExactDecimal& value, unsigned scale) {
  cpp_int units = value.units;
  for (unsigned i = value.scale; i < scale; ++i) units *= 10;
  return units;
}

}  // namespace

std::optional<ExactDecimal> ParseDecimal(std::string_view text) {
  ExactDecimal value;
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  size_t digits = 0;
  bool point = false;
  uint64_t part = 0, power = 1;  // digits not yet in `units`: nearly every number needs no other
  for (const char c : text) {
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9' || ++digits > kMaxDigits) return std::nullopt;
    part = part * 10 + static_cast<uint64_t>(c - '0');
    power *= 10;
    if (point) ++value.scale;
    if (power < kFullPart) continue;
    value.units = value.units * power + part;
    part = 0;
    power = 1;
  }
  if (digits == 0) return std::nullopt;
  value.units = digits < kPartDigits ? cpp_int(part) : value.units * power + part;
  if (negative) value.units = -value.units;
  return value;
}

int Compare(const ExactDecimal& left, const ExactDecimal& right) {
  const unsigned scale = std::max(left.scale, right.scale);
  return Scaled(left, scale).compare(Scaled(right, scale));
}

bool IsNegative(const ExactDecimal& value) { return value.units < 0; }

ExactDecimal Add(const ExactDecimal& left, const ExactDecimal& right) {
  const unsigned scale = std::max(left.scale, right.scale);
  return {Scaled(left, scale) + Scaled(right, scale), scale};
}

ExactDecimal Subtract(const ExactDecimal& left, const ExactDecimal& right) {
  return Add(left, {-right.units, right.scale});
}

ExactDecimal Multiply(const ExactDecimal& left, const ExactDecimal& right) {
  return {left.units * right.units, left.scale + right.scale};
}

ExactDecimal Divide(const ExactDecimal& value, const ExactDecimal& divisor, unsigned places, unsigned keep) {
  // value / divisor * 10^places, as a quotient of whole numbers.
  cpp_int above = Scaled(value, value.scale + divisor.scale + places);
  cpp_int below = Scaled(divisor, divisor.scale + value.scale);
  const bool negative = (above < 0) != (below < 0);
  if (above < 0) above = -above;
  if (below < 0) below = -below;
  ExactDecimal quotient{(2 * above + below) / (2 * below), places};
  if (negative) quotient.units = -quotient.units;
  for (; quotient.scale > keep && quotient.units % 10 == 0; --quotient.scale) quotient.units /= 10;
  return quotient;
}

std::string FormatDecimal(const ExactDecimal& value) {
  const bool negative = IsNegative(value);
  std::string digits = negative ? cpp_int(-value.units).str() : value.units.str();
  if (digits.size() <= value.scale) digits.insert(0, value.scale + 1 - digits.size(), '0');
  if (value.scale > 0) digits.insert(digits.size() - value.scale, ".");
  return negative ? "-" + digits : digits;
}

}  // namespace isa95
