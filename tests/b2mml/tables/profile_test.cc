// The generated profile schemas against real documents: what the published schemas accept they accept, what those
// refuse they refuse, save where a profile is wider on purpose (passed-over elements, extension slots).
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <xercesc/dom/DOM.hpp>
#include <xercesc/framework/MemBufInputSource.hpp>
#include <xercesc/parsers/XercesDOMParser.hpp>

#include "b2mml/version.h"
#include "b2mml/xerces.h"
#include "tests/b2mml/tables/official.h"
#include "tests/shared.h"

namespace isa95::b2mml {
namespace {

using isa95::test::SharedPath;
using isa95::test::Slurp;
using test::Official;
using xercesc::DOMElement;

class Root : public EventSink {
 public:
  bool Start(std::string_view, std::string_view local, const std::vector<XmlAttribute>&, const XmlPosition&) override {
    if (name.empty()) name = local;
    return true;
  }
  bool Text(std::string_view, const XmlPosition&) override { return true; }
  bool End(std::string_view, std::string_view, const XmlPosition&) override { return true; }
  std::string name;
};

class Profile : public isa95::test::NeedsShared {
 protected:
  Findings Check(const std::string& xml, const Version& version) { return Check(xml, version.schema()); }
  Findings Check(const std::string& xml, const ProfileSchema& schema) {
    Root root;
    return Read(xml, &schema, {}, root);
  }

  // The examples in a folder whose root the table knows.
  std::vector<std::string> Examples(const std::string& folder, const Version& version) {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(SharedPath("examples/" + folder))) {
      Root root;
      Read(Slurp(entry.path().string()), nullptr, {}, root);
      if (version.message_by_root(root.name) != nullptr) files.push_back(entry.path().string());
    }
    return files;
  }

  XmlRuntime runtime_;
  Versions versions_ = *Versions::BuiltIn();
};

TEST_F(Profile, AcceptsEveryExampleOfItsRoots) {
  for (const auto& [folder, count] : {std::pair{"V0701", 20u}, {"V0600", 8u}, {"V0401", 4u}}) {
    const auto& version = *versions_.by_name(folder);
    const auto files = Examples(folder, version);
    EXPECT_GE(files.size(), count) << folder;
    for (const auto& file : files) EXPECT_TRUE(Check(Slurp(file), version).empty()) << file;
  }
}

TEST_F(Profile, RefusesEachInvalidExample) {
  const auto& version = *versions_.by_name("V0701");
  const auto files = Examples("V0701-invalid", version);
  EXPECT_GE(files.size(), 6u);
  for (const auto& file : files) {
    // An element in the extension slot passes here, and is the translation's to name and keep.
    const bool slot = file.ends_with("extended-element.xml");
    EXPECT_EQ(HasError(Check(Slurp(file), version)), !slot) << file;
  }
}

// The first judge knows no extension slot, so the second is asked.
TEST_F(Profile, NarrowSchemaRefuses_WhatOnlyAnExtensionSlotTakes) {
  const auto xml = Slurp(SharedPath("examples/V0701-invalid/extended-element.xml"));
  EXPECT_TRUE(HasError(Check(xml, versions_.narrow_schema())));
  EXPECT_FALSE(HasError(Check(xml, *versions_.by_name("V0701"))));
}

TEST_F(Profile, LeavesToTheRulesWhatOnlyRulesCanSee) {
  const auto& version = *versions_.by_name("V0701");
  for (const auto& file : Examples("V0701-schema-valid-but-wrong", version)) {
    EXPECT_FALSE(HasError(Check(Slurp(file), version))) << file;
  }
}

TEST_F(Profile, RefusesARootOfNoBod) {
  for (const auto& version : versions_.all()) {
    const std::string xml = "<Any xmlns=\"" + version->table().target_namespace() + "\"/>";
    EXPECT_TRUE(HasError(Check(xml, *version))) << version->name();
  }
}

// Wounds a document in one place after another and asks both schemas.
class Wounds {
 public:
  explicit Wounds(const std::string& xml) {
    xercesc::MemBufInputSource source(reinterpret_cast<const XMLByte*>(xml.data()), xml.size(), "document");
    parser_.setDoNamespaces(true);
    parser_.parse(source);
  }
  using Asked = std::function<void(const std::string& what, const std::string& xml)>;

  // What the table passes over, and all inside it, is left alone.
  void Each(const Version& version, const Asked& ask) {
    const auto* message = version.message_by_root(Utf8(Document()->getLocalName()));
    WalkChildren(*Document(), version.complex_type(message->type()), version, ask);
  }

 private:
  DOMElement* Document() { return parser_.getDocument()->getDocumentElement(); }

  void WalkChildren(DOMElement& at, const ComplexType* type, const Version& version, const Asked& ask) {
    if (type == nullptr) return;
    for (auto* child = at.getFirstElementChild(); child != nullptr; child = child->getNextElementSibling()) {
      const auto name = Utf8(child->getLocalName());
      const auto row = std::find_if(type->row().begin(), type->row().end(),
                                    [&](const auto& candidate) { return candidate.name() == name; });
      if (row == type->row().end() || row->field().empty()) continue;
      Wound(*child, name, ask);
      WalkChildren(*child, version.complex_type(row->type()), version, ask);
    }
  }

  void Wound(DOMElement& at, const std::string& name, const Asked& ask) {
    auto* parent = at.getParentNode();
    auto* next = at.getNextSibling();
    auto* copy = parent->insertBefore(at.cloneNode(true), next);
    ask("twice " + name, Text());
    parent->removeChild(copy)->release();
    parent->removeChild(&at);
    ask("without " + name, Text());
    auto* last = parent->appendChild(&at);
    ask("last of all " + name, Text());
    parent->removeChild(last);
    parent->insertBefore(&at, next);
    at.setAttribute(u"bogus", u"1");
    ask("attribute on " + name, Text());
    at.removeAttribute(u"bogus");
    if (at.getFirstElementChild() == nullptr) Reword(at, name, ask);
  }

  void Reword(DOMElement& at, const std::string& name, const Asked& ask) {
    const std::u16string before = at.getTextContent();
    for (const auto* text : {u"Bogus", u"", u"12", u"Other", u"Released", u"2026-01-31T24:00:00Z"}) {
      at.setTextContent(text);
      ask("other text in " + name, Text());
    }
    at.setTextContent(before.c_str());
    at.setAttributeNS(u"http://www.w3.org/2001/XMLSchema-instance", u"xsi:nil", u"true");
    ask("nil with text " + name, Text());
    at.setTextContent(u"");
    ask("nil " + name, Text());
    at.removeAttributeNS(u"http://www.w3.org/2001/XMLSchema-instance", u"nil");
    at.setTextContent(before.c_str());
  }

  std::string Text() {
    auto* implementation = xercesc::DOMImplementationRegistry::getDOMImplementation(u"LS");
    auto* serializer = static_cast<xercesc::DOMImplementationLS*>(implementation)->createLSSerializer();
    serializer->getDomConfig()->setParameter(u"xml-declaration", false);
    XMLCh* text = serializer->writeToString(Document());
    const auto xml = Utf8(text);
    xercesc::XMLString::release(&text);
    serializer->release();
    return xml;
  }

  xercesc::XercesDOMParser parser_;
};

TEST_F(Profile, AgreesWithThePublishedSchema_OnEveryWoundedExample) {
  for (const auto& version : versions_.all()) {
    const Official official(SharedPath("b2mml/" + version->name()), version->table().target_namespace());
    int accepted = 0, refused = 0;
    for (const auto& file : Examples(version->name(), *version)) {
      Wounds(Slurp(file)).Each(*version, [&](const std::string& what, const std::string& xml) {
        const bool ours = !HasError(Check(xml, *version));
        ++(ours ? accepted : refused);
        EXPECT_EQ(ours, official.Accepts(xml)) << file << ": " << what;
        EXPECT_EQ(ours, !HasError(Check(xml, versions_.narrow_schema()))) << "narrow, " << file << ": " << what;
      });
    }
    EXPECT_GT(accepted, 100) << version->name();
    EXPECT_GT(refused, 300) << version->name();
  }
}

}  // namespace
}  // namespace isa95::b2mml
