#include "b2mml/reader.h"

#include <xercesc/util/OutOfMemoryException.hpp>

#include "b2mml/xerces.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

// `at` null: not even begun.
Finding Unreadable(const Handler* at, const XMLCh* words) {
  return Error("NOT_WELL_FORMED", at == nullptr ? "" : at->Path(), at == nullptr ? 0 : at->Line(),
               Cat("The XML cannot be read: ", Utf8(words)), "Send well-formed XML.");
}

Finding NoMemory() {
  return Error("TOO_LARGE", "", 0, "There is not enough memory for this document.", "Send smaller documents.");
}

Finding HugeToken(const Handler& at, const XmlLimits& limits) {
  return Error("TOKEN_TOO_LARGE", at.Path(), at.Line(),
               Cat("One tag, attribute or comment is larger than ", limits.bytes_per_event, " bytes."),
               "Send B2MML without padding.");
}

// No exception leaves it. Xerces' OutOfMemoryException is neither an XMLException nor a bad_alloc.
void Parse(std::string_view document, XmlEncoding encoding, const ProfileSchema* schema, const XmlLimits& limits,
           EventSink& sink, Findings& findings) {
  ByteMeter meter(limits.bytes_per_event);
  std::unique_ptr<Worker> worker;
  const Handler* handler = nullptr;
  try {
    worker = schema == nullptr ? std::make_unique<Worker>(nullptr) : schema->impl().Borrow();
    worker->handler.Begin(limits, sink, meter, findings);
    handler = &worker->handler;
    const MeteredSource source(document, encoding, meter);
    worker->reader->parse(source);
    if (schema != nullptr) schema->impl().GiveBack(std::move(worker));
  } catch (const StopReading&) {
    if (!meter.Take(0)) findings.push_back(HugeToken(*handler, limits));
  } catch (const xercesc::XMLException& e) {
    findings.push_back(Unreadable(handler, e.getMessage()));
  } catch (const xercesc::SAXException& e) {
    findings.push_back(Unreadable(handler, e.getMessage()));
  } catch (const xercesc::OutOfMemoryException&) {
    findings.push_back(NoMemory());
  } catch (const std::bad_alloc&) {
    findings.push_back(NoMemory());
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
