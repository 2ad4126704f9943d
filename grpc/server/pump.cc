#include "grpc/server/pump.h"

#include <algorithm>

namespace isa95::server {

Pump::~Pump() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Pump::Add(std::shared_ptr<Task> task) {
  {
    std::lock_guard lock(mutex_);
    if (stopping_) task->Stop();
    awake_.insert(task.get());
    tasks_.push_back(std::move(task));
  }
  changed_.notify_all();
}

void Pump::Wake(Task* task) {
  {
    std::lock_guard lock(mutex_);
    awake_.insert(task);
  }
  changed_.notify_all();
}

void Pump::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const auto& task : tasks_) {
      task->Stop();
      awake_.insert(task.get());
    }
  }
  changed_.notify_all();
}

void Pump::Run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    SteadyTime next = std::chrono::steady_clock::now() + std::chrono::seconds(1);
    for (const auto& task : tasks_) next = std::min(next, task->Deadline());
    changed_.wait_until(lock, next, [this] { return ending_ || !awake_.empty(); });
    const auto now = std::chrono::steady_clock::now();
    std::list<std::shared_ptr<Task>> due;
    for (const auto& task : tasks_) {
      if (awake_.contains(task.get()) || task->Deadline() <= now) due.push_back(task);
    }
    awake_.clear();
    lock.unlock();
    due.remove_if([](const auto& task) { return task->PumpNow(); });  // what is left is finished
    lock.lock();
    for (const auto& task : due) tasks_.remove(task);
  }
}

}  // namespace isa95::server
