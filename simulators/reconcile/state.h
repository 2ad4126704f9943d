// What is left of a run when it has settled, in lines that are the same for two runs that ended alike, whatever came on
// top: without times, document numbers, attempts and counts of noise. Pure.
#pragma once

#include <string>
#include <vector>

#include "simulators/common/record.h"

namespace isa95::sim {

// Sorted. Of each order the MES's decision and what the ERP was told; of each report the last word, where what was
// taken back is one word, whether it was posted before or not; of the ERP's books the sums of each step and of each
// material's lot, and how each lot, stop and test result stands.
std::vector<std::string> StateOf(const std::vector<RecordLine>& erp, const std::vector<RecordLine>& mes);

}  // namespace isa95::sim
