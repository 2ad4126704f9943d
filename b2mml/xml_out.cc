#include "b2mml/xml_out.h"

#include <array>

namespace isa95::b2mml {
namespace {

// What a byte becomes: itself, or the text it stands for; in an attribute some more.
constexpr std::array<bool, 256> MakePlain() {
  std::array<bool, 256> plain{};
  for (size_t i = 0x20; i < plain.size(); ++i) plain[i] = i != '&' && i != '<' && i != '>' && i != '"';
  return plain;
}
constexpr std::array<bool, 256> kPlain = MakePlain();

// Empty: it cannot stand in XML.
std::string_view Escaped(char c, bool in_attribute) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '\r':
      return "&#13;";
    case '"':
      return in_attribute ? "&quot;" : "\"";
    case '\n':
      return in_attribute ? "&#10;" : "\n";
    case '\t':
      return in_attribute ? "&#9;" : "\t";
    default:
      return {};
  }
}

}  // namespace

bool AppendEscaped(std::string& out, std::string_view text, bool in_attribute) {
  size_t from = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (kPlain[static_cast<unsigned char>(text[i])]) continue;
    const auto escaped = Escaped(text[i], in_attribute);
    if (escaped.empty()) return false;
    out.append(text, from, i - from);
    out += escaped;
    from = i + 1;
  }
  out.append(text, from);
  return true;
}

}  // namespace isa95::b2mml
