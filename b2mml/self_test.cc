#include "b2mml/reader.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

// Collects all text, to see whether anything from outside came in.
class TextSink : public EventSink {
 public:
  bool Start(std::string_view, std::string_view, const std::vector<XmlAttribute>&, const XmlPosition&) override {
    return true;
  }
  bool Text(std::string_view text, const XmlPosition&) override {
    text_ += text;
    return true;
  }
  bool End(std::string_view, std::string_view, const XmlPosition&) override { return true; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// Behind a comment longer than the first look, so that the parser itself is put to the test.
std::string BehindTheFirstLook(std::string_view attack) {
  return Cat("<?xml version=\"1.0\"?><!--", std::string(8192, 'x'), "-->", attack);
}

bool Refused(std::string_view document) {
  TextSink sink;
  return HasError(Read(document, nullptr, {}, sink)) && sink.text().empty();
}

}  // namespace

absl::Status SelfTest() {
  if (!Refused(BehindTheFirstLook("<!DOCTYPE a><a/>")))
    return absl::InternalError("XML self-test: a bare DOCTYPE was read");
  if (!Refused(BehindTheFirstLook("<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><a>&e;</a>"))) {
    return absl::InternalError("XML self-test: an external entity was read");
  }
  if (!Refused(
          BehindTheFirstLook("<!DOCTYPE a [<!ENTITY b \"bb\"><!ENTITY c \"&b;&b;&b;&b;\">]><a>&c;&c;&c;&c;</a>"))) {
    return absl::InternalError("XML self-test: an entity was expanded");
  }
  TextSink sink;
  const auto hint = Read(
      "<a xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:noNamespaceSchemaLocation=\"/nowhere.xsd\">t</a>",
      nullptr, {}, sink);
  if (!hint.empty() || sink.text() != "t") return absl::InternalError("XML self-test: a schema location was followed");
  return absl::OkStatus();
}

}  // namespace isa95::b2mml
