#include "b2mml/cli/io.h"

#include <google/protobuf/util/json_util.h>

#include <fstream>
#include <iostream>

#include "grpc/model/text.h"

namespace isa95::b2mml::cli {
namespace {

constexpr size_t kMaxBytes = 64u << 20;

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& name) {
  std::ifstream file;
  if (name != "-") {
    file.open(name, std::ios::binary);
    if (!file) return absl::NotFoundError(Cat(name, " cannot be read"));
  }
  std::istream& in = name == "-" ? std::cin : file;
  std::string bytes;
  char piece[65536];
  while (in.read(piece, sizeof piece) || in.gcount() > 0) {
    bytes.append(piece, static_cast<size_t>(in.gcount()));
    if (bytes.size() > kMaxBytes) return absl::ResourceExhaustedError(Cat(name, " is larger than 64 MiB"));
  }
  return bytes;
}

absl::StatusOr<std::unique_ptr<Parsed>> ReadDocument(const std::string& bytes, const Versions& versions,
                                                     const contract::v1::Erp& erp) {
  if (!Trim(bytes).starts_with('{')) return ParseDocument(bytes, versions, erp);
  auto parsed = std::make_unique<Parsed>();
  const auto status = google::protobuf::util::JsonStringToMessage(bytes, &parsed->document);
  if (!status.ok())
    return absl::InvalidArgumentError(Cat("the JSON is not a document: ", std::string(status.message())));
  parsed->shape_ok = true;
  return parsed;
}

absl::StatusOr<std::string> ToCanonicalJson(const flow::v1::Document& document) {
  std::string json;
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  const auto status = google::protobuf::util::MessageToJsonString(document, &json, options);
  if (!status.ok()) return absl::InternalError(std::string(status.message()));
  return json;
}

}  // namespace isa95::b2mml::cli
