// What the reader's units share of Xerces. Private to b2mml/.
#pragma once

#include <string>
#include <string_view>
#include <xercesc/framework/XMLGrammarPoolImpl.hpp>
#include <xercesc/sax/InputSource.hpp>
#include <xercesc/sax/SAXParseException.hpp>
#include <xercesc/sax2/DefaultHandler.hpp>
#include <xercesc/sax2/SAX2XMLReader.hpp>
#include <xercesc/util/BinInputStream.hpp>
#include <xercesc/util/XMLString.hpp>

#include "b2mml/reader.h"
#include "b2mml/xml_sniff.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {

// UTF-16 of Xerces to UTF-8, appended.
void AppendUtf8(std::string& out, const XMLCh* text, size_t length);
inline std::string Utf8(const XMLCh* text) {
  std::string out;
  if (text != nullptr) AppendUtf8(out, text, xercesc::XMLString::stringLen(text));
  return out;
}

// Thrown through Xerces by our own handler and stream, caught in Read.
struct StopReading {};

// Hands the parser small pieces and counts what it took since the last event came out.
class ByteMeter {
 public:
  explicit ByteMeter(uint64_t limit) : limit_(limit) {}
  void Event() { since_event_ = 0; }
  bool Take(uint64_t bytes) { return (since_event_ += bytes) <= limit_; }

 private:
  uint64_t limit_;
  uint64_t since_event_ = 0;
};

class MeteredSource : public xercesc::InputSource {
 public:
  MeteredSource(std::string_view document, XmlEncoding encoding, ByteMeter& meter);
  xercesc::BinInputStream* makeStream() const override;

 private:
  std::string_view document_;
  ByteMeter& meter_;
};

// Keeps the first thing wrong with a schema.
class SchemaErrors : public xercesc::DefaultHandler {
 public:
  void error(const xercesc::SAXParseException& e) override { Note(e); }
  void fatalError(const xercesc::SAXParseException& e) override { Note(e); }
  std::string first;

 private:
  void Note(const xercesc::SAXParseException& e) {
    if (first.empty())
      first =
          Cat(Utf8(e.getSystemId()), " line ", static_cast<uint64_t>(e.getLineNumber()), ": ", Utf8(e.getMessage()));
  }
};

// A reader with the safe profile set; `pool` may be null (well-formedness only).
std::unique_ptr<xercesc::SAX2XMLReader> MakeSafeReader(xercesc::XMLGrammarPool* pool);

class ProfileSchema::Impl {
 public:
  Impl() : pool(std::make_unique<xercesc::XMLGrammarPoolImpl>()) {}
  std::unique_ptr<xercesc::XMLGrammarPoolImpl> pool;
};

}  // namespace isa95::b2mml
