// Identities and hashes. Thread-safe: no shared state.
#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace isa95::adapter {

std::string NewUuid();  // random, lower case
std::string Sha256Hex(std::string_view bytes);
// Hash of a flow message in canonical form: field path and value in field order, decimals by value, so that "1.0" and
// "1.00" are the same content and no serialization library decides what a duplicate is.
std::string ContentHash(const google::protobuf::Message& message);
int64_t NowMillis();

}  // namespace isa95::adapter
