#include "b2mml/reader.h"

#include "b2mml/xerces.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

void Parse(std::string_view document, XmlEncoding encoding, const ProfileSchema* schema, const XmlLimits& limits,
           EventSink& sink, Findings& findings) {
  ByteMeter meter(limits.bytes_per_event);
  auto worker = schema == nullptr ? std::make_unique<Worker>(nullptr) : schema->impl().Borrow();
  auto& handler = worker->handler;
  handler.Begin(limits, sink, meter, findings);
  const size_t before = findings.size();
  bool stopped_by_meter = true;  // unless it turns out to be somebody else
  try {
    const MeteredSource source(document, encoding, meter);
    worker->reader->parse(source);
    stopped_by_meter = false;
    if (schema != nullptr) schema->impl().GiveBack(std::move(worker));
  } catch (const StopReading&) {
    stopped_by_meter = !meter.Take(0);
  } catch (const xercesc::XMLException& e) {
    stopped_by_meter = false;
    findings.push_back(Error("NOT_WELL_FORMED", handler.Path(), handler.Line(),
                             Cat("The XML cannot be read: ", Utf8(e.getMessage())), "Send well-formed XML."));
  } catch (const xercesc::SAXException& e) {
    stopped_by_meter = false;
    findings.push_back(Error("NOT_WELL_FORMED", handler.Path(), handler.Line(),
                             Cat("The XML cannot be read: ", Utf8(e.getMessage())), "Send well-formed XML."));
  } catch (const std::bad_alloc&) {
    stopped_by_meter = false;
    findings.push_back(
        Error("TOO_LARGE", "", 0, "There is not enough memory for this document.", "Send smaller documents."));
  }
  if (stopped_by_meter && findings.size() == before) {
    findings.push_back(Error("TOKEN_TOO_LARGE", handler.Path(), handler.Line(),
                             Cat("One tag, attribute or comment is larger than ", limits.bytes_per_event, " bytes."),
                             "Send B2MML without padding."));
  }
}

}  // namespace

Findings Read(std::string_view document, const ProfileSchema* schema, const XmlLimits& limits, EventSink& sink) {
  Findings findings;
  if (document.size() > limits.bytes) {
    findings.push_back(Error("TOO_LARGE", "", 0, Cat("The document is larger than ", limits.bytes, " bytes."),
                             "Send several documents."));
    return findings;
  }
  const auto sniffed = Sniff(document);
  if (sniffed.refusal) return {*sniffed.refusal};
  Parse(document, sniffed.encoding, schema, limits, sink, findings);
  return findings;
}

}  // namespace isa95::b2mml
