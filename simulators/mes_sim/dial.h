// The way to the adapter's gRPC port. gRPC by itself waits a second before it dials again, then ever longer, up to two
// minutes: too long for a plant that is being started, or whose adapter was away for a moment.
#pragma once

#include <grpcpp/create_channel.h>
#include <grpcpp/support/channel_arguments.h>

#include <memory>
#include <string>

namespace isa95::mes_sim {

inline std::shared_ptr<grpc::Channel> Dial(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 200);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2'000);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace isa95::mes_sim
