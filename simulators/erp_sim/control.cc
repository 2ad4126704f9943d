#include "simulators/erp_sim/control.h"

#include <grpcpp/grpcpp.h>

#include "isa95/testcontrol/v1/erp_control.grpc.pb.h"

namespace isa95::erp_sim {
namespace {

using namespace testcontrol::v1;
using grpc::ServerContext;

flow::v1::MessageKind KindOf(const OrderSpec& spec) {
  if (spec.verb == flow::v1::VERB_CODE_CHANGE) return flow::v1::MESSAGE_KIND_ORDER_CHANGE;
  return spec.verb == flow::v1::VERB_CODE_CANCEL ? flow::v1::MESSAGE_KIND_ORDER_CANCEL
                                                 : flow::v1::MESSAGE_KIND_ORDER_RELEASE;
}

class Service final : public ErpControlService::Service {
 public:
  explicit Service(OrderDesk& desk) : desk_(desk) {}

  grpc::Status ReleaseOrder(ServerContext* context, const ReleaseOrderRequest* request,
                            ReleaseOrderResponse* response) override {
    return Do(context, {flow::v1::VERB_CODE_PROCESS, request->order_id(), request->quantity()}, response);
  }
  grpc::Status ChangeOrder(ServerContext* context, const ChangeOrderRequest* request,
                           ChangeOrderResponse* response) override {
    return Do(context, {flow::v1::VERB_CODE_CHANGE, request->order_id(), request->quantity(), request->state()},
              response);
  }
  grpc::Status CancelOrder(ServerContext* context, const CancelOrderRequest* request,
                           CancelOrderResponse* response) override {
    return Do(context, {flow::v1::VERB_CODE_CANCEL, request->order_id()}, response);
  }
  grpc::Status Reset(ServerContext*, const ErpControlServiceResetRequest*, ErpControlServiceResetResponse*) override {
    return sim::ToGrpc(desk_.Reset());
  }
  grpc::Status GetState(ServerContext*, const ErpControlServiceGetStateRequest*,
                        ErpControlServiceGetStateResponse* response) override {
    for (const auto& [id, known] : desk_.All()) {
      const auto& [order, answer] = known;
      const Plan plan = PlanOf(order, answer);
      auto& planned = *response->add_order();
      planned.set_order_id(id);
      planned.set_version(std::to_string(order.asked.version));
      planned.set_state(plan.state);
      planned.set_quantity(plan.quantity);
      planned.set_last_request(KindOf(order.asked));
      planned.set_bod_id(BodIdOf(order.asked));
      planned.set_outcome(answer.outcome);
      planned.set_reason(answer.reason);
    }
    return grpc::Status::OK;
  }

 private:
  // Cancelled also at the caller's deadline and when the server stops.
  template <typename Response>
  grpc::Status Do(ServerContext* context, const Act& act, Response* response) {
    const auto sent = desk_.Do(act, [context] { return !context->IsCancelled(); });
    if (!sent.ok()) return sim::ToGrpc(sent.status());
    response->set_version(std::to_string(sent->version));
    response->set_bod_id(BodIdOf(*sent));
    return grpc::Status::OK;
  }

  OrderDesk& desk_;
};

}  // namespace

std::unique_ptr<sim::ControlServer> ServeControl(const std::string& address, OrderDesk& desk) {
  return sim::ControlServer::Start(address, std::make_unique<Service>(desk));
}

}  // namespace isa95::erp_sim
