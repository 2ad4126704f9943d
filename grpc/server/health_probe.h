// Asks a gRPC server of this machine for its health, over a connection of its own. Blocking; thread-safe: no state.
// Source: grpc.health.v1.
#pragma once

#include <chrono>
#include <string>

#include "absl/status/status.h"

namespace isa95::server {

// `address`: HOST:PORT. OK: it says SERVING. Unavailable: no connection, no answer within `timeout`, or another answer.
absl::Status ProbeHealth(const std::string& address, std::chrono::milliseconds timeout);

}  // namespace isa95::server
