// Contracts are exchanged all together or not at all, and what may not change while a site runs is refused.
#include "adapter/reload.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "grpc/model/text.h"
#include "tests/shared.h"

namespace isa95::adapter {
namespace {

class ReloadTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Write(test::Slurp(std::string(ISA95_SOURCE) + "/examples/site.yaml"));
    config_.site_files = {file_};
    auto set = LoadContracts(config_.site_files);
    ASSERT_FALSE(HasError(set.findings)) << ToJson(set.findings);
    contracts_.Swap(std::move(set.contracts));
  }
  void TearDown() override { unlink(file_.c_str()); }

  void Write(const std::string& text) { std::ofstream(file_) << text; }
  void Replace(const std::string& from, const std::string& to) {
    std::string text = test::Slurp(file_);
    ASSERT_NE(text.find(from), std::string::npos) << from;
    Write(text.replace(text.find(from), from.size(), to));
  }
  uint32_t Version() const { return contracts_.Find("LEI")->contract.contract().version(); }
  // The refusal, with its place.
  void ExpectRefused(const std::string& key) {
    const std::string hash = contracts_.Find("LEI")->hash;
    const auto findings = Reload(config_, contracts_);
    const auto found = std::find_if(findings.begin(), findings.end(), [&](const Finding& finding) {
      return finding.severity() == flow::v1::SEVERITY_ERROR && finding.path() == key;
    });
    ASSERT_NE(found, findings.end()) << ToJson(findings);
    EXPECT_GT(found->line(), 0u);
    EXPECT_TRUE(found->message().starts_with(Cat(file_, ":", found->line(), ": "))) << found->message();
    EXPECT_EQ(contracts_.Find("LEI")->hash, hash);
  }

  std::string file_ = Cat(::testing::TempDir(), "/isa95-", getpid(), "-reload.yaml");
  Config config_;
  Contracts contracts_;
};

TEST_F(ReloadTest, TakesTheNextVersion) {
  Replace("version: 1}", "version: 2}");
  EXPECT_FALSE(HasError(Reload(config_, contracts_)));
  EXPECT_EQ(Version(), 2u);
}

TEST_F(ReloadTest, TakesASignature_WithoutAnotherVersion) {
  Write(test::Slurp(file_) + "signoff: [{role: quality, name: A. Person, date: 2026-11-25}]\n");
  EXPECT_FALSE(HasError(Reload(config_, contracts_)));
  EXPECT_EQ(contracts_.Find("LEI")->contract.signoff_size(), 1);
}

TEST_F(ReloadTest, RefusesAVersionThatDoesNotCountUp) {
  Replace("over: \"10%\"", "over: \"11%\"");
  ExpectRefused("contract.version");
}

TEST_F(ReloadTest, RefusesAnotherSite) {
  Replace("id: LEI", "id: LEJ");
  ExpectRefused("site.id");
}

TEST_F(ReloadTest, RefusesAnotherPort) {
  Replace("version: 1}", "version: 2}");
  Replace("  logical_id: ERP-DEMO", "  logical_id: ERP-DEMO\n  port: folder");
  ExpectRefused("erp.port");
  Replace("\n  port: folder", "");
  Replace("port: grpc", "port: b2mml-http\n  b2mml: {write: V0701}");
  ExpectRefused("mes.port");
}

TEST_F(ReloadTest, RefusesABrokenFile) {
  Replace("Europe/Berlin", "Europe/Berlim");
  ExpectRefused("site.time_zone");
}

TEST_F(ReloadTest, RefusesAll_WhereOneIsRefused) {
  const std::string other = std::string(ISA95_SOURCE) + "/examples/site-dialect.yaml";
  config_.site_files.push_back(other);  // a site that did not run
  Replace("version: 1}", "version: 2}");
  EXPECT_TRUE(HasError(Reload(config_, contracts_)));
  EXPECT_EQ(Version(), 1u);
}

}  // namespace
}  // namespace isa95::adapter
