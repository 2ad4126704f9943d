#include "b2mml/recast_writer.h"

#include <algorithm>

#include "b2mml/xml_out.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

constexpr std::string_view kXmlns = "http://www.w3.org/2000/xmlns/";
constexpr std::string_view kXml = "http://www.w3.org/XML/1998/namespace";

}  // namespace

void RecastWriter::Open(std::string_view name, const std::string_view* xml_namespace,
                        const std::vector<XmlAttribute>& attributes, uint64_t line) {
  out_ += Cat("<", name);
  if (xml_namespace != nullptr) {
    out_ += " xmlns=\"";
    AppendEscaped(out_, *xml_namespace, true);
    out_ += '"';
  }
  int prefix = 0;
  for (const auto& attribute : attributes) {
    if (attribute.xml_namespace == kXmlns || attribute.name == "xmlns" || attribute.name == "schemaLocation") continue;
    if (attribute.xml_namespace.empty() || attribute.xml_namespace == kXml) {
      out_ += Cat(attribute.xml_namespace.empty() ? " " : " xml:", attribute.name, "=\"");
    } else {
      out_ += Cat(" xmlns:a", ++prefix, "=\"");
      AppendEscaped(out_, attribute.xml_namespace, true);
      out_ += Cat("\" a", prefix, ":", attribute.name, "=\"");
    }
    AppendEscaped(out_, attribute.value, true);
    out_ += '"';
  }
  if (line > line_) {  // within the tag, where a line break says nothing
    out_.append(line - line_, '\n');
    line_ = line;
  }
  out_ += '>';
}

void RecastWriter::Text(std::string_view text) {
  AppendEscaped(out_, text, false);
  line_ += static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

void RecastWriter::Close(std::string_view name) { out_ += Cat("</", name, ">"); }

void RecastWriter::CutBackTo(const Mark& mark) {
  out_.resize(mark.size);
  line_ = mark.line;
}

}  // namespace isa95::b2mml
