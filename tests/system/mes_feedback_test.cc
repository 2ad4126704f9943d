// A MES that speaks B2MML, of the test's own, hears what became of its reports.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <thread>

#include "adapter/ledger/report_ledger.h"
#include "b2mml/bod.h"
#include "b2mml/http/client.h"
#include "b2mml/http/server.h"
#include "b2mml/translate.h"
#include "simulators/mes_sim/performance_document.h"
#include "tests/system/plant.h"
#include "tests/system/way_back.h"

namespace isa95::test {
namespace {

using flow::v1::CONFIRMATION_TYPE_CODE_PARTIAL;

struct Heard {
  std::string bod_id, original, action, report, document;
};

Heard HeardIn(const flow::v1::Document& document) {
  const auto& verb = document.verb();
  Heard heard{document.application_area().bod_id().value(), verb.original_application_area().bod_id().value(), "", "",
              ""};
  heard.action = verb.criteria(0).expression(0).action_code();
  if (document.performance_size() == 0) return heard;
  const auto& segment = document.performance(0).response(0).segment(0);
  heard.report = segment.id().value();
  if (segment.data_size() > 0) heard.document = segment.data(0).value(0).value().value();
  return heard;
}

// Accepts each order, and keeps each feedback that comes.
class B2mmlMes {
 public:
  B2mmlMes() {
    http::ServerOptions options;
    options.address = "127.0.0.1:0";
    server_ =
        *http::Server::Start(options, [this](http::Request request, http::Reply reply) { reply(Take(request.body)); });
  }
  std::string Url() const { return "http://127.0.0.1:" + std::to_string(server_->port()) + "/"; }

  // What it answers to feedback from now on.
  void Says(unsigned status) {
    std::lock_guard lock(mutex_);
    status_ = status;
  }
  std::vector<Heard> All() {
    std::lock_guard lock(mutex_);
    return heard_;
  }
  std::vector<Heard> Await(size_t count, int timeout_ms = 20'000) {
    for (int waited = 0; waited < timeout_ms && All().size() < count; waited += 20)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return All();
  }

 private:
  http::Response Take(const std::string& xml) {
    const auto parsed = b2mml::ParseDocument(xml, versions_, {});
    if (!parsed->shape_ok) return {400, "", "", 0};
    const auto& document = parsed->document;
    std::lock_guard lock(mutex_);
    if (document.noun() == flow::v1::NOUN_CODE_SCHEDULE) return {200, "application/xml", Accepted(document), 0};
    heard_.push_back(HeardIn(document));
    return {status_, "", "", 0};
  }
  std::string Accepted(const flow::v1::Document& request) {
    const auto& area = request.application_area();
    const auto& schedule = request.schedule(0);
    const auto& version = *versions_.by_name(request.b2mml_version());
    const b2mml::AnswerHeader header{"mes-" + area.bod_id().value(), "MES-GRZ", area.creation_date_time()};
    return b2mml::WriteDocument(b2mml::MakeAnswer(flow::v1::VERB_CODE_ACKNOWLEDGE, area, schedule, {&schedule.order(0)},
                                                  {"Accepted", "", "", ""}, header, version),
                                version)
        .xml;
  }

  b2mml::XmlRuntime runtime_;
  b2mml::Versions versions_ = *b2mml::Versions::BuiltIn();
  std::mutex mutex_;
  unsigned status_ = 202;
  std::vector<Heard> heard_;
  std::unique_ptr<http::Server> server_;
};

// The report's document has a BODID that is not the report's id.
std::string ReportXml(const std::string& id, uint64_t sequence, const std::string& order) {
  const auto versions = b2mml::Versions::BuiltIn();
  auto document =
      mes_sim::MakePerformance(Confirmation(id, order, sequence, CONFIRMATION_TYPE_CODE_PARTIAL, "100"), "MES-GRZ", "");
  document.set_b2mml_version("V0701");
  document.set_release_id("0701");
  document.mutable_application_area()->mutable_bod_id()->set_value("bod-of-" + id);
  return b2mml::WriteDocument(document, *versions->by_name("V0701")).xml;
}

void Report(const WayBack& plant, const std::string& id, uint64_t sequence, const std::string& order = "4711") {
  const auto posted = http::Post(plant.Url() + "/mes", "application/xml", ReportXml(id, sequence, order), 10'000);
  ASSERT_TRUE(posted.ok()) << plant.Log();
  ASSERT_LT(posted->status, 300u) << posted->body << plant.Log();
}

std::string Named(const Heard& heard) { return heard.report + " " + heard.action + " " + heard.original; }

class MesFeedbackTest : public ::testing::Test {
 protected:
  // Longer than the adapter waits for news.
  void ExpectNothingMore(size_t count) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1'200));
    EXPECT_EQ(mes_.All().size(), count);
  }

  B2mmlMes mes_;
  WayBack plant_{SiteFile("site-b2mml-mes.yaml"), {}, "GRZ", {"--mes-url", "GRZ=" + mes_.Url()}};
};

TEST_F(MesFeedbackTest, HearsUnderWhichDocumentItIsPosted_AndWhatIsParked_OnceEach) {
  ASSERT_EQ(plant_.Release("4711", "wait=10"), 200u) << plant_.Log();
  Report(plant_, "C-1", 1);
  const auto heard = mes_.Await(1);
  ASSERT_EQ(heard.size(), 1u) << plant_.Log();
  EXPECT_EQ(Named(heard[0]), "C-1 Accepted bod-of-C-1");
  EXPECT_EQ(heard[0].document, plant_.Books().at("C-1").document);
  EXPECT_FALSE(heard[0].document.empty());
  Report(plant_, "X-1", 1, "no-such-order");
  ASSERT_EQ(mes_.Await(2).size(), 2u) << plant_.Log();
  EXPECT_EQ(Named(mes_.All()[1]), "X-1 Rejected bod-of-X-1");
  EXPECT_EQ(plant_.StopAdapter(), 0);
  plant_.StartAdapter();
  ExpectNothingMore(2);
}

TEST_F(MesFeedbackTest, BusyMesIsToldAgain_UnderTheSameBodId_AndOrdersDoNotWait) {
  ASSERT_EQ(plant_.Release("4711", "wait=10"), 200u) << plant_.Log();
  mes_.Says(503);
  Report(plant_, "C-1", 1);
  ASSERT_GE(mes_.Await(2).size(), 2u) << plant_.Log();
  EXPECT_EQ(plant_.Release("4712", "wait=10"), 200u) << plant_.Log();
  mes_.Says(202);
  const size_t so_far = mes_.All().size();
  const auto heard = mes_.Await(so_far + 1);
  for (const auto& each : heard) EXPECT_EQ(each.bod_id, heard[0].bod_id);
  ExpectNothingMore(so_far + 1);
}

TEST_F(MesFeedbackTest, WhatTheMesRefuses_IsNotToldAgain_AndTheNextOnesAre) {
  ASSERT_EQ(plant_.Release("4711", "wait=10"), 200u) << plant_.Log();
  mes_.Says(400);
  Report(plant_, "C-1", 1);
  ASSERT_EQ(mes_.Await(1).size(), 1u) << plant_.Log();
  mes_.Says(202);
  Report(plant_, "C-2", 2);
  ASSERT_EQ(mes_.Await(2).size(), 2u) << plant_.Log();
  EXPECT_EQ(mes_.All()[1].report, "C-2");
  EXPECT_NE(plant_.Log().find("it is not told again"), std::string::npos);
}

TEST_F(MesFeedbackTest, KilledBeforeItWasHeard_NothingIsLost_AndAllComesInOrder) {
  ASSERT_EQ(plant_.Release("4711", "wait=10"), 200u) << plant_.Log();
  mes_.Says(503);
  for (int i = 1; i <= 5; ++i) Report(plant_, "C-" + std::to_string(i), static_cast<uint64_t>(i));
  plant_.AwaitFeedback("C-5", exchange::v1::FEEDBACK_OUTCOME_POSTED);
  ASSERT_GE(mes_.Await(1).size(), 1u);
  plant_.KillAdapter();
  const auto before = mes_.All();
  mes_.Says(202);
  plant_.StartAdapter();
  const auto heard = mes_.Await(before.size() + 5);
  ASSERT_EQ(heard.size(), before.size() + 5) << plant_.Log();
  EXPECT_EQ(heard[before.size()].bod_id, before[0].bod_id);
  for (size_t i = 0; i < 5; ++i) EXPECT_EQ(heard[before.size() + i].report, "C-" + std::to_string(i + 1));
  plant_.KillAdapter();
  plant_.StartAdapter();
  ExpectNothingMore(before.size() + 5);
}

// By folder, in each file one; told once though the adapter is started again.
TEST(MesFeedbackByFolder, IsAFileEach) {
  TempDir dir;
  std::string contract = ReadAll(SiteFile("site-b2mml-mes.yaml"));
  contract.replace(contract.find("port: b2mml-http"), 16, "port: b2mml-folder");
  std::ofstream(dir / "site.yaml") << contract;
  WayBack plant(dir / "site.yaml", {}, "GRZ", {"--folder", dir / "plants"});
  std::ofstream(dir / "plants/GRZ/mes/in/x.tmp") << ReportXml("X-1", 1, "no-such-order");
  std::filesystem::rename(dir / "plants/GRZ/mes/in/x.tmp", dir / "plants/GRZ/mes/in/x.xml");
  const std::string out = dir / "plants/GRZ/mes/out/";
  const std::string file = out + "feedback-000000000001.xml";
  for (int i = 0; i < 200 && !std::filesystem::exists(file); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const auto versions = b2mml::Versions::BuiltIn();
  const auto parsed = b2mml::ParseDocument(ReadAll(file), *versions, {});
  ASSERT_TRUE(parsed->shape_ok) << plant.Log();
  EXPECT_EQ(Named(HeardIn(parsed->document)), "X-1 Rejected bod-of-X-1");
  std::filesystem::remove(file);
  EXPECT_EQ(plant.StopAdapter(), 0);
  plant.StartAdapter();
  std::this_thread::sleep_for(std::chrono::milliseconds(1'200));
  EXPECT_FALSE(std::filesystem::exists(file));
}

// What is no business of the interface leaves nothing in the ledger but its count, by noun; so does a stranger's site.
TEST_F(MesFeedbackTest, ForeignDocuments_AreRefusedAndCountedByNoun_AndTheNextReportPasses) {
  ASSERT_EQ(plant_.Release("4711", "wait=10"), 200u) << plant_.Log();
  const auto alert = [](const std::string& noun) {
    return "<Sync" + noun + " xmlns=\"http://www.mesa.org/xml/B2MML\" releaseID=\"0701\"/>";
  };
  for (const char* noun : {"WorkAlert", "WorkAlert", "EquipmentInformation"}) {
    const auto posted = http::Post(plant_.Url() + "/mes", "application/xml", alert(noun), 10'000);
    ASSERT_TRUE(posted.ok());
    EXPECT_EQ(posted->status, 422u) << posted->body;
    EXPECT_NE(posted->body.find("NOT_BUSINESS_RELEVANT"), std::string::npos) << posted->body;
  }
  auto stranger = plant_.Url();
  stranger.replace(stranger.rfind('/'), std::string::npos, "/NOWHERE/mes");
  EXPECT_EQ(http::Post(stranger, "application/xml", alert("WorkAlert"), 10'000)->status, 404u);
  Report(plant_, "C-1", 1);
  ASSERT_EQ(mes_.Await(1).size(), 1u) << plant_.Log();
  EXPECT_EQ(plant_.StopAdapter(), 0);
  const auto ledger = *ledger::OpenSqlite(plant_.ledger(), true);
  std::map<std::string, uint64_t> counted;
  const auto refusals = *ledger->Refusals("");
  for (const auto& one : refusals) counted[one.site + " " + one.code + " " + one.what] = one.count;
  const std::map<std::string, uint64_t> wanted{{"GRZ NOT_BUSINESS_RELEVANT SyncWorkAlert", 2},
                                               {"GRZ NOT_BUSINESS_RELEVANT SyncEquipmentInformation", 1},
                                               {"(none) SITE_UNKNOWN document for NOWHERE", 1}};
  EXPECT_EQ(counted, wanted);
  EXPECT_EQ(ledger->CountReports("")->received, 1u);
}

}  // namespace
}  // namespace isa95::test
