// The lots that a message names, so that a hold of a lot nobody has heard of is found. Pure. Source: requirement QD-02.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "isa95/flow/v1/document.pb.h"

namespace isa95::ledger {

// Of an order: those of its material lines, nested ones too. Of a report: those it made, used, held, released or
// tested.
std::set<std::string> LotsNamed(const flow::v1::Envelope& envelope);

// Whether naming a lot makes it known: an order and a report of what was made or used do, a quality flag does not.
bool MakesLotsKnown(const flow::v1::Envelope& envelope);

// Of another chain than its order's: quality and downtime. Such a chain starts with a control character, which no id
// has.
bool IsQualityOrDowntime(flow::v1::MessageKind kind);
inline bool IsOrderChain(std::string_view chain) {
  return chain.empty() || static_cast<unsigned char>(chain[0]) >= 0x20;
}

}  // namespace isa95::ledger
