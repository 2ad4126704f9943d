// What the unary fetches of orders and of feedback have in common: take what is new after a cursor, or wait for the
// first one, at most as long as was asked for. Threads: pumped by the pump alone. Ownership: held by the pump until it
// has answered; borrows context and reactor, which gRPC keeps until then.
#pragma once

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/duration.pb.h"
#include "grpc/server/exchange_handler.h"
#include "grpc/server/fetch_limits.h"
#include "grpc/server/pump.h"
#include "grpc/server/rpc_status.h"

namespace isa95::server {

template <typename Item>
class CursorFetch : public Task {
 public:
  CursorFetch(Pump& pump, const google::protobuf::Duration& wait, const grpc::CallbackServerContext& context,
              grpc::ServerUnaryReactor& reactor)
      : pump_(pump),
        context_(context),
        reactor_(reactor),
        until_(std::chrono::steady_clock::now() + std::chrono::seconds(wait.seconds()) +
               std::chrono::nanoseconds(wait.nanos())) {
    // Nobody is there any more to be answered after the client's own deadline.
    const auto left = context.deadline() - std::chrono::system_clock::now();
    if (left < std::chrono::seconds(kMaxWaitSeconds))
      until_ = std::min(until_, std::chrono::steady_clock::now() + left);
  }

  static void Begin(std::shared_ptr<CursorFetch> fetch) {
    auto* task = fetch.get();
    fetch->subscription_ = fetch->Subscribe([task] { task->pump_.Wake(task); });
    auto& pump = fetch->pump_;
    pump.Add(std::move(fetch));
  }

  bool PumpNow() override {
    if (auto late = TooLate(context_); !late.ok()) return End(late);
    auto taken = Take();
    if (!taken.ok()) return End(ToGrpc(taken.status()));
    if (taken->empty() && !stopping_ && std::chrono::steady_clock::now() < until_) return true;
    Answer(*std::move(taken));
    return End(grpc::Status::OK);
  }
  SteadyTime Deadline() const override { return until_; }
  void Stop() override { stopping_ = true; }

 protected:
  virtual std::unique_ptr<ExchangeHandler::Subscription> Subscribe(std::function<void()> wake) = 0;
  virtual absl::StatusOr<std::vector<Item>> Take() = 0;
  virtual void Answer(std::vector<Item>&& taken) = 0;

 private:
  bool End(const grpc::Status& status) {
    subscription_.reset();
    reactor_.Finish(status);
    return false;
  }

  Pump& pump_;
  const grpc::CallbackServerContext& context_;
  grpc::ServerUnaryReactor& reactor_;
  SteadyTime until_;
  std::atomic<bool> stopping_{false};
  std::unique_ptr<ExchangeHandler::Subscription> subscription_;
};

}  // namespace isa95::server
