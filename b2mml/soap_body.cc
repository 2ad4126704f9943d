#include "b2mml/soap_body.h"

#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

constexpr std::string_view kSoap11 = "http://schemas.xmlsoap.org/soap/envelope/";
constexpr std::string_view kSoap12 = "http://www.w3.org/2003/05/soap-envelope";

ToleranceLog::Where Place(const XmlPosition& at) {
  return [&at] { return ToleranceLog::Place{at.Path(), at.Line()}; };
}

bool IsSoap(std::string_view xml_namespace) { return xml_namespace == kSoap11 || xml_namespace == kSoap12; }

}  // namespace

bool SoapBody::Start(std::string_view xml_namespace, std::string_view name, const std::vector<XmlAttribute>& attributes,
                     const XmlPosition& at) {
  ++depth_;
  if (depth_ == 1 && IsSoap(xml_namespace) && name == "Envelope") {
    namespace_ = xml_namespace;
    log_.Tolerance("soap_body", Place(at), "The message is the body of a SOAP envelope; our answers have none.",
                   "Send the message alone, as the whole document.");
    return true;
  }
  if (namespace_.empty()) return inner_.Start(xml_namespace, name, attributes, at);
  if (depth_ == 2) return StartPart(xml_namespace, name, at);
  if (part_ == Part::kHeader) return depth_ > 3 || StartHeaderBlock(attributes, name, at);
  return depth_ == 3 ? StartMessage(xml_namespace, name, attributes, at)
                     : inner_.Start(xml_namespace, name, attributes, at);
}

bool SoapBody::StartPart(std::string_view xml_namespace, std::string_view name, const XmlPosition& at) {
  const bool soap = xml_namespace == namespace_;
  if (soap && name == "Header" && !header_ && !body_) {
    header_ = true;
    part_ = Part::kHeader;
    return true;
  }
  if (soap && name == "Body" && !body_) {
    body_ = true;
    part_ = Part::kBody;
    return true;
  }
  return Refuse("SOAP_NOT_ONE_MESSAGE", Cat("The envelope holds ", name, " beside one Header and one Body."),
                "Send an envelope of an optional Header and one Body.", at);
}

bool SoapBody::StartHeaderBlock(const std::vector<XmlAttribute>& attributes, std::string_view name,
                                const XmlPosition& at) {
  for (const auto& attribute : attributes) {
    if (attribute.xml_namespace != namespace_ || attribute.name != "mustUnderstand") continue;
    if (attribute.value != "1" && attribute.value != "true") continue;
    return Refuse("SOAP_MUST_UNDERSTAND",
                  Cat("The header ", name, " must be understood, and no SOAP header is understood here."),
                  "Send the message without this header, or without mustUnderstand.", at);
  }
  return true;
}

bool SoapBody::StartMessage(std::string_view xml_namespace, std::string_view name,
                            const std::vector<XmlAttribute>& attributes, const XmlPosition& at) {
  if (IsSoap(xml_namespace)) {
    return Refuse("SOAP_NESTED", Cat("The SOAP body holds SOAP's own ", name, "."), "Send one B2MML message in it.",
                  at);
  }
  if (++messages_ > 1) {
    return Refuse("SOAP_NOT_ONE_MESSAGE", "The SOAP body holds more than one message.",
                  "Send each message in an envelope of its own.", at);
  }
  return inner_.Start(xml_namespace, name, attributes, at);
}

bool SoapBody::Text(std::string_view text, const XmlPosition& at) {
  if (namespace_.empty() || (part_ == Part::kBody && depth_ >= 3)) return inner_.Text(text, at);
  if (part_ == Part::kHeader || Trim(text).empty()) return true;
  return Refuse("SOAP_NOT_ONE_MESSAGE", "The SOAP envelope holds text beside its message.",
                "Send one B2MML message in the SOAP body, and nothing beside it.", at);
}

bool SoapBody::End(std::string_view xml_namespace, std::string_view name, const XmlPosition& at) {
  --depth_;
  if (namespace_.empty() || (part_ == Part::kBody && depth_ >= 2)) return inner_.End(xml_namespace, name, at);
  if (depth_ == 1) part_ = Part::kNone;
  if (depth_ > 0 || messages_ == 1) return true;
  return Refuse("SOAP_NOT_ONE_MESSAGE", "The SOAP envelope holds no message.", "Send one B2MML message in its Body.",
                at);
}

bool SoapBody::Refuse(std::string_view code, std::string_view words, std::string_view mend, const XmlPosition& at) {
  log_.Bad(code, Place(at), words, mend);
  return false;
}

}  // namespace isa95::b2mml
