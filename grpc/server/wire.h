// Messages from and to the bytes of the wire, with this project's limits. gRPC's own reading allows a nesting of 100
// and answers UNIMPLEMENTED, without a word, to what it cannot read. Pure.
#pragma once

#include <grpcpp/grpcpp.h>

#include "google/protobuf/message.h"

namespace isa95::server {

constexpr int kMaxNesting = 32;

// OK, or INVALID_ARGUMENT where the bytes are no message, are nested too deep or have text that is not UTF-8.
grpc::Status FromWire(const grpc::ByteBuffer& bytes, google::protobuf::Message& message);

grpc::ByteBuffer ToWire(const google::protobuf::Message& message);

}  // namespace isa95::server
