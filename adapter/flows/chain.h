// What a report stands in line with: reports of one chain go to the ERP one after the other, and are judged by each
// other. Of an order's reports the chain is the order; of quality it is the lot, of downtime the line. Pure.
#pragma once

#include <string>
#include <string_view>

#include "adapter/ledger/lots.h"
#include "isa95/flow/v1/document.pb.h"

namespace isa95::flows {

// Of a confirmation, consumption or reversal the order's id. Of a disposition or test result a key of the lot, or of
// the order where no lot is named; of a stop one of the equipment. Such a key has a control character, which no id may
// have, so it is never that of an order.
std::string ChainOf(const flow::v1::Envelope& envelope);
using ledger::IsOrderChain;  // whether the chain is an order's own
// For people: "lot B1", "line LE01", "order 4711" of an order's test results; of an order's own chain the id itself.
std::string ChainWords(std::string_view chain);

}  // namespace isa95::flows
