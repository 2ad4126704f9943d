// Tells that the adapter lives only when it has just been seen to: a process whose ports no longer answer is not alive,
// whatever its threads do. Threads: one of its own, which calls both functions. Ownership: of the thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/status.h"

namespace isa95::adapter::ops {

class Watchdog {
 public:
  // `limit`: how long may pass without a word. `look` takes a third of it at most; it is called three times as often.
  Watchdog(std::chrono::microseconds limit, std::function<absl::Status()> look, std::function<void()> alive);
  ~Watchdog();  // after a look under way

 private:
  void Run();

  const std::chrono::microseconds pause_;
  const std::function<absl::Status()> look_;
  const std::function<void()> alive_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace isa95::adapter::ops
