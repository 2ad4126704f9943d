// A report as a MES writes it that speaks B2MML itself. Pure.
#pragma once

#include <string>

#include "isa95/exchange/v1/report.pb.h"
#include "isa95/flow/v1/document.pb.h"

namespace isa95::mes_sim {

// Process of the performance noun with one response and one segment; of a reversal, Cancel of what it takes back. The
// BODID is the report's id: a report is sent the same each time. What not every version has an element for
// (SegmentRequirementID, OperationsSegmentID), and what none has (ConfirmationType, ConfirmationID, OrderSequence),
// goes as a data item of that name.
flow::v1::Document MakePerformance(const exchange::v1::Report& report, const std::string& logical_id,
                                   const std::string& noun_form);

}  // namespace isa95::mes_sim
