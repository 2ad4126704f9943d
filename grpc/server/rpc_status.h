// The only place where an absl::Status becomes a grpc::Status, and the statuses that are the server's own. Pure.
#pragma once

#include <grpcpp/grpcpp.h>

#include "absl/status/status.h"

namespace isa95::server {

// Codes map one to one. The words of Internal, DataLoss and Unknown stay inside: they are for the log.
grpc::Status ToGrpc(const absl::Status& status);

// What ends a stream when the adapter stops.
grpc::Status Stopping();

// OK while somebody still waits for the answer; else why the handler need not be asked any more.
grpc::Status TooLate(const grpc::CallbackServerContext& context);

}  // namespace isa95::server
