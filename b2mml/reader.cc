#include "b2mml/reader.h"

#include <map>
#include <optional>
#include <xercesc/sax/Locator.hpp>
#include <xercesc/sax/SAXParseException.hpp>
#include <xercesc/sax2/Attributes.hpp>
#include <xercesc/sax2/DefaultHandler.hpp>

#include "b2mml/xerces.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

constexpr std::string_view kXsi = "http://www.w3.org/2001/XMLSchema-instance";
constexpr size_t kMaxSchemaFindings = 100;

class Handler : public xercesc::DefaultHandler, public XmlPosition {
 public:
  Handler(const XmlLimits& limits, EventSink& sink, ByteMeter& meter, Findings& findings)
      : limits_(limits), sink_(sink), meter_(meter), findings_(findings) {}

  std::string Path() const override {
    std::string path;
    for (size_t i = 0; i < depth_; ++i) {
      path += Cat("/", levels_[i].name);
      if (levels_[i].position > 1) path += Cat("[", levels_[i].position, "]");
    }
    return path;
  }
  uint32_t Ordinal() const override { return depth_ == 0 ? 1 : Top().position; }
  uint64_t Line() const override { return locator_ == nullptr ? last_line_ : locator_->getLineNumber(); }
  // The parser is gone, and its locator with it.
  void Detach() { locator_ = nullptr; }

  void setDocumentLocator(const xercesc::Locator* const locator) override { locator_ = locator; }

  void startElement(const XMLCh* const uri, const XMLCh* const local, const XMLCh* const,
                    const xercesc::Attributes& attributes) override {
    meter_.Event();
    last_line_ = Line();
    Enter(local);
    CheckLimits(attributes);
    TakeAttributes(attributes);
    if (!sink_.Start(Namespace(uri), Top().name, attributes_, *this)) throw StopReading();
  }

  void endElement(const XMLCh* const uri, const XMLCh* const, const XMLCh* const) override {
    meter_.Event();
    if (!sink_.End(Namespace(uri), Top().name, *this)) throw StopReading();
    --depth_;
  }

  void characters(const XMLCh* const text, const XMLSize_t length) override {
    meter_.Event();
    text_.clear();
    AppendUtf8(text_, text, length);
    auto& level = Top();
    if ((level.text_bytes += text_.size()) > limits_.text_bytes) {
      Stop("TEXT_TOO_LONG", Cat("The text of this element is longer than ", limits_.text_bytes, " bytes."),
           "Shorten it.");
    }
    if (!sink_.Text(text_, *this)) throw StopReading();
  }
  void ignorableWhitespace(const XMLCh* const, const XMLSize_t) override { meter_.Event(); }
  void comment(const XMLCh* const, const XMLSize_t) override { meter_.Event(); }
  void processingInstruction(const XMLCh* const, const XMLCh* const) override { meter_.Event(); }

  void error(const xercesc::SAXParseException& e) override {
    findings_.push_back(Error("SCHEMA", Path(), e.getLineNumber(),
                              Cat("The shape is not that of this B2MML version: ", Utf8(e.getMessage())),
                              "Compare the element's name, order, count and type with the schema of this version."));
    if (++schema_findings_ >= kMaxSchemaFindings) throw StopReading();
  }
  void fatalError(const xercesc::SAXParseException& e) override {
    Stop("NOT_WELL_FORMED", Cat("The XML is broken: ", Utf8(e.getMessage())), "Send well-formed XML, whole.",
         e.getLineNumber());
  }

 private:
  // Counts names; the few a type has side by side, whatever a stranger sends in a map.
  class NameCounter {
   public:
    uint32_t Next(const std::string& name) {
      for (size_t i = 0; i < used_; ++i) {
        if (few_[i].first == name) return ++few_[i].second;
      }
      if (used_ == kFew) return ++many_[name];
      if (used_ == few_.size()) few_.emplace_back();
      few_[used_].first = name;
      return few_[used_++].second = 1;
    }
    void Clear() {
      used_ = 0;
      many_.clear();
    }

   private:
    static constexpr size_t kFew = 16;
    size_t used_ = 0;
    std::vector<std::pair<std::string, uint32_t>> few_;
    std::map<std::string, uint32_t, std::less<>> many_;
  };

  // Kept for the next element at its depth: its strings keep their room.
  struct Level {
    std::string name;
    uint32_t position = 1;
    uint64_t text_bytes = 0;
    NameCounter children;
  };

  Level& Top() { return levels_[depth_ - 1]; }
  const Level& Top() const { return levels_[depth_ - 1]; }

  // Xerces keeps the texts of namespaces in a pool: the same address is the same text as long as it parses.
  std::string_view Namespace(const XMLCh* uri) {
    if (uri != last_uri_) {
      last_uri_ = uri;
      last_namespace_ = Utf8(uri);
    }
    return last_namespace_;
  }

  [[noreturn]] void Stop(std::string_view code, std::string_view message, std::string_view mend, uint64_t line = 0) {
    findings_.push_back(Error(code, Path(), line == 0 ? Line() : line, message, mend));
    throw StopReading();
  }

  void Enter(const XMLCh* local) {
    if (depth_ == levels_.size()) levels_.emplace_back();
    auto& level = levels_[depth_];
    level.name.clear();
    AppendUtf8(level.name, local, xercesc::XMLString::stringLen(local));
    const bool too_long = level.name.size() > limits_.name_chars;
    if (too_long) level.name.resize(limits_.name_chars);
    level.position = depth_ == 0 ? 1 : Top().children.Next(level.name);
    level.text_bytes = 0;
    level.children.Clear();
    ++depth_;
    if (too_long)
      Stop("NAME_TOO_LONG", Cat("A name is longer than ", limits_.name_chars, " characters."), "Use B2MML's names.");
  }

  void CheckLimits(const xercesc::Attributes& attributes) {
    if (depth_ > limits_.depth) {
      Stop("TOO_DEEP", Cat("Elements are nested deeper than ", limits_.depth, " levels."), "Flatten the nesting.");
    }
    if (++elements_ > limits_.elements) {
      Stop("TOO_MANY_ELEMENTS", Cat("There are more than ", limits_.elements, " elements."), "Send several documents.");
    }
    if (attributes.getLength() > limits_.attributes) {
      Stop("TOO_MANY_ATTRIBUTES", Cat("An element has more than ", limits_.attributes, " attributes."),
           "Send B2MML's attributes only.");
    }
  }

  void TakeAttributes(const xercesc::Attributes& attributes) {
    attributes_.clear();
    for (XMLSize_t i = 0; i < attributes.getLength(); ++i) {
      XmlAttribute attribute{Utf8(attributes.getURI(i)), Utf8(attributes.getLocalName(i)),
                             Utf8(attributes.getValue(i))};
      if (attribute.xml_namespace == kXsi && attribute.name == "type") {
        findings_.push_back(Error("XSI_TYPE", Path(), Line(), "The element replaces its type by xsi:type.",
                                  "Send the element as its schema defines it."));
      }
      attributes_.push_back(std::move(attribute));
    }
  }

  const XmlLimits& limits_;
  EventSink& sink_;
  ByteMeter& meter_;
  Findings& findings_;
  const xercesc::Locator* locator_ = nullptr;
  std::vector<Level> levels_;
  size_t depth_ = 0;
  const XMLCh* last_uri_ = nullptr;
  std::string last_namespace_;
  std::vector<XmlAttribute> attributes_;
  std::string text_;
  uint64_t elements_ = 0;
  uint64_t last_line_ = 0;
  size_t schema_findings_ = 0;
};

void Parse(std::string_view document, XmlEncoding encoding, const ProfileSchema* schema, const XmlLimits& limits,
           EventSink& sink, Findings& findings) {
  ByteMeter meter(limits.bytes_per_event);
  Handler handler(limits, sink, meter, findings);
  const size_t before = findings.size();
  bool stopped_by_meter = true;  // unless it turns out to be somebody else
  try {
    auto reader = MakeSafeReader(schema == nullptr ? nullptr : schema->impl().pool.get());
    reader->setContentHandler(&handler);
    reader->setLexicalHandler(&handler);
    reader->setErrorHandler(&handler);
    const MeteredSource source(document, encoding, meter);
    reader->parse(source);
    stopped_by_meter = false;
  } catch (const StopReading&) {
    handler.Detach();
    stopped_by_meter = !meter.Take(0);
  } catch (const xercesc::XMLException& e) {
    handler.Detach();
    stopped_by_meter = false;
    findings.push_back(Error("NOT_WELL_FORMED", handler.Path(), handler.Line(),
                             Cat("The XML cannot be read: ", Utf8(e.getMessage())), "Send well-formed XML."));
  } catch (const xercesc::SAXException& e) {
    handler.Detach();
    stopped_by_meter = false;
    findings.push_back(Error("NOT_WELL_FORMED", handler.Path(), handler.Line(),
                             Cat("The XML cannot be read: ", Utf8(e.getMessage())), "Send well-formed XML."));
  } catch (const std::bad_alloc&) {
    handler.Detach();
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
