// The vendors' gRPC services (callback API) on one port: orders over an ExchangeHandler, and where the adapter carries
// them reports and feedback over a ReportHandler. Plaintext; the caller decides whether the address allows that.
// Threads: order_server.h, report_server.h. Ownership: borrows the handlers, which outlive it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "grpc/server/exchange_handler.h"
#include "grpc/server/report_handler.h"

namespace isa95::server {

struct ExchangeServerOptions {
  std::string address;  // "127.0.0.1:50051"; port 0 = any free one
  uint32_t max_message_bytes = 4u << 20;
  uint32_t stream_window = 64;  // orders, or feedback, taken from a handler at a time for one stream
  // Keepalive. A client that pings more often than this is closed with GOAWAY, too_many_pings.
  int min_ping_interval_ms = 5'000;
  int ping_every_ms = 60'000;    // our own pings to a connection on which nothing moves,
  int ping_timeout_ms = 20'000;  // which is closed when none is answered within this
};

class ExchangeServer {
 public:
  static absl::StatusOr<std::unique_ptr<ExchangeServer>> Start(const ExchangeServerOptions& options,
                                                               ExchangeHandler& orders,
                                                               ReportHandler* reports = nullptr);  // null: not served
  virtual ~ExchangeServer() = default;
  virtual int port() const = 0;
  // Ends streams with UNAVAILABLE ("shutting down"), finishes unary calls, at most `grace_ms`. Idempotent.
  virtual void Stop(uint32_t grace_ms) = 0;
};

}  // namespace isa95::server
