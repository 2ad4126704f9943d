// What goes to a MES that speaks B2MML, and how its answers are understood.
#include "adapter/mes_port/mes_document.h"

#include <gtest/gtest.h>

#include "b2mml/bod.h"
#include "b2mml/translate.h"
#include "grpc/model/contract.h"
#include "tests/shared.h"

namespace isa95::adapter {
namespace {

using namespace exchange::v1;

TEST(DeliveryBodId, NamesDeliveryAndAttempt_AndOnlyItsOwnSite) {
  for (const auto& name : {DeliveryName{1, 1}, {281'474'976'710'655, 70'000}, {42, 4'096}}) {
    const auto id = BodIdOf("LEI", name);
    EXPECT_EQ(id.size(), 36u) << id;
    const auto read = ParseBodId("LEI", id);
    ASSERT_TRUE(read.has_value()) << id;
    EXPECT_EQ(read->delivery_id, name.delivery_id);
    EXPECT_EQ(read->attempt, name.attempt);
    EXPECT_FALSE(ParseBodId("MUC", id).has_value());
  }
  for (const char* wrong : {"", "x", "6f1c2a1e-8c1d-4b8e-9a55-000000000001"})
    EXPECT_FALSE(ParseBodId("LEI", wrong).has_value()) << wrong;
}

class MesAnswers : public ::testing::Test {
 protected:
  void SetUp() override {
    contract_ = LoadContract(std::string(ISA95_SOURCE) + "/examples/site.yaml").contract;
    contract_.mutable_mes()->set_port("b2mml-http");
    const auto order = b2mml::ParseDocument(test::Slurp(std::string(ISA95_SOURCE) + "/examples/order.xml"), versions_,
                                            contract_.erp());
    delivery_.set_delivery_id(7);
    delivery_.set_attempt(2);
    auto& envelope = *delivery_.mutable_envelope();
    envelope.set_site("LEI");
    envelope.set_kind(flow::v1::MESSAGE_KIND_ORDER_RELEASE);
    envelope.set_key_version("5");
    *envelope.mutable_schedule() = order->document.schedule(0);
    *envelope.mutable_production_order() = order->document.schedule(0).order(0);
    envelope.mutable_schedule()->clear_order();
  }
  flow::v1::Document Request(const std::string& version) {
    return MakeMesRequest(delivery_, contract_, *versions_.by_name(version), 0);
  }
  // What a MES of that version makes of it, written and read back.
  MesAnswer Answered(const std::string& version, const b2mml::Outcome& outcome) {
    const auto request = Request(version);
    const auto answer =
        b2mml::MakeAnswer(flow::v1::VERB_CODE_ACKNOWLEDGE, request.application_area(), request.schedule(0),
                          {&request.schedule(0).order(0)}, outcome,
                          {"m-1", "MES", request.application_area().creation_date_time()}, *versions_.by_name(version));
    const auto written = b2mml::WriteDocument(answer, *versions_.by_name(version));
    return ReadMesAnswer(b2mml::ParseDocument(written.xml, versions_, {})->document, contract_);
  }

  b2mml::XmlRuntime runtime_;
  b2mml::Versions versions_ = *b2mml::Versions::BuiltIn();
  contract::v1::SiteContract contract_;
  OrderDelivery delivery_;
};

TEST_F(MesAnswers, RequestAsksForAnAnswer_InEachVersion) {
  for (const char* version : {"V0401", "V0600", "V0701"}) {
    const auto written = b2mml::WriteDocument(Request(version), *versions_.by_name(version));
    const auto read = b2mml::ParseDocument(written.xml, versions_, {});
    ASSERT_TRUE(read->shape_ok) << version << ToJson(read->findings);
    EXPECT_EQ(read->document.verb().response_code(), "Always");
    EXPECT_EQ(read->document.schedule(0).order(0).id().value(), "1004711");
  }
}

TEST_F(MesAnswers, OutcomesAreDecisions_OfTheAttemptThatWasAnswered) {
  for (const char* version : {"V0401", "V0600", "V0701"}) {
    SCOPED_TRACE(version);
    const auto accepted = Answered(version, {"Accepted", "", "", ""});
    EXPECT_EQ(accepted.decision.delivery_id(), 7u);
    EXPECT_EQ(accepted.decision.attempt(), 2u);
    EXPECT_EQ(accepted.decision.decision(), ORDER_DECISION_ACCEPTED);
    const auto rejected = Answered(version, {"Rejected", "UNKNOWN_MATERIAL", "no RM-100", ""});
    EXPECT_EQ(rejected.decision.decision(), ORDER_DECISION_REJECTED);
    EXPECT_EQ(rejected.decision.reason_code(), "UNKNOWN_MATERIAL");
    EXPECT_EQ(rejected.decision.reason_text(), "no RM-100");
    const auto modified = Answered(version, {"Modified", "OTHER_LINE", "on line 8", ""});
    EXPECT_EQ(modified.decision.decision(), ORDER_DECISION_MODIFIED);
    EXPECT_TRUE(Answered(version, {"Modified", "DECISION_PENDING", "a person decides", ""}).pending);
  }
}

TEST_F(MesAnswers, RejectionWithoutReason_IsARejectionAllTheSame) {
  const auto answer = Answered("V0701", {"Rejected", "", "", ""});
  EXPECT_EQ(answer.decision.decision(), ORDER_DECISION_REJECTED);
  EXPECT_EQ(answer.decision.reason_code(), "NO_REASON_GIVEN");
}

TEST_F(MesAnswers, WhatIsNoAnswerToOurs_IsRefused) {
  EXPECT_EQ(ReadMesAnswer(Request("V0701"), contract_).findings.at(0).code(), "WRONG_DIRECTION");
  auto stranger = Request("V0701");
  stranger.mutable_verb()->set_code(flow::v1::VERB_CODE_ACKNOWLEDGE);
  EXPECT_EQ(ReadMesAnswer(stranger, contract_).findings.at(0).code(), "UNKNOWN_ORIGINAL");
  auto about_a_report = stranger;
  about_a_report.set_noun(flow::v1::NOUN_CODE_PERFORMANCE);
  *about_a_report.mutable_verb()->mutable_original_application_area() = stranger.application_area();
  EXPECT_EQ(ReadMesAnswer(about_a_report, contract_).findings.at(0).code(), "WRONG_DIRECTION");
}

}  // namespace
}  // namespace isa95::adapter
