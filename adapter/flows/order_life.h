// What an order's own past allows: the judgement the ledger asks for inside the transaction that stores an item. Pure.
// Source: domain facts B.4 (versions) and C.3 (change and cancel); what only the shop floor knows is the MES's to
// decide.
#pragma once

#include <vector>

#include "adapter/ledger/ledger.h"

namespace isa95::flows {

// Refuses with ORDER_UNKNOWN, ORDER_CANCELLED, ORDER_CLOSED or VERSION_BACKWARDS. Gives a version to an item whose
// sender has none: a change counts one up, unless it says the same as the last change; a cancel takes the order's
// current one. A version equal to a known one is left to the ledger's key: same content is a duplicate, other content a
// conflict.
void JudgeByHistory(ledger::NewItem& item, const std::vector<ledger::StoredItem>& history);

// By number where both are numbers, else only equal or not: then the second counts as newer.
enum class VersionOrder { kOlder, kSame, kNewer };
VersionOrder CompareVersions(std::string_view version, std::string_view to);

}  // namespace isa95::flows
