#include "b2mml/xml_sniff.h"

#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

constexpr size_t kLookAhead = 4096;  // enough for a declaration and what may stand before a DOCTYPE

Finding Refuse(std::string_view code, std::string_view message, std::string_view mend) {
  return Error(code, "", 1, message, mend);
}

// The first characters, of UTF-16 as ASCII, where the rest becomes '?'. `room` holds them where they are not in the
// bytes as such.
std::string_view Head(std::string_view bytes, XmlEncoding encoding, std::string& room) {
  if (encoding == XmlEncoding::kUtf8) return bytes.substr(0, kLookAhead);
  const size_t low = encoding == XmlEncoding::kUtf16BigEndian ? 1 : 0;
  for (size_t i = 0; i + 2 <= bytes.size() && room.size() < kLookAhead; i += 2) {
    const bool ascii = static_cast<unsigned char>(bytes[i + low]) < 0x80 && bytes[i + 1 - low] == 0;
    room += ascii ? bytes[i + low] : '?';
  }
  return room;
}

// The value of a pseudo attribute of the XML declaration; empty = not given.
std::string_view Declared(std::string_view declaration, std::string_view name) {
  const auto at = declaration.find(name);
  if (at == std::string_view::npos) return {};
  const auto open = declaration.find_first_of("\"'", at);
  if (open == std::string_view::npos) return {};
  const auto close = declaration.find(declaration[open], open + 1);
  return close == std::string_view::npos ? std::string_view() : declaration.substr(open + 1, close - open - 1);
}

bool Agrees(std::string_view declared, XmlEncoding encoding) {
  const std::string name = Lower(declared);
  if (name.empty()) return true;
  return encoding == XmlEncoding::kUtf8 ? name == "utf-8" || name == "us-ascii" || name == "ascii"
                                        : name.starts_with("utf-16");
}

std::optional<Finding> JudgeHead(std::string_view head, XmlEncoding encoding) {
  const auto trimmed = Trim(head);
  if (trimmed.empty())
    return Refuse("EMPTY_DOCUMENT", "There is no document in these bytes.", "Send one B2MML document.");
  if (trimmed.front() != '<') {
    return Refuse("NOT_XML", "The bytes do not start like XML.",
                  "Send a B2MML document as XML in UTF-8, without compression.");
  }
  if (head.starts_with("<?xml")) {
    const auto declaration = head.substr(0, head.find("?>"));
    if (const auto version = Declared(declaration, "version"); version != "1.0") {
      return Refuse("XML_VERSION", Cat("XML version '", version, "' is not taken."), "Declare version=\"1.0\".");
    }
    if (const auto declared = Declared(declaration, "encoding"); !Agrees(declared, encoding)) {
      return Refuse("ENCODING_NOT_ALLOWED",
                    Cat("The declared encoding '", declared, "' is not taken, or is not that of the bytes."),
                    "Send UTF-8, or UTF-16 with a byte order mark.");
    }
  }
  if (head.find("<!DOCTYPE") != std::string_view::npos) {
    return Refuse("DOCTYPE_REFUSED", "The document has a DOCTYPE.", "Send it without one; B2MML needs none.");
  }
  return std::nullopt;
}

}  // namespace

Sniffed Sniff(std::string_view document) {
  Sniffed result;
  const auto starts = [&](std::string_view mark) { return document.starts_with(mark); };
  if (starts(std::string_view("\xFF\xFE\0\0", 4)) || starts(std::string_view("\0\0\xFE\xFF", 4)) ||
      starts(std::string_view("\0", 1))) {
    result.refusal = Refuse("ENCODING_NOT_ALLOWED", "The bytes look like UTF-32 or UTF-16 without a byte order mark.",
                            "Send UTF-8, or UTF-16 with a byte order mark.");
    return result;
  }
  size_t skip = 0;
  if (starts("\xEF\xBB\xBF")) {
    skip = 3;
  } else if (starts("\xFF\xFE")) {
    result.encoding = XmlEncoding::kUtf16LittleEndian;
    skip = 2;
  } else if (starts("\xFE\xFF")) {
    result.encoding = XmlEncoding::kUtf16BigEndian;
    skip = 2;
  }
  std::string room;
  result.refusal = JudgeHead(Head(document.substr(skip), result.encoding, room), result.encoding);
  return result;
}

}  // namespace isa95::b2mml
