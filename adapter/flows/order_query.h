// A question of the ERP: Get of the schedule noun, answered by Show from what the ledger knows. Pure.
#pragma once

#include <string>
#include <vector>

#include "adapter/ledger/ledger.h"
#include "b2mml/bod.h"

namespace isa95::flows {

constexpr uint32_t kMaxShown = 100;

// The order ids that are asked for; none = all of them ("*", or no id at all).
std::vector<std::string> OrdersAskedFor(const flow::v1::Document& request);

// `found`: at most kMaxShown + 1 orders. More than kMaxShown: Rejected, GET_TOO_WIDE, without orders.
flow::v1::Document AnswerQuery(const flow::v1::Document& request, const std::vector<ledger::StoredItem>& found,
                               const b2mml::AnswerHeader& header, const b2mml::Version& version);

}  // namespace isa95::flows
