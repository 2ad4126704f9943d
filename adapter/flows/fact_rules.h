// The rules of quality and downtime: by a report alone, and by its chain. Internal to the flows of reports. Pure.
// Source: domain facts A.6, C; the requirements QD-01 to QD-10.
#pragma once

#include <string>

#include "adapter/flows/fact_book.h"
#include "adapter/flows/report_rules.h"

namespace isa95::flows {

// What a report is judged by before its chain is looked at.
struct Checking {
  const contract::v1::SiteContract& contract;
  int64_t latest_ms = 0;  // what happened later cannot have happened yet
  Verdict& verdict;
};
void CheckDisposition(const flow::v1::LotDisposition& disposition, const Checking& checking);
void CheckTestResult(const flow::v1::QualityTestResult& result, const Checking& checking);
void CheckStop(const flow::v1::DowntimeEvent& stop, const Checking& checking);

// Shared by them. `named`: what the report lacks, as "sample".
void DemandId(const flow::v1::Identifier& id, std::string_view path, std::string_view code, std::string_view named,
              Verdict& verdict);
// True where the time is there and can be compared with others.
bool DemandTime(bool given, const flow::v1::Instant& time, const std::string& path, const Checking& checking);

void JudgeDisposition(const flow::v1::LotDisposition& disposition, const Judging& judging);
void JudgeTestResult(const flow::v1::QualityTestResult& result, const Judging& judging);
void JudgeStop(const flow::v1::DowntimeEvent& stop, const Judging& judging);
// Parks a report about a lot that nobody has named.
void JudgeLot(const flow::v1::Identifier& lot, const std::string& path, const Judging& judging);

// What a report of quality or downtime has to wait for, since it may still come: a lot's first mention, the result that
// is tested again, the opening of a closing, the closing of a stop in the way. In words; empty = it need not wait.
std::string WaitsFor(const flow::v1::Envelope& envelope, const ledger::LotStandings& lots, const FactBook& facts);

// Those of WaitsFor.
std::string StopWaitsFor(const flow::v1::Envelope& envelope, const FactBook& facts);
bool IsUnknown(const flow::v1::Identifier& lot, const ledger::LotStandings& lots);

}  // namespace isa95::flows
