#include "grpc/model/factor.h"

#include <algorithm>

namespace isa95 {
namespace {

using boost::multiprecision::cpp_int;

cpp_int PowerOfTen(unsigned exponent) { return boost::multiprecision::pow(cpp_int(10), exponent); }

// How often `prime` goes into `number`, which loses it.
unsigned TakeOut(cpp_int& number, int prime) {
  unsigned times = 0;
  for (; number % prime == 0; ++times) number /= prime;
  return times;
}

}  // namespace

std::optional<ExactDecimal> ParseFactor(std::string_view text) {
  const auto slash = text.find('/');
  const auto above = ParseDecimal(text.substr(0, slash));
  const auto below = slash == std::string_view::npos ? ExactDecimal{1, 0}
                                                     : ParseDecimal(text.substr(slash + 1)).value_or(ExactDecimal());
  if (!above || above->units <= 0 || below.units <= 0) return std::nullopt;
  cpp_int numerator = above->units * PowerOfTen(below.scale), denominator = below.units * PowerOfTen(above->scale);
  const cpp_int common = boost::multiprecision::gcd(numerator, denominator);
  numerator /= common;
  denominator /= common;
  const unsigned twos = TakeOut(denominator, 2), fives = TakeOut(denominator, 5);
  if (denominator != 1) return std::nullopt;  // a third has no end
  const unsigned scale = std::max(twos, fives);
  return ExactDecimal{numerator * boost::multiprecision::pow(cpp_int(2), scale - twos) *
                          boost::multiprecision::pow(cpp_int(5), scale - fives),
                      scale};
}

}  // namespace isa95
