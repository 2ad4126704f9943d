#include "simulators/mes_sim/control.h"

#include <grpcpp/grpcpp.h>

#include "isa95/testcontrol/v1/testcontrol.grpc.pb.h"

namespace isa95::mes_sim {
namespace {

using namespace testcontrol::v1;
using grpc::ServerContext;
using sim::ToGrpc;

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

}  // namespace

std::unique_ptr<sim::ControlServer> ServeControl(const std::string& address, OrderBook& book) {
  return sim::ControlServer::Start(address, std::make_unique<Service>(book));
}

}  // namespace isa95::mes_sim
