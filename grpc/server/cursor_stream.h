// What the streams of orders and of feedback have in common: take what is new after a cursor, write it, wait to be
// woken. Threads: Take and Put run on the pump's thread and under the stream's lock; the rest is gRPC's. Ownership: a
// stream owns itself until gRPC is done with it; the pump may hold it a little longer.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/status/statusor.h"
#include "grpc/server/exchange_handler.h"
#include "grpc/server/pump.h"
#include "grpc/server/rpc_status.h"

namespace isa95::server {

template <typename Item, typename Response>
class CursorStream : public grpc::ServerWriteReactor<Response>,
                     public Task,
                     public std::enable_shared_from_this<CursorStream<Item, Response>> {
 public:
  explicit CursorStream(Pump& pump) : pump_(pump) {}

  void Begin() {
    self_ = this->shared_from_this();
    subscription_ = Subscribe([this] { pump_.Wake(this); });
    pump_.Add(self_);
  }

  // Asks the handler only when all that was taken before is written: a slow reader holds up itself alone, and the
  // queue is never longer than one Take.
  bool PumpNow() override {
    {
      std::lock_guard lock(mutex_);
      if (finished_) return false;
      if (stopping_ && !writing_) return Finished(Stopping()), false;
      if (!queue_.empty() || writing_) return true;
    }
    auto taken = Take();
    std::lock_guard lock(mutex_);
    if (finished_) return false;
    if (!taken.ok()) return Finished(ToGrpc(taken.status())), false;
    for (auto& item : *taken) queue_.push_back(std::move(item));
    WriteNext();
    return true;
  }
  void Stop() override { stopping_ = true; }

  void OnWriteDone(bool ok) override {
    bool drained = false;
    {
      std::lock_guard lock(mutex_);
      writing_ = false;
      if (finished_) return;
      if (!ok || cancelled_) return Finished(grpc::Status::CANCELLED);
      if (stopping_) return Finished(Stopping());
      WriteNext();
      drained = !writing_;
    }
    if (drained) pump_.Wake(this);
  }

  void OnCancel() override {
    std::lock_guard lock(mutex_);
    cancelled_ = true;
    if (!writing_ && !finished_) Finished(grpc::Status::CANCELLED);
  }

  // Ends the subscription before the object can go; a last pump may still hold it.
  void OnDone() override {
    subscription_.reset();
    pump_.Wake(this);
    self_.reset();
  }

 protected:
  virtual std::unique_ptr<ExchangeHandler::Subscription> Subscribe(std::function<void()> wake) = 0;
  virtual absl::StatusOr<std::vector<Item>> Take() = 0;
  virtual void Put(Item&& item, Response& response) = 0;

 private:
  void Finished(const grpc::Status& status) {
    finished_ = true;
    this->Finish(status);
  }
  void WriteNext() {
    if (queue_.empty()) return;
    Put(std::move(queue_.front()), response_);
    queue_.pop_front();
    writing_ = true;
    this->StartWrite(&response_);
  }

  Pump& pump_;
  std::unique_ptr<ExchangeHandler::Subscription> subscription_;
  std::shared_ptr<CursorStream> self_;
  std::atomic<bool> stopping_{false};

  std::mutex mutex_;
  std::deque<Item> queue_;
  Response response_;
  bool writing_ = false, finished_ = false, cancelled_ = false;
};

}  // namespace isa95::server
