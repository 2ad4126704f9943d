// Five thousand orders that nobody wrote, through each version and back.
#include "tests/b2mml/tables/generated.h"

#include <gtest/gtest.h>

#include "b2mml/diff.h"
#include "b2mml/official_schema.h"
#include "b2mml/translate.h"
#include "tests/shared.h"

namespace isa95::b2mml {
namespace {

constexpr uint32_t kDocuments = 250;
constexpr int kOrders = 20;

// True where one path lies inside the other.
bool Covers(const std::string& told, const std::string& path) {
  const auto& shorter = told.size() < path.size() ? told : path;
  const auto& longer = told.size() < path.size() ? path : told;
  return longer.starts_with(shorter);
}

class Generated : public isa95::test::NeedsShared, public ::testing::WithParamInterface<const char*> {
 protected:
  XmlRuntime runtime_;
  Versions versions_ = *Versions::BuiltIn();
};

TEST_P(Generated, OrdersComeBack_ValidateOfficially_AndEveryLossIsNamed) {
  const auto& version = *versions_.by_name(GetParam());
  const auto official =
      LoadOfficialSchema(isa95::test::SharedPath("b2mml"), version.name(), version.table().target_namespace());
  ASSERT_TRUE(official.ok()) << official.status();
  size_t lost = 0;
  for (uint32_t seed = 1; seed <= kDocuments && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    const auto document = test::GenerateDocument(seed, kOrders);
    const auto written = WriteDocument(document, version);
    ASSERT_FALSE(written.xml.empty()) << ToJson(written.findings);
    const auto findings = ValidateOfficially(written.xml, **official);
    ASSERT_TRUE(findings.empty()) << ToJson(findings).substr(0, 2'000);
    const auto read = ParseDocument(written.xml, versions_, {});
    ASSERT_TRUE(read->shape_ok) << ToJson(read->findings).substr(0, 2'000);
    ASSERT_EQ(read->document.schedule(0).order_size(), kOrders);
    for (const auto& difference : Diff(document, read->document)) {
      ++lost;
      const bool told = std::any_of(written.findings.begin(), written.findings.end(),
                                    [&](const auto& finding) { return Covers(finding.path(), difference.path); });
      ASSERT_TRUE(told) << difference.path << ": '" << difference.left << "' against '" << difference.right << "'";
    }
    // What came back is carried: a second journey changes nothing.
    const auto again = ParseDocument(WriteDocument(read->document, version).xml, versions_, {});
    for (const auto& difference : Diff(read->document, again->document))
      FAIL() << difference.path << ": '" << difference.left << "' against '" << difference.right << "'";
  }
  const bool narrow = version.name() != "V0701";
  EXPECT_TRUE(!narrow || lost > 0);  // or nothing was tried that these versions cannot carry
}

INSTANTIATE_TEST_SUITE_P(Versions, Generated, ::testing::Values("V0401", "V0600", "V0701"),
                         [](const auto& version) { return version.param; });

TEST(GeneratedOrders, AreTheSameForTheSameSeed_AndOtherwiseNot) {
  EXPECT_EQ(test::GenerateDocument(7, 3).SerializeAsString(), test::GenerateDocument(7, 3).SerializeAsString());
  EXPECT_NE(test::GenerateDocument(7, 3).SerializeAsString(), test::GenerateDocument(8, 3).SerializeAsString());
}

}  // namespace
}  // namespace isa95::b2mml
