// Figures of an order that its confirmations carry every input of; a figure without them is not there, never guessed.
// Each says what it was computed from. They are of one order, not of a shift or a machine: availability and OEE are not
// among them, since no flow carries a shift calendar. Pure. Source: ISO 22400-2; domain facts E.
#pragma once

#include <string>
#include <vector>

#include "adapter/reconcile.h"

namespace isa95::adapter {

struct Figure {
  std::string name;   // e.g. "quality ratio"
  std::string value;  // of 1, to four places, half away from zero; for display
  std::string basis;  // e.g. "ISO 22400-2: good 95 / produced 100 of segment 0030; rework is not good"
};

// Of the segment whose yield is the order's, as reported and in effect: quality, scrap and rework ratio; and order
// fulfilment, which is not ISO 22400. None where it made nothing yet, or in more than one unit.
std::vector<Figure> FiguresOf(const OrderReconciliation& order);

}  // namespace isa95::adapter
