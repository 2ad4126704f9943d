#include "grpc/model/duration.h"

#include "grpc/model/text.h"

namespace isa95 {
namespace {

constexpr int64_t kNanos = 1'000'000'000;
constexpr int64_t kMost = 9'100'000'000;  // seconds

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Takes digits off the front; null = none, or too many.
std::optional<int64_t> TakeNumber(std::string_view& text) {
  size_t end = 0;
  while (end < text.size() && IsDigit(text[end])) ++end;
  int64_t number = 0;
  if (!ToNumber(text.substr(0, end), number) || number > kMost) return std::nullopt;
  text.remove_prefix(end);
  return number;
}

// Takes ".5" off the front, in nanoseconds; 0 where there is none.
std::optional<int64_t> TakeFraction(std::string_view& text) {
  if (text.empty() || text.front() != '.') return 0;
  text.remove_prefix(1);
  size_t digits = 0;
  int64_t nanos = 0;
  for (; digits < text.size() && IsDigit(text[digits]); ++digits)
    nanos = digits < 9 ? nanos * 10 + text[digits] - '0' : 0;
  if (digits == 0 || digits > 9 || digits >= text.size() || text[digits] != 'S') return std::nullopt;
  for (auto i = digits; i < 9; ++i) nanos *= 10;
  text.remove_prefix(digits);
  return nanos;
}

struct Unit {
  char letter;
  int64_t seconds;
};
constexpr Unit kDays[] = {{'D', 86'400}};
constexpr Unit kTime[] = {{'H', 3'600}, {'M', 60}, {'S', 1}};

// Numbers with their letters, in the units' order, each at most once. Adds them up; false = no such text.
template <size_t kCount>
bool TakeUnits(std::string_view text, const Unit (&units)[kCount], int64_t& nanos) {
  size_t next = 0;
  while (!text.empty()) {
    const auto number = TakeNumber(text);
    const auto fraction = number ? TakeFraction(text) : std::nullopt;
    if (!fraction || text.empty()) return false;
    while (next < kCount && units[next].letter != text.front()) ++next;
    if (next == kCount || *number > kMost / units[next].seconds) return false;
    const auto sum = nanos / kNanos + *number * units[next].seconds;
    if (sum > kMost) return false;
    nanos += *number * units[next].seconds * kNanos + *fraction;
    ++next;
    text.remove_prefix(1);
  }
  return true;
}

}  // namespace

std::optional<int64_t> ParseDuration(std::string_view text) {
  if (text.size() < 3 || text.front() != 'P') return std::nullopt;
  text.remove_prefix(1);
  int64_t nanos = 0;
  const auto split = text.find('T');
  if (!TakeUnits(text.substr(0, split), kDays, nanos)) return std::nullopt;
  if (split == std::string_view::npos) return nanos;
  const auto time = text.substr(split + 1);
  if (time.empty() || !TakeUnits(time, kTime, nanos)) return std::nullopt;
  return nanos;
}

std::string FormatDuration(int64_t nanos) {
  const auto seconds = nanos / kNanos, hours = seconds / 3600, minutes = seconds / 60 % 60;
  std::string text = "PT";
  if (hours > 0) text += Cat(hours, "H");
  if (minutes > 0) text += Cat(minutes, "M");
  auto fraction = std::to_string(kNanos + nanos % kNanos).substr(1);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  if (seconds % 60 > 0 || !fraction.empty() || text.size() == 2)
    text += Cat(seconds % 60, fraction.empty() ? "" : ".", fraction, "S");
  return text;
}

}  // namespace isa95
