#include "b2mml/diff.h"

#include <algorithm>

#include "b2mml/fields.h"
#include "grpc/model/decimal.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

std::string WithoutBlanksBetween(std::string_view xml) {
  std::string out;
  bool after_tag = false;
  for (size_t i = 0; i < xml.size(); ++i) {
    const bool blank = xml[i] == ' ' || xml[i] == '\n' || xml[i] == '\t' || xml[i] == '\r';
    if (blank && after_tag) continue;
    after_tag = xml[i] == '>';
    out += xml[i];
  }
  return out;
}

class Comparer {
 public:
  std::vector<Difference> Run(const ProtoMessage& left, const ProtoMessage& right) {
    Messages(left, right, "");
    return std::move(differences_);
  }

 private:
  void Note(const std::string& path, std::string left, std::string right) {
    differences_.push_back({path, std::move(left), std::move(right)});
  }

  // A leaf as a person would write it.
  static std::string Short(const ProtoMessage& message) {
    if (message.GetDescriptor() == flow::v1::Instant::descriptor())
      return FormatInstant(static_cast<const flow::v1::Instant&>(message));
    const auto text = TextOf(message, "value");
    return text.empty() ? message.ShortDebugString() : text;
  }

  void Decimals(const flow::v1::Decimal& left, const flow::v1::Decimal& right, const std::string& path) {
    const auto a = ParseDecimal(left.value()), b = ParseDecimal(right.value());
    const bool equal = a && b ? Compare(*a, *b) == 0 : left.value() == right.value();
    const auto text = [](const flow::v1::Decimal& decimal) { return decimal.nil() ? "nil" : decimal.value(); };
    if (!equal || left.nil() != right.nil()) Note(path, text(left), text(right));
    Field(left, right, *left.GetDescriptor()->FindFieldByName("other_attributes"), path);
  }

  void Messages(const ProtoMessage& left, const ProtoMessage& right, const std::string& path) {
    const auto* type = left.GetDescriptor();
    if (type == flow::v1::Decimal::descriptor()) {
      return Decimals(static_cast<const flow::v1::Decimal&>(left), static_cast<const flow::v1::Decimal&>(right), path);
    }
    if (type == flow::v1::Instant::descriptor()) {
      if (Short(left) != Short(right)) Note(path, Short(left), Short(right));
      return Field(left, right, *type->FindFieldByName("other_attributes"), path);
    }
    if (type == flow::v1::Extension::descriptor()) {
      const auto a = WithoutBlanksBetween(TextOf(left, "xml")), b = WithoutBlanksBetween(TextOf(right, "xml"));
      if (a != b) Note(path, a, b);
      return;
    }
    for (int i = 0; i < type->field_count(); ++i) {
      const auto& field = *type->field(i);
      const bool carrier =
          type == flow::v1::Document::descriptor() &&
          (field.name() == "b2mml_version" || field.name() == "release_id" || field.name() == "noun_form");
      if (!carrier) Field(left, right, field, path.empty() ? field.name() : Cat(path, ".", field.name()));
    }
  }

  void Field(const ProtoMessage& left, const ProtoMessage& right, const ProtoField& field, const std::string& path) {
    if (field.cpp_type() != ProtoField::CPPTYPE_MESSAGE) return Scalar(left, right, field, path);
    const int a = CountOf(left, field), b = CountOf(right, field);
    for (int i = 0; i < std::max(a, b); ++i) {
      const auto at = field.is_repeated() ? Cat(path, "[", i, "]") : path;
      if (i >= a) {
        Note(at, "", Short(At(right, field, i)));
      } else if (i >= b) {
        Note(at, Short(At(left, field, i)), "");
      } else {
        Messages(At(left, field, i), At(right, field, i), at);
      }
    }
  }

  void Scalar(const ProtoMessage& left, const ProtoMessage& right, const ProtoField& field, const std::string& path) {
    const auto text = [&](const ProtoMessage& message) -> std::string {
      const auto* reflection = message.GetReflection();
      switch (field.cpp_type()) {
        case ProtoField::CPPTYPE_STRING:
          return reflection->GetString(message, &field);
        case ProtoField::CPPTYPE_ENUM:
          return reflection->GetEnum(message, &field)->name();
        case ProtoField::CPPTYPE_BOOL:
          return reflection->GetBool(message, &field) ? "true" : "false";
        default:
          return {};  // a Document holds no other scalars outside Instant
      }
    };
    if (text(left) != text(right)) Note(path, text(left), text(right));
  }

  std::vector<Difference> differences_;
};

}  // namespace

std::vector<Difference> Diff(const flow::v1::Document& left, const flow::v1::Document& right) {
  return Comparer().Run(left, right);
}

}  // namespace isa95::b2mml
