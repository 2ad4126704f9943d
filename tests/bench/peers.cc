#include "tests/bench/peers.h"

#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <iostream>

#include "b2mml/http/server.h"
#include "isa95/exchange/v1/exchange.grpc.pb.h"
#include "isa95/exchange/v1/report.grpc.pb.h"
#include "tests/system/process.h"

namespace isa95::bench {
namespace {

using namespace exchange::v1;

constexpr unsigned kHttpThreads = 8;  // as the adapter

class Echo : public ReportExchangeService::WithRawCallbackMethod_ReportConfirmation<ReportExchangeService::Service> {
  grpc::ServerUnaryReactor* ReportConfirmation(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                               grpc::ByteBuffer* response) override {
    *response = *request;
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

class Endless : public grpc::ServerWriteReactor<StreamOrdersResponse> {
 public:
  explicit Endless(const std::string& delivery_file) {
    const bool read = next_.ParseFromString(test::ReadAll(delivery_file)) && next_.has_delivery();
    read ? StartWrite(&next_) : Finish(grpc::Status::CANCELLED);
  }
  void OnWriteDone(bool ok) override { ok ? StartWrite(&next_) : Finish(grpc::Status::CANCELLED); }
  void OnDone() override { delete this; }

 private:
  StreamOrdersResponse next_;
};

class Orders : public OrderExchangeService::CallbackService {
 public:
  explicit Orders(std::string delivery_file) : delivery_file_(std::move(delivery_file)) {}
  grpc::ServerWriteReactor<StreamOrdersResponse>* StreamOrders(grpc::CallbackServerContext*,
                                                               const StreamOrdersRequest*) override {
    return new Endless(delivery_file_);
  }
  grpc::ServerUnaryReactor* AcknowledgeOrder(grpc::CallbackServerContext* context, const AcknowledgeOrderRequest*,
                                             AcknowledgeOrderResponse*) override {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  const std::string delivery_file_;
};

}  // namespace

int ServePeers(const std::string& delivery_file) {
  http::ServerOptions options;
  options.address = "127.0.0.1:0";
  options.threads = kHttpThreads;
  const auto http = http::Server::Start(options, [](http::Request request, http::Reply reply) {
    request.target == "/echo" ? reply({200, "application/xml", std::move(request.body), 0}) : reply({202, "", "", 0});
  });
  Echo echo;
  Orders orders(delivery_file);
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&echo);
  builder.RegisterService(&orders);
  const auto server = builder.BuildAndStart();
  if (!http.ok() || server == nullptr) return 1;
  std::cout << "http port " << (*http)->port() << " grpc port " << port << std::endl;
  for (;;) pause();
}

}  // namespace isa95::bench
