// Takes the one message out of a SOAP envelope, 1.1 or 1.2, and hands it on; what comes without an envelope is handed
// on as it is. Private to b2mml/. Borrows the log and the sink. One document, one thread. Source: SOAP 1.1 section 4,
// SOAP 1.2 part 1 section 5.
#pragma once

#include <string>

#include "b2mml/reader.h"
#include "b2mml/tolerance_log.h"

namespace isa95::b2mml {

class SoapBody : public EventSink {
 public:
  SoapBody(ToleranceLog& log, EventSink& inner) : log_(log), inner_(inner) {}

  // Findings that no tolerance allows end the reading: SOAP_MUST_UNDERSTAND, SOAP_NOT_ONE_MESSAGE, SOAP_NESTED.
  bool Start(std::string_view xml_namespace, std::string_view name, const std::vector<XmlAttribute>& attributes,
             const XmlPosition& at) override;
  bool Text(std::string_view text, const XmlPosition& at) override;
  bool End(std::string_view xml_namespace, std::string_view name, const XmlPosition& at) override;

 private:
  enum class Part { kNone, kHeader, kBody };
  bool StartPart(std::string_view xml_namespace, std::string_view name, const XmlPosition& at);
  bool StartHeaderBlock(const std::vector<XmlAttribute>& attributes, std::string_view name, const XmlPosition& at);
  bool StartMessage(std::string_view xml_namespace, std::string_view name, const std::vector<XmlAttribute>& attributes,
                    const XmlPosition& at);
  bool Refuse(std::string_view code, std::string_view words, std::string_view mend, const XmlPosition& at);

  ToleranceLog& log_;
  EventSink& inner_;
  std::string namespace_;  // of the envelope; empty: there is none
  Part part_ = Part::kNone;
  uint32_t depth_ = 0;
  uint32_t messages_ = 0;
  bool header_ = false, body_ = false;  // seen
};

}  // namespace isa95::b2mml
