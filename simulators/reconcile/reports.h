// Order by order and step by step: what the MES's record says was made and used, and what the ERP's record says is
// posted. Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "simulators/common/record.h"

namespace isa95::sim {

struct ReportsReconciliation {
  bool reconciled = true;                // also where nothing was reported
  std::vector<std::string> differences;  // in words, each naming its order
  std::string summary;                   // counts; empty where nothing was reported
};

// `allowed`: reason codes for which a report may be parked: its truth then need not be posted.
ReportsReconciliation ReconcileReports(const std::vector<RecordLine>& erp, const std::vector<RecordLine>& mes,
                                       const std::set<std::string>& allowed);

}  // namespace isa95::sim
