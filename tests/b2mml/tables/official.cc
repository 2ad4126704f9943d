#include "tests/b2mml/tables/official.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <xercesc/dom/DOM.hpp>
#include <xercesc/framework/MemBufInputSource.hpp>
#include <xercesc/framework/psvi/XSAttributeDeclaration.hpp>
#include <xercesc/framework/psvi/XSAttributeUse.hpp>
#include <xercesc/framework/psvi/XSModelGroup.hpp>
#include <xercesc/framework/psvi/XSParticle.hpp>
#include <xercesc/framework/psvi/XSSimpleTypeDefinition.hpp>
#include <xercesc/parsers/XercesDOMParser.hpp>
#include <xercesc/sax/HandlerBase.hpp>
#include <xercesc/validators/common/Grammar.hpp>

#include "b2mml/xerces.h"
#include "grpc/model/text.h"

namespace isa95::b2mml::test {
namespace {

using namespace xercesc;

constexpr const char* kXsd = "http://www.w3.org/2001/XMLSchema";

std::u16string Wide(const std::string& ascii) { return {ascii.begin(), ascii.end()}; }

std::string NameOf(XSTypeDefinition& type) { return type.getAnonymous() ? kAnonymous : Utf8(type.getName()); }

class CountErrors : public HandlerBase {
 public:
  void error(const SAXParseException&) override { ++errors; }
  void fatalError(const SAXParseException&) override { ++errors; }
  int errors = 0;
};

std::unique_ptr<XercesDOMParser> Validating(XMLGrammarPool* pool, ErrorHandler* handler) {
  auto parser = std::make_unique<XercesDOMParser>(nullptr, XMLPlatformUtils::fgMemoryManager, pool);
  parser->setDoNamespaces(true);
  parser->setDoSchema(true);
  parser->setValidationSchemaFullChecking(true);
  parser->setValidationScheme(XercesDOMParser::Val_Always);
  parser->setLoadSchema(false);
  parser->useCachedGrammarInParse(true);
  parser->setErrorHandler(handler);
  return parser;
}

std::string Count(const XSParticle& particle) {
  return Cat(particle.getMinOccurs(), "..",
             particle.getMaxOccursUnbounded() ? "*" : std::to_string(particle.getMaxOccurs()));
}

void EachParticle(XSParticle* particle, const std::function<void(XSParticle&)>& visit) {
  if (particle == nullptr) return;
  visit(*particle);
  if (particle->getTermType() != XSParticle::TERM_MODELGROUP) return;
  auto* list = particle->getModelGroupTerm()->getParticles();
  for (XMLSize_t i = 0; list != nullptr && i < list->size(); ++i) EachParticle(list->elementAt(i), visit);
}

void DescribeParticle(XSParticle* particle, Lines& lines) {
  if (particle == nullptr) return;
  if (particle->getTermType() == XSParticle::TERM_ELEMENT) {
    auto* element = particle->getElementTerm();
    lines.push_back(Cat(Utf8(element->getName()), " ", NameOf(*element->getTypeDefinition()), " ", Count(*particle),
                        element->getNillable() ? " nillable" : ""));
    return;
  }
  if (particle->getTermType() != XSParticle::TERM_MODELGROUP) return lines.push_back("any");
  auto* group = particle->getModelGroupTerm();
  const bool choice = group->getCompositor() != XSModelGroup::COMPOSITOR_SEQUENCE;
  const bool plain = Count(*particle) == "1..1";
  const bool bracket = choice || !plain;
  if (bracket) lines.push_back(Cat(choice ? "choice" : "sequence", plain ? "" : Count(*particle), "("));
  auto* list = group->getParticles();
  for (XMLSize_t i = 0; list != nullptr && i < list->size(); ++i) DescribeParticle(list->elementAt(i), lines);
  if (bracket) lines.push_back(")");
}

// Of a union the built-in member: it takes every text, so the lists of words beside it close nothing.
XSSimpleTypeDefinition* OpenMember(XSSimpleTypeDefinition& type) {
  auto* members = type.getMemberTypes();
  for (XMLSize_t i = 0; members != nullptr && i < members->size(); ++i) {
    if (Utf8(members->elementAt(i)->getNamespace()) == kXsd) return members->elementAt(i);
  }
  return nullptr;
}

void DescribeText(XSSimpleTypeDefinition* type, Lines& lines) {
  if (type != nullptr && type->getVariety() == XSSimpleTypeDefinition::VARIETY_UNION) type = OpenMember(*type);
  while (type != nullptr && Utf8(type->getNamespace()) != kXsd) {
    auto* words = type->getLexicalEnumeration();
    const bool first = std::none_of(lines.begin(), lines.end(), [](const auto& l) { return l.starts_with("word "); });
    for (XMLSize_t i = 0; first && words != nullptr && i < words->size(); ++i) {
      lines.push_back("word " + Utf8(words->elementAt(i)));
    }
    auto* patterns = type->getLexicalPattern();
    for (XMLSize_t i = 0; patterns != nullptr && i < patterns->size(); ++i) {
      lines.push_back("pattern " + Utf8(patterns->elementAt(i)));
    }
    type = static_cast<XSSimpleTypeDefinition*>(type->getBaseType());
  }
  lines.push_back("base " + (type == nullptr ? "?" : Utf8(type->getName())));
}

void DescribeAttributes(XSComplexTypeDefinition& type, Lines& lines) {
  Lines attributes;
  auto* uses = type.getAttributeUses();
  for (XMLSize_t i = 0; uses != nullptr && i < uses->size(); ++i) {
    auto* attribute = uses->elementAt(i)->getAttrDeclaration();
    attributes.push_back(Cat("@", Utf8(attribute->getName()), " ", NameOf(*attribute->getTypeDefinition()),
                             uses->elementAt(i)->getRequired() ? " required" : ""));
  }
  if (type.getAttributeWildcard() != nullptr) attributes.push_back("@any");
  std::sort(attributes.begin(), attributes.end());
  lines.insert(lines.end(), attributes.begin(), attributes.end());
}

// Xerces' getters are not const.
XSComplexTypeDefinition* Complex(const XSTypeDefinition& type) {
  auto& open = const_cast<XSTypeDefinition&>(type);
  return open.getTypeCategory() == XSTypeDefinition::COMPLEX_TYPE ? static_cast<XSComplexTypeDefinition*>(&open)
                                                                  : nullptr;
}

}  // namespace

Official::Official(const std::string& folder, const std::string& xml_namespace)
    : xml_namespace_(xml_namespace), pool_(std::make_unique<XMLGrammarPoolImpl>()) {
  CountErrors errors;
  auto parser = Validating(pool_.get(), &errors);
  parser->setLoadSchema(true);
  const auto* grammar = parser->loadGrammar((folder + "/Entry.xsd").c_str(), Grammar::SchemaGrammarType, true);
  if (grammar == nullptr || errors.errors > 0) throw std::runtime_error(folder + " does not compile");
  pool_->lockPool();
  bool changed = false;
  model_ = pool_->getXSModel(changed);
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".xsd") ReadSlots(entry.path().string());
  }
}

void Official::ReadSlots(const std::string& file) {
  XercesDOMParser parser;
  parser.setDoNamespaces(true);
  parser.parse(file.c_str());
  const auto attribute = [](const DOMElement& element, const char* name) {
    return Utf8(element.getAttribute(Wide(name).c_str()));
  };
  for (auto* type = parser.getDocument()->getDocumentElement()->getFirstElementChild(); type != nullptr;
       type = type->getNextElementSibling()) {
    if (Utf8(type->getLocalName()) != "complexType") continue;
    std::string last;
    bool open = false;  // a slot waits for the element after it
    auto& slots = slots_[attribute(*type, "name")];
    const std::function<void(DOMElement&)> walk = [&](DOMElement& at) {
      const auto kind = Utf8(at.getLocalName());
      if (kind == "element") {
        last = attribute(at, "name");
        if (open) slots.back() += last;
        open = false;
        return;
      }
      if (kind == "group" && attribute(at, "ref").starts_with("Extended:")) {
        slots.push_back(last + "|");
        open = true;
      }
      for (auto* child = at.getFirstElementChild(); child != nullptr; child = child->getNextElementSibling()) {
        walk(*child);
      }
    };
    walk(*type);
  }
}

const XSTypeDefinition* Official::RootType(const std::string& root) const {
  auto* element = model_->getElementDeclaration(Wide(root).c_str(), Wide(xml_namespace_).c_str());
  return element == nullptr ? nullptr : element->getTypeDefinition();
}

bool Official::HasType(const std::string& name) const {
  return model_->getTypeDefinition(Wide(name).c_str(), Wide(xml_namespace_).c_str()) != nullptr;
}

Lines Official::DescribeNamed(const std::string& type) const {
  const auto* found = model_->getTypeDefinition(Wide(type).c_str(), Wide(xml_namespace_).c_str());
  return found == nullptr ? Lines() : Describe(*found);
}

bool Official::Accepts(const std::string& xml) const {
  CountErrors errors;
  auto parser = Validating(pool_.get(), &errors);
  MemBufInputSource source(reinterpret_cast<const XMLByte*>(xml.data()), xml.size(), "document");
  try {
    parser->parse(source);
  } catch (const XMLException&) {
    return false;
  }
  return errors.errors == 0;
}

Lines Official::Slots(const std::string& type) const {
  const auto found = slots_.find(type);
  return found == slots_.end() ? Lines() : found->second;
}

bool IsSimple(const XSTypeDefinition& type) {
  auto* complex = Complex(type);
  return complex == nullptr || complex->getContentType() == XSComplexTypeDefinition::CONTENTTYPE_SIMPLE;
}

Lines Describe(const XSTypeDefinition& type) {
  Lines lines;
  auto* complex = Complex(type);
  if (complex == nullptr) {
    DescribeText(static_cast<XSSimpleTypeDefinition*>(const_cast<XSTypeDefinition*>(&type)), lines);
    return lines;
  }
  if (complex->getContentType() == XSComplexTypeDefinition::CONTENTTYPE_MIXED) lines.push_back("mixed");
  if (IsSimple(type)) {
    DescribeText(complex->getSimpleType(), lines);
  } else {
    DescribeParticle(complex->getParticle(), lines);
  }
  DescribeAttributes(*complex, lines);
  return lines;
}

std::map<std::string, const XSTypeDefinition*> ElementTypes(const XSTypeDefinition& type) {
  std::map<std::string, const XSTypeDefinition*> types;
  auto* complex = Complex(type);
  if (complex == nullptr || IsSimple(type)) return types;
  EachParticle(complex->getParticle(), [&](XSParticle& particle) {
    if (particle.getTermType() != XSParticle::TERM_ELEMENT) return;
    auto* element = particle.getElementTerm();
    types[Utf8(element->getName())] = element->getTypeDefinition();
  });
  return types;
}

}  // namespace isa95::b2mml::test
