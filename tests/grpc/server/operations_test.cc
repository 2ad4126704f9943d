// What an operator sees of the gRPC server: its health, how it stops, and what it tells strangers.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>

#include "grpc/server/exchange_server.h"
#include "grpc/server/health_probe.h"
#include "isa95/exchange/v1/exchange.grpc.pb.h"

namespace isa95::server {
namespace {

using namespace exchange::v1;
using std::chrono::milliseconds;

class NoOrders : public ExchangeHandler {
 public:
  absl::StatusOr<std::vector<OrderDelivery>> TakeOrders(std::string_view, std::string_view, uint32_t,
                                                        const std::vector<uint64_t>&) override {
    ++asked;
    asked.notify_all();
    return std::vector<OrderDelivery>();
  }
  absl::StatusOr<AcknowledgeOrderResponse> AcknowledgeOrder(const AcknowledgeOrderRequest&) override {
    return AcknowledgeOrderResponse();
  }
  absl::StatusOr<GetOrderResponse> GetOrder(const GetOrderRequest&) override { return absl::NotFoundError("none"); }
  absl::StatusOr<GetMessageResponse> GetMessage(const GetMessageRequest&) override { return GetMessageResponse(); }
  std::unique_ptr<Subscription> Subscribe(std::string_view, std::function<void()>) override {
    return std::make_unique<Subscription>();
  }
  std::atomic<int> asked{0};
};

class OperatedServer : public testing::Test {
 protected:
  void Start(ExchangeServerOptions options) {
    options.address = "127.0.0.1:0";
    server_ = *ExchangeServer::Start(options, handler_);
    address_ = "127.0.0.1:" + std::to_string(server_->port());
    channel_ = grpc::CreateChannel(address_, grpc::InsecureChannelCredentials());
  }
  // One request, one response, of any method.
  grpc::Status Call(const std::string& method, const std::string& request, std::string& response) {
    grpc::GenericStub stub(channel_);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
    grpc::CompletionQueue queue;
    const grpc::Slice slice(request);
    grpc::ByteBuffer out;
    grpc::Status status;
    const auto call = stub.PrepareUnaryCall(&context, method, grpc::ByteBuffer(&slice, 1), &queue);
    call->StartCall();
    call->Finish(&out, &status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    std::vector<grpc::Slice> slices;
    if (status.ok() && out.Dump(&slices).ok()) {
      for (const auto& part : slices) response.append(reinterpret_cast<const char*>(part.begin()), part.size());
    }
    return status;
  }
  std::string HealthOf(const std::string& service) {
    std::string response;
    const auto status =
        Call("/grpc.health.v1.Health/Check",
             service.empty() ? "" : "\x0a" + std::string(1, static_cast<char>(service.size())) + service, response);
    return status.ok() ? response : "error " + std::to_string(status.error_code());
  }

  NoOrders handler_;
  std::unique_ptr<ExchangeServer> server_;
  std::string address_;
  std::shared_ptr<grpc::Channel> channel_;
};

const std::string kServing("\x08\x01"), kNotServing("\x08\x02");

TEST_F(OperatedServer, SaysOfEachServiceWhatItIsTold) {
  ExchangeServerOptions options;
  options.serving = false;
  Start(options);
  for (const std::string service : {"", "isa95.exchange.v1.OrderExchangeService"}) {
    EXPECT_EQ(HealthOf(service), kNotServing) << service;
    server_->SetServing(true);
    EXPECT_EQ(HealthOf(service), kServing) << service;
    server_->SetServing(false);
  }
  EXPECT_EQ(HealthOf("isa95.exchange.v1.ReportExchangeService"), "error 5");  // is not served here
  EXPECT_FALSE(ProbeHealth(address_, milliseconds(5'000)).ok());
  server_->SetServing(true);
  EXPECT_TRUE(ProbeHealth(address_, milliseconds(5'000)).ok());
  server_->Stop(1'000);
  EXPECT_FALSE(ProbeHealth(address_, milliseconds(1'000)).ok());
}

constexpr const char* kReflection = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
const std::string kListServices("\x3a\x01*");

TEST_F(OperatedServer, TellsNobodyWhatThereIsToCall) {
  Start({});
  std::string response;
  EXPECT_EQ(Call(kReflection, kListServices, response).error_code(), grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(OperatedServer, TellsWhatThereIsToCall_WhenReflectionIsAskedFor) {
  ExchangeServerOptions options;
  options.reflection = true;
  Start(options);
  std::string response;
  EXPECT_TRUE(Call(kReflection, kListServices, response).ok());
  EXPECT_NE(response.find("isa95.exchange.v1.OrderExchangeService"), std::string::npos);
}

TEST_F(OperatedServer, StopsAtOnce_WhenAClientIdlesOnAnOpenStream) {
  std::atomic<int> streams{0};
  std::mutex mutex;
  std::multiset<std::string> ended;
  ExchangeServerOptions options;
  options.hooks.streams = [&](int change) { streams += change; };
  options.hooks.ended = [&](std::string_view method, std::string_view code) {
    std::lock_guard lock(mutex);
    ended.insert(std::string(method) + " " + std::string(code));
  };
  Start(options);
  const auto stub = OrderExchangeService::NewStub(channel_);
  grpc::ClientContext context;
  StreamOrdersRequest request;
  request.set_site("LEI");
  const auto stream = stub->StreamOrders(&context, request);
  handler_.asked.wait(0);  // nobody reads the stream: a synchronous client does nothing on its own
  EXPECT_EQ(streams, 1);
  const auto began = std::chrono::steady_clock::now();
  server_->Stop(5'000);
  EXPECT_LT(std::chrono::steady_clock::now() - began, milliseconds(900));
  EXPECT_EQ(streams, 0);
  EXPECT_EQ(ended.count("/isa95.exchange.v1.OrderExchangeService/StreamOrders UNAVAILABLE"), 1u);
  StreamOrdersResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace isa95::server
