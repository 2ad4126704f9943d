// What the reader's units share of Xerces. Private to b2mml/.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>
#include <xercesc/framework/XMLGrammarPoolImpl.hpp>
#include <xercesc/sax/InputSource.hpp>
#include <xercesc/sax/SAXParseException.hpp>
#include <xercesc/sax2/DefaultHandler.hpp>
#include <xercesc/sax2/SAX2XMLReader.hpp>
#include <xercesc/util/BinInputStream.hpp>
#include <xercesc/util/XMLString.hpp>

#include "b2mml/reader.h"
#include "b2mml/xml_handler.h"
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

// One loading of a schema. Whoever uses the pool shares in it.
struct ProfileSchema::Grammars {
  xercesc::XMLGrammarPoolImpl pool;
  XMLSize_t strings = 0;  // the pool's own, before any document
};

// A reader and its handler, for one document after the other.
struct Worker {
  explicit Worker(std::shared_ptr<ProfileSchema::Grammars> of);
  const std::shared_ptr<ProfileSchema::Grammars> grammars;  // null: well-formedness only
  std::unique_ptr<xercesc::SAX2XMLReader> reader;
  Handler handler;
};

// The grammars, and the workers that wait for their next document: making one costs more than reading an order.
// Xerces forgets nothing: a locked pool keeps every namespace of every document it ever judged, a reader every prefix
// and every element name no schema declares, and what they keep makes them slow. So grammars that have grown are loaded
// afresh, beside which the old ones live until their last worker is done; and a worker that has grown is not used
// again.
class ProfileSchema::Impl {
 public:
  Impl(Load load, std::shared_ptr<Grammars> grammars) : load_(std::move(load)), grammars_(std::move(grammars)) {}
  static absl::StatusOr<std::shared_ptr<Grammars>> LoadOnce(const Load& load);
  std::shared_ptr<Grammars> grammars() const;
  std::unique_ptr<Worker> Borrow() const;
  // Only one whose parse came to its end: what was interrupted is not used again.
  void GiveBack(std::unique_ptr<Worker> worker) const;

 private:
  bool BeginRenewal() const;
  void Renew() const;

  const Load load_;
  mutable std::mutex mutex_;  // for all below; not held while loading
  mutable std::shared_ptr<Grammars> grammars_;
  mutable std::vector<std::unique_ptr<Worker>> idle_;  // of these grammars only
  mutable bool renewing_ = false;
};

}  // namespace isa95::b2mml
