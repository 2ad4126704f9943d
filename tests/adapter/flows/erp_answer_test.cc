// The ERP's answers to reports.
#include "b2mml/bod.h"
#include "b2mml/translate.h"
#include "tests/adapter/flows/report_fixture.h"

namespace isa95::flows {
namespace {

using namespace exchange::v1;
using flow::v1::Document;

class ErpAnswers : public ::testing::Test {
 protected:
  Document Sent(const Report& report, const test::Carrier& carrier) {
    contract_.mutable_erp()->mutable_b2mml()->set_noun(carrier.noun);
    return MakeReportDocument(test::Stored(report), {}, contract_, *versions_.by_name(carrier.version), 0);
  }
  ErpAnswer Read(const Document& answer, const test::Carrier& carrier) {
    const auto written = b2mml::WriteDocument(answer, *versions_.by_name(carrier.version));
    const auto parsed = b2mml::ParseDocument(written.xml, versions_, {});
    EXPECT_TRUE(parsed->shape_ok) << ToJson(parsed->findings);
    return ReadErpAnswer(parsed->document, contract_, 1'000);
  }
  Document Acknowledge(const Document& sent, const b2mml::Outcome& outcome, const test::Carrier& carrier) {
    return b2mml::MakeAnswer(
        flow::v1::VERB_CODE_ACKNOWLEDGE, sent.application_area(), sent.performance(0),
        {&sent.performance(0).response(0)}, outcome,
        {"e-1", "ERP", sent.application_area().creation_date_time(), "", contract_.erp().b2mml().noun()},
        *versions_.by_name(carrier.version));
  }
  ErpAnswer Answered(const b2mml::Outcome& outcome, const test::Carrier& carrier, const Report& report = Confirmed()) {
    return Read(Acknowledge(Sent(report, carrier), outcome, carrier), carrier);
  }
  static Report Confirmed() { return test::FullConfirmation(flow::v1::CONFIRMATION_TYPE_CODE_FINAL); }

  b2mml::XmlRuntime runtime_;
  b2mml::Versions versions_ = *b2mml::Versions::BuiltIn();
  contract::v1::SiteContract contract_ = test::ReportContract();
};

TEST_F(ErpAnswers, AcceptedIsPosted_UnderTheErpsOwnKey) {
  for (const auto& carrier : test::kCarriers) {
    SCOPED_TRACE(carrier.version);
    auto answer = Acknowledge(Sent(Confirmed(), carrier), {"Accepted", "", "", ""}, carrier);
    auto& item = *answer.mutable_performance(0)->mutable_response(0)->mutable_segment(0)->add_data();
    item.mutable_id()->set_value("ERPDocumentNumber");
    item.add_value()->mutable_value()->set_value("0000081234/00000001");
    const auto read = Read(answer, carrier);
    ASSERT_TRUE(read.findings.empty()) << ToJson(read.findings);
    EXPECT_EQ(read.name.delivery_id, 7u);
    EXPECT_EQ(read.name.attempt, 2u);
    EXPECT_EQ(read.outcome.state, REPORT_STATE_POSTED);
    EXPECT_EQ(read.outcome.erp_document, "0000081234/00000001");
  }
}

TEST_F(ErpAnswers, SilenceMeansAccepted) {
  auto answer = Acknowledge(Sent(Confirmed(), test::kCarriers[3]), {"Rejected", "NO", "", ""}, test::kCarriers[3]);
  answer.mutable_verb()->clear_criteria();
  EXPECT_EQ(Read(answer, test::kCarriers[3]).outcome.state, REPORT_STATE_POSTED);
}

TEST_F(ErpAnswers, RejectedIsParked_WithReasonAndOwner_UnlessItPassesByItself) {
  for (const auto& carrier : test::kCarriers) {
    SCOPED_TRACE(carrier.version);
    const auto rejected = Answered({"Rejected", "PERIOD_CLOSED", "period 11 is closed", ""}, carrier);
    EXPECT_EQ(rejected.outcome.state, REPORT_STATE_PARKED);
    EXPECT_TRUE(rejected.outcome.rejected);
    EXPECT_EQ(rejected.outcome.reason_code, "PERIOD_CLOSED");
    EXPECT_EQ(rejected.outcome.reason_text, "period 11 is closed");
    EXPECT_EQ(rejected.outcome.who_acts, "production control");
    const auto locked = Answered({"Rejected", "ORDER_LOCKED", "somebody edits it", ""}, carrier);
    EXPECT_EQ(locked.outcome.state, REPORT_STATE_QUEUED);
    EXPECT_EQ(locked.outcome.next_ms, 6'000);
    EXPECT_FALSE(locked.outcome.rejected);
    const auto used = Answered({"Rejected", "NO_STOCK", "", ""}, carrier, test::FullConsumption());
    EXPECT_EQ(used.outcome.who_acts, "warehouse");
    EXPECT_EQ(Answered({"Rejected", "", "", ""}, carrier).outcome.reason_code, "NO_REASON_GIVEN");
  }
}

TEST_F(ErpAnswers, AnErpsCodeNeedNotLookLikeOurs) {
  EXPECT_EQ(Answered({"Rejected", "M7/021", "deficit", ""}, test::kCarriers[3]).outcome.reason_code, "M7/021");
}

TEST_F(ErpAnswers, ModifiedIsPendingWhereGoodsMovementWaits_ElseAPersonLooks) {
  for (const auto& carrier : test::kCarriers) {
    SCOPED_TRACE(carrier.version);
    const auto pending = Answered({"Modified", "GOODS_MOVEMENT_PENDING", "in the error list", ""}, carrier);
    EXPECT_EQ(pending.outcome.state, REPORT_STATE_PENDING);
    EXPECT_EQ(pending.outcome.reason_code, "GOODS_MOVEMENT_PENDING");
    const auto other = Answered({"Modified", "QUANTITY_CUT", "to the quantity ordered", ""}, carrier);
    EXPECT_EQ(other.outcome.state, REPORT_STATE_PARKED);
    EXPECT_FALSE(other.outcome.rejected);
    // A code that passes by itself passes only where nothing was booked.
    EXPECT_EQ(Answered({"Modified", "ORDER_LOCKED", "", ""}, carrier).outcome.state, REPORT_STATE_PARKED);
  }
}

TEST_F(ErpAnswers, ConfirmBodAnswersACancel) {
  for (const auto& carrier : test::kCarriers) {
    SCOPED_TRACE(carrier.version);
    const auto sent = Sent(test::FullReversal(), carrier);
    const auto& version = *versions_.by_name(carrier.version);
    const auto confirm = [&](const b2mml::Outcome& outcome) {
      return b2mml::MakeConfirm(sent.application_area(), outcome,
                                {"e-2", "ERP", sent.application_area().creation_date_time()}, version);
    };
    const auto accepted = Read(confirm({"Accepted", "", "", ""}), carrier);
    EXPECT_EQ(accepted.outcome.state, REPORT_STATE_POSTED);
    EXPECT_EQ(accepted.outcome.erp_document, "");
    auto rejected = confirm({"Rejected", "ALREADY_REVERSED", "was taken back by hand", ""});
    EXPECT_EQ(Read(rejected, carrier).outcome.reason_code, "ALREADY_REVERSED");
    // Some say why in the BOD only.
    rejected.mutable_verb()->mutable_criteria(0)->clear_change_status();
    rejected.mutable_verb()->mutable_criteria(0)->mutable_expression(0)->set_value("/");
    const auto read = Read(rejected, carrier);
    EXPECT_EQ(read.outcome.reason_code, "ALREADY_REVERSED");
    EXPECT_EQ(read.outcome.reason_text, "was taken back by hand");
  }
}

TEST_F(ErpAnswers, WhatIsNoAnswerToOurs_IsAFinding) {
  const auto& carrier = test::kCarriers[3];
  const auto sent = Sent(Confirmed(), carrier);
  EXPECT_EQ(ReadErpAnswer(sent, contract_, 0).findings.at(0).code(), "WRONG_DIRECTION");
  auto answer = Acknowledge(sent, {"Accepted", "", "", ""}, carrier);
  auto other_noun = answer;
  other_noun.set_noun(flow::v1::NOUN_CODE_SCHEDULE);
  EXPECT_EQ(ReadErpAnswer(other_noun, contract_, 0).findings.at(0).code(), "WRONG_DIRECTION");
  auto unheard = answer;
  unheard.mutable_verb()->mutable_criteria(0)->mutable_expression(0)->set_action_code("Maybe");
  EXPECT_EQ(ReadErpAnswer(unheard, contract_, 0).findings.at(0).code(), "UNKNOWN_ACTION");
  auto* bod_id = answer.mutable_verb()->mutable_original_application_area()->mutable_bod_id();
  bod_id->set_value(adapter::BodIdOf("LEI", {7, 2}));
  EXPECT_EQ(ReadErpAnswer(answer, contract_, 0).findings.at(0).code(), "UNKNOWN_ORIGINAL");
}

}  // namespace
}  // namespace isa95::flows
