// Keepalive between a vendor and the server, on real loopback connections: who may ping how often, and who is missed.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>

#include "grpc/server/exchange_server.h"

namespace isa95::server {
namespace {

using namespace exchange::v1;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct NoOrders : ExchangeHandler {
  absl::StatusOr<std::vector<OrderDelivery>> TakeOrders(std::string_view, std::string_view, uint32_t,
                                                        const std::vector<uint64_t>&) override {
    return std::vector<OrderDelivery>();
  }
  absl::StatusOr<AcknowledgeOrderResponse> AcknowledgeOrder(const AcknowledgeOrderRequest&) override {
    return AcknowledgeOrderResponse();
  }
  absl::StatusOr<GetOrderResponse> GetOrder(const GetOrderRequest&) override { return GetOrderResponse(); }
  absl::StatusOr<GetMessageResponse> GetMessage(const GetMessageRequest&) override { return GetMessageResponse(); }
  std::unique_ptr<Subscription> Subscribe(std::string_view, std::function<void()>) override { return nullptr; }
};

std::unique_ptr<ExchangeServer> Serve(ExchangeHandler& handler, ExchangeServerOptions options = {}) {
  options.address = "127.0.0.1:0";
  return *ExchangeServer::Start(options, handler);
}

// A vendor's connection, at the level of frames, so that each ping is the test's own: client libraries send theirs when
// they see fit. It has said hello: HTTP/2's preface and empty settings.
class Wire {
 public:
  explicit Wire(int port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port));
    EXPECT_EQ(connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + Frame(4, ""));
  }
  ~Wire() { close(fd_); }

  void Ping() { Send(Frame(6, "01234567")); }

  // Reads on until the server closes.
  bool IsClosedWithin(int ms) {
    const auto until = steady_clock::now() + milliseconds(ms);
    for (char bytes[256];;) {
      const auto left = std::chrono::duration_cast<milliseconds>(until - steady_clock::now()).count();
      pollfd readable{fd_, POLLIN, 0};
      if (left <= 0 || poll(&readable, 1, static_cast<int>(left)) == 0) return false;
      if (recv(fd_, bytes, sizeof(bytes), 0) <= 0) return true;
    }
  }

  // As often as a vendor might in some minutes, at another scale.
  bool SurvivesPings(int every_ms) {
    for (int i = 0; i < 10; ++i) {
      Ping();
      if (IsClosedWithin(every_ms)) return false;
    }
    return true;
  }

 private:
  static std::string Frame(char type, const std::string& payload) {
    return std::string{0, 0, static_cast<char>(payload.size()), type, 0, 0, 0, 0, 0} + payload;
  }
  void Send(const std::string& bytes) { (void)send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

  const int fd_;
};

TEST(Keepalive, LetsAVendorPing_WithoutCalls) {
  NoOrders orders;
  ExchangeServerOptions options;
  options.min_ping_interval_ms = 50;
  const auto server = Serve(orders, options);
  EXPECT_TRUE(Wire(server->port()).SurvivesPings(150));
}

TEST(Keepalive, ClosesAConnection_ThatPingsAllTheTime) {
  NoOrders orders;
  const auto server = Serve(orders);
  EXPECT_FALSE(Wire(server->port()).SurvivesPings(150));
}

// Half of what gRPC for Java and for Go let their users set at the shortest: 10 s.
TEST(Keepalive, TakesTheShortestIntervalOfTheClientLibraries) {
  EXPECT_LE(ExchangeServerOptions().min_ping_interval_ms, 10'000 / 2);
}

// A machine without power says no goodbye, and answers no ping.
TEST(Keepalive, ClosesAConnection_WhoseClientIsGone) {
  NoOrders orders;
  ExchangeServerOptions options;
  options.ping_every_ms = options.ping_timeout_ms = 200;
  const auto server = Serve(orders, options);
  EXPECT_TRUE(Wire(server->port()).IsClosedWithin(10'000));
}

}  // namespace
}  // namespace isa95::server
