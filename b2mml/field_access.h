// The fields of the flow messages by plain function, for the one place where reflection costs more than the XML around
// it: translation. Generated at build from the messages' own descriptors (field_access_generator.cc). Pure,
// thread-safe.
#pragma once

#include <google/protobuf/message.h>

#include <string>

namespace isa95::b2mml {

// A message field has the first three, a single string the last two; other fields have none and are not here.
struct FieldAccess {
  int (*count)(const google::protobuf::Message&) = nullptr;  // a single one counts 0 or 1
  const google::protobuf::Message& (*get)(const google::protobuf::Message&, int) = nullptr;
  google::protobuf::Message* (*add)(google::protobuf::Message&) = nullptr;  // of a single one: the one
  const std::string& (*text)(const google::protobuf::Message&) = nullptr;
  void (*set_text)(google::protobuf::Message&, const std::string&) = nullptr;
};

// Of a field of isa95.flow.v1; null for one of another kind.
const FieldAccess* AccessOf(const google::protobuf::FieldDescriptor& field);

}  // namespace isa95::b2mml
