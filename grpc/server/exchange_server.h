// The vendors' gRPC services (callback API) on one port: orders over an ExchangeHandler, and where the adapter carries
// them reports and feedback over a ReportHandler. Plaintext; the caller decides whether the address allows that.
// Threads: order_server.h, report_server.h. Ownership: borrows the handlers, which outlive it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "grpc/server/exchange_handler.h"
#include "grpc/server/report_handler.h"

namespace isa95::server {

// Who counts calls; quickly returning, from any thread. Methods are those of our services, codes gRPC's names.
struct CallHooks {
  std::function<void(std::string_view method, std::string_view code)> ended;
  std::function<void(int change)> streams;  // open ones: 1 or -1
};

struct ExchangeServerOptions {
  std::string address;  // "127.0.0.1:50051"; port 0 = any free one
  uint32_t max_message_bytes = 4u << 20;
  uint32_t stream_window = 64;  // orders, or feedback, taken from a handler at a time for one stream
  // Keepalive. A client that pings more often than this is closed with GOAWAY, too_many_pings.
  int min_ping_interval_ms = 5'000;
  int ping_every_ms = 60'000;    // our own pings to a connection on which nothing moves,
  int ping_timeout_ms = 20'000;  // which is closed when none is answered within this
  bool serving = true;          // what grpc.health.v1 says from the start
  bool reflection = false;      // tells strangers what there is to call
  CallHooks hooks;
};

class ExchangeServer {
 public:
  static absl::StatusOr<std::unique_ptr<ExchangeServer>> Start(const ExchangeServerOptions& options,
                                                               ExchangeHandler& orders,
                                                               ReportHandler* reports = nullptr);  // null: not served
  virtual ~ExchangeServer() = default;
  virtual int port() const = 0;
  // What grpc.health.v1 says of each service and of the whole from now on; after Stop it is NOT_SERVING.
  virtual void SetServing(bool serving) = 0;
  // Takes no new calls, says NOT_SERVING, ends streams with UNAVAILABLE ("shutting down"), finishes unary calls, at
  // most `grace_ms`; returns when the last call is over, whether idle clients hang up or not. Idempotent.
  virtual void Stop(uint32_t grace_ms) = 0;
};

}  // namespace isa95::server
