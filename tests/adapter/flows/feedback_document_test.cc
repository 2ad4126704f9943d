// What a MES that speaks B2MML reads of its reports' fate, in each version and noun.
#include "adapter/mes_port/feedback_document.h"

#include "adapter/answer_words.h"
#include "b2mml/translate.h"
#include "tests/adapter/flows/report_fixture.h"

namespace isa95::adapter {
namespace {

using namespace exchange::v1;
using namespace flow::v1;

class FeedbackDocument : public ::testing::Test {
 protected:
  void SetUp() override {
    report_.set_sender("MES-LEI");
    report_.set_kind(MESSAGE_KIND_CONFIRMATION);
    report_.set_verb(VERB_CODE_PROCESS);
    report_.set_key_id("C-1");
    report_.set_bod_id("bod-of-mes");
    *report_.mutable_created_at() = *ParseInstant("2026-11-25T11:02:11+01:00");
    feedback_.id = 12;
    feedback_.feedback.set_report_id("C-1");
    feedback_.feedback.set_order_id("4711");
    feedback_.feedback.mutable_at()->set_seconds(1'795'000'000);
  }
  void Became(FeedbackOutcome outcome, const std::string& code, const std::string& text) {
    feedback_.feedback.set_outcome(outcome);
    feedback_.feedback.set_reason_code(code);
    feedback_.feedback.set_operator_text(text);
  }
  // Written and read back.
  Document Told(const flows::test::Carrier& carrier) {
    auto contract = flows::test::ReportContract();
    contract.mutable_mes()->mutable_b2mml()->set_noun(carrier.noun);
    const auto& version = *versions_.by_name(carrier.version);
    const auto written = b2mml::WriteDocument(MakeFeedbackDocument(feedback_, report_, contract, version), version);
    EXPECT_FALSE(written.xml.empty()) << ToJson(written.findings);
    const auto read = b2mml::ParseDocument(written.xml, versions_, {});
    EXPECT_TRUE(read->shape_ok) << carrier.version << ToJson(read->findings) << written.xml;
    EXPECT_EQ(read->document.b2mml_version(), carrier.version);
    return read->document;
  }

  b2mml::XmlRuntime runtime_;
  b2mml::Versions versions_ = *b2mml::Versions::BuiltIn();
  Envelope report_;
  ledger::StoredFeedback feedback_;
};

TEST_F(FeedbackDocument, PostedIsAccepted_WithReportOrderAndTheErpsNumber) {
  Became(FEEDBACK_OUTCOME_POSTED, "", "Posted.");
  feedback_.feedback.set_erp_document("4900001");
  for (const auto& carrier : flows::test::kCarriers) {
    SCOPED_TRACE(std::string(carrier.version) + carrier.noun);
    const auto told = Told(carrier);
    EXPECT_EQ(told.noun(), NOUN_CODE_PERFORMANCE);
    EXPECT_EQ(told.verb().code(), VERB_CODE_ACKNOWLEDGE);
    EXPECT_EQ(told.verb().original_application_area().bod_id().value(), "bod-of-mes");
    EXPECT_EQ(ActionOf(told.verb()), "Accepted");
    EXPECT_EQ(told.application_area().bod_id().value(), FeedbackBodIdOf("LEI", 12));
    const auto& response = told.performance(0).response(0);
    EXPECT_EQ(response.order_id(0).value(), "4711");
    const auto& segment = response.segment(0);
    EXPECT_EQ(segment.id().value(), "C-1");
    ASSERT_EQ(segment.data_size(), 1);
    EXPECT_EQ(segment.data(0).id().value(), "ERPDocumentNumber");
    EXPECT_EQ(segment.data(0).value(0).value().value(), "4900001");
  }
}

TEST_F(FeedbackDocument, WhatIsNotPosted_SaysWhyAndWhoActs) {
  struct Case {
    FeedbackOutcome outcome;
    const char *code, *who, *action, *told_code, *told_text;
  };
  const Case cases[] = {{FEEDBACK_OUTCOME_PENDING, "", "", "Modified", "GOODS_MOVEMENT_PENDING", "In words."},
                        {FEEDBACK_OUTCOME_PARKED, "ORDER_UNKNOWN", "production", "Rejected", "ORDER_UNKNOWN",
                         "In words. To act: production."},
                        {FEEDBACK_OUTCOME_REJECTED, "PERIOD_CLOSED", "", "Rejected", "PERIOD_CLOSED", "In words."},
                        {FEEDBACK_OUTCOME_REVERSED, "TAKEN_BACK", "", "Accepted", "TAKEN_BACK", "In words."}};
  for (const auto& each : cases) {
    Became(each.outcome, each.code, "In words.");
    feedback_.feedback.set_who_acts(each.who);
    for (const auto& carrier : flows::test::kCarriers) {
      SCOPED_TRACE(std::string(carrier.version) + carrier.noun + each.code);
      const auto told = Told(carrier);
      EXPECT_EQ(ActionOf(told.verb()), each.action);
      EXPECT_EQ(ReasonOf(told.verb()).code, each.told_code);
      EXPECT_EQ(ReasonOf(told.verb()).text, each.told_text);
      EXPECT_EQ(told.performance(0).response(0).segment(0).data_size(), 0);
    }
  }
}

TEST_F(FeedbackDocument, CancelAndSyncAreConfirmed_AndNotesNameWhatIsMeant) {
  Became(FEEDBACK_OUTCOME_POSTED, "", "");
  feedback_.feedback.set_erp_document("4900002");
  for (const bool cancel : {true, false}) {
    report_.set_verb(cancel ? VERB_CODE_CANCEL : VERB_CODE_SYNC);
    report_.set_kind(cancel ? MESSAGE_KIND_REVERSAL : MESSAGE_KIND_CONFIRMATION);
    report_.set_key_id(cancel ? "bod-of-mes/C-1" : "C-1");
    if (cancel) report_.mutable_report_reversal()->mutable_reverses_id()->set_value("C-1");
    if (!cancel) report_.clear_report_reversal();
    for (const auto& carrier : flows::test::kCarriers) {
      const auto told = Told(carrier);
      EXPECT_EQ(told.verb().code(), VERB_CODE_CONFIRM);
      EXPECT_EQ(told.verb().original_application_area().bod_id().value(), "bod-of-mes");
      EXPECT_EQ(ActionOf(told.verb()), "Accepted");
      ASSERT_EQ(told.bod(0).note_size(), 2);
      EXPECT_EQ(told.bod(0).note(0).value(), "SegmentResponse C-1");
      EXPECT_EQ(told.bod(0).note(1).value(), "ERPDocumentNumber 4900002");
    }
  }
}

TEST_F(FeedbackDocument, ReportWithoutADocumentOfItsOwn_IsQuotedByItsId) {
  Became(FEEDBACK_OUTCOME_POSTED, "", "");
  report_.clear_bod_id();
  report_.clear_created_at();
  report_.set_verb(VERB_CODE_UNSPECIFIED);
  report_.mutable_received_at()->set_seconds(1'795'000'000);
  const auto told = Told({"V0701", "operations"});
  EXPECT_EQ(told.verb().original_application_area().bod_id().value(), "C-1");
}

TEST_F(FeedbackDocument, BodIdIsTheSameEachTime_AndNobodyElses) {
  EXPECT_EQ(FeedbackBodIdOf("LEI", 12), FeedbackBodIdOf("LEI", 12));
  EXPECT_EQ(FeedbackBodIdOf("LEI", 12).size(), 36u);
  EXPECT_NE(FeedbackBodIdOf("LEI", 12), FeedbackBodIdOf("LEI", 13));
  EXPECT_NE(FeedbackBodIdOf("LEI", 12), FeedbackBodIdOf("MUC", 12));
  EXPECT_NE(FeedbackBodIdOf("LEI", 12), BodIdOf("LEI", {12, 0}));
  EXPECT_NE(FeedbackBodIdOf("LEI", 12), flows::ReportBodIdOf("LEI", {12, 0}));
}

}  // namespace
}  // namespace isa95::adapter
