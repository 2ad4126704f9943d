#include "grpc/server/workers.h"

namespace isa95::server {

Room::~Room() {
  std::unique_lock lock(mutex_);
  left_.wait(lock, [this] { return calls_ == 0; });
}

bool Room::Enter(size_t bytes) {
  std::lock_guard lock(mutex_);
  if (calls_ > 0 && (calls_ >= max_calls_ || bytes_ + bytes > max_bytes_)) return false;
  ++calls_;
  bytes_ += bytes;
  return true;
}

void Room::Leave(size_t bytes) {
  std::lock_guard lock(mutex_);
  --calls_;
  bytes_ -= bytes;
  if (calls_ == 0) left_.notify_all();
}

Workers::Workers(const WorkersOptions& options) : options_(options) {
  for (size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { Run(); });
}

Workers::~Workers() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
}

bool Workers::Post(size_t bytes, std::function<void()> job) {
  {
    std::lock_guard lock(mutex_);
    if (waiting_.size() >= options_.max_jobs) return false;
    if (!waiting_.empty() && bytes_ + bytes > options_.max_bytes) return false;
    bytes_ += bytes;
    waiting_.push_back({bytes, std::move(job)});
  }
  changed_.notify_one();
  return true;
}

void Workers::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    bytes_ -= next.bytes;
    lock.unlock();
    next.job();
    next.job = nullptr;  // what it holds is let go before the lock is held
    lock.lock();
  }
}

void Swarm::Post(std::function<void()> job) {
  {
    std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(job));
    if (running_) return;
    running_ = true;
  }
  if (!workers_.Post(0, [this] { Run(); })) Run();
}

void Swarm::Run() {
  std::vector<std::function<void()>> jobs;
  for (;;) {
    jobs.clear();
    {
      std::lock_guard lock(mutex_);
      jobs.swap(waiting_);
      running_ = !jobs.empty();
    }
    if (jobs.empty()) return;
    for (const auto& job : jobs) job();
  }
}

}  // namespace isa95::server
