// Writes field_access.gen.cc to standard output: see field_access.h.
#include <google/protobuf/message.h>

#include <iostream>
#include <set>
#include <string>

#include "isa95/flow/v1/document.pb.h"

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

bool IsMessage(const FieldDescriptor& field) { return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE; }
bool IsText(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_STRING && !field.is_repeated();
}

void Collect(const Descriptor& message, std::set<const Descriptor*>& messages) {
  if (message.file()->package() != "isa95.flow.v1" || !messages.insert(&message).second) return;
  for (int i = 0; i < message.field_count(); ++i) {
    if (IsMessage(*message.field(i))) Collect(*message.field(i)->message_type(), messages);
  }
}

void WriteField(const FieldDescriptor& field) {
  const std::string type = field.containing_type()->name(), name = field.name();
  const std::string read = "static_cast<const " + type + "&>(m).", write = "static_cast<" + type + "&>(m).";
  std::cout << "    {\"" << field.full_name() << "\", {";
  if (IsText(field)) {
    std::cout << "nullptr, nullptr, nullptr, [](const Message& m) -> const std::string& { return " << read << name
              << "(); }, [](Message& m, const std::string& t) { " << write << "set_" << name << "(t); }";
  } else if (field.is_repeated()) {
    std::cout << "[](const Message& m) { return " << read << name
              << "_size(); }, [](const Message& m, int i) -> const Message& { return " << read << name
              << "(i); }, [](Message& m) -> Message* { return " << write << "add_" << name << "(); }";
  } else {
    std::cout << "[](const Message& m) { return " << read << "has_" << name
              << "() ? 1 : 0; }, [](const Message& m, int) -> const Message& { return " << read << name
              << "(); }, [](Message& m) -> Message* { return " << write << "mutable_" << name << "(); }";
  }
  std::cout << "}},\n";
}

}  // namespace

int main() {
  std::set<const Descriptor*> messages;
  Collect(*isa95::flow::v1::Document::descriptor(), messages);
  std::cout
      << "// Generated: see field_access.h.\n#include <string_view>\n#include <unordered_map>\n\n"
         "#include \"b2mml/field_access.h\"\n#include \"isa95/flow/v1/document.pb.h\"\n\n"
         "namespace isa95::b2mml {\nnamespace {\n\nusing namespace flow::v1;\nusing google::protobuf::Message;\n\n"
         "const std::unordered_map<std::string_view, FieldAccess> kFields = {\n";
  for (const auto* message : messages) {
    for (int i = 0; i < message->field_count(); ++i) {
      if (IsMessage(*message->field(i)) || IsText(*message->field(i))) WriteField(*message->field(i));
    }
  }
  std::cout << "};\n\n}  // namespace\n\n"
               "const FieldAccess* AccessOf(const google::protobuf::FieldDescriptor& field) {\n"
               "  const auto found = kFields.find(field.full_name());\n"
               "  return found == kFields.end() ? nullptr : &found->second;\n}\n\n}  // namespace isa95::b2mml\n";
}
