// What the simulated ERP reads of quality and downtime: stops out of DOWNTIME segments, dispositions out of lots, test
// results out of lots or their own noun. Pure. Source: domain facts A.6.
#pragma once

#include <string>
#include <vector>

#include "isa95/flow/v1/document.pb.h"
#include "simulators/common/record.h"

namespace isa95::erp_sim {

// One thing told, as a line of the record: "event" is stop_told, lot_told or result_told; "key" tells it from others.
struct Told {
  sim::RecordLine line;
  std::string fault, fault_text;  // why it cannot be taken, a code and in words; empty = it can
};

// Sync of lots, test results or stops.
bool IsFact(const flow::v1::Document& document);
std::vector<Told> ReadFacts(const flow::v1::Document& document);

}  // namespace isa95::erp_sim
