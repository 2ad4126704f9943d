#include "b2mml/table_check.h"

#include <algorithm>
#include <set>

#include "grpc/model/text.h"
#include "isa95/flow/v1/document.pb.h"

namespace isa95::b2mml {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// Follows every mapped row from the roots down, with the message it fills.
class TableCheck {
 public:
  explicit TableCheck(const Version& version) : version_(version) {}

  absl::Status Run() {
    UniqueNames();
    if (version_.table().message().empty()) Refuse("it has no message");
    for (const auto& message : version_.table().message()) {
      flow::v1::VerbCode verb;
      flow::v1::NounCode noun;
      if (!flow::v1::VerbCode_Parse(message.verb(), &verb)) Refuse("there is no verb '", message.verb(), "'");
      if (!flow::v1::NounCode_Parse(message.noun(), &noun)) Refuse("there is no noun '", message.noun(), "'");
      Type(message.type(), *flow::v1::Document::descriptor());
    }
    return status_;
  }

 private:
  // The first refusal stays.
  template <typename... Parts>
  void Refuse(const Parts&... parts) {
    if (status_.ok()) status_ = absl::InvalidArgumentError(Cat("table '", version_.name(), "': ", parts...));
  }

  void UniqueNames() {
    std::set<std::string> names;
    for (const auto& type : version_.table().complex_type()) {
      if (!names.insert(type.name()).second) Refuse("type '", type.name(), "' is there twice");
    }
    for (const auto& type : version_.table().simple_type()) {
      if (!names.insert(type.name()).second) Refuse("type '", type.name(), "' is there twice");
    }
  }

  void Type(const std::string& name, const Descriptor& message) {
    if (!seen_.insert({name, message.full_name()}).second || !status_.ok()) return;
    if (const auto* simple = version_.simple_type(name)) return Simple(*simple, message);
    const auto* complex = version_.complex_type(name);
    if (complex == nullptr) return Refuse("there is no type '", name, "'");
    Attributes(name, complex->attribute(), message);
    for (const auto& row : complex->row()) MapRow(name, row, message);
  }

  void Attributes(const std::string& type, const google::protobuf::RepeatedPtrField<AttributeRow>& attributes,
                  const Descriptor& message) {
    for (const auto& attribute : attributes) {
      if (attribute.field().empty()) continue;
      const auto* field = FieldOf(type, attribute.field(), message);
      if (field != nullptr && field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
        Refuse("attribute ", attribute.name(), " of ", type, ": field '", attribute.field(), "' holds no text");
      }
    }
  }

  // A leaf's text goes to `value`, to an enum `code`, or is a point in time.
  void Simple(const SimpleType& type, const Descriptor& message) {
    const auto* value = message.FindFieldByName("value");
    const auto* code = message.FindFieldByName("code");
    const bool text = value != nullptr && value->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
    const bool coded = code != nullptr && code->cpp_type() == FieldDescriptor::CPPTYPE_ENUM;
    if (!text && !coded && &message != flow::v1::Instant::descriptor()) {
      return Refuse("type ", type.name(), " is text, which ", message.full_name(), " cannot hold");
    }
    Attributes(type.name(), type.attribute(), message);
    const auto& words = type.enumeration();
    for (const auto& entry : type.enum_text()) {
      if (std::find(words.begin(), words.end(), entry.text()) == words.end()) {
        Refuse("type ", type.name(), " does not list the word '", entry.text(), "'");
      }
      if (!coded || code->enum_type()->FindValueByName(entry.value()) == nullptr) {
        Refuse("type ", type.name(), ": ", message.full_name(), " has no value '", entry.value(), "'");
      }
    }
  }

  void MapRow(const std::string& type, const Row& row, const Descriptor& message) {
    const std::string place = Cat(type, "/", row.name());
    if (row.max() != 0 && row.min() > row.max()) Refuse(place, " is demanded more often than allowed");
    if (row.kind() != ROW_KIND_ELEMENT || row.field().empty()) {
      if (message.FindFieldByName("extension") == nullptr) {
        Refuse(place, " is passed over, but ", message.full_name(), " has no 'extension' to keep it");
      }
      return;
    }
    if (row.field() == ".") {
      if (row.max() != 1) Refuse(place, " is a wrapper and may repeat");
      return Type(row.type(), message);
    }
    const auto* field = FieldOf(type, row.field(), message);
    if (field == nullptr) return;
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      return Refuse(place, ": field '", row.field(), "' holds no message");
    }
    Type(row.type(), *field->message_type());
    if (row.max() != 1 && !field->is_repeated()) {
      Refuse(place, " may repeat, but field '", row.field(), "' of ", message.full_name(), " holds one");
    }
    const bool says_nil = field->message_type()->FindFieldByName("nil") != nullptr;
    if (row.nillable() && !says_nil && message.FindFieldByName("extension") == nullptr) {
      Refuse(place, " may be nil, which no field of ", message.full_name(), " can say or keep");
    }
    for (const auto& setting : row.set()) Constant(place, setting, *field->message_type());
    for (const auto& filler : row.filler()) Filler(place, filler, row, message);
  }

  void Constant(const std::string& place, const Setting& setting, const Descriptor& message) {
    const Descriptor* at = &message;
    const FieldDescriptor* field = nullptr;
    for (const auto name : Split(setting.field(), '.')) {
      field = at == nullptr ? nullptr : at->FindFieldByName(std::string(name));
      if (field == nullptr) return Refuse(place, " sets field '", setting.field(), "', which is not there");
      at = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE ? field->message_type() : nullptr;
    }
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM &&
        field->enum_type()->FindValueByName(setting.value()) == nullptr) {
      Refuse(place, " sets '", setting.value(), "', which ", field->enum_type()->full_name(), " has not");
    }
  }

  void Filler(const std::string& place, const std::string& filler, const Row& row, const Descriptor& message) {
    if (row.min() == 0) return Refuse(place, " has a filler but is optional");
    const auto colon = filler.find(':');
    const auto kind = filler.substr(0, colon);
    const auto argument = colon == std::string::npos ? "" : filler.substr(colon + 1);
    const bool plain = colon == std::string::npos;
    if (plain && kind == "nil" && row.nillable()) return;
    if (plain && kind == "element" && version_.complex_type(row.type()) != nullptr) return;
    const bool known = kind == "inherit" || kind == "own" || kind == "ordinal" || kind == "text";
    if (!known || argument.empty()) return Refuse(place, ": filler '", filler, "' is not understood");
    if (kind == "own") FieldOf(place, argument, message);
  }

  const FieldDescriptor* FieldOf(const std::string& type, const std::string& name, const Descriptor& message) {
    const auto* field = message.FindFieldByName(name);
    if (field == nullptr) {
      Refuse("type ", type, " names field '", name, "', which ", message.full_name(), " has not");
    }
    return field;
  }

  const Version& version_;
  absl::Status status_;
  std::set<std::pair<std::string, std::string>> seen_;
};

}  // namespace

absl::Status CheckTable(const Version& version) { return TableCheck(version).Run(); }

}  // namespace isa95::b2mml
