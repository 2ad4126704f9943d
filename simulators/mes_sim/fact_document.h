// A stop, a disposition or a test result as a MES writes it that speaks B2MML itself. Pure.
#pragma once

#include <string>

#include "isa95/exchange/v1/report.pb.h"
#include "isa95/flow/v1/document.pb.h"

namespace isa95::mes_sim {

// Sync of the performance noun with a segment DOWNTIME, of a lot, or of a test result (`has_results`: the version has a
// noun for it; else it is within a lot's property). The BODID is the report's key: a report is sent the same each time.
// What no version has an element for goes by name.
flow::v1::Document MakeFact(const exchange::v1::Report& report, const std::string& logical_id,
                            const std::string& noun_form, bool has_results);

}  // namespace isa95::mes_sim
