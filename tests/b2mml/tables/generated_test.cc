// Five thousand orders, fifteen hundred reports, and as many lots, test results and events that nobody wrote, through
// each version that has their noun and back.
#include "tests/b2mml/tables/generated.h"

#include <gtest/gtest.h>

#include "b2mml/diff.h"
#include "b2mml/official_schema.h"
#include "b2mml/translate.h"
#include "tests/shared.h"

namespace isa95::b2mml {
namespace {

constexpr uint32_t kOrderDocuments = 250, kReportDocuments = 75, kQualityDocuments = 75;
constexpr int kEach = 20;  // orders, responses, lots and so on of a document

// True where one path lies inside the other.
bool Covers(const std::string& told, const std::string& path) {
  const auto& shorter = told.size() < path.size() ? told : path;
  const auto& longer = told.size() < path.size() ? path : told;
  return longer.starts_with(shorter);
}

class Generated : public isa95::test::NeedsShared, public ::testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    NeedsShared::SetUp();
    if (IsSkipped() || HasFailure()) return;
    auto loaded = LoadOfficialSchema(isa95::test::SharedPath("b2mml"), GetParam(), version_.table().target_namespace());
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    official_ = *std::move(loaded);
  }

  // There and back: officially valid, all there, every difference told.
  void Travel(const flow::v1::Document& document) {
    const auto written = WriteDocument(document, version_);
    ASSERT_FALSE(written.xml.empty()) << ToJson(written.findings);
    const auto findings = ValidateOfficially(written.xml, *official_);
    ASSERT_TRUE(findings.empty()) << ToJson(findings).substr(0, 2'000);
    const auto read = ParseDocument(written.xml, versions_, {});
    ASSERT_TRUE(read->shape_ok) << ToJson(read->findings).substr(0, 2'000);
    for (const auto& difference : Diff(document, read->document)) {
      ++lost_;
      const bool told = std::any_of(written.findings.begin(), written.findings.end(),
                                    [&](const auto& finding) { return Covers(finding.path(), difference.path); });
      ASSERT_TRUE(told) << difference.path << ": '" << difference.left << "' against '" << difference.right << "'";
    }
    // What came back is carried: a second journey changes nothing.
    const auto again = ParseDocument(WriteDocument(read->document, version_).xml, versions_, {});
    for (const auto& difference : Diff(read->document, again->document))
      FAIL() << difference.path << ": '" << difference.left << "' against '" << difference.right << "'";
  }

  // Or nothing was tried that these versions cannot carry.
  void ExpectLosses() const { EXPECT_TRUE(version_.name() == "V0701" || lost_ > 0); }

  XmlRuntime runtime_;
  Versions versions_ = *Versions::BuiltIn();
  const Version& version_ = *versions_.by_name(GetParam());
  std::unique_ptr<ProfileSchema> official_;
  size_t lost_ = 0;
};

TEST_P(Generated, OrdersComeBack_ValidateOfficially_AndEveryLossIsNamed) {
  for (uint32_t seed = 1; seed <= kOrderDocuments && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Travel(test::GenerateOrders(seed, kEach));
  }
  ExpectLosses();
}

TEST_P(Generated, ReportsComeBack_ValidateOfficially_AndEveryLossIsNamed) {
  for (uint32_t seed = 1; seed <= kReportDocuments && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Travel(test::GenerateResponses(seed, kEach));
  }
  ExpectLosses();
}

TEST_P(Generated, LotsComeBack_ValidateOfficially_AndEveryLossIsNamed) {
  for (uint32_t seed = 1; seed <= kQualityDocuments && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Travel(test::GenerateLots(seed, kEach));
  }
  ExpectLosses();
}

// The older versions have neither, and say so.
TEST_P(Generated, TestsAndEventsComeBack_ValidateOfficially_OrAreRefused) {
  for (const auto generate : {test::GenerateTests, test::GenerateEvents}) {
    for (uint32_t seed = 1; seed <= kQualityDocuments && !HasFailure(); ++seed) {
      SCOPED_TRACE(seed);
      const auto document = generate(seed, kEach);
      if (version_.name() == "V0701") {
        Travel(document);
      } else {
        const auto written = WriteDocument(document, version_);
        EXPECT_TRUE(written.xml.empty() && HasError(written.findings));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Versions, Generated, ::testing::Values("V0401", "V0600", "V0701"),
                         [](const auto& version) { return version.param; });

TEST(GeneratedDocuments, AreTheSameForTheSameSeed_AndOtherwiseNot) {
  for (const auto generate :
       {test::GenerateOrders, test::GenerateResponses, test::GenerateLots, test::GenerateTests, test::GenerateEvents}) {
    EXPECT_EQ(generate(7, 3).SerializeAsString(), generate(7, 3).SerializeAsString());
    EXPECT_NE(generate(7, 3).SerializeAsString(), generate(8, 3).SerializeAsString());
  }
}

}  // namespace
}  // namespace isa95::b2mml
