// isa95.exchange.v1.OrderExchangeService over an ExchangeHandler. Threads: gRPC's own and one pump; unary handler calls
// run on gRPC's. Ownership: borrows the handler, which outlives it; outlives the gRPC server it is registered with.
#pragma once

#include <cstdint>
#include <memory>

#include "grpc/server/exchange_handler.h"

namespace grpc {
class Service;
}

namespace isa95::server {

class OrderServer {
 public:
  // `stream_window`: orders taken from the handler at a time for one stream.
  static std::unique_ptr<OrderServer> Make(ExchangeHandler& handler, uint32_t stream_window);
  virtual ~OrderServer() = default;
  virtual grpc::Service& service() = 0;
  virtual void Stop() = 0;  // ends streams and waiting fetches
};

}  // namespace isa95::server
