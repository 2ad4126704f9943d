// The only place where an absl::Status becomes a grpc::Status. Pure.
#pragma once

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace isa95::server {

// Codes map one to one. The words of Internal, DataLoss and Unknown stay inside: they are for the log.
grpc::Status ToGrpc(const absl::Status& status);

}  // namespace isa95::server
