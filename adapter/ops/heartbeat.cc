#include "adapter/ops/heartbeat.h"

#include <spdlog/spdlog.h>

#include "b2mml/http/client.h"
#include "grpc/model/text.h"

namespace isa95::adapter::ops {
namespace {
constexpr uint32_t kLimitMs = 5'000;
}  // namespace

Heartbeat::Heartbeat(const Health& health, std::string url, std::chrono::milliseconds every)
    : health_(health), url_(std::move(url)), every_(every), thread_([this] { Run(); }) {}

Heartbeat::~Heartbeat() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Heartbeat::Run() {
  std::unique_lock lock(mutex_);
  do {
    lock.unlock();
    if (health_.NotReady().empty()) Beat();
    lock.lock();
  } while (!changed_.wait_for(lock, every_, [this] { return stopping_; }));
}

void Heartbeat::Beat() {
  const auto answer = http::Get(url_, kLimitMs);
  const bool failed = !answer.ok() || answer->status / 100 != 2;
  if (failed && !failing_)
    spdlog::warn("heartbeat: the monitor does not take it: {}",
                 answer.ok() ? Cat("HTTP ", answer->status) : Words(answer.status()));
  if (!failed && failing_) spdlog::info("heartbeat: the monitor takes it again");
  failing_ = failed;
}

}  // namespace isa95::adapter::ops
