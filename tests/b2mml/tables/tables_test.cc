// Holds each version table against the official schemas, read by Xerces into its own component model.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <xercesc/framework/XMLGrammarPoolImpl.hpp>
#include <xercesc/framework/psvi/XSComplexTypeDefinition.hpp>
#include <xercesc/framework/psvi/XSElementDeclaration.hpp>
#include <xercesc/framework/psvi/XSModel.hpp>
#include <xercesc/framework/psvi/XSModelGroup.hpp>
#include <xercesc/framework/psvi/XSNamedMap.hpp>
#include <xercesc/framework/psvi/XSParticle.hpp>
#include <xercesc/framework/psvi/XSSimpleTypeDefinition.hpp>
#include <xercesc/sax2/SAX2XMLReader.hpp>
#include <xercesc/sax2/XMLReaderFactory.hpp>
#include <xercesc/util/PlatformUtils.hpp>
#include <xercesc/util/XMLString.hpp>

#include "b2mml/version.h"
#include "tests/shared.h"

namespace isa95::b2mml {
namespace {

using namespace xercesc;

std::string Text(const XMLCh* text) {
  char* narrow = XMLString::transcode(text);
  std::string out = narrow == nullptr ? "" : narrow;
  XMLString::release(&narrow);
  return out;
}

struct Element {
  std::string name, type;
  uint32_t min, max;  // max 0 = unbounded
  bool nillable;
};

// The elements of a type in order; groups are looked through, wildcards left out.
void Flatten(const XSParticle* particle, std::vector<Element>& out) {
  if (particle == nullptr) return;
  if (particle->getTermType() == XSParticle::TERM_ELEMENT) {
    auto* element = const_cast<XSParticle*>(particle)->getElementTerm();
    out.push_back({Text(element->getName()), Text(element->getTypeDefinition()->getName()),
                   static_cast<uint32_t>(particle->getMinOccurs()),
                   particle->getMaxOccursUnbounded() ? 0u : static_cast<uint32_t>(particle->getMaxOccurs()),
                   element->getNillable()});
  } else if (particle->getTermType() == XSParticle::TERM_MODELGROUP) {
    const auto* parts = const_cast<XSParticle*>(particle)->getModelGroupTerm()->getParticles();
    for (XMLSize_t i = 0; parts != nullptr && i < parts->size(); ++i) Flatten(parts->elementAt(i), out);
  }
}

class Tables : public test::NeedsShared {
 protected:
  XmlRuntime runtime_;
  Versions versions_ = *Versions::BuiltIn();
};

TEST_F(Tables, EqualTheOfficialSchemas_InNamesOrderCardinalityAndTypes) {
  for (const auto& version : versions_.all()) {
    XMLGrammarPoolImpl pool(XMLPlatformUtils::fgMemoryManager);
    std::unique_ptr<SAX2XMLReader> reader(XMLReaderFactory::createXMLReader(XMLPlatformUtils::fgMemoryManager, &pool));
    ASSERT_NE(reader->loadGrammar(test::SharedPath("b2mml/" + version->name() + "/Entry.xsd").c_str(),
                                  Grammar::SchemaGrammarType, true),
              nullptr);
    bool changed = false;
    auto* model = pool.getXSModel(changed);
    XMLCh* target = XMLString::transcode(version->table().target_namespace().c_str());
    int compared = 0;
    for (const auto& type : version->table().complex_type()) {
      XMLCh* name = XMLString::transcode(type.name().c_str());
      auto* official = static_cast<XSComplexTypeDefinition*>(model->getTypeDefinition(name, target));
      XMLString::release(&name);
      if (official == nullptr) {  // the roots' anonymous data areas, whose names are ours
        EXPECT_TRUE(type.name().ends_with("DataArea")) << type.name();
        continue;
      }
      std::vector<Element> elements;
      Flatten(official->getParticle(), elements);
      size_t at = 0;
      for (const auto& row : type.row()) {
        if (row.kind() != ROW_KIND_ELEMENT) continue;
        ASSERT_LT(at, elements.size()) << version->name() << " " << type.name() << " has too many rows from "
                                       << row.name();
        const auto& element = elements[at++];
        const std::string where = version->name() + " " + type.name() + "/" + row.name();
        EXPECT_EQ(row.name(), element.name) << where;
        EXPECT_TRUE(row.type().ends_with("DataArea") || row.type() == element.type) << where << " is " << element.type;
        EXPECT_EQ(row.min(), element.min) << where;
        EXPECT_EQ(row.max(), element.max) << where;
        EXPECT_EQ(row.nillable(), element.nillable) << where;
      }
      EXPECT_EQ(at, elements.size()) << version->name() << " " << type.name() << " lacks rows";
      ++compared;
    }
    EXPECT_GT(compared, 20) << version->name();
    XMLString::release(&target);
  }
}

TEST_F(Tables, ProfileSchemasCompile_AndCarryTheRoots) {
  for (const auto& version : versions_.all()) {
    const auto schema = GenerateProfileSchema(version->table());
    EXPECT_TRUE(ProfileSchema::Compile({schema}).ok());
    for (const auto& message : version->table().message())
      EXPECT_NE(schema.find("name=\"" + message.root() + "\""), std::string::npos);
  }
}

TEST(Version, IsRefused_WhenATableNamesWhatIsNotThere) {
  XmlRuntime runtime;
  const std::string head =
      "version: \"X\" target_namespace: \"urn:x\" message { root: \"R\" verb: \"VERB_CODE_PROCESS\" noun: "
      "\"NOUN_CODE_SCHEDULE\" type: \"T\" } ";
  EXPECT_FALSE(Version::Make("nonsense {").ok());
  EXPECT_FALSE(Version::Make(head).ok());
  const auto field = Version::Make(head +
                                   "complex_type { name: \"T\" row { name: \"A\" type: \"U\" field: \"nowhere\" } } "
                                   "simple_type { name: \"U\" base: \"string\" }");
  ASSERT_FALSE(field.ok());
  EXPECT_NE(field.status().ToString().find("nowhere"), std::string::npos);
  const auto type =
      Version::Make(head + "complex_type { name: \"T\" row { name: \"A\" type: \"V\" field: \"verb\" } }");
  ASSERT_FALSE(type.ok());
  EXPECT_NE(type.status().ToString().find("'V'"), std::string::npos);
}

}  // namespace
}  // namespace isa95::b2mml
