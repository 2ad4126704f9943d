// The vendors' gRPC service (callback API) over an ExchangeHandler. Plaintext; the caller decides whether the address
// allows that. Threads: gRPC's own; blocking handler calls run there. Ownership: borrows the handler, which outlives
// it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "grpc/server/exchange_handler.h"

namespace isa95::server {

struct ExchangeServerOptions {
  std::string address;  // "127.0.0.1:50051"; port 0 = any free one
  uint32_t max_message_bytes = 4u << 20;
  uint32_t stream_window = 64;  // orders taken from the handler at a time for one stream
};

class ExchangeServer {
 public:
  static absl::StatusOr<std::unique_ptr<ExchangeServer>> Start(const ExchangeServerOptions& options,
                                                               ExchangeHandler& handler);
  virtual ~ExchangeServer() = default;
  virtual int port() const = 0;
  // Ends streams with UNAVAILABLE ("shutting down"), finishes unary calls, at most `grace_ms`. Idempotent.
  virtual void Stop(uint32_t grace_ms) = 0;
};

}  // namespace isa95::server
