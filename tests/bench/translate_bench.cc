// Validated translation against its peers, in one run on the same bytes: Xerces' own validated parse, libxml2's SAX
// parse with schema validation; for writing, Xerces' DOM with its serializer and libxml2's writer. Printed as ratios;
// never a test.
#include <benchmark/benchmark.h>
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <libxml/xmlwriter.h>

#include <functional>
#include <iomanip>
#include <iostream>
#include <map>
#include <sstream>
#include <xercesc/dom/DOM.hpp>
#include <xercesc/framework/MemBufFormatTarget.hpp>
#include <xercesc/framework/MemBufInputSource.hpp>
#include <xercesc/parsers/XercesDOMParser.hpp>
#include <xercesc/sax2/DefaultHandler.hpp>

#include "b2mml/official_schema.h"
#include "b2mml/translate.h"
#include "b2mml/xerces.h"
#include "tests/bench/xsd_peer.h"
#include "tests/shared.h"

namespace isa95::b2mml {
namespace {

using benchmark::State;

const Versions* versions = nullptr;  // main's
const Versions& AllVersions() { return *versions; }
const Version& V0701() { return *AllVersions().by_name("V0701"); }

// The example's order, `count` times under ids of their own.
std::string Orders(int64_t count) {
  const std::string one = test::Slurp(std::string(ISA95_SOURCE) + "/examples/order.xml");
  const std::string open = "<OperationsRequest>", close = "</OperationsRequest>";
  const auto from = one.find(open), to = one.find(close) + close.size();
  std::string orders;
  for (int64_t i = 0; i < count; ++i) {
    std::string order = one.substr(from, to - from);
    order.replace(order.find("1004711"), 7, std::to_string(1'000'000 + i));
    orders += order;
  }
  return one.substr(0, from) + orders + one.substr(to);
}

void Bytes(State& state, size_t bytes) {
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * static_cast<int64_t>(bytes));
}

void ReadTranslate(State& state) {
  const std::string xml = Orders(state.range(0));
  for (auto _ : state) {
    const auto parsed = ParseDocument(xml, AllVersions(), {});
    if (HasError(parsed->findings)) return state.SkipWithError("refused");
  }
  Bytes(state, xml.size());
}

class Quiet : public xercesc::DefaultHandler {
 public:
  void error(const xercesc::SAXParseException&) override { ++errors; }
  void fatalError(const xercesc::SAXParseException&) override { ++errors; }
  int errors = 0;
};

void ReadXerces(State& state, const ProfileSchema& schema) {
  const std::string xml = Orders(state.range(0));
  const auto grammars = schema.impl().grammars();
  const auto reader = MakeSafeReader(&grammars->pool);
  Quiet quiet;
  reader->setContentHandler(&quiet);
  reader->setErrorHandler(&quiet);
  for (auto _ : state) {
    const xercesc::MemBufInputSource source(reinterpret_cast<const XMLByte*>(xml.data()), xml.size(), "bench");
    reader->parse(source);
    if (quiet.errors != 0) return state.SkipWithError("refused");
  }
  Bytes(state, xml.size());
}

void ReadXercesOfficial(State& state) {
  const auto schema =
      LoadOfficialSchema(std::string(ISA95_SHARED) + "/b2mml", "V0701", V0701().table().target_namespace());
  if (!schema.ok()) return state.SkipWithError("no official schemas beside the project");
  ReadXerces(state, **schema);
}
void ReadXercesProfile(State& state) { ReadXerces(state, AllVersions().narrow_schema()); }

void ReadLibxml2(State& state) {
  const std::string xml = Orders(state.range(0)), profile = GenerateProfileSchema(V0701().table());
  auto* parser = xmlSchemaNewMemParserCtxt(profile.data(), static_cast<int>(profile.size()));
  auto* schema = xmlSchemaParse(parser);
  for (auto _ : state) {
    auto* valid = xmlSchemaNewValidCtxt(schema);
    auto* input = xmlParserInputBufferCreateMem(xml.data(), static_cast<int>(xml.size()), XML_CHAR_ENCODING_UTF8);
    xmlSAXHandler quiet{};
    quiet.initialized = XML_SAX2_MAGIC;
    if (xmlSchemaValidateStream(valid, input, XML_CHAR_ENCODING_UTF8, &quiet, nullptr) != 0)
      return state.SkipWithError("refused");
    xmlSchemaFreeValidCtxt(valid);
  }
  Bytes(state, xml.size());
  xmlSchemaFree(schema);
  xmlSchemaFreeParserCtxt(parser);
}

void WriteTranslate(State& state) {
  const auto parsed = ParseDocument(Orders(state.range(0)), AllVersions(), {});
  size_t bytes = 0;
  for (auto _ : state) bytes = WriteDocument(parsed->document, V0701()).xml.size();
  Bytes(state, bytes);
}

// The same elements built as a tree and serialized: what a program without a writer of its own does.
void WriteXercesDom(State& state) {
  const auto parsed = ParseDocument(Orders(state.range(0)), AllVersions(), {});
  const std::string xml = WriteDocument(parsed->document, V0701()).xml;
  const xercesc::MemBufInputSource source(reinterpret_cast<const XMLByte*>(xml.data()), xml.size(), "bench");
  static const XMLCh kLs[] = {'L', 'S', 0};
  auto* implementation = xercesc::DOMImplementationRegistry::getDOMImplementation(kLs);
  xercesc::XercesDOMParser parser;
  parser.parse(source);
  for (auto _ : state) {
    auto* document = implementation->createDocument();
    document->appendChild(document->importNode(parser.getDocument()->getDocumentElement(), true));
    auto* serializer = implementation->createLSSerializer();
    auto* output = implementation->createLSOutput();
    xercesc::MemBufFormatTarget target;
    output->setByteStream(&target);
    serializer->write(document, output);
    benchmark::DoNotOptimize(target.getLen());
    output->release();
    serializer->release();
    document->release();
  }
  Bytes(state, xml.size());
}

void WriteLibxml2(State& state) {
  const auto parsed = ParseDocument(Orders(state.range(0)), AllVersions(), {});
  const std::string xml = WriteDocument(parsed->document, V0701()).xml;
  auto* tree = xmlReadMemory(xml.data(), static_cast<int>(xml.size()), "bench", nullptr, XML_PARSE_NOBLANKS);
  const std::function<void(xmlTextWriterPtr, xmlNodePtr)> write = [&](xmlTextWriterPtr writer, xmlNodePtr node) {
    if (node->type == XML_TEXT_NODE) {
      xmlTextWriterWriteString(writer, node->content);
      return;
    }
    xmlTextWriterStartElement(writer, node->name);
    for (auto* child = node->children; child != nullptr; child = child->next) write(writer, child);
    xmlTextWriterEndElement(writer);
  };
  for (auto _ : state) {
    auto* buffer = xmlBufferCreate();
    auto* writer = xmlNewTextWriterMemory(buffer, 0);
    write(writer, xmlDocGetRootElement(tree));
    xmlFreeTextWriter(writer);
    benchmark::DoNotOptimize(xmlBufferLength(buffer));
    xmlBufferFree(buffer);
  }
  Bytes(state, xml.size());
  xmlFreeDoc(tree);
}

BENCHMARK(ReadTranslate)->Arg(1)->Arg(1'000);
BENCHMARK(ReadXercesOfficial)->Arg(1)->Arg(1'000);
BENCHMARK(ReadXercesProfile)->Arg(1)->Arg(1'000);
BENCHMARK(ReadLibxml2)->Arg(1)->Arg(1'000);
#ifdef ISA95_XSD_SCHEMAS
void ReadXsdTree(State& state) { ReadXsd(state, Orders(state.range(0))); }
BENCHMARK(ReadXsdTree)->Arg(1)->Arg(1'000);
#endif
BENCHMARK(WriteTranslate)->Arg(1)->Arg(1'000);
BENCHMARK(WriteXercesDom)->Arg(1)->Arg(1'000);
BENCHMARK(WriteLibxml2)->Arg(1)->Arg(1'000);

// Keeps the medians, in bytes a second.
class Medians : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const auto& run : runs) {
      const auto rate = run.counters.find("bytes_per_second");
      if (run.aggregate_name == "median" && rate != run.counters.end())
        rates_[run.run_name.function_name + "/" + run.run_name.args] = rate->second.value;
    }
  }
  double Rate(const std::string& name, const char* orders) const {
    const auto found = rates_.find(name + "/" + orders);
    return found == rates_.end() ? 0 : found->second;
  }

 private:
  std::map<std::string, double> rates_;
};

std::string Table(const Medians& medians) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(2)
      << "| orders | what | MB/s | against | its MB/s | ratio |\n| --- | --- | --- | --- | --- | --- |\n";
  const auto row = [&](const char* orders, const char* ours, const char* what, const char* theirs, const char* peer) {
    const double a = medians.Rate(ours, orders), b = medians.Rate(theirs, orders);
    if (b == 0) return;  // not built here
    out << "| " << orders << " | " << what << " | " << a / 1e6 << " | " << peer << " | " << b / 1e6 << " | " << a / b
        << " |\n";
  };
  for (const char* orders : {"1", "1000"}) {
    row(orders, "ReadTranslate", "XML to protobuf, validated and checked", "ReadXercesOfficial",
        "Xerces SAX, official schemas");
    row(orders, "ReadTranslate", "XML to protobuf, validated and checked", "ReadXercesProfile",
        "Xerces SAX, our narrow schema");
    row(orders, "ReadTranslate", "XML to protobuf, validated and checked", "ReadLibxml2", "libxml2 SAX with schema");
    row(orders, "ReadTranslate", "XML to protobuf, validated and checked", "ReadXsdTree",
        "CodeSynthesis XSD, validated parse into objects");
    row(orders, "WriteTranslate", "protobuf to XML", "WriteXercesDom", "Xerces DOM and serializer");
    row(orders, "WriteTranslate", "protobuf to XML", "WriteLibxml2", "libxml2 writer");
  }
  return out.str();
}

}  // namespace
}  // namespace isa95::b2mml

// translate_bench [--benchmark_...]: runs, then prints the table of ratios last.
int main(int argc, char** argv) {
  const isa95::b2mml::XmlRuntime runtime;
  const auto versions = isa95::b2mml::Versions::BuiltIn();
  isa95::b2mml::versions = &*versions;
  benchmark::Initialize(&argc, argv);
  isa95::b2mml::Medians medians;
  medians.SetOutputStream(&std::cerr);
  medians.SetErrorStream(&std::cerr);
  benchmark::RunSpecifiedBenchmarks(&medians);
  std::cout << isa95::b2mml::Table(medians);
}
