// Who owns what, and what came back to its sender.
#include "adapter/policy/ownership.h"

#include <gtest/gtest.h>

namespace isa95::policy {
namespace {

contract::v1::SiteContract Contract() {
  contract::v1::SiteContract contract;
  contract.mutable_erp()->set_logical_id("ERP-1");
  contract.mutable_mes()->set_logical_id("MES-1");
  contract.mutable_flows()->mutable_production_order()->mutable_owner()->set_role("production planning");
  contract.mutable_flows()->mutable_production_order()->mutable_owner()->set_contact("planning@lei.example");
  return contract;
}

flow::v1::Document From(const std::string& sender) {
  flow::v1::Document document;
  document.mutable_application_area()->mutable_sender()->mutable_logical_id()->set_value(sender);
  return document;
}

TEST(Ownership, IsThePlansOfTheErpAndTheFactsOfTheMes_UnlessTheContractSaysOtherwise) {
  auto contract = Contract();
  EXPECT_EQ(OwnerOf("target_quantity", contract), Party::kErp);
  EXPECT_EQ(OwnerOf("actual_quantity", contract), Party::kMes);
  EXPECT_EQ(OwnerOf("batch", contract), Party::kMes);
  contract.mutable_naming()->mutable_batch()->set_created_by("erp");
  EXPECT_EQ(OwnerOf("batch", contract), Party::kErp);
  (*contract.mutable_flows()->mutable_execution_confirmation()->mutable_system_of_record())["batch"] = "mes";
  EXPECT_EQ(OwnerOf("batch", contract), Party::kMes);
}

TEST(Ownership, RefusesAProposal_AndSaysWhomToAsk) {
  const auto finding = RefuseProposal("target_quantity", Contract());
  EXPECT_EQ(finding.code(), "ERP_OWNS_ORDER");
  EXPECT_NE(finding.mend().find("planning@lei.example"), std::string::npos);
}

TEST(Ownership, KnowsAnEcho_ByTheNameUnderWhichItSpeaks) {
  EXPECT_EQ(Echo(Party::kErp, From("MES-1"), Contract())->code(), "ECHO");
  EXPECT_EQ(Echo(Party::kMes, From("ERP-1"), Contract())->code(), "ECHO");
  EXPECT_FALSE(Echo(Party::kErp, From("ERP-1"), Contract()).has_value());
  EXPECT_FALSE(Echo(Party::kMes, From(""), Contract()).has_value());
}

TEST(Ownership, LetsTheMesNameABatch_OnlyWhereBatchesAreItsOwn) {
  auto contract = Contract();
  EXPECT_FALSE(NewBatch("B-1", contract).has_value());
  contract.mutable_naming()->mutable_batch()->set_created_by("erp");
  EXPECT_EQ(NewBatch("B-1", contract)->code(), "BATCH_NOT_NAMED");
}

}  // namespace
}  // namespace isa95::policy
