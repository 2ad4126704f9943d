// Threads for calls that take a while, and the room that calls take until they are answered. gRPC serves all its
// callbacks with half as many threads as there are cores; a handful of busy calls would hold up every stream. Bounded:
// what does not find room is refused, before memory is. Threads: safe.
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
  size_t threads = 4;
  size_t max_jobs = 1'024;
  size_t max_bytes = 64u << 20;  // of the messages that wait; one always finds room where none waits
};

// Counts what is under way, wherever it waits.
class Room {
 public:
  Room(size_t max_calls, size_t max_bytes) : max_calls_(max_calls), max_bytes_(max_bytes) {}
  ~Room();  // after all have left

  // False: none now. One always finds room where no other is.
  bool Enter(size_t bytes);
  void Leave(size_t bytes);

 private:
  const size_t max_calls_, max_bytes_;
  std::mutex mutex_;
  std::condition_variable left_;
  size_t calls_ = 0, bytes_ = 0;
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

// Small jobs that come in swarms, done one after the other by one worker: to wake a thread for each would cost more
// than the jobs. Threads: safe. Ownership: borrows the workers, which
// end first.
class Swarm {
 public:
  explicit Swarm(Workers& workers) : workers_(workers) {}
  void Post(std::function<void()> job);

 private:
  void Run();

  Workers& workers_;
  std::mutex mutex_;
  std::vector<std::function<void()>> waiting_;
  bool running_ = false;
};

}  // namespace isa95::server
