// What else happens while an order is worked: its line stands, planned or not, and its lot is held after a failed test
// until a retest passes. Pure: the same order and terms make the same.
#pragma once

#include <vector>

#include "simulators/mes_sim/shift.h"

namespace isa95::mes_sim {

// Numbered per chain. Of the line: a change of product, a breakdown that is told when it begins and when it ends,
// micro-stops told together, a stop told whole, one that goes on over the end of the shift and is told in parts, and
// now and then one that has not ended. Of the lot: a value that fails by exactly its exclusive limit, a hold, a retest,
// and, where that is passed, the release. Empty: the order does not state once what is to be made.
std::vector<ShopReport> RunFacts(const flow::v1::ProductionOrder& order, const ShiftTerms& terms);

}  // namespace isa95::mes_sim
