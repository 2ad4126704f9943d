#include "b2mml/version.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include "b2mml/embedded_tables.h"
#include "b2mml/table_check.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

template <typename Map>
auto Find(const Map& map, std::string_view name) -> typename Map::mapped_type {
  const auto found = map.find(name);
  return found == map.end() ? nullptr : found->second;
}

// Keeps the first error, with its line counted from 1.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber, const std::string& message) override {
    if (words.empty()) words = Cat("line ", line + 1, ": ", message);
  }
  std::string words;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Version>> Version::Make(std::string_view table_textproto) {
  std::unique_ptr<Version> version(new Version());
  FirstError error;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  if (!parser.ParseFromString(std::string(table_textproto), &version->table_)) {
    return absl::InvalidArgumentError(Cat("a version table cannot be read, ", error.words));
  }
  for (const auto& type : version->table_.complex_type()) version->complex_.emplace(type.name(), &type);
  for (const auto& type : version->table_.simple_type()) version->simple_.emplace(type.name(), &type);
  if (auto status = CheckTable(*version); !status.ok()) return status;
  version->plan_ = std::make_unique<Plan>(version->table_);
  auto schema = ProfileSchema::Compile({GenerateProfileSchema(version->table_)});
  if (!schema.ok()) {
    return absl::InvalidArgumentError(Cat("table '", version->name(), "': ", Words(schema.status())));
  }
  version->schema_ = *std::move(schema);
  return version;
}

const ComplexType* Version::complex_type(std::string_view name) const { return Find(complex_, name); }
const SimpleType* Version::simple_type(std::string_view name) const { return Find(simple_, name); }

const Message* Version::message_by_root(std::string_view root) const {
  for (const auto& message : table_.message()) {
    if (message.root() == root) return &message;
  }
  return nullptr;
}

const Message* Version::message_for(std::string_view verb, std::string_view noun, std::string_view form) const {
  const Message* other_form = nullptr;
  for (const auto& message : table_.message()) {
    if (message.verb() != verb || message.noun() != noun) continue;
    if (message.form() == form) return &message;
    if (other_form == nullptr) other_form = &message;
  }
  return other_form;
}

absl::StatusOr<Versions> Versions::BuiltIn() {
  Versions versions;
  std::vector<std::string> narrow;
  for (const auto& table : EmbeddedTables()) {
    auto version = Version::Make(table);
    if (!version.ok()) return version.status();
    narrow.push_back(GenerateProfileSchema((*version)->table(), Wildcards::kNone));
    versions.versions_.push_back(*std::move(version));
  }
  auto schema = ProfileSchema::Compile(narrow);
  if (!schema.ok()) return schema.status();
  versions.narrow_schema_ = *std::move(schema);
  return versions;
}

const Version* Versions::by_name(std::string_view name) const {
  for (const auto& version : versions_) {
    if (version->name() == name) return version.get();
  }
  return nullptr;
}

const Version* Versions::by_namespace(std::string_view xml_namespace) const {
  for (const auto& version : versions_) {
    if (version->table().target_namespace() == xml_namespace) return version.get();
  }
  return nullptr;
}

}  // namespace isa95::b2mml
