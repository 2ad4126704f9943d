// Channels that deliver notices, and the heartbeat: against a real listener on loopback.
#include "adapter/ops/notice_channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <thread>

#include "adapter/ledger/report_ledger.h"
#include "adapter/ops/heartbeat.h"
#include "b2mml/http/server.h"
#include "tests/system/process.h"

namespace isa95::adapter::ops {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

// Answers what it is told to, and remembers what it got.
class Listener {
 public:
  Listener() {
    http::ServerOptions options;
    options.address = "127.0.0.1:0";
    server_ = *http::Server::Start(options, [this](http::Request request, http::Reply reply) {
      unsigned status = 204;
      {
        std::lock_guard lock(mutex_);
        got_.push_back(request.method + " " + request.body);
        if (got_.size() <= fail_) status = 503;
      }
      changed_.notify_all();
      reply({status, "", "", 0});
    });
  }
  ~Listener() { server_->Stop(1'000); }
  void FailFirst(size_t count) { fail_ = count; }
  std::string Url() const { return "http://127.0.0.1:" + std::to_string(server_->port()) + "/n"; }
  std::vector<std::string> Await(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(20), [&] { return got_.size() >= count; });
    return got_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> got_;
  std::atomic<size_t> fail_{0};
  std::unique_ptr<http::Server> server_;
};

class NoticeChannelTest : public testing::Test {
 protected:
  void Owe(const std::string& cause) {
    ledger::AlarmChange change;
    change.alarms.push_back({"LEI", "f", cause, 1, 2, 3, 0, 0});
    change.notices.push_back({"LEI", "f", cause, false, 1, "\"cause\":\"" + cause + "\"", "text"});
    ASSERT_TRUE(ledger_->ChangeAlarms(change, {"webhook"}).ok());
  }
  // Until nothing is owed.
  bool AllDelivered() {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < until) {
      if (*ledger_->NoticesOwed("webhook") == 0) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
  test::TempDir dir_;
  std::unique_ptr<ledger::Ledgers> ledger_ = *ledger::OpenSqlite(dir_ / "ledger.db");
  Listener listener_;
};

TEST_F(NoticeChannelTest, PostsEachOnce_InTheirOrder) {
  Owe("PARKED");
  Owe("SILENT");
  NoticeChannel channel("webhook", *ledger_, ByWebhook(listener_.Url()));
  EXPECT_TRUE(AllDelivered());
  EXPECT_THAT(listener_.Await(2),
              ElementsAre("POST {\"id\":1,\"cause\":\"PARKED\"}", "POST {\"id\":2,\"cause\":\"SILENT\"}"));
}

TEST_F(NoticeChannelTest, TriesAgainUnderTheSameId_WhenItIsNotTaken_AndTheNextOneDoesNotWaitForIt) {
  listener_.FailFirst(1);
  Owe("PARKED");
  Owe("SILENT");
  NoticeChannel channel("webhook", *ledger_, ByWebhook(listener_.Url()));
  EXPECT_TRUE(AllDelivered());
  EXPECT_THAT(listener_.Await(3), ElementsAre(HasSubstr("\"id\":1"), HasSubstr("\"id\":2"), HasSubstr("\"id\":1")));
}

TEST_F(NoticeChannelTest, IsToldByANudge_AndEndsAtOnce_WhileItsDeliveryWaits) {
  std::atomic<bool> waits = false;
  {
    NoticeChannel channel("webhook", *ledger_, [&](const auto&, const auto& stop) {
      waits = true;
      while (!stop()) std::this_thread::yield();
      return absl::UnavailableError("stopped");
    });
    Owe("PARKED");
    channel.Nudge();
    while (!waits) std::this_thread::yield();
  }
  EXPECT_EQ(ledger_->NoticesDue("webhook", 1, 10)->at(0).tries, 0u);
}

TEST(NoticeBackOff, DoublesUpToFiveMinutes) {
  EXPECT_EQ(NoticeBackOffMs(0), 1'000);
  EXPECT_EQ(NoticeBackOffMs(3), 8'000);
  EXPECT_EQ(NoticeBackOffMs(1'000), 300'000);
}

TEST(HeartbeatTest, BeatsOnlyWhileTheAdapterTakesWork) {
  Listener monitor;
  std::atomic<int> asked = 0;
  std::atomic<bool> broken = true;
  Health health([&] {
    ++asked;
    return broken ? absl::AbortedError("the disk is full") : absl::OkStatus();
  });
  health.Ready();
  Heartbeat heartbeat(health, monitor.Url(), std::chrono::milliseconds(1));
  while (asked < 20) std::this_thread::yield();
  EXPECT_TRUE(monitor.Await(0).empty());
  broken = false;
  EXPECT_THAT(monitor.Await(3).at(2), StartsWith("GET"));
}

}  // namespace
}  // namespace isa95::adapter::ops
