#include "b2mml/name_patterns.h"

#include <algorithm>
#include <map>
#include <vector>

#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

constexpr size_t kMaxShapes = 3;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLetter(char c) { return IsUpper(c) || (c >= 'a' && c <= 'z'); }

char KindOf(char c) { return IsDigit(c) ? 'd' : IsLetter(c) ? 'l' : c; }

// Runs of digits, runs of letters, and each other character for itself.
std::vector<std::string> RunsOf(const std::string& name) {
  std::vector<std::string> runs;
  for (const char c : name) {
    const bool joins = !runs.empty() && KindOf(c) == KindOf(runs.back().back()) && (IsDigit(c) || IsLetter(c));
    if (joins) {
      runs.back() += c;
    } else {
      runs.emplace_back(1, c);
    }
  }
  return runs;
}

std::string ShapeOf(const std::vector<std::string>& runs) {
  std::string shape;
  for (const auto& run : runs) shape += KindOf(run.front());
  return shape;
}

std::string Quoted(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool plain = IsDigit(c) || IsLetter(c) || c == '-' || c == '_' || static_cast<unsigned char>(c) >= 0x80;
    out += plain ? std::string(1, c) : Cat("\\", std::string_view(&c, 1));
  }
  return out;
}

std::string Times(size_t low, size_t high) {
  if (low == 1 && high == 1) return {};
  return low == high ? Cat("{", low, "}") : Cat("{", low, ",", high, "}");
}

std::string PatternOfRuns(const std::vector<std::vector<std::string>>& names, size_t at) {
  const auto& first = names.front()[at];
  size_t low = first.size(), high = first.size();
  bool same = true, upper = true, lower = true;
  for (const auto& runs : names) {
    const auto& run = runs[at];
    low = std::min(low, run.size());
    high = std::max(high, run.size());
    same = same && run == first;
    upper = upper && std::all_of(run.begin(), run.end(), IsUpper);
    lower = lower && std::none_of(run.begin(), run.end(), IsUpper);
  }
  if (IsDigit(first.front())) return "[0-9]" + Times(low, high);
  if (same) return Quoted(first);
  return (upper ? "[A-Z]" : lower ? "[a-z]" : "[A-Za-z]") + Times(low, high);
}

// Numbers that are filled with zeros to the width of the longest, if any is.
NamePattern OfNumbers(const std::set<std::string>& names) {
  size_t width = 0, shortest = SIZE_MAX;
  bool filled = false, fits = true;
  for (const auto& name : names) {
    width = std::max(width, name.size());
    shortest = std::min(shortest, name.size());
  }
  for (const auto& name : names) {
    const bool zero = name.front() == '0';
    filled = filled || zero;
    fits = fits && (!zero || name.size() == width);
  }
  if (!filled || !fits) return {Cat("[0-9]", Times(shortest, width))};
  return {Cat("[0-9]", Times(1, width)), static_cast<uint32_t>(width), shortest < width};
}

}  // namespace

std::optional<NamePattern> ProposePattern(const std::set<std::string>& names) {
  if (names.empty() || names.begin()->empty()) return std::nullopt;
  const auto is_number = [](const auto& name) { return std::all_of(name.begin(), name.end(), IsDigit); };
  if (std::all_of(names.begin(), names.end(), is_number)) return OfNumbers(names);
  std::map<std::string, std::vector<std::vector<std::string>>> shapes;
  for (const auto& name : names) {
    auto runs = RunsOf(name);
    shapes[ShapeOf(runs)].push_back(std::move(runs));
    if (shapes.size() > kMaxShapes) return std::nullopt;
  }
  NamePattern out;
  for (const auto& [shape, all] : shapes) {
    if (!out.pattern.empty()) out.pattern += '|';
    for (size_t i = 0; i < all.front().size(); ++i) out.pattern += PatternOfRuns(all, i);
  }
  return out;
}

}  // namespace isa95::b2mml
