// A notice in words: what stands where, since when, whose it is, and what to do next, as text for a person and as JSON
// for a program. Holds ids and reasons, never a payload or a setting. Pure.
#pragma once

#include <string>

#include "adapter/ops/escalation.h"

namespace isa95::adapter::ops {

// What a command needs to find this adapter's things again.
struct Places {
  std::string ledger;
  std::string site_file;  // empty = left out
};

// Next, in words; and a command that shows more, empty where there is none.
struct NextStep {
  std::string words, command;
};
NextStep NextOf(const Notice& notice, const Places& places);

std::string TextOf(const Notice& notice, const NextStep& next);
// The members of a JSON object, without braces. Schema: docs/operator.md; members are added, never changed.
std::string MembersOf(const Notice& notice, const NextStep& next);
// The whole object, under the number the ledger gave it.
std::string JsonOf(uint64_t id, std::string_view members);

}  // namespace isa95::adapter::ops
