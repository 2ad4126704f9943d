// The order flow decides without disk, network or clock: what it says of whole documents and of single orders.
#include "adapter/flows/production_order.h"

#include <gtest/gtest.h>

#include "b2mml/translate.h"
#include "grpc/model/contract.h"
#include "tests/shared.h"

namespace isa95::flows {
namespace {

using exchange::v1::ITEM_STATE_QUEUED;
using exchange::v1::ITEM_STATE_REFUSED;

class OrderFlow : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto loaded = LoadContract(std::string(ISA95_SOURCE) + "/examples/site.yaml");
    ASSERT_FALSE(HasError(loaded.findings));
    contract_ = loaded.contract;
    xml_ = test::Slurp(std::string(ISA95_SOURCE) + "/examples/order.xml");
  }
  void Replace(const std::string& from, const std::string& to) {
    const auto at = xml_.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    xml_.replace(at, from.size(), to);
  }
  // The one order a second time, as `id`.
  void AddOrder(const std::string& id) {
    const std::string open = "<OperationsRequest>", close = "</OperationsRequest>";
    const auto from = xml_.find(open), to = xml_.find(close) + close.size();
    std::string order = xml_.substr(from, to - from);
    order.replace(order.find("1004711"), 7, id);
    xml_.insert(to, order);
  }
  OrderFlowResult Decide() {
    parsed_ = b2mml::ParseDocument(xml_, versions_, contract_.erp());
    return DecideOrders({*parsed_, contract_, policy::Normalizer(contract_), 1'000'000});
  }
  static bool Names(const OrderFlowResult& result, const std::string& code) {
    for (const auto& finding : result.findings) {
      if (finding.code() == code) return true;
    }
    return false;
  }

  b2mml::XmlRuntime runtime_;
  b2mml::Versions versions_ = *b2mml::Versions::BuiltIn();
  contract::v1::SiteContract contract_;
  std::string xml_;
  std::unique_ptr<b2mml::Parsed> parsed_;
};

TEST_F(OrderFlow, GoodOrderIsQueued_UnderItsBusinessKey) {
  const auto result = Decide();
  EXPECT_FALSE(result.document.refused);
  EXPECT_TRUE(result.document.wants_answer);
  EXPECT_EQ(result.document.answer_due_ms, 1'000'000 + 8 * 3'600'000);
  ASSERT_EQ(result.document.items.size(), 1u);
  const auto& item = result.document.items.front();
  EXPECT_EQ(item.state, ITEM_STATE_QUEUED);
  EXPECT_EQ(item.envelope.site(), "LEI");
  EXPECT_EQ(item.envelope.key_id(), "1004711");
  EXPECT_EQ(item.envelope.kind(), flow::v1::MESSAGE_KIND_ORDER_RELEASE);
  EXPECT_EQ(item.envelope.schedule().order_size(), 0);  // the header only
  EXPECT_GT(item.envelope.production_order().segment_size(), 0);
}

TEST_F(OrderFlow, BadOrderIsRefusedAlone_TheOtherIsQueued) {
  AddOrder("1004712");
  Replace(">104.5<", ">104,5<");
  const auto result = Decide();
  EXPECT_FALSE(result.document.refused);
  ASSERT_EQ(result.document.items.size(), 2u);
  EXPECT_EQ(result.document.items[0].state, ITEM_STATE_REFUSED);
  EXPECT_EQ(result.document.items[0].reason_code, "NOT_A_DECIMAL");
  EXPECT_EQ(result.document.items[1].state, ITEM_STATE_QUEUED);
  EXPECT_TRUE(result.document.wants_answer);
}

TEST_F(OrderFlow, AllOrdersRefused_IsAnsweredAtOnce_AndNotAgainLater) {
  Replace(">104.5<", ">104,5<");
  const auto result = Decide();
  EXPECT_FALSE(result.document.refused);
  EXPECT_FALSE(result.document.wants_answer);
}

TEST_F(OrderFlow, StrangerIsRefusedWhole) {
  Replace("ERP-DEMO", "ERP-OTHER");
  const auto result = Decide();
  EXPECT_TRUE(result.document.refused);
  EXPECT_TRUE(result.document.items.empty());
  EXPECT_TRUE(Names(result, "UNKNOWN_SENDER"));
}

TEST_F(OrderFlow, FlowMissingInTheContract_RefusesWhole) {
  contract_.mutable_flows()->clear_production_order();
  const auto result = Decide();
  EXPECT_TRUE(result.document.refused);
  EXPECT_TRUE(Names(result, "FLOW_NOT_ENABLED"));
}

// The ERP's port takes orders. What was done is told by the MES, and not here.
TEST_F(OrderFlow, ReportsOfWhatWasDone_AreRefusedWhole_WhateverTheVerb) {
  for (const auto verb : {flow::v1::VERB_CODE_PROCESS, flow::v1::VERB_CODE_SYNC, flow::v1::VERB_CODE_CANCEL,
                          flow::v1::VERB_CODE_GET, flow::v1::VERB_CODE_ACKNOWLEDGE}) {
    Decide();
    parsed_->document.set_noun(flow::v1::NOUN_CODE_PERFORMANCE);
    parsed_->document.mutable_verb()->set_code(verb);
    parsed_->document.clear_schedule();
    const auto result = DecideOrders({*parsed_, contract_, policy::Normalizer(contract_), 1'000'000});
    EXPECT_TRUE(result.document.refused) << verb;
    EXPECT_TRUE(Names(result, "WRONG_DIRECTION")) << verb;
    EXPECT_FALSE(Names(result, "NO_ORDER")) << verb;
    EXPECT_TRUE(result.document.items.empty()) << verb;
  }
}

TEST_F(OrderFlow, BrokenShapeRefusesWhole_WithoutFurtherGuesses) {
  Replace("<OperationsRequest>", "<OperationsRequestt>");
  Replace("</OperationsRequest>", "</OperationsRequestt>");
  const auto result = Decide();
  EXPECT_TRUE(result.document.refused);
  EXPECT_TRUE(Names(result, "SCHEMA"));
  EXPECT_FALSE(Names(result, "UNKNOWN_SENDER"));
}

}  // namespace
}  // namespace isa95::flows
