// The contract as B2MML's own profiles, judged by the official schemas.
#include "adapter/export_profile.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "grpc/model/text.h"
#include "tests/shared.h"

namespace isa95::adapter {
namespace {

using testing::HasSubstr;
using testing::Not;

class ExportProfileTest : public test::NeedsShared {
 protected:
  static void ExpectValid(const std::string& xml, const std::string& version) {
    const std::string file = Cat(::testing::TempDir(), "/isa95-profile-", getpid(), ".xml");
    std::ofstream(file) << xml;
    const std::string command =
        Cat("xmllint --noout --nonet --schema ", test::SharedPath("b2mml/" + version + "/Entry.xsd"), " ", file, " >",
            file, ".log 2>&1");
    EXPECT_EQ(std::system(command.c_str()), 0) << test::Slurp(file + ".log") << xml;
  }
  static contract::v1::SiteContract Contract(const std::string& more = "") {
    return ParseContract(test::Slurp(std::string(ISA95_SOURCE) + "/examples/site.yaml") + more, "f").contract;
  }
};

TEST_F(ExportProfileTest, SaysWhichMessagesTheContractHas_InEveryVersion) {
  auto contract = Contract();
  for (const std::string version : {"V0401", "V0600", "V0701"}) {
    const auto xml = TransactionProfile(contract, version, 1'800'000'000'000, "b-1");
    ExpectValid(xml, version);
    EXPECT_THAT(xml, HasSubstr(version == "V0401" ? "PRODUCTION SCHEDULE" : "OPERATIONS SCHEDULE"));
    EXPECT_THAT(xml, HasSubstr("MATERIAL LOT"));
  }
  contract.mutable_flows()->clear_quality_downtime();
  contract.mutable_flows()->mutable_production_order()->set_reason("a < b & \"c\"");
  const auto xml = TransactionProfile(contract, "V0701", 1'800'000'000'000, "b-1");
  ExpectValid(xml, "V0701");
  EXPECT_THAT(xml, Not(HasSubstr("MATERIAL LOT")));
}

TEST_F(ExportProfileTest, SaysWhichNamesAndCodesTheContractKnows) {
  const auto xml = MasterDataProfile(
      Contract("lines: [{id: LE01, description: packing}]\nunits: {KGM: {erp: KG}, GRM: {of: KGM, factor: '1/1000'}}\n"
               "naming: {product: {aliases: [{name: BOTTLE, erp: '4711'}]}}\n"),
      1'800'000'000'000);
  ExpectValid(xml, "V0701");
  for (const char* words :
       {"KG in the ERP", "1 GRM is 1/1000 KGM", "4711 in the ERP", "BREAKDOWN", "packing", "<ID>LE01</ID>"})
    EXPECT_THAT(xml, HasSubstr(words));
}

}  // namespace
}  // namespace isa95::adapter
