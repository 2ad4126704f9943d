#include "b2mml/http/server.h"

#include <atomic>
#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "b2mml/http/head_check.h"
#include "grpc/model/text.h"

namespace isa95::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using tcp = asio::ip::tcp;
using Error = boost::system::error_code;
using std::chrono::milliseconds;

constexpr size_t kMaxHead = size_t{8} * 1024;
constexpr auto kLinger = milliseconds(500);  // for the refused sender to read why

Finding Bad(std::string_view code, std::string_view words, std::string_view mend) {
  return isa95::Error(code, "", 0, words, mend);
}

class Connection;

// What connections and server share; outlives both through shared_ptr.
struct Shared {
  ServerOptions options;
  Handler handler;
  std::atomic<uint32_t> connections{0};
  std::atomic<uint32_t> busy{0};
  std::atomic<bool> stopping{false};
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, std::shared_ptr<Shared> shared)
      : stream_(std::move(socket)), deadline_(stream_.get_executor()), shared_(std::move(shared)) {
    ++shared_->connections;
  }
  ~Connection() { --shared_->connections; }

  void Start(bool too_many) {
    asio::dispatch(stream_.get_executor(), [self = shared_from_this(), too_many] {
      if (too_many)
        return self->Refuse(503, Bad("TOO_MANY_CONNECTIONS", "Too many connections are open.",
                                     "Send again in a while, over one connection."));
      self->ReadHead();
    });
  }

 private:
  void ArmDeadline(milliseconds after, unsigned status, const char* code, const char* words) {
    deadline_.expires_after(after);
    deadline_.async_wait([self = shared_from_this(), status, code, words](Error error) {
      if (error || self->refused_) return;
      if (self->got_bytes_ || status != 408)
        return self->Refuse(status, Bad(code, words, "Send the whole request without pauses."));
      self->Close();  // an idle connection is no fault
    });
  }

  void ReadHead() {
    got_bytes_ = buffer_.size() > 0;
    ArmDeadline(milliseconds(shared_->options.request_timeout_ms), 408, "REQUEST_TOO_SLOW",
                "The request did not come in whole in time.");
    MoreHead();
  }

  void MoreHead() {
    const std::string_view bytes(static_cast<const char*>(buffer_.data().data()), buffer_.size());
    const auto end = bytes.find("\r\n\r\n");
    if (end != std::string_view::npos && end + 4 <= kMaxHead) {
      if (auto refusal = JudgeHead(bytes.substr(0, end + 2))) return Refuse(400, std::move(*refusal));
      return ReadBody();
    }
    if (bytes.size() >= kMaxHead) {
      return Refuse(431, Bad("HEADER_TOO_LARGE", Cat("The header is larger than ", kMaxHead, " bytes."),
                             "Send fewer and shorter headers."));
    }
    stream_.async_read_some(buffer_.prepare(kMaxHead - bytes.size()),
                            [self = shared_from_this()](Error error, size_t size) {
                              if (error || self->refused_) return self->Close();
                              self->got_bytes_ = true;
                              self->buffer_.commit(size);
                              self->MoreHead();
                            });
  }

  void ReadBody() {
    parser_.emplace();
    parser_->body_limit(shared_->options.max_body);
    parser_->header_limit(kMaxHead);
    bhttp::async_read_header(stream_, buffer_, *parser_, [self = shared_from_this()](Error error, size_t) {
      if (self->refused_) return;
      if (error) return self->RefuseFor(error);
      if (beast::iequals(self->parser_->get()[bhttp::field::expect], "100-continue")) return self->Continue();
      self->ReadRest();
    });
  }

  void Continue() {
    static const std::string kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_, asio::buffer(kContinue), [self = shared_from_this()](Error error, size_t) {
      if (error) return self->Close();
      self->ReadRest();
    });
  }

  void ReadRest() {
    bhttp::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](Error error, size_t) {
      if (self->refused_) return;
      if (error) return self->RefuseFor(error);
      self->Handle();
    });
  }

  void RefuseFor(const Error& error) {
    if (error == bhttp::error::body_limit) {
      return Refuse(413, Bad("BODY_TOO_LARGE", Cat("The body is larger than ", shared_->options.max_body, " bytes."),
                             "Send several documents."));
    }
    if (error.category() == bhttp::make_error_code(bhttp::error::bad_method).category() &&
        error != bhttp::error::end_of_stream && error != bhttp::error::partial_message) {
      return Refuse(400, Bad("HTTP_MALFORMED", Cat("The request is not HTTP/1.1: ", error.message(), "."),
                             "Send a correct request."));
    }
    Close();
  }

  void Handle() {
    const auto& message = parser_->get();
    keep_alive_ = message.keep_alive();
    Request request;
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    request.content_type = std::string(message[bhttp::field::content_type]);
    request.prefer = std::string(message["Prefer"]);
    request.body = std::move(parser_->get().body());
    ++shared_->busy;
    waiting_ = true;
    ArmDeadline(milliseconds(shared_->options.reply_timeout_ms), 504, "REPLY_TOO_SLOW",
                "The answer was not ready in time; what was sent may have been stored.");
    shared_->handler(std::move(request), [self = shared_from_this()](Response response) {
      asio::post(self->stream_.get_executor(),
                 [self, response = std::move(response)]() mutable { self->Answer(std::move(response)); });
    });
  }

  void Answer(Response response) {
    if (!waiting_) return;
    waiting_ = false;
    --shared_->busy;
    if (refused_) return;
    deadline_.cancel();
    Send(std::move(response), keep_alive_ && !shared_->stopping);
  }

  void Send(Response response, bool keep) {
    if (shared_->options.answered) shared_->options.answered(response.status);
    answer_.emplace();
    answer_->version(11);
    answer_->result(response.status);
    answer_->set(bhttp::field::server, "isa95");
    if (!response.content_type.empty()) answer_->set(bhttp::field::content_type, response.content_type);
    if (response.retry_after_seconds != 0)
      answer_->set(bhttp::field::retry_after, std::to_string(response.retry_after_seconds));
    answer_->keep_alive(keep);
    answer_->body() = std::move(response.body);
    answer_->prepare_payload();
    deadline_.expires_after(milliseconds(shared_->options.request_timeout_ms));
    deadline_.async_wait([self = shared_from_this()](Error error) {
      if (!error) self->Close();  // a receiver that does not take its answer
    });
    bhttp::async_write(stream_, *answer_, [self = shared_from_this(), keep](Error error, size_t) {
      self->deadline_.cancel();
      if (error) return self->Close();
      if (!keep) return self->LingerAndClose();
      self->ReadHead();
    });
  }

  void Refuse(unsigned status, Finding finding) {
    refused_ = true;
    if (waiting_) {
      waiting_ = false;
      --shared_->busy;
    }
    Send({status, "application/json", ToJson(Findings{std::move(finding)}), status == 503 ? 5u : 0u}, false);
  }

  // Reads and forgets what still comes, so that the sender sees the answer and not a reset.
  void LingerAndClose() {
    Error ignored;
    stream_.shutdown(tcp::socket::shutdown_send, ignored);
    deadline_.expires_after(kLinger);
    deadline_.async_wait([self = shared_from_this()](Error error) {
      if (!error) self->Close();
    });
    Drain();
  }

  void Drain() {
    stream_.async_read_some(asio::buffer(drain_), [self = shared_from_this()](Error error, size_t) {
      if (error) return self->Close();
      self->Drain();
    });
  }

  void Close() {
    Error ignored;
    deadline_.cancel();
    stream_.close(ignored);
  }

  tcp::socket stream_;
  asio::steady_timer deadline_;
  std::shared_ptr<Shared> shared_;
  beast::flat_buffer buffer_{kMaxHead + size_t{64} * 1024};
  std::optional<bhttp::request_parser<bhttp::string_body>> parser_;
  std::optional<bhttp::response<bhttp::string_body>> answer_;
  std::array<char, 4096> drain_{};
  bool keep_alive_ = false, refused_ = false, waiting_ = false, got_bytes_ = false;
};

class BeastServer : public Server {
 public:
  BeastServer(ServerOptions options, Handler handler) : shared_(std::make_shared<Shared>()), acceptor_(io_) {
    shared_->options = std::move(options);
    shared_->handler = std::move(handler);
  }
  ~BeastServer() override { Stop(0); }

  absl::Status Listen() {
    const auto& address = shared_->options.address;
    const auto colon = address.rfind(':');
    uint16_t port = 0;
    if (colon == std::string::npos || !ToNumber(std::string_view(address).substr(colon + 1), port)) {
      return absl::InvalidArgumentError(Cat("'", address, "' is not HOST:PORT"));
    }
    std::string host = address.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (host == "localhost") host = "127.0.0.1";
    Error error;
    const auto ip = asio::ip::make_address(host, error);
    if (error) return absl::InvalidArgumentError(Cat("'", host, "' is not an IP address"));
    const tcp::endpoint endpoint(ip, port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return absl::UnavailableError(Cat("cannot listen on ", address, ": ", error.message()));
    port_ = acceptor_.local_endpoint(error).port();
    Accept();
    for (unsigned i = 0; i < shared_->options.threads; ++i) threads_.emplace_back([this] { io_.run(); });
    return absl::OkStatus();
  }

  uint16_t port() const override { return port_; }

  void Stop(uint32_t grace_ms) override {
    if (shared_->stopping.exchange(true)) return;
    asio::post(io_, [this] {
      Error ignored;
      acceptor_.close(ignored);
    });
    for (uint32_t waited = 0; waited < grace_ms && shared_->busy > 0; waited += 10)
      std::this_thread::sleep_for(milliseconds(10));
    if (grace_ms > 0) std::this_thread::sleep_for(milliseconds(50));  // answers on their way out
    io_.stop();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  void Accept() {
    acceptor_.async_accept(asio::make_strand(io_), [this](Error error, tcp::socket socket) {
      if (shared_->stopping) return;
      if (!error) {
        Error ignored;
        socket.set_option(tcp::no_delay(true), ignored);
        const bool too_many = shared_->connections >= shared_->options.max_connections;
        std::make_shared<Connection>(std::move(socket), shared_)->Start(too_many);
      } else {
        std::this_thread::sleep_for(milliseconds(10));  // out of descriptors: let some close
      }
      Accept();
    });
  }

  std::shared_ptr<Shared> shared_;
  asio::io_context io_;
  tcp::acceptor acceptor_;
  std::vector<std::thread> threads_;
  uint16_t port_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(ServerOptions options, Handler handler) {
  auto server = std::make_unique<BeastServer>(std::move(options), std::move(handler));
  if (auto status = server->Listen(); !status.ok()) return status;
  return server;
}

}  // namespace isa95::http
