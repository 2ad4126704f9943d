// Full validation with the published schemas, as a user has it by --schema-dir.
#include "b2mml/official_schema.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "b2mml/translate.h"
#include "b2mml/xerces.h"
#include "grpc/model/text.h"
#include "tests/shared.h"

namespace isa95::b2mml {
namespace {

using isa95::test::SharedPath;
using isa95::test::Slurp;

class SchemaDir : public isa95::test::NeedsShared {
 protected:
  std::unique_ptr<ProfileSchema> Load(const std::string& version) {
    auto loaded =
        LoadOfficialSchema(SharedPath("b2mml"), version, versions_.by_name(version)->table().target_namespace());
    EXPECT_TRUE(loaded.ok()) << loaded.status();
    return loaded.ok() ? *std::move(loaded) : nullptr;
  }

  XmlRuntime runtime_;
  Versions versions_ = *Versions::BuiltIn();
};

TEST_F(SchemaDir, AcceptsTheExamples_OfEachVersion) {
  for (const auto& [version, file] : {std::pair{"V0401", "ProcessProductionSchedule.xml"},
                                      {"V0600", "ProcessOperationsSchedule.xml"},
                                      {"V0600", "ProcessProductionSchedule.xml"},
                                      {"V0701", "ProcessOperationsSchedule.xml"}}) {
    const auto schema = Load(version);
    ASSERT_NE(schema, nullptr);
    const auto findings = ValidateOfficially(Slurp(SharedPath(Cat("examples/", version, "/", file))), *schema);
    EXPECT_TRUE(findings.empty()) << file << ToJson(findings);
  }
}

TEST_F(SchemaDir, FindsWhatIsWrong_WhereTheProfileDoesNotLook) {
  std::string xml = Slurp(std::string(ISA95_SOURCE) + "/examples/order.xml");
  xml.insert(xml.find("<EquipmentRequirement>"), "<PersonnelRequirement><Nonsense/></PersonnelRequirement>");
  EXPECT_TRUE(ParseDocument(xml, versions_, {})->shape_ok);
  const auto findings = ValidateOfficially(xml, *Load("V0701"));
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(findings.front().code(), "OFFICIAL_SCHEMA");
}

// A schema folder is a stranger's too: what lies outside it is not opened.
TEST_F(SchemaDir, OpensNothingOutsideItsFolder) {
  std::string pattern = ::testing::TempDir() + "/isa95-schema-XXXXXX";
  const std::string root = mkdtemp(pattern.data());
  std::filesystem::create_directory(root + "/dir");
  const std::string head =
      "<xsd:schema xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" targetNamespace=\"http://www.mesa.org/xml/B2MML\">";
  std::ofstream(root + "/outside.xsd") << head << "<xsd:element name=\"A\"/></xsd:schema>";
  std::ofstream(root + "/dir/B2MML-X.xsd") << head << "<xsd:include schemaLocation=\"../outside.xsd\"/></xsd:schema>";
  const auto loaded = LoadOfficialSchema(root + "/dir", "V0701", "http://www.mesa.org/xml/B2MML");
  ASSERT_FALSE(loaded.ok());
  EXPECT_NE(Words(loaded.status()).find("outside.xsd is missing"), std::string::npos) << loaded.status();
  std::filesystem::remove_all(root);
}

// Strangers' namespaces make it load again; what judges is what was there at first.
TEST_F(SchemaDir, JudgesOnAlike_WhenItsFolderIsGone) {
  std::string pattern = ::testing::TempDir() + "/isa95-schema-XXXXXX";
  const std::string root = mkdtemp(pattern.data());
  const std::string head = "<xsd:schema xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" targetNamespace=\"urn:x\">";
  std::ofstream(root + "/B2MML-X.xsd") << head << "<xsd:include schemaLocation=\"Y.xsd\"/></xsd:schema>";
  std::ofstream(root + "/Y.xsd") << head << "<xsd:element name=\"A\"/></xsd:schema>";
  const auto loaded = LoadOfficialSchema(root, "V0701", "urn:x");
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  std::filesystem::remove_all(root);
  const auto first = (*loaded)->impl().grammars();
  for (int i = 0; i < 1'200; ++i) {
    EXPECT_TRUE(ValidateOfficially(Cat("<A xmlns=\"urn:x\"><c xmlns=\"urn:", i, "\"/></A>"), **loaded).empty());
  }
  EXPECT_NE((*loaded)->impl().grammars(), first);
  EXPECT_FALSE(ValidateOfficially("<B xmlns=\"urn:x\"/>", **loaded).empty());
}

}  // namespace
}  // namespace isa95::b2mml
