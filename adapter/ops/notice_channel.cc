#include "adapter/ops/notice_channel.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>

#include "adapter/ids.h"
#include "adapter/ops/command_hook.h"
#include "adapter/ops/notice.h"
#include "b2mml/http/client.h"
#include "grpc/model/text.h"

namespace isa95::adapter::ops {
namespace {

constexpr auto kTick = std::chrono::seconds(1);
constexpr auto kCommandLimit = std::chrono::seconds(30);
constexpr uint32_t kPostLimitMs = 5'000;
constexpr uint32_t kBatch = 16;
constexpr int64_t kMaxBackOffMs = 300'000;

}  // namespace

int64_t NoticeBackOffMs(uint32_t tries) {
  return std::min<int64_t>(kMaxBackOffMs, int64_t{1'000} << std::min(tries, 12u));
}

NoticeChannel::NoticeChannel(std::string name, ledger::WatchLedger& ledger, Deliver deliver)
    : name_(std::move(name)), ledger_(ledger), deliver_(std::move(deliver)), thread_([this] { Run(); }) {}

NoticeChannel::~NoticeChannel() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void NoticeChannel::Nudge() {
  {
    std::lock_guard lock(mutex_);
    nudged_ = true;
  }
  changed_.notify_all();
}

bool NoticeChannel::Stopping() {
  std::lock_guard lock(mutex_);
  return stopping_;
}

void NoticeChannel::Run() {
  for (;;) {
    if (const auto status = DeliverDue(); !status.ok()) spdlog::error("{}: {}", name_, status.ToString());
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kTick, [this] { return stopping_ || nudged_; });
    if (stopping_) return;
    nudged_ = false;
  }
}

absl::Status NoticeChannel::DeliverDue() {
  const auto due = ledger_.NoticesDue(name_, NowMillis(), kBatch);
  if (!due.ok()) return due.status();
  for (const auto& owed : *due) {
    if (Stopping()) return absl::OkStatus();
    const auto delivered = deliver_(owed, [this] { return Stopping(); });
    if (Stopping() && !delivered.ok()) return absl::OkStatus();  // that was no fair try
    const int64_t again = delivered.ok() ? 0 : NowMillis() + NoticeBackOffMs(owed.tries);
    if (!delivered.ok())
      spdlog::warn("{}: notice {} is not delivered and is tried again: {}", name_, owed.id, Words(delivered));
    if (auto kept = ledger_.NoticeTried(owed.id, name_, again); !kept.ok()) return kept;
  }
  return absl::OkStatus();
}

NoticeChannel::Deliver ByWebhook(std::string url) {
  return [url = std::move(url)](const ledger::OwedNotice& owed, const std::function<bool()>&) -> absl::Status {
    const auto answer = http::Post(url, "application/json", JsonOf(owed.id, owed.notice.json), kPostLimitMs);
    if (!answer.ok()) return answer.status();
    if (answer->status / 100 == 2) return absl::OkStatus();
    return absl::UnavailableError(Cat("it answered HTTP ", answer->status));
  };
}

NoticeChannel::Deliver ByCommand(std::string program) {
  return [program = std::move(program)](const ledger::OwedNotice& owed, const std::function<bool()>& stop) {
    return RunHook(program, JsonOf(owed.id, owed.notice.json) + "\n", kCommandLimit, stop);
  };
}

}  // namespace isa95::adapter::ops
