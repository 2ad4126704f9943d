// The quantities of a line: which of them is meant where there are several, and making the document say it where the
// contract allows them to be told apart. Private to b2mml/. Pure. Source: domain facts A.4, B2MML's Quantity/Key.
#pragma once

#include "isa95/flow/v1/document.pb.h"

namespace isa95::b2mml {

using Quantities = google::protobuf::RepeatedPtrField<flow::v1::Quantity>;

// Without a value: nil, absent or blank.
bool IsEmptyQuantity(const flow::v1::Quantity& quantity);

enum class Told {
  kPlainly,   // there is one at most, and it is the line's own
  kByKey,     // Yield or Actual, Scrap, Rework, Planned: each once, and each means something on such a line
  kNotAtAll,  // nobody knows which is meant
};
// Of a line that is planned or one that was done. Empty quantities do not count.
Told HowTold(const Quantities& quantities, const flow::v1::MaterialUse& use, bool planned);

// Takes away all quantities without a value.
void DropEmptyQuantities(google::protobuf::Message& message);
// Of a plan only what is planned stays, of a report only what was done; scrap and rework become lines of their own, as
// if they had been sent so, without the parts of the line they come from.
void TellApartByKey(flow::v1::Document& document);

}  // namespace isa95::b2mml
