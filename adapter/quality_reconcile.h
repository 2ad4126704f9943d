// Flow 4 as it stands: each stop, disposition and test result, whether its consumer has it and after how long; open
// stops, lots on hold, sums of stops. Exact, to the nanosecond. Pure. Source: requirements QD-02, QD-06, QD-07, QD-08,
// QD-11.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "adapter/ledger/report_ledger.h"
#include "adapter/reconcile.h"
#include "isa95/contract/v1/contract.pb.h"

namespace isa95::adapter {

struct QualityFact {
  std::string kind;                // "hold", "release", "test result", "stop"
  std::string id, subject, order;  // subject: the lot or the line
  std::string what;                // reason, or property, value and verdict
  std::string since, until;        // as reported; `until` of a stop that is over
  std::string state;               // of its last report: "posted", "parked UNKNOWN_REASON", ...
  int64_t received_ms = 0;         // when the first report of it came
  int64_t told_ms = 0;             // when the ERP said that it has it; 0 = not yet
  int64_t after_report_ms = 0;     // told less received
  int64_t after_event_ms = 0;      // told less `since`: of a hold, and of a stop that was reported while it stood
};

struct QualityReconciliation {
  std::string site;
  std::string used_by, decision;  // who is told, and what for
  int64_t latency_ms = 0;         // within which, by the contract
  std::vector<QualityFact> facts;
  std::vector<std::string> lots_on_hold;
  uint64_t planned_stops = 0, unplanned_stops = 0, open_stops = 0;  // a stop in parts is one; micro-stops are each one
  int64_t planned_nanos = 0, unplanned_nanos = 0;                   // of those that are over
  int64_t slowest_ms = -1;                                          // after the report; -1 = nothing was told
  std::vector<Difference> differences;
};

// `over`: orders whose end was reported. A stop still open in one of them is a difference; so is what was not told, and
// what was told later than the contract says.
QualityReconciliation ReconcileQuality(const std::vector<ledger::StoredReport>& reports,
                                       std::vector<std::string> lots_on_hold, const std::set<std::string>& over,
                                       const contract::v1::SiteContract& contract);

std::string QualityText(const QualityReconciliation& quality);
std::string QualityJson(const QualityReconciliation& quality);  // one object

}  // namespace isa95::adapter
