// Protobuf reflection as the translation needs it. Pure, thread-safe.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

#include "b2mml/table.pb.h"

namespace isa95::b2mml {

using ProtoMessage = google::protobuf::Message;
using ProtoField = google::protobuf::FieldDescriptor;

// Null where the message has no such field.
const ProtoField* FieldOf(const ProtoMessage& message, std::string_view name);
// The sub-message to fill: added to a repeated field, mutable of a single one.
ProtoMessage* AddTo(ProtoMessage& message, const ProtoField& field);
int CountOf(const ProtoMessage& message, const ProtoField& field);
const ProtoMessage& At(const ProtoMessage& message, const ProtoField& field, int index);

// Empty / false where the message has no such field.
std::string TextOf(const ProtoMessage& message, std::string_view field);
bool FlagOf(const ProtoMessage& message, std::string_view field);
void SetText(ProtoMessage& message, std::string_view field, std::string_view text);
void SetFlag(ProtoMessage& message, std::string_view field);

// True for leafs whose meaning is an enum `code` with `other_value`.
bool IsCoded(const ProtoMessage& message);
std::string CodeName(const ProtoMessage& message);             // "ORDER_STATE_CODE_HELD"
bool SetCode(ProtoMessage& message, const std::string& name);  // false: no such value
// "held" for ORDER_STATE_CODE_HELD: the name without its enum's prefix, lower case, blanks for underscores.
std::string ShortName(const ProtoMessage& message, const std::string& name);
std::string CodeByShortName(const ProtoMessage& message, std::string_view short_name);  // empty = none

}  // namespace isa95::b2mml
