#include "tests/bench/xsd_peer.h"

#include <ProcessOperationsScheduleType.hxx>
#include <memory>
#include <xercesc/dom/DOM.hpp>
#include <xercesc/framework/MemBufInputSource.hpp>
#include <xercesc/framework/Wrapper4InputSource.hpp>
#include <xercesc/util/XMLUni.hpp>
#include <xsd/cxx/tree/error-handler.hxx>
#include <xsd/cxx/xml/dom/bits/error-handler-proxy.hxx>

#include "b2mml/official_schema.h"
#include "b2mml/xerces.h"

namespace isa95::b2mml {
namespace {

using xercesc::XMLUni;

struct Release {
  void operator()(xercesc::DOMLSParser* parser) const { parser->release(); }
};
using Parser = std::unique_ptr<xercesc::DOMLSParser, Release>;

// Set as the peer's own example of performance has it: one parser for all documents, schemas from the pool only.
Parser MakeParser(xercesc::XMLGrammarPool* pool, xercesc::DOMErrorHandler* errors) {
  static const XMLCh kLs[] = {'L', 'S', 0};
  auto* implementation = xercesc::DOMImplementationRegistry::getDOMImplementation(kLs);
  Parser parser(implementation->createLSParser(xercesc::DOMImplementationLS::MODE_SYNCHRONOUS, nullptr,
                                               xercesc::XMLPlatformUtils::fgMemoryManager, pool));
  auto* config = parser->getDomConfig();
  for (const auto* off : {XMLUni::fgDOMComments, XMLUni::fgDOMEntities, XMLUni::fgDOMElementContentWhitespace,
                          XMLUni::fgXercesSchemaFullChecking, XMLUni::fgXercesLoadSchema})
    config->setParameter(off, false);
  for (const auto* on : {XMLUni::fgDOMNamespaces, XMLUni::fgDOMDatatypeNormalization, XMLUni::fgDOMValidate,
                         XMLUni::fgXercesSchema, XMLUni::fgXercesHandleMultipleImports,
                         XMLUni::fgXercesUseCachedGrammarInParse, XMLUni::fgXercesUserAdoptsDOMDocument})
    config->setParameter(on, true);
  config->setParameter(XMLUni::fgDOMErrorHandler, errors);
  return parser;
}

}  // namespace

void ReadXsd(benchmark::State& state, const std::string& xml) {
  const auto schema = LoadOfficialSchema(ISA95_XSD_SCHEMAS, "V0701", "http://www.mesa.org/xml/B2MML");
  if (!schema.ok()) return state.SkipWithError(Words(schema.status()).c_str());
  xsd::cxx::tree::error_handler<char> errors;
  xsd::cxx::xml::dom::bits::error_handler_proxy<char> proxy(errors);
  const auto grammars = (*schema)->impl().grammars();
  const auto parser = MakeParser(&grammars->pool, &proxy);
  xercesc::MemBufInputSource bytes(reinterpret_cast<const XMLByte*>(xml.data()), xml.size(), "bench");
  bytes.setCopyBufToStream(false);
  const xercesc::Wrapper4InputSource source(&bytes, false);
  try {
    for (auto _ : state) {
      xml_schema::dom::unique_ptr<xercesc::DOMDocument> document(parser->parse(&source));
      errors.throw_if_failed<xml_schema::parsing>();
      benchmark::DoNotOptimize(b2mml_xsd::ProcessOperationsSchedule(*document));
    }
  } catch (const xml_schema::exception& e) {
    return state.SkipWithError(e.what());
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * static_cast<int64_t>(xml.size()));
}

}  // namespace isa95::b2mml
