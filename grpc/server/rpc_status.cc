#include "grpc/server/rpc_status.h"

#include "grpc/model/text.h"

namespace isa95::server {

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const auto code = static_cast<grpc::StatusCode>(status.raw_code());
  const bool inside =
      code == grpc::StatusCode::INTERNAL || code == grpc::StatusCode::DATA_LOSS || code == grpc::StatusCode::UNKNOWN;
  return {code, inside ? "the adapter has a fault; its log says which" : Words(status)};
}

grpc::Status Stopping() { return {grpc::StatusCode::UNAVAILABLE, "the adapter is shutting down; connect again"}; }

grpc::Status TooLate(const grpc::CallbackServerContext& context) {
  if (context.deadline() <= std::chrono::system_clock::now())
    return {grpc::StatusCode::DEADLINE_EXCEEDED, "the deadline was over before the call's turn came; nothing was done"};
  if (context.IsCancelled()) return grpc::Status::CANCELLED;
  return grpc::Status::OK;
}

}  // namespace isa95::server
