#include "b2mml/http/server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "b2mml/http/client.h"

namespace isa95::http {
namespace {

using Clock = std::chrono::steady_clock;

// A client that sends what it likes.
class RawClient {
 public:
  explicit RawClient(uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    timeval wait{5, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  }
  ~RawClient() { close(fd_); }
  bool Send(const std::string& bytes) {
    return send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
  }
  std::string Receive() {
    std::string all;
    char piece[4096];
    for (ssize_t size; (size = recv(fd_, piece, sizeof piece, 0)) > 0;) {
      all.append(piece, static_cast<size_t>(size));
      if (all.find("\r\n\r\n") != std::string::npos && all.find("}]}") != std::string::npos) break;
    }
    return all;
  }

 private:
  int fd_;
};

class HttpServer : public ::testing::Test {
 protected:
  void SetUp() override {
    ServerOptions options;
    options.address = "127.0.0.1:0";
    options.max_body = 1000;
    options.max_connections = 8;
    options.request_timeout_ms = 400;
    server_ = *Server::Start(options, [](Request request, Reply reply) {
      reply({202, "text/plain", request.method + request.body, 0});
    });
  }
  void GoodRequestPasses() {
    const auto response = Post(Url(), "application/xml", "<a/>", 2'000);
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->body, "POST<a/>");
  }
  std::string Url() const { return "http://127.0.0.1:" + std::to_string(server_->port()) + "/b2mml/X"; }
  // Refused with this status and code within a second of the deadline, and the next good request passes.
  void Refuses(const std::string& bytes, const std::string& status, const std::string& code) {
    const auto begin = Clock::now();
    RawClient client(server_->port());
    client.Send(bytes);
    const std::string answer = client.Receive();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + status)) << code << ": " << answer;
    EXPECT_NE(answer.find(code), std::string::npos) << answer;
    EXPECT_NE(answer.find("\"mend\""), std::string::npos) << answer;
    EXPECT_LT(Clock::now() - begin, std::chrono::milliseconds(1'400)) << code;
    GoodRequestPasses();
  }
  std::unique_ptr<Server> server_;
};

const std::string kHead = "POST /b2mml/X HTTP/1.1\r\nHost: x\r\n";

TEST_F(HttpServer, AnswersAGoodRequest) { GoodRequestPasses(); }

TEST_F(HttpServer, RefusesContradictingLengths) {
  Refuses(kHead + "Content-Length: 4\r\nContent-Length: 4\r\n\r\n<a/>", "400", "HEADER_LENGTH_TWICE");
  Refuses(kHead + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400",
          "HEADER_LENGTH_AND_ENCODING");
  Refuses(kHead + "Content-Length: -4\r\n\r\n<a/>", "400", "HTTP_MALFORMED");
}

TEST_F(HttpServer, RefusesEncodingsAndFoldsThatParsersDisagreeOn) {
  Refuses(kHead + "Transfer-Encoding: gzip\r\n\r\n", "400", "TRANSFER_ENCODING_UNKNOWN");
  Refuses(kHead + "Transfer-Encoding: chunked, identity\r\n\r\n", "400", "TRANSFER_ENCODING_UNKNOWN");
  Refuses(kHead + "X-A: b\r\n c\r\nContent-Length: 4\r\n\r\n<a/>", "400", "HEADER_FOLDED");
  Refuses(kHead + "X-A: b\nContent-Length: 4\r\n\r\n<a/>", "400", "HEADER_MALFORMED");
}

TEST_F(HttpServer, RefusesBodiesOverTheCap_ChunkedOrNot) {
  Refuses(kHead + "Content-Length: 5000\r\n\r\n", "413", "BODY_TOO_LARGE");
  Refuses(kHead + "Transfer-Encoding: chunked\r\n\r\n7d0\r\n" + std::string(2000, 'x') + "\r\n0\r\n\r\n", "413",
          "BODY_TOO_LARGE");
}

TEST_F(HttpServer, RefusesAHeaderWithoutEnd) {
  Refuses(kHead + "X-A: " + std::string(9000, 'b'), "431", "HEADER_TOO_LARGE");
}

TEST_F(HttpServer, RefusesASenderThatDribbles) {
  const auto begin = Clock::now();
  RawClient client(server_->port());
  client.Send(kHead + "Content-Length: 900\r\n\r\n");
  std::thread dribble([&] {
    for (int i = 0; i < 12; ++i) {
      client.Send("x");
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  });
  const std::string answer = client.Receive();
  dribble.join();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 408")) << answer;
  EXPECT_LT(Clock::now() - begin, std::chrono::milliseconds(1'400));
  GoodRequestPasses();
}

TEST_F(HttpServer, RefusesMoreConnectionsThanTheCap_AndRecovers) {
  {
    std::vector<std::unique_ptr<RawClient>> open;
    for (int i = 0; i < 8; ++i) open.push_back(std::make_unique<RawClient>(server_->port()));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    RawClient one_more(server_->port());
    EXPECT_TRUE(one_more.Receive().starts_with("HTTP/1.1 503"));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  GoodRequestPasses();
}

TEST_F(HttpServer, KeepsAConnectionAlive_ForManyRequests) {
  RawClient client(server_->port());
  for (int i = 0; i < 300; ++i) ASSERT_TRUE(client.Send(kHead + "Content-Length: 4\r\n\r\n<a/>"));
  std::string all;
  for (int i = 0; i < 200 && all.find("HTTP/1.1 202") == std::string::npos; ++i) all += client.Receive();
  EXPECT_NE(all.find("POST<a/>"), std::string::npos);
}

TEST(HttpClient, GivesUpAtItsDeadline) {
  ServerOptions options;
  options.address = "127.0.0.1:0";
  std::vector<Reply> kept;
  auto server = *Server::Start(options, [&](Request, Reply reply) { kept.push_back(std::move(reply)); });
  const auto response = Get("http://127.0.0.1:" + std::to_string(server->port()) + "/", 200);
  EXPECT_EQ(response.status().code(), absl::StatusCode::kDeadlineExceeded);
  server->Stop(0);
  kept.clear();
  EXPECT_EQ(Get("http://127.0.0.1:1/", 500).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Get("ftp://x", 500).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(HttpServerStop, FinishesARequestUnderWay) {
  ServerOptions options;
  options.address = "127.0.0.1:0";
  std::thread late;
  auto server = *Server::Start(options, [&](Request, Reply reply) {
    late = std::thread([reply = std::move(reply)] {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      reply({200, "text/plain", "late", 0});
    });
  });
  absl::StatusOr<ClientResponse> response = absl::UnknownError("");
  std::thread client([&] { response = Get("http://127.0.0.1:" + std::to_string(server->port()) + "/", 3'000); });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  server->Stop(2'000);
  client.join();
  late.join();
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "late");
}

}  // namespace
}  // namespace isa95::http
