// The first look at bytes that claim to be XML, before any parser sees them. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "grpc/model/finding.h"

namespace isa95::b2mml {

enum class XmlEncoding { kUtf8, kUtf16LittleEndian, kUtf16BigEndian };

struct Sniffed {
  XmlEncoding encoding = XmlEncoding::kUtf8;
  std::optional<Finding> refusal;  // EMPTY_DOCUMENT, NOT_XML, ENCODING_NOT_ALLOWED, XML_VERSION, DOCTYPE_REFUSED
};

Sniffed Sniff(std::string_view document);

}  // namespace isa95::b2mml
