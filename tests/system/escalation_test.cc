// Owners are told, by the real daemon, over a real webhook and a real hook: at once, by the ladder, again, and the end
// once; a restart neither tells twice nor forgets. The spans are short ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <sstream>
#include <thread>

#include "adapter/ledger/report_ledger.h"
#include "b2mml/http/client.h"
#include "tests/system/plant.h"
#include "tests/system/way_back.h"

namespace isa95::test {
namespace {

using namespace exchange::v1;
using testing::HasSubstr;

constexpr auto kLong = std::chrono::seconds(30);

// Whom the adapter tells.
class Listener {
 public:
  Listener() {
    http::ServerOptions options;
    options.address = "127.0.0.1:0";
    server_ = *http::Server::Start(options, [this](http::Request request, http::Reply reply) {
      {
        std::lock_guard lock(mutex_);
        got_.push_back(request.body);
      }
      changed_.notify_all();
      reply({200, "", "", 0});
    });
  }
  ~Listener() { server_->Stop(1'000); }
  std::string Url() const { return "http://127.0.0.1:" + std::to_string(server_->port()) + "/notices"; }
  // The first that has both, once it is there; else empty.
  std::string Await(const std::string& cause, const std::string& state) {
    std::string found;
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kLong, [&] {
      for (const auto& one : got_) {
        if (Is(one, cause, state)) return found = one, true;
      }
      return false;
    });
    return found;
  }
  bool AwaitAny(size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kLong, [&] { return got_.size() >= count; });
  }
  long Count(const std::string& cause, const std::string& state) {
    std::lock_guard lock(mutex_);
    return std::count_if(got_.begin(), got_.end(), [&](const auto& one) { return Is(one, cause, state); });
  }

 private:
  static bool Is(const std::string& notice, const std::string& cause, const std::string& state) {
    return notice.find("\"cause\":\"" + cause + "\",\"state\":\"" + state + "\"") != std::string::npos;
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> got_;
  std::unique_ptr<http::Server> server_;
};

// examples/site.yaml where nothing is watched but the flow whose owner has this contact, by these terms.
std::string Contract(const TempDir& dir, const std::string& contact, const std::string& terms) {
  std::istringstream example(ReadAll(SiteFile("site.yaml")));
  const auto file = dir / "watched.yaml";
  std::ofstream out(file);
  for (std::string line; std::getline(example, line);) {
    if (line.starts_with("    watch:") || line.starts_with("    escalation:")) continue;
    out << line << "\n";
    if (line.find("contact: " + contact) != std::string::npos) out << "    " << terms << "\n";
  }
  return file;
}

constexpr const char* kTerms =
    "escalation: [{after: 2s, to: shift lead, contact: \"desk 7\"}]\n    watch: {repeat: 2s}";

// An ERP that refuses C-1 without a word, so it is parked; what takes it back comes under its name too, and is taken.
std::optional<http::Response> RefusesC1(const flow::v1::Document&, const std::string& report, int nth) {
  return report == "C-1" && nth == 1 ? std::optional(http::Response{422, "", "", 0}) : std::nullopt;
}

Report Reversal(const std::string& id, const std::string& original) {
  Report report;
  report.set_order_sequence(2);
  auto& taken_back = *report.mutable_reversal();
  taken_back.mutable_id()->set_value(id);
  taken_back.mutable_order_id()->set_value("4711");
  taken_back.mutable_reverses_id()->set_value(original);
  taken_back.mutable_reason_code()->set_value("WRONG_UNIT");
  *taken_back.mutable_reversed_at() =
      Confirmation("x", "y", 1, flow::v1::CONFIRMATION_TYPE_CODE_FINAL, "1").confirmation().actual_end_time();
  return report;
}

void ParkC1(WayBack& plant) {
  plant.ReleaseAndAccept("4711");
  plant.Report(Confirmation("C-1", "4711", 1, flow::v1::CONFIRMATION_TYPE_CODE_PARTIAL, "200"));
}

// Nothing is open and nothing is owed: nothing more can come of it.
bool Settled(const WayBack& plant, const std::string& channel) {
  const auto ledger = *ledger::OpenSqlite(plant.ledger(), true);
  const auto until = std::chrono::steady_clock::now() + kLong;
  while (std::chrono::steady_clock::now() < until) {
    if (ledger->Alarms()->empty() && *ledger->NoticesOwed(channel) == 0) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

std::string MetricsOf(const WayBack& plant) { return http::Get(plant.Http() + "/metrics", 5'000)->body; }

TEST(EscalationSystem, ParkedReport_OwnerAtOnceWithTheNextStep_ThenTheLadder_ThenAgain_ThenTheEndOnce) {
  TempDir dir;
  Listener listener;
  WayBack plant(Contract(dir, "production@lei.example", kTerms), RefusesC1, "LEI", {"--webhook", listener.Url()});
  ParkC1(plant);
  const auto begun = listener.Await("PARKED", "begun");
  EXPECT_THAT(begun, HasSubstr("\"to\":{\"role\":\"production\",\"contact\":\"production@lei.example\"}"));
  EXPECT_THAT(begun, HasSubstr("\"first\":{\"key\":\"C-1\",\"order\":\"4711\",\"reason_code\":\"ERP_HTTP_422\""));
  EXPECT_THAT(begun, HasSubstr("\"next\":\"Read the reason. Take the report back with a reversal"));
  EXPECT_THAT(begun, HasSubstr("\"command\":\"b2mml-adapter trace --order 4711 --ledger /"));
  EXPECT_THAT(listener.Await("PARKED", "escalated"),
              HasSubstr("\"to\":{\"role\":\"shift lead\",\"contact\":\"desk 7\"}"));
  EXPECT_FALSE(listener.Await("PARKED", "repeated").empty());
  EXPECT_THAT(MetricsOf(plant), HasSubstr("isa95_escalations_open{cause=\"PARKED\",flow=\"execution_confirmation\","
                                          "level=\"1\",site=\"LEI\"} 1"));
  plant.Report(Reversal("R-1", "C-1"));
  EXPECT_THAT(listener.Await("PARKED", "over"), HasSubstr("\"next\":\"Nothing: it is over.\""));
  EXPECT_TRUE(Settled(plant, "webhook"));
  EXPECT_EQ(listener.Count("PARKED", "begun"), 1);
  EXPECT_EQ(listener.Count("PARKED", "escalated"), 1);
  EXPECT_EQ(listener.Count("PARKED", "over"), 1);
  EXPECT_EQ(plant.StopAdapter(), 0);
  EXPECT_THAT(plant.Log(), HasSubstr("\"message\":\"notice\",\"site\":\"LEI\",\"flow\":\"execution_confirmation\""));
}

TEST(EscalationSystem, AKillNeitherTellsTwice_NorForgetsTheEnd) {
  TempDir dir;
  Listener listener;
  WayBack plant(Contract(dir, "production@lei.example", kTerms), RefusesC1, "LEI", {"--webhook", listener.Url()});
  ParkC1(plant);
  ASSERT_FALSE(listener.Await("PARKED", "begun").empty());
  while (*(*ledger::OpenSqlite(plant.ledger(), true))->NoticesOwed("webhook") != 0) std::this_thread::yield();
  plant.KillAdapter();
  plant.StartAdapter();
  EXPECT_FALSE(listener.Await("PARKED", "escalated").empty());
  EXPECT_FALSE(listener.Await("PARKED", "repeated").empty());
  plant.Report(Reversal("R-1", "C-1"));
  EXPECT_EQ(plant.AwaitFeedback("R-1", FEEDBACK_OUTCOME_POSTED).outcome(), FEEDBACK_OUTCOME_POSTED);
  plant.KillAdapter();  // over, and nobody has been told
  plant.StartAdapter();
  EXPECT_FALSE(listener.Await("PARKED", "over").empty());
  EXPECT_TRUE(Settled(plant, "webhook"));
  EXPECT_EQ(listener.Count("PARKED", "begun"), 1);
  EXPECT_EQ(listener.Count("PARKED", "over"), 1);
}

TEST(EscalationSystem, SilentFlow_IsToldWithItsNextStep_AndEndsWithTheNextMessage) {
  TempDir dir;
  Listener listener;
  WayBack plant(Contract(dir, "planning@lei.example", "watch: {silent_after: 5s, repeat: 5s}"), {}, "LEI",
                {"--webhook", listener.Url()});
  const auto begun = listener.Await("SILENT", "begun");
  EXPECT_THAT(begun, HasSubstr("\"flow\":\"production_order\""));
  EXPECT_THAT(begun, HasSubstr("Ask at the ERP whether orders were to come"));
  EXPECT_EQ(listener.Count("SILENT", "over"), 0);
  EXPECT_EQ(plant.Release("4711"), 202u);
  EXPECT_FALSE(listener.Await("SILENT", "over").empty());
}

TEST(EscalationSystem, AHookGetsEachNotice_OneALine) {
  TempDir dir;
  const auto hook = dir / "hook.sh", out = dir / "told";
  std::ofstream(hook) << "#!/bin/sh\ncat >> " << out << "\n";
  chmod(hook.c_str(), 0755);
  WayBack plant(Contract(dir, "production@lei.example", kTerms), RefusesC1, "LEI", {"--notify-command", hook});
  ParkC1(plant);
  plant.AwaitFeedback("C-1", FEEDBACK_OUTCOME_PARKED);
  ASSERT_NE(AwaitNumber(out, "\"state\":\"escalated\",\"level\":", 30'000), 0);
  plant.Report(Reversal("R-1", "C-1"));
  EXPECT_NE(AwaitNumber(out, "\"state\":\"over\",\"level\":", 30'000), 0);
  EXPECT_TRUE(Settled(plant, "command"));
  std::istringstream lines(ReadAll(out));
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_THAT(line, testing::StartsWith("{\"id\":1,\"schema\":\"isa95.notice/1\""));
  EXPECT_THAT(line, HasSubstr("\"state\":\"begun\""));
}

TEST(EscalationSystem, HeartbeatBeats_WhileTheAdapterTakesWork) {
  Listener monitor;
  WayBack plant(SiteFile("site.yaml"), {}, "LEI", {"--heartbeat", monitor.Url(), "--heartbeat-every", "1s"});
  EXPECT_TRUE(monitor.AwaitAny(2));
}

}  // namespace
}  // namespace isa95::test
