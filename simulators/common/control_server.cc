#include "simulators/common/control_server.h"

#include <chrono>
#include <iostream>

#include "grpc/model/text.h"

namespace isa95::sim {

std::unique_ptr<ControlServer> ControlServer::Start(const std::string& address,
                                                    std::unique_ptr<grpc::Service> service) {
  std::unique_ptr<ControlServer> control(new ControlServer(std::move(service)));
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(control->service_.get());
  control->server_ = builder.BuildAndStart();
  if (control->server_ == nullptr || port == 0) return nullptr;
  std::cout << "control on " << port << std::endl;
  return control;
}

ControlServer::~ControlServer() {
  if (server_ != nullptr) server_->Shutdown(std::chrono::system_clock::now());
}

grpc::Status ToGrpc(const absl::Status& status) {
  return status.ok() ? grpc::Status::OK : grpc::Status(static_cast<grpc::StatusCode>(status.code()), Words(status));
}

}  // namespace isa95::sim
