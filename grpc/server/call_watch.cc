#include "grpc/server/call_watch.h"

#include <array>
#include <string_view>

namespace isa95::server {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::ServerRpcInfo;

std::string_view NameOf(grpc::StatusCode code) {
  constexpr std::array<std::string_view, 17> kNames{
      "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
      "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
      "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
      "DATA_LOSS", "UNAUTHENTICATED"};
  const auto index = static_cast<size_t>(code);
  return index < kNames.size() ? kNames[index] : "OTHER";
}

}  // namespace

// gRPC deletes it when the call is over.
class CallWatch::OneCall : public grpc::experimental::Interceptor {
 public:
  OneCall(CallWatch& watch, const ServerRpcInfo& info)
      : watch_(watch), method_(info.method()), stream_(info.type() == ServerRpcInfo::Type::SERVER_STREAMING) {
    ++watch_.open_;
    if (stream_ && watch_.hooks_.streams) watch_.hooks_.streams(1);
  }
  ~OneCall() override {
    if (stream_ && watch_.hooks_.streams) watch_.hooks_.streams(-1);
    --watch_.open_;
  }
  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    if (watch_.hooks_.ended && methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS))
      watch_.hooks_.ended(method_, NameOf(methods->GetSendStatus().error_code()));
    methods->Proceed();
  }

 private:
  CallWatch& watch_;
  const std::string_view method_;  // of the registered method, which lives as long as the server
  const bool stream_;
};

class CallWatch::Maker : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit Maker(CallWatch& watch) : watch_(watch) {}
  grpc::experimental::Interceptor* CreateServerInterceptor(ServerRpcInfo* info) override {
    const std::string_view method(info->method());
    return method.starts_with("/isa95.") ? new OneCall(watch_, *info) : nullptr;
  }

 private:
  CallWatch& watch_;
};

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> CallWatch::Factory() {
  return std::make_unique<Maker>(*this);
}

}  // namespace isa95::server
