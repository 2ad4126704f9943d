// The verbs that only look: trace --order, audit, reconcile, check-config. Results on `out`; the return value is the
// exit code of DESIGN §10.
#pragma once

#include <ostream>

#include "adapter/config.h"
#include "adapter/ledger/ledger.h"
#include "adapter/ledger/report_ledger.h"

namespace isa95::adapter {

int TraceOrder(ledger::Ledgers& ledger, const Contracts& contracts, const Config& config, std::ostream& out);
int Audit(ledger::Ledgers& ledger, const Config& config, std::ostream& out);
// 1 where an order differs between what was reported and what is posted.
int Reconcile(ledger::ReportLedger& ledger, const Contracts& contracts, const Config& config, std::ostream& out);
int CheckConfig(const ContractSet& set, const Config& config, std::ostream& out);

}  // namespace isa95::adapter
