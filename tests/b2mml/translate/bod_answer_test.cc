// The answers to a request, field by field.
#include <gtest/gtest.h>

#include "b2mml/bod.h"
#include "b2mml/translate.h"
#include "tests/shared.h"

namespace isa95::b2mml {
namespace {

class Answers : public ::testing::Test {
 protected:
  void SetUp() override {
    request_ = ParseDocument(test::Slurp(std::string(ISA95_SOURCE) + "/examples/order.xml"), versions_, {});
    ASSERT_TRUE(request_->shape_ok);
    header_ = {"answer-1", "MES-DEMO", request_->document.application_area().creation_date_time()};
  }

  flow::v1::Document Acknowledge(const Outcome& outcome, const char* version) {
    const auto& schedule = request_->document.schedule(0);
    return MakeAnswer(flow::v1::VERB_CODE_ACKNOWLEDGE, request_->document.application_area(), schedule,
                      {&schedule.order(0)}, outcome, header_, *versions_.by_name(version));
  }
  flow::v1::Document Confirm(const Outcome& outcome, const char* version) {
    return MakeConfirm(request_->document.application_area(), outcome, header_, *versions_.by_name(version));
  }

  XmlRuntime runtime_;
  Versions versions_ = *Versions::BuiltIn();
  std::unique_ptr<Parsed> request_;
  AnswerHeader header_;
};

const Outcome kAccepted{"Accepted", "", "", ""};
const Outcome kRejected{"Rejected", "UNKNOWN_MATERIAL", "RM-200 is\n  not known", "/Order/Material"};

TEST_F(Answers, WishIsReadFromVerbAndSender) {
  auto document = request_->document;
  EXPECT_EQ(WishOf(document).answer, AnswerWish::When::kAlways);
  EXPECT_EQ(WishOf(document).confirm, AnswerWish::When::kNever);
  document.mutable_verb()->set_response_code("OnError");
  document.mutable_application_area()->mutable_sender()->mutable_confirmation_code()->set_value("Always");
  EXPECT_EQ(WishOf(document).answer, AnswerWish::When::kOnError);
  EXPECT_EQ(WishOf(document).confirm, AnswerWish::When::kAlways);
  document.mutable_verb()->clear_response_code();
  EXPECT_EQ(WishOf(document).answer, AnswerWish::When::kNever);
}

TEST_F(Answers, SyncGetsNoAcknowledge) {
  auto document = request_->document;
  document.mutable_verb()->set_code(flow::v1::VERB_CODE_SYNC);
  EXPECT_EQ(WishOf(document).answer, AnswerWish::When::kNever);
}

TEST_F(Answers, AcceptedSaysSoAndNothingElse) {
  for (const char* version : {"V0401", "V0701"}) {
    const auto answer = Acknowledge(kAccepted, version);
    ASSERT_EQ(answer.verb().criteria_size(), 1);
    const auto& criteria = answer.verb().criteria(0);
    EXPECT_EQ(criteria.expression(0).action_code(), "Accepted");
    EXPECT_EQ(criteria.expression(0).value(), "/");
    EXPECT_FALSE(criteria.has_change_status());
  }
}

TEST_F(Answers, ReasonGoesWhereTheVersionHasAPlaceForIt) {
  const auto modern = Acknowledge(kRejected, "V0701").verb().criteria(0);
  EXPECT_EQ(modern.expression(0).value(), "/Order/Material");
  EXPECT_EQ(modern.change_status().code().value(), "UNKNOWN_MATERIAL");
  EXPECT_EQ(modern.change_status().code().list_id(), "ADAPTER-ERR");
  EXPECT_EQ(modern.change_status().description(0).value(), kRejected.reason_text);
  const auto old = Acknowledge(kRejected, "V0401").verb().criteria(0);
  EXPECT_EQ(old.expression(0).value(), "UNKNOWN_MATERIAL RM-200 is not known");  // a token: blanks collapsed
  EXPECT_FALSE(old.has_change_status());
}

TEST_F(Answers, HeaderIsTheAnsweringSides_AndNamesWhatItAnswers) {
  const auto& original = request_->document.application_area();
  for (const auto& answer : {Acknowledge(kAccepted, "V0701"), Confirm(kAccepted, "V0701")}) {
    const auto& area = answer.application_area();
    EXPECT_EQ(area.bod_id().value(), "answer-1");
    EXPECT_EQ(area.sender().logical_id().value(), "MES-DEMO");
    ASSERT_EQ(area.receiver_size(), 1);
    EXPECT_EQ(area.receiver(0).logical_id().value(), original.sender().logical_id().value());
    EXPECT_EQ(answer.verb().original_application_area().bod_id().value(), original.bod_id().value());
  }
  EXPECT_EQ(Acknowledge(kAccepted, "V0401").application_area().receiver_size(), 0);  // has no Receiver
}

TEST_F(Answers, AcknowledgeNamesOrderVersionAndSegments_WithoutTheirContent) {
  const auto answer = Acknowledge(kRejected, "V0701");
  const auto& order = answer.schedule(0).order(0);
  EXPECT_EQ(answer.schedule(0).id().value(), "SCH-1");
  EXPECT_EQ(order.id().value(), "1004711");
  EXPECT_EQ(order.version().value(), "1");
  ASSERT_EQ(order.segment_size(), 1);
  EXPECT_EQ(order.segment(0).id().value(), "0010");
  EXPECT_EQ(order.segment(0).process_segment_id().value(), "FILL");
  EXPECT_EQ(order.segment(0).material_size(), 0);
}

// As an ERP answers what was reported to it.
TEST_F(Answers, ReportIsEchoed_ByWhatNamesIt_InEachVersionAndVerb) {
  flow::v1::Performance performance;
  performance.mutable_id()->set_value("PERF-1");
  auto& response = *performance.add_response();
  response.mutable_id()->set_value("R-1");
  response.add_order_id()->set_value("1004711");
  response.mutable_state()->set_code(flow::v1::ORDER_STATE_CODE_COMPLETED);
  auto& segment = *response.add_segment();
  segment.mutable_id()->set_value("CNF-1");
  segment.add_material()->mutable_id()->set_value("M-1");
  segment.add_child()->mutable_id()->set_value("CNF-2");
  for (const auto verb : {flow::v1::VERB_CODE_ACKNOWLEDGE, flow::v1::VERB_CODE_RESPOND, flow::v1::VERB_CODE_SHOW}) {
    for (const auto& version : versions_.all()) {
      const auto answer = MakeAnswer(verb, request_->document.application_area(), performance, {&response}, kRejected,
                                     header_, *version);
      const auto again = ParseDocument(WriteDocument(answer, *version).xml, versions_, {});
      ASSERT_TRUE(again->shape_ok && !HasError(again->findings)) << version->name() << ToJson(again->findings);
      const auto& document = again->document;
      EXPECT_EQ(document.noun(), flow::v1::NOUN_CODE_PERFORMANCE);
      EXPECT_EQ(document.verb().code(), verb);
      EXPECT_EQ(document.verb().original_application_area().bod_id().value(),
                request_->document.application_area().bod_id().value());
      const auto& echo = document.performance(0).response(0);
      EXPECT_EQ(document.performance(0).id().value(), "PERF-1");
      EXPECT_EQ(echo.id().value(), "R-1");
      EXPECT_EQ(echo.order_id(0).value(), "1004711");
      EXPECT_EQ(echo.state().code(), flow::v1::ORDER_STATE_CODE_COMPLETED);
      EXPECT_EQ(echo.segment(0).id().value(), "CNF-1");
      EXPECT_EQ(echo.segment(0).child(0).id().value(), "CNF-2");
      EXPECT_EQ(echo.segment(0).material_size(), 0);
    }
  }
}

TEST_F(Answers, ConfirmCarriesReasonInTheBod) {
  const auto answer = Confirm(kRejected, "V0401");
  EXPECT_EQ(answer.noun(), flow::v1::NOUN_CODE_BOD);
  ASSERT_EQ(answer.bod_size(), 1);
  EXPECT_EQ(answer.bod(0).description(0).value(), kRejected.reason_text);
  EXPECT_EQ(answer.bod(0).note(0).value(), "UNKNOWN_MATERIAL");
  EXPECT_EQ(answer.bod(0).original_application_area().bod_id().value(),
            request_->document.application_area().bod_id().value());
}

TEST_F(Answers, WrittenAnswersAreReadBackWithoutAnError) {
  for (const char* version : {"V0401", "V0701"}) {
    for (const auto& answer : {Acknowledge(kRejected, version), Confirm(kRejected, version)}) {
      const auto written = WriteDocument(answer, *versions_.by_name(version));
      const auto again = ParseDocument(written.xml, versions_, {});
      EXPECT_TRUE(again->shape_ok && !HasError(again->findings)) << version << ToJson(again->findings) << written.xml;
      EXPECT_EQ(again->document.verb().criteria(0).expression(0).action_code(), "Rejected");
    }
  }
}

}  // namespace
}  // namespace isa95::b2mml
