#include "adapter/ops/watchdog.h"

#include <spdlog/spdlog.h>

namespace isa95::adapter::ops {

Watchdog::Watchdog(std::chrono::microseconds limit, std::function<absl::Status()> look, std::function<void()> alive)
    : pause_(limit / 6), look_(std::move(look)), alive_(std::move(alive)), thread_([this] { Run(); }) {}

Watchdog::~Watchdog() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

// A sixth of pause and a third of looking: a word comes within half of the limit.
void Watchdog::Run() {
  std::unique_lock lock(mutex_);
  do {
    lock.unlock();
    const auto seen = look_();
    if (seen.ok())
      alive_();
    else
      spdlog::error("watchdog: {}; unless this passes, systemd starts the adapter anew", seen.ToString());
    lock.lock();
  } while (!changed_.wait_for(lock, pause_, [this] { return stopping_; }));
}

}  // namespace isa95::adapter::ops
