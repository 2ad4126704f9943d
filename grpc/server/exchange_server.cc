#include "grpc/server/exchange_server.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <set>

#include "grpc/model/text.h"
#include "grpc/server/pump.h"
#include "grpc/server/rpc_status.h"
#include "isa95/exchange/v1/exchange.grpc.pb.h"

namespace isa95::server {

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const auto code = static_cast<grpc::StatusCode>(status.raw_code());
  const bool inside =
      code == grpc::StatusCode::INTERNAL || code == grpc::StatusCode::DATA_LOSS || code == grpc::StatusCode::UNKNOWN;
  return {code, inside ? "the adapter has a fault; its log says which" : Words(status)};
}

namespace {

using namespace exchange::v1;
using std::chrono::milliseconds;

constexpr size_t kMaxOutstanding = 10'000;  // undecided orders on one stream: its credit
constexpr uint32_t kMaxFetch = 500, kDefaultFetch = 100;
constexpr int64_t kMaxWaitSeconds = 30;
const grpc::Status kStopping(grpc::StatusCode::UNAVAILABLE, "the adapter is shutting down; connect again");

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

class Stream : public grpc::ServerWriteReactor<StreamOrdersResponse>,
               public Task,
               public std::enable_shared_from_this<Stream> {
 public:
  Stream(ExchangeHandler& handler, Pump& pump, const StreamOrdersRequest& request, uint32_t window)
      : handler_(handler), pump_(pump), site_(request.site()), cursor_(request.cursor()), window_(window) {}

  void Begin() {
    self_ = shared_from_this();
    subscription_ = handler_.Subscribe(site_, [this] { pump_.Wake(this); });
    pump_.Add(self_);
  }

  bool PumpNow() override {
    uint32_t room = 0;
    std::vector<uint64_t> exclude;
    {
      std::lock_guard lock(mutex_);
      if (finished_) return false;
      if (stopping_ && !writing_) return Finished(kStopping), false;
      if (!queue_.empty() || writing_ || outstanding_.size() >= kMaxOutstanding) return true;
      exclude.assign(outstanding_.begin(), outstanding_.end());
      room = std::min<uint32_t>(window_, static_cast<uint32_t>(kMaxOutstanding - outstanding_.size()));
    }
    auto taken = handler_.TakeOrders(site_, cursor_, room, exclude);
    std::lock_guard lock(mutex_);
    if (finished_) return false;
    if (!taken.ok()) return Finished(ToGrpc(taken.status())), false;
    for (auto& delivery : *taken) {
      outstanding_.insert(delivery.delivery_id());
      queue_.push_back(std::move(delivery));
    }
    WriteNext();
    return true;
  }

  void OnWriteDone(bool ok) override {
    bool drained = false;
    {
      std::lock_guard lock(mutex_);
      writing_ = false;
      if (finished_) return;
      if (!ok || cancelled_) return Finished(grpc::Status::CANCELLED);
      if (stopping_) return Finished(kStopping);
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

  void Stop() {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  void Forget(uint64_t delivery_id) {
    std::lock_guard lock(mutex_);
    outstanding_.erase(delivery_id);
  }

 private:
  void Finished(const grpc::Status& status) {
    finished_ = true;
    Finish(status);
  }
  void WriteNext() {
    if (queue_.empty()) return;
    *response_.mutable_delivery() = std::move(queue_.front());
    queue_.pop_front();
    writing_ = true;
    StartWrite(&response_);
  }

  ExchangeHandler& handler_;
  Pump& pump_;
  const std::string site_, cursor_;
  const uint32_t window_;
  std::unique_ptr<ExchangeHandler::Subscription> subscription_;
  std::shared_ptr<Stream> self_;

  std::mutex mutex_;
  std::deque<OrderDelivery> queue_;
  std::set<uint64_t> outstanding_;
  StreamOrdersResponse response_;
  bool writing_ = false, finished_ = false, cancelled_ = false, stopping_ = false;
};

// A unary Fetch that waits for its first order.
class Fetch : public Task {
 public:
  Fetch(ExchangeHandler& handler, Pump& pump, const FetchOrdersRequest& request, FetchOrdersResponse& response,
        grpc::ServerUnaryReactor& reactor)
      : handler_(handler),
        request_(request),
        response_(response),
        reactor_(reactor),
        until_(std::chrono::steady_clock::now() +
               milliseconds(request.wait().seconds() * 1000 + request.wait().nanos() / 1'000'000)) {
    subscription_ = handler_.Subscribe(request.site(), [this, &pump] { pump.Wake(this); });
  }

  bool PumpNow() override {
    auto taken = handler_.TakeOrders(request_.site(), request_.cursor(),
                                     request_.max_orders() == 0 ? kDefaultFetch : request_.max_orders(), {});
    if (!taken.ok()) return End(ToGrpc(taken.status()));
    if (taken->empty() && !stopping_ && std::chrono::steady_clock::now() < until_) return true;
    response_.set_next_cursor(taken->empty() ? request_.cursor() : taken->back().cursor());
    for (auto& delivery : *taken) *response_.add_delivery() = std::move(delivery);
    return End(grpc::Status::OK);
  }
  SteadyTime Deadline() const override { return until_; }
  void Stop() { stopping_ = true; }

 private:
  bool End(const grpc::Status& status) {
    subscription_.reset();
    reactor_.Finish(status);
    return false;
  }

  ExchangeHandler& handler_;
  const FetchOrdersRequest& request_;
  FetchOrdersResponse& response_;
  grpc::ServerUnaryReactor& reactor_;
  const SteadyTime until_;
  std::atomic<bool> stopping_{false};
  std::unique_ptr<ExchangeHandler::Subscription> subscription_;
};

class Service : public OrderExchangeService::CallbackService {
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
      if (stopping_) stream->Stop();
    }
    stream->Begin();
    return reactor;
  }

  grpc::ServerUnaryReactor* FetchOrders(grpc::CallbackServerContext* context, const FetchOrdersRequest* request,
                                        FetchOrdersResponse* response) override {
    auto* reactor = context->DefaultReactor();
    if (request->max_orders() > kMaxFetch || request->wait().seconds() < 0 ||
        request->wait().seconds() > kMaxWaitSeconds) {
      reactor->Finish({grpc::StatusCode::INVALID_ARGUMENT, "max_orders is at most 500, wait 0 to 30 s"});
      return reactor;
    }
    auto fetch = std::make_shared<Fetch>(handler_, pump_, *request, *response, *reactor);
    {
      std::lock_guard lock(mutex_);
      std::erase_if(fetches_, [](const auto& known) { return known.expired(); });
      fetches_.push_back(fetch);
      if (stopping_) fetch->Stop();
    }
    pump_.Add(std::move(fetch));
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

  void Stop() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
      for (const auto& known : streams_) {
        if (auto stream = known.lock()) stream->Stop();
      }
      for (const auto& known : fetches_) {
        if (auto fetch = known.lock()) fetch->Stop();
      }
    }
    pump_.WakeAll();
  }

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
  std::vector<std::weak_ptr<Fetch>> fetches_;
  bool stopping_ = false;
  Pump pump_;
};

class GrpcServer : public ExchangeServer {
 public:
  GrpcServer(ExchangeHandler& handler, uint32_t window) : service_(handler, window) {}
  ~GrpcServer() override { Stop(0); }

  absl::Status Start(const ExchangeServerOptions& options) {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::ServerBuilder builder;
    builder.AddListeningPort(options.address, grpc::InsecureServerCredentials(), &port_);
    builder.SetMaxReceiveMessageSize(static_cast<int>(options.max_message_bytes));
    builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, 8 * 1024);
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 20'000);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port_ == 0)
      return absl::UnavailableError(Cat("cannot listen for gRPC on ", options.address));
    return absl::OkStatus();
  }

  int port() const override { return port_; }

  void Stop(uint32_t grace_ms) override {
    if (server_ == nullptr) return;
    service_.Stop();
    server_->Shutdown(std::chrono::system_clock::now() + milliseconds(grace_ms));
    server_->Wait();
    server_.reset();
  }

 private:
  Service service_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ExchangeServer>> ExchangeServer::Start(const ExchangeServerOptions& options,
                                                                      ExchangeHandler& handler) {
  auto server = std::make_unique<GrpcServer>(handler, options.stream_window);
  if (auto status = server->Start(options); !status.ok()) return status;
  return server;
}

}  // namespace isa95::server
