#include "b2mml/xml_out.h"

namespace isa95::b2mml {

bool AppendEscaped(std::string& out, std::string_view text, bool in_attribute) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '\r':
        out += "&#13;";
        break;
      case '"':
        out += in_attribute ? "&quot;" : "\"";
        break;
      case '\n':
        out += in_attribute ? "&#10;" : "\n";
        break;
      case '\t':
        out += in_attribute ? "&#9;" : "\t";
        break;
      default:
        if (byte < 0x20) return false;
        out += c;
    }
  }
  return true;
}

}  // namespace isa95::b2mml
