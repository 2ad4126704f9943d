// A small, hardened HTTP/1.1 server for B2MML documents, on Boost.Beast. Used by the adapter's ERP port and by erp-sim.
// Refuses before the handler runs: header over 8 KiB (431), folded header, unknown Transfer-Encoding, two
// Content-Lengths, CL with TE (400), body over the cap, chunked or not (413), a request not complete within
// `request_timeout` over all (408), connections over the cap (503). Each refusal is a JSON finding. Threads: `threads`
// workers; the handler runs on them and must be thread-safe. Ownership: the server borrows the handler.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace isa95::http {

struct Request {
  std::string method;  // "POST"
  std::string target;  // "/b2mml/LEI"
  std::string content_type;
  std::string prefer;  // Prefer header, e.g. "wait=5"
  std::string body;
};

struct Response {
  unsigned status = 200;
  std::string content_type;  // empty = none
  std::string body;
  unsigned retry_after_seconds = 0;  // 0 = no Retry-After
};

// Sends the response; may be called later and from any thread, exactly once.
using Reply = std::function<void(Response)>;
using Handler = std::function<void(Request, Reply)>;

struct ServerOptions {
  std::string address;  // "127.0.0.1:8080"; port 0 = any free one; "[::1]:8080"
  uint64_t max_body = 64ull << 20;
  uint32_t max_connections = 256;
  uint32_t request_timeout_ms = 10'000;  // from accept (or the previous response) to the request's last byte
  uint32_t reply_timeout_ms = 120'000;   // from the request's last byte to the reply
  unsigned threads = 2;
  std::function<void(unsigned status)> answered;  // of each response, refusals included; on a worker, quickly returning
};

class Server {
 public:
  static absl::StatusOr<std::unique_ptr<Server>> Start(ServerOptions options, Handler handler);
  virtual ~Server() = default;
  virtual uint16_t port() const = 0;
  // Stops accepting, waits up to `grace_ms` for requests under way, then closes. Idempotent.
  virtual void Stop(uint32_t grace_ms) = 0;
};

}  // namespace isa95::http
