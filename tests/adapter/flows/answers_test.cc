// The answers a document is owed, as XML that is read back.
#include "adapter/answers.h"

#include <gtest/gtest.h>

#include "adapter/flows/production_order.h"
#include "b2mml/translate.h"
#include "grpc/model/contract.h"
#include "tests/shared.h"

namespace isa95::adapter {
namespace {

class AnswersOfADocument : public ::testing::Test {
 protected:
  void SetUp() override {
    contract_ = LoadContract(std::string(ISA95_SOURCE) + "/examples/site.yaml").contract;
    xml_ = test::Slurp(std::string(ISA95_SOURCE) + "/examples/order.xml");
  }
  void Replace(const std::string& from, const std::string& to) {
    const auto at = xml_.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    xml_.replace(at, from.size(), to);
  }
  // The order `count` times, decided as given.
  ledger::StoredDocument Stored(const std::vector<exchange::v1::ItemState>& states) {
    const auto parsed = b2mml::ParseDocument(xml_, versions_, contract_.erp());
    ledger::StoredDocument stored;
    stored.document.document = parsed->document.SerializeAsString();
    const auto flow = flows::DecideOrders({*parsed, contract_, policy::Normalizer(contract_), 0});
    for (size_t i = 0; i < states.size(); ++i) {
      ledger::StoredItem item;
      item.id = i + 1;
      item.state = states[i];
      item.envelope = flow.document.items.front().envelope;
      if (states[i] == exchange::v1::ITEM_STATE_REJECTED) item.reason_code = "UNKNOWN_MATERIAL";
      stored.items.push_back(item);
    }
    return stored;
  }
  std::vector<ledger::NewAnswer> Make(const ledger::StoredDocument& stored) {
    int count = 0;
    const auto none = [](uint64_t) -> const ledger::StoredItem* { return nullptr; };
    const auto id = [&count] { return "answer-" + std::to_string(++count); };
    auto answers = MakeAnswers({stored, contract_, *versions_.by_name("V0701"), 0, id, none});
    EXPECT_TRUE(answers.ok()) << answers.status();
    return answers.ok() ? *answers : std::vector<ledger::NewAnswer>{};
  }
  flow::v1::Document Read(const std::string& xml) {
    const auto parsed = b2mml::ParseDocument(xml, versions_, contract_.erp());
    EXPECT_TRUE(parsed->shape_ok) << ToJson(parsed->findings);
    return parsed->document;
  }

  b2mml::XmlRuntime runtime_;
  b2mml::Versions versions_ = *b2mml::Versions::BuiltIn();
  contract::v1::SiteContract contract_;
  std::string xml_;
};

TEST_F(AnswersOfADocument, OneOutcome_IsOneAcknowledge_ThatNamesTheRequest) {
  const auto answers = Make(Stored({exchange::v1::ITEM_STATE_ACCEPTED, exchange::v1::ITEM_STATE_ACCEPTED}));
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].item_ids, (std::vector<uint64_t>{1, 2}));
  const auto read = Read(answers[0].payload);
  EXPECT_EQ(read.verb().code(), flow::v1::VERB_CODE_ACKNOWLEDGE);
  EXPECT_EQ(read.verb().original_application_area().bod_id().value(), "6f1c2a1e-8c1d-4b8e-9a55-000000000001");
  EXPECT_EQ(read.application_area().bod_id().value(), "answer-1");
  EXPECT_EQ(read.application_area().sender().logical_id().value(), "MES-LEI");
  EXPECT_EQ(read.schedule(0).order_size(), 2);
}

TEST_F(AnswersOfADocument, MixedOutcomes_AreOneAnswerEach_EchoingOnlyTheirOrders) {
  const auto answers = Make(Stored(
      {exchange::v1::ITEM_STATE_ACCEPTED, exchange::v1::ITEM_STATE_REJECTED, exchange::v1::ITEM_STATE_DELIVERED}));
  ASSERT_EQ(answers.size(), 3u);
  std::map<std::string, std::string> reason_of;
  for (const auto& answer : answers) {
    const auto read = Read(answer.payload);
    EXPECT_EQ(read.schedule(0).order_size(), 1);
    reason_of[answer.outcome] = read.verb().criteria(0).change_status().code().value();
  }
  EXPECT_EQ(reason_of.at("Accepted"), "");
  EXPECT_EQ(reason_of.at("Rejected"), "UNKNOWN_MATERIAL");
  EXPECT_EQ(reason_of.at("Modified"), "DECISION_PENDING");
}

TEST_F(AnswersOfADocument, OnError_AcceptedIsToldBySilence_RejectedIsSaid) {
  Replace("acknowledgeCode=\"Always\"", "acknowledgeCode=\"OnError\"");
  const auto answers = Make(Stored({exchange::v1::ITEM_STATE_ACCEPTED, exchange::v1::ITEM_STATE_REJECTED}));
  ASSERT_EQ(answers.size(), 2u);
  for (const auto& answer : answers) EXPECT_EQ(answer.payload.empty(), answer.item_ids.front() == 1u);
}

TEST_F(AnswersOfADocument, ConfirmationAsked_WithoutAcknowledge_IsAConfirmBod) {
  Replace(" acknowledgeCode=\"Always\"", "");
  Replace("</LogicalID></Sender>", "</LogicalID><ConfirmationCode>Always</ConfirmationCode></Sender>");
  const auto answers = Make(Stored({exchange::v1::ITEM_STATE_ACCEPTED}));
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(Read(answers[0].payload).verb().code(), flow::v1::VERB_CODE_CONFIRM);
}

TEST_F(AnswersOfADocument, ReleaseIdOfTheContract_IsTheOneWritten) {
  const auto stored = Stored({exchange::v1::ITEM_STATE_ACCEPTED});
  contract_.mutable_erp()->mutable_b2mml()->set_release_id("CORP-7");
  const auto answers = Make(stored);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_NE(answers[0].payload.find("releaseID=\"CORP-7\""), std::string::npos) << answers[0].payload;
}

TEST_F(AnswersOfADocument, Refusal_NamesEachError_AndIsNoneWhereThereIsNothingToQuote) {
  Replace(">104.5<", ">104,5<");
  Replace("<Priority>5", "<Priority>-5");
  const auto parsed = b2mml::ParseDocument(xml_, versions_, contract_.erp());
  const auto& version = *versions_.by_name("V0701");
  const auto refusal = Read(MakeRefusal(parsed->document, parsed->findings, contract_, version, "r-1", 0));
  EXPECT_EQ(refusal.verb().criteria(0).expression(0).action_code(), "Rejected");
  ASSERT_EQ(refusal.bod(0).note_size(), 2);
  EXPECT_EQ(MakeRefusal({}, parsed->findings, contract_, version, "r-2", 0), "");
}

}  // namespace
}  // namespace isa95::adapter
