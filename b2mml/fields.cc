#include "b2mml/fields.h"

#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

const google::protobuf::EnumDescriptor* CodeEnum(const ProtoMessage& message) {
  const auto* field = FieldOf(message, "code");
  return field != nullptr && field->cpp_type() == ProtoField::CPPTYPE_ENUM ? field->enum_type() : nullptr;
}

bool IsText(const ProtoField* field) {
  return field != nullptr && field->cpp_type() == ProtoField::CPPTYPE_STRING && !field->is_repeated();
}

}  // namespace

const ProtoField* FieldOf(const ProtoMessage& message, std::string_view name) {
  return message.GetDescriptor()->FindFieldByName(std::string(name));
}

ProtoMessage* AddTo(ProtoMessage& message, const ProtoField& field) {
  const auto* reflection = message.GetReflection();
  return field.is_repeated() ? reflection->AddMessage(&message, &field) : reflection->MutableMessage(&message, &field);
}

int CountOf(const ProtoMessage& message, const ProtoField& field) {
  const auto* reflection = message.GetReflection();
  return field.is_repeated() ? reflection->FieldSize(message, &field) : (reflection->HasField(message, &field) ? 1 : 0);
}

const ProtoMessage& At(const ProtoMessage& message, const ProtoField& field, int index) {
  const auto* reflection = message.GetReflection();
  return field.is_repeated() ? reflection->GetRepeatedMessage(message, &field, index)
                             : reflection->GetMessage(message, &field);
}

std::string TextOf(const ProtoMessage& message, std::string_view name) {
  const auto* field = FieldOf(message, name);
  return IsText(field) ? message.GetReflection()->GetString(message, field) : std::string();
}

bool FlagOf(const ProtoMessage& message, std::string_view name) {
  const auto* field = FieldOf(message, name);
  return field != nullptr && field->cpp_type() == ProtoField::CPPTYPE_BOOL &&
         message.GetReflection()->GetBool(message, field);
}

void SetText(ProtoMessage& message, std::string_view name, std::string_view text) {
  const auto* field = FieldOf(message, name);
  if (IsText(field)) message.GetReflection()->SetString(&message, field, std::string(text));
}

void SetFlag(ProtoMessage& message, std::string_view name) {
  const auto* field = FieldOf(message, name);
  if (field != nullptr && field->cpp_type() == ProtoField::CPPTYPE_BOOL)
    message.GetReflection()->SetBool(&message, field, true);
}

bool IsCoded(const ProtoMessage& message) { return CodeEnum(message) != nullptr; }

std::string CodeName(const ProtoMessage& message) {
  return message.GetReflection()->GetEnum(message, FieldOf(message, "code"))->name();
}

bool SetCode(ProtoMessage& message, const std::string& name) {
  const auto* values = CodeEnum(message);
  const auto* value = values == nullptr ? nullptr : values->FindValueByName(name);
  if (value == nullptr) return false;
  message.GetReflection()->SetEnum(&message, FieldOf(message, "code"), value);
  return true;
}

std::string ShortName(const ProtoMessage& message, const std::string& name) {
  const auto& zero = CodeEnum(message)->value(0)->name();  // ..._UNSPECIFIED
  const size_t prefix = zero.size() - std::string_view("UNSPECIFIED").size();
  std::string out = Lower(std::string_view(name).substr(prefix));
  for (char& c : out) c = c == '_' ? ' ' : c;
  return out;
}

std::string CodeByShortName(const ProtoMessage& message, std::string_view short_name) {
  const auto* values = CodeEnum(message);
  for (int i = 1; i < values->value_count(); ++i) {
    if (ShortName(message, values->value(i)->name()) == short_name) return values->value(i)->name();
  }
  return {};
}

}  // namespace isa95::b2mml
