#include "b2mml/recast_words.h"

#include <algorithm>

#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

constexpr size_t kMaxQuoted = 40;  // bytes of a text

}  // namespace

std::string WithoutCompactTime(std::string_view text) {
  text = Trim(text);
  if (text.size() != 8 && text.size() != 14) return {};
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) return {};
  const auto part = [&](size_t from, size_t length) { return text.substr(from, length); };
  const auto day = Cat(part(0, 4), "-", part(4, 2), "-", part(6, 2));
  if (text.size() == 8) return day + "T00:00:00";
  return Cat(day, "T", part(8, 2), ":", part(10, 2), ":", part(12, 2));
}

bool IsFact(std::string_view name) {
  return name.starts_with("Material") || name.starts_with("Lot") || name.find("Quantity") != std::string_view::npos;
}

std::string WordsOfText(std::string_view element, std::string_view text) {
  const auto quoted = Trim(text).substr(0, kMaxQuoted);
  return Cat("The element ", element, " holds the text '", quoted, "' where B2MML has elements.");
}

std::string WordsOfUnknown(std::string_view element, std::string_view version, bool has_elements) {
  if (has_elements) return Cat("The element ", element, " holds elements where B2MML ", version, " has a text.");
  return Cat("B2MML ", version, " has no element ", element, " here.");
}

std::string WordsOfFact(std::string_view words, std::string_view fact) {
  return Cat(words, " It holds ", fact, ", which says what or how much was made or used.");
}

}  // namespace isa95::b2mml
