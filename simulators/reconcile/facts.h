// Stop by stop, lot by lot and result by result: what the MES's record says happened, and what the ERP's record says it
// was told. Pure.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "simulators/common/record.h"

namespace isa95::sim {

struct FactsReconciliation {
  bool reconciled = true;                // also where nothing happened
  std::vector<std::string> differences;  // in words, each naming its stop, lot or result
  std::string summary;                   // counts and sums; empty where nothing happened
  int64_t slowest_ms = -1;  // from the report of a stop or a hold until the ERP had it; -1 = there was none
  std::string slowest;      // which one
};

// `allowed`: reason codes for which a report may be parked: the ERP then need not know.
FactsReconciliation ReconcileFacts(const std::vector<RecordLine>& erp, const std::vector<RecordLine>& mes,
                                   const std::set<std::string>& allowed);

}  // namespace isa95::sim
