#include "simulators/mes_sim/control.h"

#include <grpcpp/grpcpp.h>

#include "grpc/model/text.h"
#include "isa95/testcontrol/v1/testcontrol.grpc.pb.h"

namespace isa95::mes_sim {
namespace {

using namespace testcontrol::v1;
using grpc::ServerContext;

grpc::Status ToGrpc(const absl::Status& status) {
  return status.ok() ? grpc::Status::OK : grpc::Status(static_cast<grpc::StatusCode>(status.code()), Words(status));
}

class Service final : public TestControlService::Service {
 public:
  explicit Service(OrderBook& book) : book_(book) {}

  grpc::Status StartOrder(ServerContext*, const StartOrderRequest* request, StartOrderResponse*) override {
    return ToGrpc(book_.Act("start", request->order_id()).status());
  }
  grpc::Status ProduceQuantity(ServerContext*, const ProduceQuantityRequest* request,
                               ProduceQuantityResponse* response) override {
    const auto order = book_.Act("produce", request->order_id(), request->quantity());
    if (order.ok()) response->set_made(FormatDecimal(order->made));
    return ToGrpc(order.status());
  }
  grpc::Status HoldOrder(ServerContext*, const HoldOrderRequest* request, HoldOrderResponse*) override {
    return ToGrpc(book_.Act("hold", request->order_id()).status());
  }
  grpc::Status ResumeOrder(ServerContext*, const ResumeOrderRequest* request, ResumeOrderResponse*) override {
    return ToGrpc(book_.Act("resume", request->order_id()).status());
  }
  grpc::Status CloseOrder(ServerContext*, const CloseOrderRequest* request, CloseOrderResponse*) override {
    return ToGrpc(book_.Act("close", request->order_id()).status());
  }
  grpc::Status Reset(ServerContext*, const ResetRequest*, ResetResponse*) override { return ToGrpc(book_.Reset()); }
  grpc::Status GetState(ServerContext*, const GetStateRequest*, GetStateResponse* response) override {
    for (const auto& [id, order] : book_.All()) {
      auto& held = *response->add_order();
      held.set_order_id(id);
      held.set_version(order.version);
      held.set_state(order.state);
      if (order.quantity) held.set_quantity(FormatDecimal(*order.quantity));
      held.set_made(FormatDecimal(order.made));
    }
    return grpc::Status::OK;
  }

 private:
  OrderBook& book_;
};

class Server final : public Control {
 public:
  explicit Server(OrderBook& book) : service_(book) {}
  ~Server() override {
    if (server_ != nullptr) server_->Shutdown(std::chrono::system_clock::now());
  }
  bool Listen(const std::string& address) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    return server_ != nullptr && port_ != 0;
  }
  int port() const override { return port_; }

 private:
  Service service_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace

std::unique_ptr<Control> Control::Start(const std::string& address, OrderBook& book) {
  auto server = std::make_unique<Server>(book);
  return server->Listen(address) ? std::move(server) : nullptr;
}

}  // namespace isa95::mes_sim
