// One thread that serves whoever waits for orders or feedback, so that no gRPC thread blocks on the ledger and no waker
// does work. Threads: safe. A Task is pumped by this thread alone.
#pragma once

#include <chrono>
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

namespace isa95::server {

using SteadyTime = std::chrono::steady_clock::time_point;

class Task {
 public:
  virtual ~Task() = default;
  // Does what can be done now. False: it is finished and is forgotten.
  virtual bool PumpNow() = 0;
  virtual SteadyTime Deadline() const { return SteadyTime::max(); }  // pumped at the latest then
  // From any thread, quickly returning: end at the next pump, which follows.
  virtual void Stop() = 0;
};

class Pump {
 public:
  Pump() : thread_([this] { Run(); }) {}
  ~Pump();
  void Add(std::shared_ptr<Task> task);  // and pumps it soon
  void Wake(Task* task);                 // pumps it soon; ignored when it is not known (any more)
  void Stop();                           // stops all tasks, also those that are added later

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<std::shared_ptr<Task>> tasks_;
  std::set<Task*> awake_;
  bool stopping_ = false;  // the tasks
  bool ending_ = false;    // the thread
  std::thread thread_;
};

}  // namespace isa95::server
