#include "grpc/server/exchange_server.h"

#include <grpcpp/grpcpp.h>

#include "grpc/model/text.h"
#include "grpc/server/order_server.h"
#include "grpc/server/report_server.h"

namespace isa95::server {

namespace {

using std::chrono::milliseconds;

class GrpcServer final : public ExchangeServer {
 public:
  GrpcServer(const ExchangeServerOptions& options, ExchangeHandler& orders, ReportHandler* reports)
      : orders_(OrderServer::Make(orders, options.stream_window)) {
    if (reports == nullptr) return;
    ReportServerOptions report_options;
    report_options.stream_window = options.stream_window;
    reports_ = ReportServer::Make(*reports, report_options);
  }
  ~GrpcServer() override { Stop(0); }

  absl::Status Start(const ExchangeServerOptions& options) {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::ServerBuilder builder;
    builder.AddListeningPort(options.address, grpc::InsecureServerCredentials(), &port_);
    builder.SetMaxReceiveMessageSize(static_cast<int>(options.max_message_bytes));
    // gRPC unpacks a message whole before it looks at its size: few bytes would take much memory.
    builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
    builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
    builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, 8 * 1024);
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    SetKeepalive(options, builder);
    builder.RegisterService(&orders_->service());
    if (reports_ != nullptr) builder.RegisterService(&reports_->service());
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port_ == 0)
      return absl::UnavailableError(Cat("cannot listen for gRPC on ", options.address));
    return absl::OkStatus();
  }

  // gRPC's own defaults close the connection of a vendor who pings every 20 s (GOAWAY, too_many_pings), or at all while
  // no call is open, and find out after two hours that a vendor's machine is gone.
  static void SetKeepalive(const ExchangeServerOptions& options, grpc::ServerBuilder& builder) {
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, options.min_ping_interval_ms);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, options.ping_every_ms);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, options.ping_timeout_ms);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);  // a quiet stream is pinged all the same
  }

  int port() const override { return port_; }

  void Stop(uint32_t grace_ms) override {
    if (server_ == nullptr) return;
    orders_->Stop();
    if (reports_ != nullptr) reports_->Stop();
    server_->Shutdown(std::chrono::system_clock::now() + milliseconds(grace_ms));
    server_->Wait();
    server_.reset();
  }

 private:
  const std::unique_ptr<OrderServer> orders_;
  std::unique_ptr<ReportServer> reports_;  // null = not served
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ExchangeServer>> ExchangeServer::Start(const ExchangeServerOptions& options,
                                                                      ExchangeHandler& orders, ReportHandler* reports) {
  auto server = std::make_unique<GrpcServer>(options, orders, reports);
  if (auto status = server->Start(options); !status.ok()) return status;
  return server;
}

}  // namespace isa95::server
