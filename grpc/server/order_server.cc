#include "grpc/server/order_server.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <mutex>
#include <set>

#include "grpc/server/cursor_fetch.h"
#include "grpc/server/cursor_stream.h"
#include "isa95/exchange/v1/exchange.grpc.pb.h"

namespace isa95::server {

namespace {

using namespace exchange::v1;

constexpr size_t kMaxOutstanding = 10'000;  // undecided orders on one stream: its credit

// What a vendor got wrong in an acknowledgement, in words; empty = nothing.
std::string Fault(const AcknowledgeOrderRequest& request) {
  if (request.site().empty()) return "site is empty; send the site id of the contract";
  if (request.decision() == ORDER_DECISION_UNSPECIFIED)
    return "decision is not set; send ACCEPTED, MODIFIED or REJECTED";
  if (request.reason_text().size() > 1000) return "reason_text is longer than 1000 bytes";
  const auto& code = request.reason_code();
  const bool upper = std::all_of(code.begin(), code.end(),
                                 [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
  if (!upper || code.size() > 64) return "reason_code is not UPPER_SNAKE of at most 64 characters";
  if (request.decision() != ORDER_DECISION_ACCEPTED && code.empty())
    return "a rejection or a modification needs a reason_code, such as UNKNOWN_MATERIAL";
  if (request.decision() == ORDER_DECISION_ACCEPTED && !code.empty())
    return "an order accepted as it is has no reason_code; send MODIFIED";
  return {};
}

class Stream : public CursorStream<OrderDelivery, StreamOrdersResponse> {
 public:
  Stream(ExchangeHandler& handler, Pump& pump, const StreamOrdersRequest& request, uint32_t window)
      : CursorStream(pump), handler_(handler), site_(request.site()), cursor_(request.cursor()), window_(window) {}

  void Forget(uint64_t delivery_id) {
    std::lock_guard lock(mutex_);
    outstanding_.erase(delivery_id);
  }

 protected:
  std::unique_ptr<ExchangeHandler::Subscription> Subscribe(std::function<void()> wake) override {
    return handler_.Subscribe(site_, std::move(wake));
  }
  absl::StatusOr<std::vector<OrderDelivery>> Take() override {
    uint32_t room = 0;
    std::vector<uint64_t> exclude;
    {
      std::lock_guard lock(mutex_);
      if (outstanding_.size() >= kMaxOutstanding) return std::vector<OrderDelivery>();
      exclude.assign(outstanding_.begin(), outstanding_.end());
      room = std::min<uint32_t>(window_, static_cast<uint32_t>(kMaxOutstanding - outstanding_.size()));
    }
    auto taken = handler_.TakeOrders(site_, cursor_, room, exclude);
    if (!taken.ok()) return taken;
    std::lock_guard lock(mutex_);
    for (const auto& delivery : *taken) outstanding_.insert(delivery.delivery_id());
    return taken;
  }
  void Put(OrderDelivery&& delivery, StreamOrdersResponse& response) override {
    *response.mutable_delivery() = std::move(delivery);
  }

 private:
  ExchangeHandler& handler_;
  const std::string site_, cursor_;
  const uint32_t window_;
  std::mutex mutex_;
  std::set<uint64_t> outstanding_;
};

class Fetch : public CursorFetch<OrderDelivery> {
 public:
  Fetch(ExchangeHandler& handler, Pump& pump, const FetchOrdersRequest& request, FetchOrdersResponse& response,
        const grpc::CallbackServerContext& context, grpc::ServerUnaryReactor& reactor)
      : CursorFetch(pump, request.wait(), context, reactor),
        handler_(handler),
        request_(request),
        response_(response) {}

 protected:
  std::unique_ptr<ExchangeHandler::Subscription> Subscribe(std::function<void()> wake) override {
    return handler_.Subscribe(request_.site(), std::move(wake));
  }
  absl::StatusOr<std::vector<OrderDelivery>> Take() override {
    return handler_.TakeOrders(request_.site(), request_.cursor(),
                               request_.max_orders() == 0 ? kDefaultFetch : request_.max_orders(), {});
  }
  void Answer(std::vector<OrderDelivery>&& taken) override {
    response_.set_next_cursor(taken.empty() ? request_.cursor() : taken.back().cursor());
    for (auto& delivery : taken) *response_.add_delivery() = std::move(delivery);
  }

 private:
  ExchangeHandler& handler_;
  const FetchOrdersRequest& request_;
  FetchOrdersResponse& response_;
};

class Service : public OrderExchangeService::CallbackService, public OrderServer {
 public:
  Service(ExchangeHandler& handler, uint32_t window) : handler_(handler), window_(window) {}

  grpc::ServerWriteReactor<StreamOrdersResponse>* StreamOrders(grpc::CallbackServerContext*,
                                                               const StreamOrdersRequest* request) override {
    auto stream = std::make_shared<Stream>(handler_, pump_, *request, window_);
    auto* reactor = stream.get();
    {
      std::lock_guard lock(mutex_);
      std::erase_if(streams_, [](const auto& known) { return known.expired(); });
      streams_.push_back(stream);
    }
    stream->Begin();
    return reactor;
  }

  grpc::ServerUnaryReactor* FetchOrders(grpc::CallbackServerContext* context, const FetchOrdersRequest* request,
                                        FetchOrdersResponse* response) override {
    auto* reactor = context->DefaultReactor();
    if (request->max_orders() > kMaxFetch || !IsWait(request->wait())) {
      reactor->Finish({grpc::StatusCode::INVALID_ARGUMENT, "max_orders is at most 500, wait 0 to 30 s"});
      return reactor;
    }
    Fetch::Begin(std::make_shared<Fetch>(handler_, pump_, *request, *response, *context, *reactor));
    return reactor;
  }

  grpc::ServerUnaryReactor* AcknowledgeOrder(grpc::CallbackServerContext* context,
                                             const AcknowledgeOrderRequest* request,
                                             AcknowledgeOrderResponse* response) override {
    auto* reactor = context->DefaultReactor();
    if (const auto fault = Fault(*request); !fault.empty()) {
      reactor->Finish({grpc::StatusCode::INVALID_ARGUMENT, fault});
      return reactor;
    }
    auto done = handler_.AcknowledgeOrder(*request);
    const auto status = ToGrpc(done.status());
    if (done.ok()) {
      *response = *std::move(done);
      Forget(request->delivery_id());
    }
    reactor->Finish(status);
    return reactor;
  }

  grpc::ServerUnaryReactor* GetOrder(grpc::CallbackServerContext* context, const GetOrderRequest* request,
                                     GetOrderResponse* response) override {
    return Answer(*context, handler_.GetOrder(*request), *response);
  }
  grpc::ServerUnaryReactor* GetMessage(grpc::CallbackServerContext* context, const GetMessageRequest* request,
                                       GetMessageResponse* response) override {
    return Answer(*context, handler_.GetMessage(*request), *response);
  }
  grpc::ServerUnaryReactor* ProposeOrderChange(grpc::CallbackServerContext* context,
                                               const ProposeOrderChangeRequest* request,
                                               ProposeOrderChangeResponse*) override {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(ToGrpc(handler_.ProposeOrderChange(*request)));
    return reactor;
  }

  grpc::Service& service() override { return *this; }
  void Stop() override { pump_.Stop(); }

 private:
  template <typename Response>
  static grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext& context, absl::StatusOr<Response> result,
                                          Response& response) {
    auto* reactor = context.DefaultReactor();
    const auto status = ToGrpc(result.status());
    if (result.ok()) response = *std::move(result);
    reactor->Finish(status);
    return reactor;
  }

  void Forget(uint64_t delivery_id) {
    std::lock_guard lock(mutex_);
    for (const auto& known : streams_) {
      if (auto stream = known.lock()) stream->Forget(delivery_id);
    }
  }

  ExchangeHandler& handler_;
  const uint32_t window_;
  std::mutex mutex_;
  std::vector<std::weak_ptr<Stream>> streams_;
  Pump pump_;
};

}  // namespace

std::unique_ptr<OrderServer> OrderServer::Make(ExchangeHandler& handler, uint32_t stream_window) {
  return std::make_unique<Service>(handler, stream_window);
}

}  // namespace isa95::server
