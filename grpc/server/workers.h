// Threads for calls that wait for a synced commit. gRPC serves all its callbacks with half as many threads as
// there are cores; a handful of waiting reports would hold up every stream. Bounded: what does not find room is
// refused, before memory is. Threads: safe.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace isa95::server {

struct WorkersOptions {
  size_t threads = 16;  // that many reports share one commit
  size_t max_jobs = 1'024;
  size_t max_bytes = 64u << 20;  // of the messages that wait; one always finds room where none waits
};

class Workers {
 public:
  explicit Workers(const WorkersOptions& options);
  ~Workers();  // after all that waits is done

  // False: no room now. `bytes`: what the job keeps in memory while it waits.
  bool Post(size_t bytes, std::function<void()> job);

 private:
  struct Waiting {
    size_t bytes = 0;
    std::function<void()> job;
  };
  void Run();

  const WorkersOptions options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> waiting_;
  size_t bytes_ = 0;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace isa95::server
