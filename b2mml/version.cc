#include "b2mml/version.h"

#include <google/protobuf/text_format.h>

#include <set>

#include "b2mml/embedded_tables.h"
#include "grpc/model/text.h"
#include "isa95/flow/v1/document.pb.h"

namespace isa95::b2mml {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// Walks every mapped row from the roots down and demands that its type and its field exist.
class TableCheck {
 public:
  explicit TableCheck(const Version& version) : version_(version) {}

  absl::Status Run() {
    for (const auto& message : version_.table().message()) {
      if (auto status = Walk(message.type(), flow::v1::Document::descriptor()); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Walk(const std::string& type_name, const Descriptor* message) {
    if (!seen_.insert({type_name, message->full_name()}).second) return absl::OkStatus();
    const auto* type = version_.complex_type(type_name);
    if (type == nullptr) {
      return version_.simple_type(type_name) != nullptr
                 ? absl::OkStatus()
                 : absl::InvalidArgumentError(Cat("table ", version_.name(), ": there is no type '", type_name, "'"));
    }
    for (const auto& attribute : type->attribute()) {
      if (attribute.field().empty() || message->FindFieldByName(attribute.field()) != nullptr) continue;
      return Missing(type_name, attribute.field(), message);
    }
    for (const auto& row : type->row()) {
      if (row.field().empty()) continue;
      const Descriptor* child = message;
      if (row.field() != ".") {
        const auto* field = message->FindFieldByName(row.field());
        if (field == nullptr) return Missing(type_name, row.field(), message);
        if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
          return absl::InvalidArgumentError(
              Cat("table ", version_.name(), ": field '", row.field(), "' of ", type_name, " holds no message"));
        }
        child = field->message_type();
      }
      if (auto status = Walk(row.type(), child); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status Missing(const std::string& type, const std::string& field, const Descriptor* message) {
    return absl::InvalidArgumentError(Cat("table ", version_.name(), ": type ", type, " names field '", field,
                                          "', which ", message->full_name(), " has not"));
  }

  const Version& version_;
  std::set<std::pair<std::string, std::string>> seen_;
};

template <typename Map>
auto Find(const Map& map, std::string_view name) -> typename Map::mapped_type {
  const auto found = map.find(name);
  return found == map.end() ? nullptr : found->second;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Version>> Version::Make(std::string_view table_textproto) {
  std::unique_ptr<Version> version(new Version());
  if (!google::protobuf::TextFormat::ParseFromString(std::string(table_textproto), &version->table_)) {
    return absl::InvalidArgumentError("a version table is not readable as text format");
  }
  for (const auto& type : version->table_.complex_type()) version->complex_.emplace(type.name(), &type);
  for (const auto& type : version->table_.simple_type()) version->simple_.emplace(type.name(), &type);
  if (auto status = TableCheck(*version).Run(); !status.ok()) return status;
  auto schema = ProfileSchema::Compile(GenerateProfileSchema(version->table_));
  if (!schema.ok()) return schema.status();
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

const Message* Version::message_for(std::string_view verb, std::string_view noun) const {
  for (const auto& message : table_.message()) {
    if (message.verb() == verb && message.noun() == noun) return &message;
  }
  return nullptr;
}

absl::StatusOr<Versions> Versions::BuiltIn() {
  Versions versions;
  for (const auto& table : EmbeddedTables()) {
    auto version = Version::Make(table);
    if (!version.ok()) return version.status();
    versions.versions_.push_back(*std::move(version));
  }
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
