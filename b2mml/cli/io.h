// Files in, documents out, for the b2mml command. Errors: absl::Status for what cannot be read.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "b2mml/translate.h"

namespace isa95::b2mml::cli {

absl::StatusOr<std::string> ReadFile(const std::string& name);  // "-" is standard input; at most 64 MiB
// XML, or canonical JSON where the first character is '{'.
absl::StatusOr<std::unique_ptr<Parsed>> ReadDocument(const std::string& bytes, const Versions& versions,
                                                     const contract::v1::Erp& erp);
absl::StatusOr<std::string> ToCanonicalJson(const flow::v1::Document& document);

}  // namespace isa95::b2mml::cli
