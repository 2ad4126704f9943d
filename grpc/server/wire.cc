#include "grpc/server/wire.h"

#include <grpcpp/support/proto_buffer_reader.h>

#include "google/protobuf/io/coded_stream.h"
#include "grpc/model/text.h"

namespace isa95::server {

grpc::Status FromWire(const grpc::ByteBuffer& bytes, google::protobuf::Message& message) {
  grpc::ByteBuffer shared(bytes);  // counts references; the reader wants one it may change
  grpc::ProtoBufferReader reader(&shared);
  google::protobuf::io::CodedInputStream stream(&reader);
  stream.SetRecursionLimit(kMaxNesting);
  if (message.ParseFromCodedStream(&stream) && stream.ConsumedEntireMessage() && reader.status().ok())
    return grpc::Status::OK;
  return {grpc::StatusCode::INVALID_ARGUMENT,
          Cat("the bytes are no ", message.GetDescriptor()->full_name(), ": broken, nested deeper than ", kMaxNesting,
              ", or with text that is not UTF-8")};
}

grpc::ByteBuffer ToWire(const google::protobuf::Message& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return {&slice, 1};
}

}  // namespace isa95::server
