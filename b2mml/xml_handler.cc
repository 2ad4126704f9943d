#include "b2mml/xml_handler.h"

#include "b2mml/xerces.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

constexpr std::string_view kXsi = "http://www.w3.org/2001/XMLSchema-instance";
constexpr size_t kMaxSchemaFindings = 100;

}  // namespace

uint32_t NameCounter::Next(const std::string& name) {
  if (last_ < used_ && few_[last_].first == name) return ++few_[last_].second;  // what repeats, repeats in a row
  for (size_t i = 0; i < used_; ++i) {
    if (few_[i].first == name) return ++few_[last_ = i].second;
  }
  if (used_ == kFew) return ++many_[name];
  if (used_ == few_.size()) few_.emplace_back();
  last_ = used_;
  few_[used_].first = name;
  return few_[used_++].second = 1;
}

void NameCounter::Clear() {
  used_ = last_ = 0;
  if (!many_.empty()) many_.clear();
}

void Handler::Begin(const XmlLimits& limits, EventSink& sink, ByteMeter& meter, Findings& findings) {
  limits_ = &limits;
  sink_ = &sink;
  meter_ = &meter;
  findings_ = &findings;
  depth_ = elements_ = line_ = schema_findings_ = 0;
  last_uri_ = nullptr;
  namespaces_.clear();
  names_before_ = NamesKept();
}

std::string Handler::Path() const {
  std::string path;
  for (size_t i = 0; i < depth_; ++i) {
    path += Cat("/", levels_[i].name);
    if (levels_[i].position > 1) path += Cat("[", levels_[i].position, "]");
  }
  return path;
}

void Handler::startPrefixMapping(const XMLCh* prefix, const XMLCh* uri) {
  TakeNamespace(uri);
  if (xercesc::XMLString::stringLen(prefix) > limits_->name_chars) {
    Stop("NAME_TOO_LONG", Cat("A prefix is longer than ", limits_->name_chars, " characters."), "Shorten it.",
         locator_->getLineNumber());
  }
  text_.clear();
  AppendUtf8(text_, prefix, xercesc::XMLString::stringLen(prefix));
  prefixes_.insert(text_);
  CheckNames();
}

void Handler::startElement(const XMLCh* uri, const XMLCh* local, const XMLCh*, const xercesc::Attributes& attributes) {
  meter_->Event();
  line_ = locator_->getLineNumber();
  Enter(local);
  CheckLimits(attributes);
  TakeAttributes(attributes);
  if (!sink_->Start(Namespace(uri), Top().name, attributes_, *this)) throw StopReading();
}

void Handler::endElement(const XMLCh* uri, const XMLCh*, const XMLCh*) {
  meter_->Event();
  if (!sink_->End(Namespace(uri), Top().name, *this)) throw StopReading();
  --depth_;
}

void Handler::characters(const XMLCh* text, XMLSize_t length) {
  meter_->Event();
  text_.clear();
  AppendUtf8(text_, text, length);
  if ((Top().text_bytes += text_.size()) > limits_->text_bytes) {
    Stop("TEXT_TOO_LONG", Cat("The text of this element is longer than ", limits_->text_bytes, " bytes."),
         "Shorten it.");
  }
  if (!sink_->Text(text_, *this)) throw StopReading();
}

void Handler::error(const xercesc::SAXParseException& e) {
  findings_->push_back(Error("SCHEMA", Path(), e.getLineNumber(),
                             Cat("The shape is not that of this B2MML version: ", Utf8(e.getMessage())),
                             "Compare the element's name, order, count and type with the schema of this version."));
  if (++schema_findings_ >= kMaxSchemaFindings) throw StopReading();
}

void Handler::fatalError(const xercesc::SAXParseException& e) {
  Stop("NOT_WELL_FORMED", Cat("The XML is broken: ", Utf8(e.getMessage())), "Send well-formed XML, whole.",
       e.getLineNumber());
}

// Xerces keeps the texts of namespaces in a pool: the same address is the same text as long as it parses.
std::string_view Handler::Namespace(const XMLCh* uri) {
  if (uri != last_uri_) {
    last_uri_ = uri;
    last_namespace_ = Utf8(uri);
  }
  return last_namespace_;
}

void Handler::Stop(std::string_view code, std::string_view message, std::string_view mend, uint64_t line) {
  findings_->push_back(Error(code, Path(), line == 0 ? Line() : line, message, mend));
  throw StopReading();
}

void Handler::Enter(const XMLCh* local) {
  if (depth_ == levels_.size()) levels_.emplace_back();
  auto& level = levels_[depth_];
  level.name.clear();
  AppendUtf8(level.name, local, xercesc::XMLString::stringLen(local));
  names_.Add(local);  // one address a name, as long as its reader lives
  const bool too_long = level.name.size() > limits_->name_chars;
  if (too_long) level.name.resize(limits_->name_chars);
  level.text_bytes = 0;
  if (limits_->positions) {
    level.position = depth_ == 0 ? 1 : Top().children.Next(level.name);
    level.children.Clear();
  }
  ++depth_;
  if (too_long)
    Stop("NAME_TOO_LONG", Cat("A name is longer than ", limits_->name_chars, " characters."), "Use B2MML's names.");
}

// The address is that of the attribute's value, whatever the text.
void Handler::TakeNamespace(const XMLCh* uri) {
  const XMLSize_t length = xercesc::XMLString::stringLen(uri);
  if (length > limits_->namespace_chars) {
    Stop("NAME_TOO_LONG", Cat("A namespace is longer than ", limits_->namespace_chars, " characters."), "Shorten it.",
         locator_->getLineNumber());
  }
  text_.clear();
  AppendUtf8(text_, uri, length);
  namespaces_.insert(text_);
  if (namespaces_.size() > limits_->namespaces) {
    Stop("TOO_MANY_NAMESPACES", Cat("There are more than ", limits_->namespaces, " different namespaces."),
         "Send B2MML and few extensions of one document.", locator_->getLineNumber());
  }
}

void Handler::CheckNames() {
  if (NamesKept() - names_before_ > limits_->names) {
    Stop("TOO_MANY_NAMES", Cat("There are more than ", limits_->names, " different element names and prefixes."),
         "Name alike what is alike.", locator_->getLineNumber());
  }
}

void Handler::CheckLimits(const xercesc::Attributes& attributes) {
  if (depth_ > limits_->depth) {
    Stop("TOO_DEEP", Cat("Elements are nested deeper than ", limits_->depth, " levels."), "Flatten the nesting.");
  }
  CheckNames();
  if (++elements_ > limits_->elements) {
    Stop("TOO_MANY_ELEMENTS", Cat("There are more than ", limits_->elements, " elements."), "Send several documents.");
  }
  if (attributes.getLength() > limits_->attributes) {
    Stop("TOO_MANY_ATTRIBUTES", Cat("An element has more than ", limits_->attributes, " attributes."),
         "Send B2MML's attributes only.");
  }
}

void Handler::TakeAttributes(const xercesc::Attributes& attributes) {
  attributes_.clear();
  const XMLSize_t count = attributes.getLength();
  for (XMLSize_t i = 0; i < count; ++i) {
    XmlAttribute attribute{Utf8(attributes.getURI(i)), Utf8(attributes.getLocalName(i)), Utf8(attributes.getValue(i))};
    if (attribute.xml_namespace == kXsi && attribute.name == "type") {
      findings_->push_back(Error("XSI_TYPE", Path(), Line(), "The element replaces its type by xsi:type.",
                                 "Send the element as its schema defines it."));
    }
    attributes_.push_back(std::move(attribute));
  }
}

}  // namespace isa95::b2mml
