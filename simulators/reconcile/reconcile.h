// Order by order: what the ERP released, what the MES took and decided, what the ERP was told. Pure.
#pragma once

#include <string>
#include <vector>

#include "simulators/common/record.h"

namespace isa95::sim {

struct Reconciliation {
  bool reconciled = false;
  std::string table;    // a line per order version
  std::string summary;  // counts and differences
};

// Lost: released but never taken; doubled: taken twice; untold: decided but the ERP not told, or told otherwise.
Reconciliation Reconcile(const std::vector<RecordLine>& erp, const std::vector<RecordLine>& mes);

}  // namespace isa95::sim
