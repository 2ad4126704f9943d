// An element that is passed over, serialized as it comes by, so that it is kept. Private to b2mml/. One thread at a
// time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "b2mml/reader.h"
#include "b2mml/xml_out.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {

class Capture {
 public:
  explicit Capture(std::string_view name, std::string_view xml_namespace)
      : name_(name), xml_namespace_(xml_namespace) {}

  void Start(std::string_view xml_namespace, std::string_view name, const std::vector<XmlAttribute>& attributes) {
    ++depth_;
    xml_ += Cat("<", name, " xmlns=\"");
    AppendEscaped(xml_, xml_namespace, true);
    xml_ += '"';
    int prefix = 0;
    for (const auto& attribute : attributes) {
      if (attribute.xml_namespace == "http://www.w3.org/2000/xmlns/" || attribute.name == "xmlns") continue;
      if (attribute.xml_namespace.empty()) {
        xml_ += Cat(" ", attribute.name, "=\"");
      } else {
        xml_ += Cat(" xmlns:a", ++prefix, "=\"", attribute.xml_namespace, "\" a", prefix, ":", attribute.name, "=\"");
      }
      AppendEscaped(xml_, attribute.value, true);
      xml_ += '"';
    }
    xml_ += '>';
  }
  size_t size() const { return xml_.size(); }
  void Text(std::string_view text) { AppendEscaped(xml_, text, false); }
  // True when the captured element itself has ended.
  bool End(std::string_view name) {
    xml_ += Cat("</", name, ">");
    return --depth_ == 0;
  }
  void StoreIn(flow::v1::Extension& extension, const std::string& version) {
    extension.set_name(name_);
    extension.set_xml_namespace(xml_namespace_);
    extension.set_xml(xml_);
    extension.set_b2mml_version(version);
  }

 private:
  std::string name_, xml_namespace_, xml_;
  int depth_ = 0;
};

}  // namespace isa95::b2mml
