// Judges the raw header bytes before any parser does: what Beast would let through or smooth over. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "grpc/model/finding.h"

namespace isa95::http {

// `head` ends with the empty line. Codes: HEADER_FOLDED, HEADER_LENGTH_TWICE, HEADER_LENGTH_AND_ENCODING,
// TRANSFER_ENCODING_UNKNOWN, HEADER_MALFORMED.
std::optional<Finding> JudgeHead(std::string_view head);

}  // namespace isa95::http
