// Documents through the intake into a real ledger: every verb, and what an order's life allows.
#include "adapter/intake.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <sstream>

#include "adapter/answers.h"
#include "adapter/ledger/report_ledger.h"
#include "adapter/trace.h"
#include "b2mml/translate.h"
#include "grpc/model/contract.h"
#include "tests/shared.h"

namespace isa95::adapter {
namespace {

using Kind = IntakeResult::Kind;
using exchange::v1::ITEM_STATE_ACCEPTED;

class Documents : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "/isa95-intake-XXXXXX";
    dir_ = mkdtemp(pattern.data());
    ledger_ = *ledger::OpenSqlite(dir_ + "/ledger.db");
    Use(LoadContract(std::string(ISA95_SOURCE) + "/examples/site.yaml").contract);
    intake_ = std::make_unique<Intake>(*ledger_, contracts_, versions_, wakes_, [] {});
  }
  void TearDown() override {
    intake_.reset();
    ledger_.reset();
    std::filesystem::remove_all(dir_);
  }

  void Use(contract::v1::SiteContract contract) { contracts_.Swap({{"LEI", MakeTerms(std::move(contract))}}); }

  // The example order under another verb, with its own BODID, changed as asked.
  std::string Order(const std::string& verb, const std::vector<std::pair<std::string, std::string>>& changes = {}) {
    std::string xml = test::Slurp(std::string(ISA95_SOURCE) + "/examples/order.xml");
    Swap(xml, "000000000001", std::to_string(100'000'000'000 + ++bods_));
    if (verb != "Process") {
      Swap(xml, "<ProcessOperationsSchedule", "<" + verb + "OperationsSchedule");
      Swap(xml, "</ProcessOperationsSchedule", "</" + verb + "OperationsSchedule");
      const std::string attribute = verb == "Change" ? " responseCode=\"Always\"" : "";
      Swap(xml, "<Process acknowledgeCode=\"Always\"/>", "<" + verb + attribute + "/>");
    }
    for (const auto& [from, to] : changes) Swap(xml, from, to);
    return xml;
  }
  static void Swap(std::string& xml, const std::string& from, const std::string& to) {
    const auto at = xml.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    xml.replace(at, from.size(), to);
  }
  static std::pair<std::string, std::string> Version(const std::string& version) {
    return {"<Version>1</Version>", version.empty() ? "" : "<Version>" + version + "</Version>"};
  }
  static std::pair<std::string, std::string> State(const std::string& state) {
    return {">Released<", ">" + state + "<"};
  }

  IntakeResult Send(const std::string& xml) {
    auto result = intake_->Receive("LEI", "http", xml);
    EXPECT_TRUE(result.ok()) << result.status();
    return *std::move(result);
  }
  // The MES accepts all it can get.
  void AcceptAll() {
    const auto taken = *ledger_->Take("LEI", 0, 100, {});
    for (const auto& item : taken) ASSERT_TRUE(ledger_->Decide("LEI", item.id, item.attempts, true, "", "", 1).ok());
  }
  std::vector<ledger::StoredItem> Items() { return *ledger_->ItemsOfOrder("LEI", "1004711"); }
  static bool Names(const IntakeResult& result, const std::string& code) {
    for (const auto& finding : result.findings) {
      if (finding.code() == code) return true;
    }
    return false;
  }
  // The answers to the last document, as the worker would make them.
  std::vector<ledger::NewAnswer> Answers(uint64_t document_id) {
    const auto stored = *ledger_->DocumentById(document_id);
    int count = 0;
    const auto none = [](uint64_t) -> const ledger::StoredItem* { return nullptr; };
    return *MakeAnswers({stored, contracts_.Find("LEI")->contract, *versions_.by_name("V0701"), 0,
                         [&] { return "a-" + std::to_string(++count); }, none});
  }

  b2mml::XmlRuntime runtime_;
  b2mml::Versions versions_ = *b2mml::Versions::BuiltIn();
  Contracts contracts_;
  Wakes wakes_;
  std::string dir_;
  int bods_ = 0;
  std::unique_ptr<ledger::Ledgers> ledger_;
  std::unique_ptr<Intake> intake_;
};

TEST_F(Documents, ChangeOfAReleasedOrder_IsAnsweredByRespondReplaced) {
  EXPECT_EQ(Send(Order("Process")).kind, Kind::kReceived);
  AcceptAll();
  const auto changed = Send(Order("Change", {Version("2"), {">104.5<", ">105.5<"}}));
  ASSERT_EQ(changed.kind, Kind::kReceived) << ToJson(changed.findings);
  EXPECT_EQ(Items().back().envelope.kind(), flow::v1::MESSAGE_KIND_ORDER_CHANGE);
  AcceptAll();
  const auto answers = Answers(changed.document_id);
  ASSERT_EQ(answers.size(), 1u);
  const auto read = b2mml::ParseDocument(answers[0].payload, versions_, {});
  EXPECT_EQ(read->document.verb().code(), flow::v1::VERB_CODE_RESPOND);
  EXPECT_EQ(read->document.verb().criteria(0).expression(0).action_code(), "Replaced");
}

TEST_F(Documents, ChangeOrCancelOfAnUnknownOrder_IsRefusedAtOnce_AndTheBodSaysWhy) {
  for (const auto* verb : {"Change", "Cancel"}) {
    const auto result = Send(Order(verb, {Version("2")}));
    EXPECT_EQ(result.kind, Kind::kRefused);
    EXPECT_TRUE(Names(result, "ORDER_UNKNOWN"));
    EXPECT_NE(result.answer.find("ORDER_UNKNOWN"), std::string::npos) << result.answer;
    EXPECT_FALSE(result.answer_follows);
  }
  EXPECT_TRUE(ledger_->AnswersDue(1'000'000'000'000'000, 10)->empty());
}

TEST_F(Documents, OlderVersionAfterNewer_IsRefused) {
  Send(Order("Process"));
  EXPECT_EQ(Send(Order("Change", {Version("3")})).kind, Kind::kReceived);
  EXPECT_TRUE(Names(Send(Order("Change", {Version("2")})), "VERSION_BACKWARDS"));
}

TEST_F(Documents, SameVersionWithOtherContent_IsAConflict_AndWithTheSame_ADuplicate) {
  Send(Order("Process"));
  Send(Order("Change", {Version("2")}));
  EXPECT_EQ(Send(Order("Change", {Version("2"), {">104.5<", ">7<"}})).kind, Kind::kConflict);
  EXPECT_EQ(Send(Order("Change", {Version("2")})).kind, Kind::kReceived);
  EXPECT_EQ(Items().back().state, exchange::v1::ITEM_STATE_DUPLICATE);
}

TEST_F(Documents, TwoChangesInOneSecond_WithoutVersions_AreTwoInTheirOrder) {
  Send(Order("Process", {Version("")}));
  Send(Order("Change", {Version(""), {">104.5<", ">105<"}}));
  Send(Order("Change", {Version(""), {">104.5<", ">106<"}}));
  const auto items = Items();
  ASSERT_EQ(items.size(), 3u);
  EXPECT_EQ(items[1].envelope.key_version(), "2");
  EXPECT_EQ(items[2].envelope.key_version(), "3");
  AcceptAll();  // one at a time: a younger one waits for the older
  EXPECT_EQ(Items()[1].state, exchange::v1::ITEM_STATE_QUEUED);
}

TEST_F(Documents, ResendOfAnEarlierChangeWithoutVersion_HasNoSecondEffect) {
  Send(Order("Process", {Version("")}));
  const std::string first = Order("Change", {Version(""), {">104.5<", ">105<"}});
  Send(first);
  Send(Order("Change", {Version(""), {">104.5<", ">106<"}}));
  Send(first);
  const auto items = Items();
  ASSERT_EQ(items.size(), 4u);
  EXPECT_EQ(items[3].state, exchange::v1::ITEM_STATE_DUPLICATE);
  EXPECT_EQ(items[3].original_id, items[1].id);
}

TEST_F(Documents, CancelIsAnsweredByConfirmBod_OnlyWhenAskedFor_AndNeverBeforeItIsDecided) {
  Send(Order("Process"));
  AcceptAll();
  const auto silent = Send(Order("Cancel"));
  EXPECT_FALSE(silent.answer_follows);
  AcceptAll();
  Send(Order("Process", {{"1004711", "2"}}));
  AcceptAll();
  const auto asked = Send(
      Order("Cancel", {{"1004711", "2"},
                       {"</LogicalID></Sender>", "</LogicalID><ConfirmationCode>Always</ConfirmationCode></Sender>"}}));
  EXPECT_TRUE(asked.answer_follows);
  EXPECT_TRUE(Answers(asked.document_id)[0].payload.empty());  // not decided: nothing to say
  AcceptAll();
  const auto answers = Answers(asked.document_id);
  const auto read = b2mml::ParseDocument(answers[0].payload, versions_, {});
  EXPECT_EQ(read->document.verb().code(), flow::v1::VERB_CODE_CONFIRM);
  EXPECT_EQ(read->document.verb().criteria(0).expression(0).action_code(), "Accepted");
}

TEST_F(Documents, AfterCancel_AChangeIsRefused_AndASecondCancelIsTheSame) {
  Send(Order("Process"));
  AcceptAll();
  Send(Order("Cancel"));
  AcceptAll();
  EXPECT_TRUE(Names(Send(Order("Change", {Version("2")})), "ORDER_CANCELLED"));
  Send(Order("Cancel"));
  EXPECT_EQ(Items().back().state, exchange::v1::ITEM_STATE_DUPLICATE);
}

TEST_F(Documents, ClosedOrder_TakesNoChange_UntilItIsReopened) {
  Send(Order("Process"));
  AcceptAll();
  Send(Order("Change", {Version("2"), State("Closed")}));
  AcceptAll();
  EXPECT_TRUE(Names(Send(Order("Change", {Version("3"), State("Held")})), "ORDER_CLOSED"));
  EXPECT_EQ(Send(Order("Change", {Version("3")})).kind, Kind::kReceived);  // Released: reopened
}

TEST_F(Documents, SyncWithAnAction_ReleasesChangesAndCancels) {
  auto contract = contracts_.Find("LEI")->contract;
  contract.mutable_erp()->mutable_dialect()->set_sync_releases_order(true);
  Use(std::move(contract));
  const auto sync = [&](const std::string& action, const std::string& version) {
    return Order("Sync", {Version(version),
                          {"<Sync/>", "<Sync><ActionCriteria><ActionExpression actionCode=\"" + action +
                                          "\">/</ActionExpression></ActionCriteria></Sync>"}});
  };
  Send(sync("Add", "1"));
  Send(sync("Change", "2"));
  Send(sync("Delete", "2"));
  const auto items = Items();
  ASSERT_EQ(items.size(), 3u);
  EXPECT_EQ(items[0].envelope.kind(), flow::v1::MESSAGE_KIND_ORDER_RELEASE);
  EXPECT_EQ(items[1].envelope.kind(), flow::v1::MESSAGE_KIND_ORDER_CHANGE);
  EXPECT_EQ(items[2].envelope.kind(), flow::v1::MESSAGE_KIND_ORDER_CANCEL);
}

TEST_F(Documents, GetIsAnsweredByShow_WithWhatIsKnown_OrNotFound) {
  Send(Order("Process"));
  const auto found = Send(Order("Get"));
  ASSERT_EQ(found.kind, Kind::kAnswered);
  auto shown = b2mml::ParseDocument(found.answer, versions_, {});
  ASSERT_TRUE(shown->shape_ok) << ToJson(shown->findings);
  EXPECT_EQ(shown->document.verb().code(), flow::v1::VERB_CODE_SHOW);
  EXPECT_EQ(shown->document.schedule(0).order(0).segment(0).material_size(), 2);
  shown = b2mml::ParseDocument(Send(Order("Get", {{"1004711", "999"}})).answer, versions_, {});
  EXPECT_EQ(shown->document.schedule(0).order(0).state().other_value(), "NOT_FOUND");
  EXPECT_EQ(Items().size(), 1u);  // a question changes nothing
}

TEST_F(Documents, GetThatIsTooWide_IsRejected_WithTheMend) {
  for (int i = 0; i < 101; ++i) Send(Order("Process", {{"1004711", "W" + std::to_string(i)}}));
  const auto result = Send(Order("Get", {{"1004711", "*"}}));
  ASSERT_EQ(result.kind, Kind::kAnswered);
  EXPECT_NE(result.answer.find("GET_TOO_WIDE"), std::string::npos) << result.answer;
}

TEST_F(Documents, DocumentWithoutAnOrder_IsRefused_ForNobodyCouldAnswerIt) {
  std::string xml = Order("Process");
  Swap(xml, "xmlns=\"http://www.mesa.org/xml/B2MML\" releaseID=\"0701\"",
       "xmlns=\"http://www.mesa.org/xml/B2MML-V0600\" releaseID=\"0600\"");
  xml.erase(xml.find("<OperationsRequest>"), xml.find("</OperationsSchedule>") - xml.find("<OperationsRequest>"));
  const auto result = Send(xml);
  EXPECT_EQ(result.kind, Kind::kRefused);
  EXPECT_TRUE(Names(result, "NO_ORDER")) << ToJson(result.findings);
}

TEST_F(Documents, RefusedDocument_MayComeAgainMended_UnderItsBodId) {
  const std::string good = Order("Process");
  std::string bad = good;
  Swap(bad, ">104.5<", ">104,5<");
  EXPECT_EQ(Send(bad).kind, Kind::kRefused);
  EXPECT_EQ(Send(good).kind, Kind::kReceived);
  EXPECT_EQ(Send(bad).kind, Kind::kConflict);  // now the BODID is taken
}

TEST_F(Documents, AnswerThatComesInAsARequest_IsRefused) { EXPECT_TRUE(Names(Send(Order("Show")), "WRONG_DIRECTION")); }

TEST_F(Documents, MessageForAnotherSiteOrReceiver_IsRefused) {
  const auto scope = [](const char* site) {
    return std::pair<std::string, std::string>{
        "<Priority>", std::string("<HierarchyScope><EquipmentID>") + site +
                          "</EquipmentID><EquipmentLevel>Site</EquipmentLevel></HierarchyScope>"
                          "<Priority>"};
  };
  const auto foreign = Send(Order("Process", {scope("MUC")}));
  EXPECT_EQ(foreign.kind, Kind::kRefused);
  EXPECT_EQ(Items().back().reason_code, "WRONG_SITE");
  EXPECT_EQ(Send(Order("Process", {scope("LEI")})).kind, Kind::kReceived);
  EXPECT_TRUE(
      Names(Send(Order("Process", {{"</Sender>", "</Sender><Receiver><LogicalID>MES-MUC</LogicalID></Receiver>"}})),
            "WRONG_RECEIVER"));
}

TEST_F(Documents, NameTheContractTheyWereDecidedUnder_AndTraceSaysIt) {
  Send(Order("Process"));
  const auto stamp = StampOf(*contracts_.Find("LEI"));
  EXPECT_EQ(stamp, "1 " + contracts_.Find("LEI")->hash.substr(0, 12));
  EXPECT_EQ(ledger_->DocumentById(Items().at(0).document_id)->document.contract, stamp);
  Config config;
  config.order = "1004711";
  std::ostringstream text, json;
  EXPECT_EQ(TraceOrder(*ledger_, contracts_, config, text), 0);
  EXPECT_NE(text.str().find("decided under contract " + stamp), std::string::npos) << text.str();
  config.format = "json";
  EXPECT_EQ(TraceOrder(*ledger_, contracts_, config, json), 0);
  EXPECT_NE(json.str().find("\"contract\":\"" + stamp + "\""), std::string::npos) << json.str();
}

}  // namespace
}  // namespace isa95::adapter
