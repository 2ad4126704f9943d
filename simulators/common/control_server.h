// Serves a simulator's control service on an address of its own, without TLS: for tests only. Threads: gRPC's own.
#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/service_type.h>

#include <memory>
#include <string>

#include "absl/status/status.h"

namespace isa95::sim {

class ControlServer {
 public:
  // Null where the address cannot be listened on. Port 0 takes any. Prints "control on PORT" to stdout.
  static std::unique_ptr<ControlServer> Start(const std::string& address, std::unique_ptr<grpc::Service> service);
  // Calls in work are cancelled and waited for.
  ~ControlServer();

 private:
  explicit ControlServer(std::unique_ptr<grpc::Service> service) : service_(std::move(service)) {}
  std::unique_ptr<grpc::Service> service_;
  std::unique_ptr<grpc::Server> server_;
};

grpc::Status ToGrpc(const absl::Status& status);

}  // namespace isa95::sim
