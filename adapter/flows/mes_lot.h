// Lots, test results and events of a MES that speaks B2MML, as reports. Pure. Source: domain facts A.6.
#pragma once

#include <vector>

#include "grpc/model/finding.h"
#include "isa95/contract/v1/contract.pb.h"
#include "isa95/exchange/v1/report.pb.h"
#include "isa95/flow/v1/document.pb.h"

namespace isa95::flows {

using ReportList = std::vector<exchange::v1::Report>;

// A lot's disposition, where it is one that this flow tells, and the test results within its properties. A disposition
// without an id of its own is known by lot and time. What is not named is an error, see item_gate.h.
void ReadLot(const flow::v1::MaterialLot& lot, const flow::v1::Document& document,
             const contract::v1::SiteContract& contract, ReportList& reports, Findings& findings);
// One report for each property that was measured, of the result and those within it. To whom it matters is the
// contract's to say where the MES does not: its characteristics are those that a release hangs on.
void ReadTest(const flow::v1::TestResult& test, const contract::v1::SiteContract& contract, ReportList& reports,
              Findings& findings);
// A stop, by the gate of relevance: an Event of level 3 or 4 that names an enterprise function of finance or release;
// anything else is the error NOT_BUSINESS_RELEVANT. `closes`: by a Sync that changes.
void ReadEvent(const flow::v1::OperationsEvent& event, bool closes, const contract::v1::SiteContract& contract,
               ReportList& reports, Findings& findings);

}  // namespace isa95::flows
