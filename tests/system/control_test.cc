// Both sides are brought to act by their control services: what the planner asks for is seen in the MES, and the MES's
// word in the ERP.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <fstream>
#include <thread>
#include <vector>

#include "isa95/testcontrol/v1/erp_control.grpc.pb.h"
#include "isa95/testcontrol/v1/testcontrol.grpc.pb.h"
#include "tests/system/plant.h"

namespace isa95::test {
namespace {

using namespace testcontrol::v1;
using flow::v1::OrderStateCode;
using grpc::StatusCode;

std::shared_ptr<grpc::Channel> ChannelTo(int port) {
  return grpc::CreateChannel("127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials());
}

// One call with a deadline of its own.
template <typename Stub, typename Request, typename Response>
StatusCode Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*), Stub& stub,
                const Request& request, Response& response, std::chrono::seconds deadline = std::chrono::seconds(20)) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + deadline);
  const auto status = (stub.*method)(&context, request, &response);
  EXPECT_TRUE(status.ok() || !status.error_message().empty());
  return status.error_code();
}

class ErpControl : public ::testing::Test {
 protected:
  using Erp = ErpControlService::Stub;
  using Mes = TestControlService::Stub;

  void SetUp() override {
    ASSERT_TRUE(plant_.AdapterReady(20'000)) << ReadAll(plant_.dir() / "adapter.log");
    erp_ = ErpControlService::NewStub(ChannelTo(plant_.ErpControlPort()));
  }
  void StartMes() {
    mes_process_ = plant_.Mes({"--control", "127.0.0.1:0"});
    mes_ = TestControlService::NewStub(ChannelTo(plant_.MesControlPort()));
  }

  StatusCode Release(const std::string& id, const std::string& quantity, int seconds = 20) {
    ReleaseOrderRequest request;
    request.set_order_id(id);
    request.set_quantity(quantity);
    ReleaseOrderResponse response;
    return Call(&Erp::ReleaseOrder, *erp_, request, response, std::chrono::seconds(seconds));
  }
  StatusCode Change(const std::string& id, const std::string& quantity, OrderStateCode state) {
    ChangeOrderRequest request;
    request.set_order_id(id);
    request.set_quantity(quantity);
    request.set_state(state);
    ChangeOrderResponse response;
    return Call(&Erp::ChangeOrder, *erp_, request, response);
  }
  StatusCode Cancel(const std::string& id) {
    CancelOrderRequest request;
    request.set_order_id(id);
    CancelOrderResponse response;
    return Call(&Erp::CancelOrder, *erp_, request, response);
  }
  std::vector<PlannedOrder> InErp() {
    ErpControlServiceGetStateResponse response;
    EXPECT_EQ(Call(&Erp::GetState, *erp_, ErpControlServiceGetStateRequest(), response), StatusCode::OK);
    return {response.order().begin(), response.order().end()};
  }
  HeldOrder InMes(const std::string& id) {
    GetStateResponse response;
    EXPECT_EQ(Call(&Mes::GetState, *mes_, GetStateRequest(), response), StatusCode::OK);
    for (const auto& order : response.order()) {
      if (order.order_id() == id) return order;
    }
    return {};
  }
  // "version outcome reason" of the order's last request, once it is answered.
  std::string Answered(const std::string& id) {
    for (int i = 0; i < 200; ++i) {
      for (const auto& order : InErp()) {
        if (order.order_id() == id && !order.outcome().empty())
          return order.version() + " " + order.outcome() + " " + order.reason();
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return "not answered";
  }

  Plant plant_{SiteFile("site.yaml"), "LEI"};
  std::unique_ptr<Process> mes_process_;
  std::unique_ptr<Erp> erp_;
  std::unique_ptr<Mes> mes_;
};

TEST_F(ErpControl, OrderLivesAsThePlannerAsks_AndBothSidesKnow) {
  StartMes();
  ASSERT_EQ(Release("4711", "500"), StatusCode::OK);
  EXPECT_EQ(Answered("4711"), "1 Accepted ");
  EXPECT_EQ(InMes("4711").quantity(), "500");
  const struct {
    const char* quantity;
    OrderStateCode state, in_mes;
  } changes[] = {
      {"600.5", flow::v1::ORDER_STATE_CODE_UNSPECIFIED, flow::v1::ORDER_STATE_CODE_RELEASED},
      {"", flow::v1::ORDER_STATE_CODE_HELD, flow::v1::ORDER_STATE_CODE_HELD},
      {"", flow::v1::ORDER_STATE_CODE_RELEASED, flow::v1::ORDER_STATE_CODE_RELEASED},
      {"", flow::v1::ORDER_STATE_CODE_COMPLETED, flow::v1::ORDER_STATE_CODE_COMPLETED},
      {"", flow::v1::ORDER_STATE_CODE_CLOSED, flow::v1::ORDER_STATE_CODE_CLOSED},
      {"", flow::v1::ORDER_STATE_CODE_RELEASED, flow::v1::ORDER_STATE_CODE_RELEASED},
  };
  int version = 1;
  for (const auto& change : changes) {
    ASSERT_EQ(Change("4711", change.quantity, change.state), StatusCode::OK) << version;
    EXPECT_EQ(Answered("4711"), std::to_string(++version) + " Replaced ");
    EXPECT_EQ(InMes("4711").state(), change.in_mes) << version;
    EXPECT_EQ(InMes("4711").version(), std::to_string(version));
    EXPECT_EQ(InMes("4711").quantity(), "600.5");
  }
  ASSERT_EQ(Cancel("4711"), StatusCode::OK);
  EXPECT_EQ(Answered("4711"), "7 Accepted ");
  EXPECT_EQ(InMes("4711").state(), flow::v1::ORDER_STATE_CODE_CANCELLED);
  const auto planned = InErp().at(0);
  EXPECT_EQ(planned.state(), flow::v1::ORDER_STATE_CODE_CANCELLED);
  EXPECT_EQ(planned.last_request(), flow::v1::MESSAGE_KIND_ORDER_CANCEL);
  EXPECT_EQ(Cancel("4711"), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(plant_.StopAdapter(), 0);
  const auto result = plant_.Reconcile();
  EXPECT_TRUE(result.reconciled) << result.table << result.summary;
}

TEST_F(ErpControl, RejectionIsToldWithItsReason_AndThePlanIsAsBefore) {
  StartMes();
  ASSERT_EQ(Release("4712", "500"), StatusCode::OK);
  EXPECT_EQ(Answered("4712"), "1 Accepted ");
  StartOrderRequest start;
  start.set_order_id("4712");
  StartOrderResponse started;
  ASSERT_EQ(Call(&Mes::StartOrder, *mes_, start, started), StatusCode::OK);
  ProduceQuantityRequest produce;
  produce.set_order_id("4712");
  produce.set_quantity("200");
  ProduceQuantityResponse made;
  ASSERT_EQ(Call(&Mes::ProduceQuantity, *mes_, produce, made), StatusCode::OK);

  ASSERT_EQ(Change("4712", "100", flow::v1::ORDER_STATE_CODE_UNSPECIFIED), StatusCode::OK);
  EXPECT_EQ(Answered("4712"), "2 Rejected QTY_BELOW_CONFIRMED");
  EXPECT_EQ(InErp().at(0).quantity(), "500");
  ASSERT_EQ(Cancel("4712"), StatusCode::OK);
  EXPECT_EQ(Answered("4712"), "2 Rejected ORDER_ALREADY_STARTED");
  EXPECT_EQ(InErp().at(0).state(), flow::v1::ORDER_STATE_CODE_RELEASED);
  ASSERT_EQ(Change("4712", "", flow::v1::ORDER_STATE_CODE_HELD), StatusCode::OK);
  EXPECT_EQ(Answered("4712"), "3 Replaced ");
}

TEST_F(ErpControl, ResetForgetsTheOrders_AndTheRecordStays) {
  EXPECT_EQ(Change("4713", "1", flow::v1::ORDER_STATE_CODE_UNSPECIFIED), StatusCode::NOT_FOUND);
  EXPECT_EQ(Release("4713", "1,5"), StatusCode::INVALID_ARGUMENT);
  ASSERT_EQ(Release("4713", "500"), StatusCode::OK);
  ASSERT_EQ(InErp().size(), 1u);
  EXPECT_EQ(InErp().at(0).outcome(), "");  // there is no MES yet
  ErpControlServiceResetResponse done;
  ASSERT_EQ(Call(&Erp::Reset, *erp_, ErpControlServiceResetRequest(), done), StatusCode::OK);
  EXPECT_EQ(InErp().size(), 0u);
  EXPECT_EQ(plant_.Count("released"), 1u);
  EXPECT_EQ(Cancel("4713"), StatusCode::NOT_FOUND);
}

TEST_F(ErpControl, WithoutTheInterface_NothingChanges_AndTheSameCallSendsTheSame) {
  plant_.KillAdapter();
  const auto code = Release("4714", "500", 2);
  EXPECT_TRUE(code == StatusCode::DEADLINE_EXCEEDED || code == StatusCode::UNAVAILABLE) << code;
  EXPECT_EQ(InErp().size(), 0u);
  plant_.StartAdapter();
  ASSERT_TRUE(plant_.AdapterReady(20'000));
  StartMes();
  ASSERT_EQ(Release("4714", "500"), StatusCode::OK);
  EXPECT_EQ(Answered("4714"), "1 Accepted ");
}

TEST_F(ErpControl, RefusalByTheInterface_IsToldAsAnAnswer) {
  const std::string id = "4715 ";  // blanks around an id are refused
  ASSERT_EQ(Release(id, "500"), StatusCode::OK);
  EXPECT_EQ(Answered(id), "1 Rejected BLANKS_AROUND_ID");
  EXPECT_EQ(InErp().at(0).state(), flow::v1::ORDER_STATE_CODE_UNSPECIFIED);
}

// An ERP that writes files reads its answers from the folder, also while it is only left running.
TEST_F(ErpControl, ByFolder_OrderGoesOutAndTheAnswerIsRead) {
  TempDir dir;
  std::string contract = ReadAll(SiteFile("site.yaml"));
  contract.replace(contract.find("  b2mml: {write"), 0, "  port: folder\n");
  std::ofstream(dir / "site.yaml") << contract;
  Plant plant(dir / "site.yaml", "LEI", {"--folder", dir / "plants"});
  ASSERT_TRUE(plant.AdapterReady(20'000)) << ReadAll(plant.dir() / "adapter.log");
  const auto mes = plant.Mes();
  Process erp({std::string(ISA95_BIN) + "/b2mml-erp-sim", "--serve", "--folder", dir / "plants/LEI", "--record",
               dir / "erp.jsonl", "--control", "127.0.0.1:0"},
              dir / "erp.log");
  erp_ = ErpControlService::NewStub(ChannelTo(AwaitNumber(dir / "erp.log", "control on ", 10'000)));
  ASSERT_EQ(Release("4716", "500"), StatusCode::OK);
  EXPECT_EQ(Answered("4716"), "1 Accepted ") << ReadAll(plant.dir() / "adapter.log");
  erp.Signal(SIGTERM);
  EXPECT_EQ(erp.Wait(10'000), 0);
}

}  // namespace
}  // namespace isa95::test
