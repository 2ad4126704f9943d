// The vendors' service over an in-memory handler, on a real loopback connection.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <mutex>
#include <thread>

#include "grpc/server/exchange_server.h"
#include "isa95/exchange/v1/exchange.grpc.pb.h"

namespace isa95::server {
namespace {

using namespace exchange::v1;

// Orders are numbers; all after the cursor that are not excluded are given.
class FakeHandler : public ExchangeHandler {
 public:
  absl::StatusOr<std::vector<OrderDelivery>> TakeOrders(std::string_view site, std::string_view cursor, uint32_t max,
                                                        const std::vector<uint64_t>& exclude) override {
    if (site != "LEI") return absl::NotFoundError("no such site");
    std::lock_guard lock(mutex_);
    std::vector<OrderDelivery> out;
    const uint64_t after = cursor.empty() ? 0 : std::stoull(std::string(cursor));
    for (uint64_t id = after + 1; id <= last_ && out.size() < max; ++id) {
      if (std::find(exclude.begin(), exclude.end(), id) != exclude.end()) continue;
      auto& delivery = out.emplace_back();
      delivery.set_delivery_id(id);
      delivery.set_cursor(std::to_string(id));
    }
    return out;
  }
  absl::StatusOr<AcknowledgeOrderResponse> AcknowledgeOrder(const AcknowledgeOrderRequest& request) override {
    if (request.attempt() == 9) return absl::AbortedError("stale");
    if (request.attempt() == 8) return absl::InternalError("a secret of the inside");
    return AcknowledgeOrderResponse();
  }
  absl::StatusOr<GetOrderResponse> GetOrder(const GetOrderRequest&) override { return absl::NotFoundError("none"); }
  absl::StatusOr<GetMessageResponse> GetMessage(const GetMessageRequest&) override { return GetMessageResponse(); }
  std::unique_ptr<Subscription> Subscribe(std::string_view, std::function<void()> wake) override {
    std::lock_guard lock(mutex_);
    wakes_.emplace(++last_wake_, std::move(wake));
    return std::make_unique<Entry>(*this, last_wake_);
  }
  void Add(uint64_t count) {
    std::lock_guard lock(mutex_);
    last_ += count;
    for (const auto& [id, wake] : wakes_) wake();
  }
  size_t subscribers() {
    std::lock_guard lock(mutex_);
    return wakes_.size();
  }

 private:
  struct Entry : Subscription {
    Entry(FakeHandler& o, uint64_t i) : owner(o), id(i) {}
    ~Entry() override {
      std::lock_guard lock(owner.mutex_);
      owner.wakes_.erase(id);
    }
    FakeHandler& owner;
    uint64_t id;
  };
  std::mutex mutex_;
  uint64_t last_ = 0, last_wake_ = 0;
  std::map<uint64_t, std::function<void()>> wakes_;
};

class ExchangeService : public ::testing::Test {
 protected:
  void SetUp() override {
    ExchangeServerOptions options;
    options.address = "127.0.0.1:0";
    options.stream_window = 4;
    server_ = *ExchangeServer::Start(options, handler_);
    stub_ = OrderExchangeService::NewStub(
        grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->port()), grpc::InsecureChannelCredentials()));
  }
  static void Deadline(grpc::ClientContext& context, int ms = 5'000) {
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(ms));
  }

  FakeHandler handler_;
  std::unique_ptr<ExchangeServer> server_;
  std::unique_ptr<OrderExchangeService::Stub> stub_;
};

TEST_F(ExchangeService, StreamsWhatIsThere_ThenWhatComes_EachOnce) {
  handler_.Add(10);
  grpc::ClientContext context;
  Deadline(context);
  StreamOrdersRequest request;
  request.set_site("LEI");
  request.set_cursor("3");
  auto reader = stub_->StreamOrders(&context, request);
  StreamOrdersResponse response;
  for (uint64_t id = 4; id <= 10; ++id) {
    ASSERT_TRUE(reader->Read(&response));
    EXPECT_EQ(response.delivery().delivery_id(), id);
  }
  handler_.Add(1);
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_EQ(response.delivery().delivery_id(), 11u);
  context.TryCancel();
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  for (int i = 0; i < 200 && handler_.subscribers() > 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(handler_.subscribers(), 0u);
}

TEST_F(ExchangeService, StreamEndsUnavailable_WhenTheServerStops) {
  grpc::ClientContext context;
  Deadline(context);
  StreamOrdersRequest request;
  request.set_site("LEI");
  auto reader = stub_->StreamOrders(&context, request);
  handler_.Add(1);
  StreamOrdersResponse response;
  ASSERT_TRUE(reader->Read(&response));
  server_->Stop(3'000);
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(ExchangeService, UnknownSiteIsNotFound_OnAStream) {
  grpc::ClientContext context;
  Deadline(context);
  StreamOrdersRequest request;
  request.set_site("XXX");
  auto reader = stub_->StreamOrders(&context, request);
  StreamOrdersResponse response;
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(ExchangeService, FetchWaitsForTheFirstOrder) {
  std::thread later([this] {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    handler_.Add(2);
  });
  grpc::ClientContext context;
  Deadline(context);
  FetchOrdersRequest request;
  request.set_site("LEI");
  request.mutable_wait()->set_seconds(4);
  FetchOrdersResponse response;
  EXPECT_TRUE(stub_->FetchOrders(&context, request, &response).ok());
  later.join();
  EXPECT_EQ(response.delivery_size(), 2);
  EXPECT_EQ(response.next_cursor(), "2");
}

TEST_F(ExchangeService, FetchAnswersEmpty_WhenItsWaitIsOver) {
  grpc::ClientContext context;
  Deadline(context);
  FetchOrdersRequest request;
  request.set_site("LEI");
  request.set_cursor("7");
  request.mutable_wait()->set_nanos(200'000'000);
  FetchOrdersResponse response;
  EXPECT_TRUE(stub_->FetchOrders(&context, request, &response).ok());
  EXPECT_EQ(response.delivery_size(), 0);
  EXPECT_EQ(response.next_cursor(), "7");
}

TEST_F(ExchangeService, TellsAVendorWhatIsWrong) {
  const auto code = [&](AcknowledgeOrderRequest request) {
    grpc::ClientContext context;
    Deadline(context);
    AcknowledgeOrderResponse response;
    const auto status = stub_->AcknowledgeOrder(&context, request, &response);
    EXPECT_EQ(status.error_message().find("secret"), std::string::npos);
    return status.error_code();
  };
  AcknowledgeOrderRequest request;
  EXPECT_EQ(code(request), grpc::StatusCode::INVALID_ARGUMENT);
  request.set_site("LEI");
  EXPECT_EQ(code(request), grpc::StatusCode::INVALID_ARGUMENT);
  request.set_decision(ORDER_DECISION_REJECTED);
  EXPECT_EQ(code(request), grpc::StatusCode::INVALID_ARGUMENT);
  request.set_reason_code("not upper");
  EXPECT_EQ(code(request), grpc::StatusCode::INVALID_ARGUMENT);
  request.set_reason_code("UNKNOWN_MATERIAL");
  EXPECT_EQ(code(request), grpc::StatusCode::OK);
  request.set_attempt(9);
  EXPECT_EQ(code(request), grpc::StatusCode::ABORTED);
  request.set_attempt(8);
  EXPECT_EQ(code(request), grpc::StatusCode::INTERNAL);
}

}  // namespace
}  // namespace isa95::server
