// Holds a version table against itself and against the messages it maps onto, so that a slip in a table stops the start
// and not a message. Pure.
#pragma once

#include "absl/status/status.h"
#include "b2mml/version.h"

namespace isa95::b2mml {

// InvalidArgument with the type and the name at fault where: a type is named twice or missing; a field, an enum value
// or a verb does not exist; an element that may repeat maps onto a field that holds one; something is passed over where
// the message has no place to keep it; a filler is none of those table.proto lists.
absl::Status CheckTable(const Version& version);

}  // namespace isa95::b2mml
