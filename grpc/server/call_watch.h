// Sees each call of the vendors' services begin and end: counts the open ones, so that a stop knows when the last is
// over, and tells whoever counts calls. grpc.health.v1 is not counted: its watchers never end by themselves. Threads:
// safe; the hooks run on gRPC's threads. Ownership: outlives the server; gRPC owns the factory it is given.
#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/server_interceptor.h>

#include <atomic>
#include <memory>

#include "grpc/server/exchange_server.h"

namespace isa95::server {

class CallWatch {
 public:
  explicit CallWatch(CallHooks hooks) : hooks_(std::move(hooks)) {}
  // For the builder of the one server this watches.
  std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> Factory();
  int open() const { return open_; }

 private:
  class OneCall;
  class Maker;
  const CallHooks hooks_;
  std::atomic<int> open_{0};
};

}  // namespace isa95::server
