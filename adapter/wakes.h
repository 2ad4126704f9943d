// Who wants to hear when something changed, per topic (a site id). Threads: safe; a waker runs on the thread that
// notifies. After a Handle's destructor returns its waker is not running: do not destroy it from inside the waker.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "grpc/server/exchange_handler.h"

namespace isa95::adapter {

class Wakes {
 public:
  using Handle = server::ExchangeHandler::Subscription;

  std::unique_ptr<Handle> Subscribe(std::string_view topic, std::function<void()> waker) {
    std::unique_lock lock(mutex_);
    const uint64_t id = ++last_id_;
    wakers_.emplace(id, Waker{std::string(topic), std::move(waker)});
    return std::make_unique<Entry>(*this, id);
  }

  void Notify(std::string_view topic) {
    std::shared_lock lock(mutex_);
    for (const auto& [id, waker] : wakers_) {
      if (waker.topic == topic) waker.call();
    }
  }

 private:
  struct Waker {
    std::string topic;
    std::function<void()> call;
  };
  class Entry : public Handle {
   public:
    Entry(Wakes& wakes, uint64_t id) : wakes_(wakes), id_(id) {}
    ~Entry() override {
      std::unique_lock lock(wakes_.mutex_);
      wakes_.wakers_.erase(id_);
    }

   private:
    Wakes& wakes_;
    uint64_t id_;
  };

  std::shared_mutex mutex_;
  uint64_t last_id_ = 0;
  std::map<uint64_t, Waker> wakers_;
};

}  // namespace isa95::adapter
