// The exchange of all contracts while the adapter runs: all of them or none. Threads: of one thread, beside any number
// that read the contracts. Errors: findings; with an error among them the old contracts stay. Source: DESIGN §7.
#pragma once

#include "adapter/config.h"
#include "adapter/contracts.h"

namespace isa95::adapter {

// Why these may not take the place of those that run; empty = they may. Pure.
Findings ReloadRefusals(const Contracts::Generation& running, const ContractSet& next);

// Reads --site again and swaps. Without an error in what it gives, the new contracts hold when it returns.
Findings Reload(const Config& config, Contracts& contracts);

}  // namespace isa95::adapter
