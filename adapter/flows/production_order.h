// Flow 1: production orders, ERP -> MES. Pure: no disk, no network, no clock of its own.
// Decides for a parsed document: refused whole, or per order queued or refused. Source: DESIGN §4 steps 5 and 6.
#pragma once

#include <cstdint>
#include <string>

#include "adapter/ledger/ledger.h"
#include "adapter/policy/normalize.h"
#include "b2mml/bod.h"
#include "b2mml/check.h"
#include "isa95/contract/v1/contract.pb.h"

namespace isa95::flows {

struct OrderFlowInput {
  const b2mml::Parsed& parsed;
  const contract::v1::SiteContract& contract;
  const policy::Normalizer& normalizer;  // of the contract
  int64_t received_ms = 0;
};

// The ledger record to append. payload, payload_hash, channel and content hashes are left to the caller, who has the
// bytes. `findings` gains what the flow itself found.
struct OrderFlowResult {
  ledger::NewDocument document;
  Findings findings;
};

// Names and units of the orders become the standard ones; what the ERP wrote stays in the stored document.
OrderFlowResult DecideOrders(const OrderFlowInput& input);

}  // namespace isa95::flows
