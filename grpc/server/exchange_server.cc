#include "grpc/server/exchange_server.h"

#include <grpc/grpc.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/server_builder_option.h>

#include <thread>

#include "grpc/model/text.h"
#include "grpc/server/call_watch.h"
#include "grpc/server/order_server.h"
#include "grpc/server/report_server.h"

namespace isa95::server {

namespace {

using std::chrono::milliseconds;

constexpr auto kLook = milliseconds(20);

// gRPC's library plugs reflection into every server of a process that links it.
class NoReflection : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    std::erase_if(*plugins, [](const auto& plugin) { return plugin->name().find("reflection") != std::string::npos; });
  }
};

constexpr const char* kServices[] = {"isa95.exchange.v1.OrderExchangeService",
                                     "isa95.exchange.v1.ReportExchangeService"};

class GrpcServer final : public ExchangeServer {
 public:
  GrpcServer(const ExchangeServerOptions& options, ExchangeHandler& orders, ReportHandler* reports)
      : watch_(options.hooks), orders_(OrderServer::Make(orders, options.stream_window)) {
    if (reports == nullptr) return;
    ReportServerOptions report_options;
    report_options.stream_window = options.stream_window;
    reports_ = ReportServer::Make(*reports, report_options);
  }
  ~GrpcServer() override { Stop(0); }

  absl::Status Start(const ExchangeServerOptions& options) {
    grpc::EnableDefaultHealthCheckService(true);
    if (options.reflection) grpc::reflection::InitProtoReflectionServerBuilderPlugin();
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
    std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> watchers;
    watchers.push_back(watch_.Factory());
    builder.experimental().SetInterceptorCreators(std::move(watchers));
    if (!options.reflection) builder.SetOption(std::make_unique<NoReflection>());
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port_ == 0)
      return absl::UnavailableError(Cat("cannot listen for gRPC on ", options.address));
    SetServing(options.serving);
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

  void SetServing(bool serving) override {
    if (server_ == nullptr) return;
    auto* health = server_->GetHealthCheckService();
    for (const char* service : kServices) {
      if (service == kServices[0] || reports_ != nullptr) health->SetServingStatus(service, serving);
    }
    health->SetServingStatus("", serving);
  }

  void Stop(uint32_t grace_ms) override {
    if (server_ == nullptr) return;
    SetServing(false);
    orders_->Stop();
    if (reports_ != nullptr) reports_->Stop();
    std::atomic<bool> over{false};
    std::thread closing([&] {
      server_->Shutdown(std::chrono::system_clock::now() + milliseconds(grace_ms));
      over = true;
    });
    // gRPC waits for its clients to hang up, which idle ones do not; once no call is under way nobody loses by it.
    while (!over) {
      std::this_thread::sleep_for(kLook);
      if (watch_.open() == 0) grpc_server_cancel_all_calls(server_->c_server());
    }
    closing.join();
    server_->Wait();
    server_.reset();
  }

 private:
  CallWatch watch_;
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
