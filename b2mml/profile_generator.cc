#include "b2mml/version.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// A type name of the table, or an XSD built-in.
std::string TypeRef(const VersionTable& table, std::string_view type) {
  for (const auto& simple : table.simple_type()) {
    if (simple.name() == type) return Cat("t:", type);
  }
  return Cat("xsd:", type);
}

std::string Attributes(const VersionTable& table, const google::protobuf::RepeatedPtrField<AttributeRow>& rows) {
  std::string out;
  for (const auto& row : rows) {
    out += Cat("<xsd:attribute name=\"", row.name(), "\" type=\"", TypeRef(table, row.type()), "\" use=\"",
               row.required() ? "required" : "optional", "\"/>\n");
  }
  return out;
}

std::string Restriction(const SimpleType& type) {
  std::string out = Cat("<xsd:restriction base=\"xsd:", type.base(), "\">");
  for (const auto& text : type.enumeration()) out += Cat("<xsd:enumeration value=\"", Escaped(text), "\"/>");
  return out + "</xsd:restriction>";
}

// Without attributes it stays a simple type, which an attribute can have too.
std::string Simple(const VersionTable& table, const SimpleType& type) {
  if (type.attribute().empty()) {
    return Cat("<xsd:simpleType name=\"", type.name(), "\">", Restriction(type), "</xsd:simpleType>\n");
  }
  std::string out, base = Cat("xsd:", type.base());
  if (!type.enumeration().empty()) {
    base = Cat("t:", type.name(), "-Text");
    out = Cat("<xsd:simpleType name=\"", type.name(), "-Text\">", Restriction(type), "</xsd:simpleType>\n");
  }
  return Cat(out, "<xsd:complexType name=\"", type.name(), "\"><xsd:simpleContent><xsd:extension base=\"", base,
             "\">\n", Attributes(table, type.attribute()), "</xsd:extension></xsd:simpleContent></xsd:complexType>\n");
}

std::string Particle(const Row& row, Wildcards wildcards) {
  if (row.kind() != ROW_KIND_ELEMENT && wildcards == Wildcards::kNone) return {};
  switch (row.kind()) {
    case ROW_KIND_EXTENSION_SLOT:
      return "<xsd:any namespace=\"##other\" processContents=\"lax\" minOccurs=\"0\" maxOccurs=\"unbounded\"/>\n";
    case ROW_KIND_ANY_STRICT:
      return "<xsd:any processContents=\"strict\" minOccurs=\"0\" maxOccurs=\"unbounded\"/>\n";
    case ROW_KIND_ANY_SKIP:
      return "<xsd:any processContents=\"skip\" minOccurs=\"0\" maxOccurs=\"unbounded\"/>\n";
    default:
      break;
  }
  const std::string max = row.max() == 0 ? "unbounded" : std::to_string(row.max());
  return Cat("<xsd:element name=\"", row.name(), "\" type=\"",
             row.field().empty() ? "xsd:anyType" : Cat("t:", row.type()), "\" minOccurs=\"", row.min(),
             "\" maxOccurs=\"", max, "\"", row.nillable() ? " nillable=\"true\"" : "", "/>\n");
}

std::string Complex(const VersionTable& table, const ComplexType& type, Wildcards wildcards) {
  std::string out = Cat("<xsd:complexType name=\"", type.name(), "\"><xsd:sequence>\n");
  std::string choice, group;
  for (const auto& row : type.row()) {
    if (row.group() != group) {
      if (!group.empty()) out += "</xsd:sequence>\n";
      if (!row.group().empty()) out += "<xsd:sequence minOccurs=\"0\" maxOccurs=\"unbounded\">\n";
      group = row.group();
    }
    if (row.choice() != choice) {
      if (!choice.empty()) out += "</xsd:choice>\n";
      if (!row.choice().empty()) out += "<xsd:choice>\n";
      choice = row.choice();
    }
    out += Particle(row, wildcards);
  }
  if (!choice.empty()) out += "</xsd:choice>\n";
  if (!group.empty()) out += "</xsd:sequence>\n";
  return Cat(out, "</xsd:sequence>\n", Attributes(table, type.attribute()), "</xsd:complexType>\n");
}

}  // namespace

std::string GenerateProfileSchema(const VersionTable& table, Wildcards wildcards) {
  std::string out =
      Cat("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xsd:schema xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" "
          "xmlns:t=\"",
          Escaped(table.target_namespace()), "\" targetNamespace=\"", Escaped(table.target_namespace()),
          "\" elementFormDefault=\"qualified\" attributeFormDefault=\"unqualified\">\n");
  // Last first: Xerces finds an element among all of its name, the one it learnt last before all others, and orders and
  // reports, which stand first in a table, are read most.
  for (int i = table.message_size(); i-- > 0;) {
    const auto& message = table.message(i);
    out += Cat("<xsd:element name=\"", message.root(), "\" type=\"t:", message.type(), "\"/>\n");
  }
  for (const auto& type : table.complex_type()) out += Complex(table, type, wildcards);
  for (const auto& type : table.simple_type()) out += Simple(table, type);
  return out + "</xsd:schema>\n";
}

}  // namespace isa95::b2mml
