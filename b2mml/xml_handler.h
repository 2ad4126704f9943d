// What a reader tells of a document, under limits, to a sink. Kept with its reader: its strings keep their room from
// one document to the next. Private to b2mml/. One document at a time.
#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>
#include <xercesc/sax/Locator.hpp>
#include <xercesc/sax/SAXParseException.hpp>
#include <xercesc/sax2/Attributes.hpp>
#include <xercesc/sax2/DefaultHandler.hpp>

#include "b2mml/reader.h"

namespace isa95::b2mml {

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

// Counts names; the few a type has side by side, whatever a stranger sends in a map.
class NameCounter {
 public:
  uint32_t Next(const std::string& name);
  void Clear();

 private:
  static constexpr size_t kFew = 16;
  size_t used_ = 0, last_ = 0;
  std::vector<std::pair<std::string, uint32_t>> few_;
  std::map<std::string, uint32_t, std::less<>> many_;
};

// Counts different addresses; mostly one it has just had.
class AddressSet {
 public:
  void Add(const void* address) {
    auto& recent = recent_[reinterpret_cast<uintptr_t>(address) / alignof(std::max_align_t) % recent_.size()];
    if (recent != address) all_.insert(recent = address);
  }
  size_t size() const { return all_.size(); }

 private:
  std::array<const void*, 256> recent_{};
  std::unordered_set<const void*> all_;
};

class Handler : public xercesc::DefaultHandler, public XmlPosition {
 public:
  // For the next document. Borrows all until it has ended.
  void Begin(const XmlLimits& limits, EventSink& sink, ByteMeter& meter, Findings& findings);

  std::string Path() const override;
  uint64_t Line() const override { return line_; }
  // Names its reader keeps, of all documents so far: a reader forgets neither a prefix nor an element no schema
  // declares.
  size_t NamesKept() const { return names_.size() + prefixes_.size(); }

  void setDocumentLocator(const xercesc::Locator* const locator) override { locator_ = locator; }
  void startPrefixMapping(const XMLCh* prefix, const XMLCh* uri) override;  // before the element's start
  void startElement(const XMLCh* uri, const XMLCh* local, const XMLCh* qname,
                    const xercesc::Attributes& attributes) override;
  void endElement(const XMLCh* uri, const XMLCh* local, const XMLCh* qname) override;
  void characters(const XMLCh* text, XMLSize_t length) override;
  void ignorableWhitespace(const XMLCh*, XMLSize_t) override { meter_->Event(); }
  void comment(const XMLCh*, XMLSize_t) override { meter_->Event(); }
  void processingInstruction(const XMLCh*, const XMLCh*) override { meter_->Event(); }
  void error(const xercesc::SAXParseException& e) override;
  void fatalError(const xercesc::SAXParseException& e) override;

 private:
  struct Level {
    std::string name;
    uint32_t position = 1;
    uint64_t text_bytes = 0;
    NameCounter children;
  };

  Level& Top() { return levels_[depth_ - 1]; }
  const Level& Top() const { return levels_[depth_ - 1]; }
  std::string_view Namespace(const XMLCh* uri);
  [[noreturn]] void Stop(std::string_view code, std::string_view message, std::string_view mend, uint64_t line = 0);
  void Enter(const XMLCh* local);
  void CheckLimits(const xercesc::Attributes& attributes);
  void CheckNames();
  void TakeNamespace(const XMLCh* uri);
  void TakeAttributes(const xercesc::Attributes& attributes);

  const XmlLimits* limits_ = nullptr;
  EventSink* sink_ = nullptr;
  ByteMeter* meter_ = nullptr;
  Findings* findings_ = nullptr;
  const xercesc::Locator* locator_ = nullptr;
  std::vector<Level> levels_;
  size_t depth_ = 0;
  const XMLCh* last_uri_ = nullptr;
  std::string last_namespace_;
  std::vector<XmlAttribute> attributes_;
  std::string text_;
  std::set<std::string> namespaces_;  // of this document
  AddressSet names_;                  // of all documents, as are the prefixes
  std::set<std::string> prefixes_;
  size_t names_before_ = 0;  // this document
  uint64_t elements_ = 0;
  uint64_t line_ = 0;  // of the last start tag
  size_t schema_findings_ = 0;
};

}  // namespace isa95::b2mml
