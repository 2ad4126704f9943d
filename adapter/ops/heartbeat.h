// Calls a URL as long as the adapter takes work, so that a monitor elsewhere notices when it no longer does: dead, cut
// off, or not ready. Threads: one of its own. Ownership: borrows health. Errors: in the log when they begin and when
// they end, without the URL: it may hold a secret.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "adapter/ops/health.h"

namespace isa95::adapter::ops {

class Heartbeat {
 public:
  Heartbeat(const Health& health, std::string url, std::chrono::milliseconds every);
  ~Heartbeat();
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

 private:
  void Run();
  void Beat();

  const Health& health_;
  const std::string url_;
  const std::chrono::milliseconds every_;
  bool failing_ = false;  // of the thread
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace isa95::adapter::ops
