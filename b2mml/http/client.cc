#include "b2mml/http/client.h"

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>

#include "grpc/model/text.h"

namespace isa95::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using tcp = asio::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr uint64_t kMaxResponse = 16ull << 20;

struct Url {
  std::string host, port, path;
};

absl::StatusOr<Url> ParseUrl(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) return absl::InvalidArgumentError(Cat("'", url, "' is not http://HOST:PORT/PATH"));
  url.remove_prefix(kScheme.size());
  const auto slash = url.find('/');
  const auto authority = url.substr(0, slash);
  const auto colon = authority.rfind(':');
  Url parts;
  parts.host = std::string(authority.substr(0, colon));
  parts.port = colon == std::string_view::npos ? "80" : std::string(authority.substr(colon + 1));
  parts.path = slash == std::string_view::npos ? "/" : std::string(url.substr(slash));
  if (parts.host.empty()) return absl::InvalidArgumentError("the URL has no host");
  return parts;
}

// One exchange on an io_context of its own, so that the deadline covers all of it.
class Exchange {
 public:
  absl::StatusOr<ClientResponse> Run(const Url& url, bhttp::request<bhttp::string_body> request, uint32_t timeout_ms) {
    stream_.expires_after(std::chrono::milliseconds(timeout_ms));
    parser_.body_limit(kMaxResponse);
    resolver_.async_resolve(url.host, url.port, [&](ErrorCode error, const tcp::resolver::results_type& results) {
      if (Failed(error)) return;
      stream_.async_connect(results, [&](ErrorCode connect_error, const tcp::endpoint&) {
        if (Failed(connect_error)) return;
        bhttp::async_write(stream_, request, [&](ErrorCode, size_t) {  // a refusal may come before all is written
          bhttp::async_read(stream_, buffer_, parser_, [&](ErrorCode read_error, size_t) { error_ = read_error; });
        });
      });
    });
    io_.run();
    if (error_ == beast::error::timeout)
      return absl::DeadlineExceededError(Cat("no answer within ", timeout_ms, " ms"));
    if (error_) return absl::UnavailableError(error_.message());
    ClientResponse response;
    auto& message = parser_.get();
    response.status = message.result_int();
    response.content_type = std::string(message[bhttp::field::content_type]);
    ToNumber(std::string_view(message[bhttp::field::retry_after].data(), message[bhttp::field::retry_after].size()),
             response.retry_after_seconds);
    response.body = std::move(message.body());
    return response;
  }

 private:
  bool Failed(ErrorCode error) {
    error_ = error;
    return static_cast<bool>(error);
  }

  asio::io_context io_;
  tcp::resolver resolver_{io_};
  beast::tcp_stream stream_{io_};
  beast::flat_buffer buffer_;
  bhttp::response_parser<bhttp::string_body> parser_;
  ErrorCode error_;
};

absl::StatusOr<ClientResponse> Send(bhttp::verb method, std::string_view url, std::string_view content_type,
                                    std::string_view body, uint32_t timeout_ms, std::string_view prefer) {
  const auto parts = ParseUrl(url);
  if (!parts.ok()) return parts.status();
  bhttp::request<bhttp::string_body> request(method, parts->path, 11);
  request.set(bhttp::field::host, parts->host);
  if (!content_type.empty()) request.set(bhttp::field::content_type, std::string(content_type));
  if (!prefer.empty()) request.set("Prefer", std::string(prefer));
  request.keep_alive(false);
  request.body() = std::string(body);
  request.prepare_payload();
  try {  // asio's own plumbing needs descriptors too and throws when there are none
    return Exchange().Run(*parts, std::move(request), timeout_ms);
  } catch (const std::exception& error) {
    return absl::UnavailableError(error.what());
  }
}

}  // namespace

absl::StatusOr<ClientResponse> Post(std::string_view url, std::string_view content_type, std::string_view body,
                                    uint32_t timeout_ms, std::string_view prefer) {
  return Send(bhttp::verb::post, url, content_type, body, timeout_ms, prefer);
}

absl::StatusOr<ClientResponse> Get(std::string_view url, uint32_t timeout_ms) {
  return Send(bhttp::verb::get, url, {}, {}, timeout_ms, {});
}

}  // namespace isa95::http
