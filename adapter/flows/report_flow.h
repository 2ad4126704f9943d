// The way back, decided: confirmations, consumption and reversals. Pure: no disk, no network, no clock of its own.
// A report of something that happened is a fact: it is stored whatever is wrong with it, and parked with an owner where
// it cannot be posted. Source: DESIGN §2 and §4; domain facts A.4, A.5, B.4, C; the requirements CF-* and MC-*.
#pragma once

#include <cstdint>
#include <string>

#include "adapter/ledger/report_ledger.h"
#include "adapter/policy/normalize.h"
#include "grpc/model/finding.h"
#include "isa95/contract/v1/contract.pb.h"

namespace isa95::flows {

// One report as it came, judged by itself: PARKED with the first error, all findings kept; else QUEUED. Nothing is
// filled in. `sender`: the MES's logical id by the contract. `normalizer`: the contract's; names and units become the
// standard ones, and each that was not the MES's own way leaves a finding. Null = they pass as they are.
ledger::NewReport DecideReport(const exchange::v1::Report& report, const contract::v1::SiteContract& contract,
                               int64_t received_ms, const policy::Normalizer* normalizer = nullptr);

// The rest of the judgement, by the order's past: unknown order or segment, a second final, over-delivery, a number
// that leaves a gap (HELD), a reversal of nothing or twice, and so on. A report that is parked already stays as it is.
//
// Of a HELD report it is the judgement on its release, which the caller asks for once it is ready or its window is
// over: see ForJudgement. It is never held again; a gap that is still there is the warning SEQUENCE_GAP. Held reports
// of one order have to be released one after the other, by their numbers, each judged by a past that has the ones
// before as they were decided: then the result does not depend on the order in which the reports came.
//
// Reports that count are QUEUED, SENT, POSTED and PENDING ones that no such reversal takes back; HELD ones are not
// judged yet, PARKED and REVERSED ones have no effect.
void JudgeReport(ledger::NewReport& report, const ledger::OrderPast& past, const contract::v1::SiteContract& contract);

// A stored report as JudgeReport takes it. What it decides (state, reason, who acts, findings) goes back to the stored
// one.
ledger::NewReport ForJudgement(const ledger::StoredReport& held);

// Whether a HELD report's predecessors are all there, and judged: one that is held itself is not.
bool IsReady(const ledger::StoredReport& held, const ledger::OrderPast& past);

// The report with its quantities as deltas, whatever the contract says the MES reports; of a reversal's reversal: the
// first report under the new id. A reversal names the id under which the ERP has what it takes back. `past`: all
// earlier ones of the order are posted or out of play.
//
// Where the contract rounds a unit, a quantity is what the rounded sum of its account grows by: what was left over of
// earlier ones is in it. Its posting day is the one of the contract's rule. All in standard names.
ledger::StoredReport PostingOf(const ledger::StoredReport& report, const ledger::OrderPast& past,
                               const contract::v1::SiteContract& contract,
                               const policy::Normalizer* normalizer = nullptr);
// Whether the posting is made of other reports as well.
bool DependsOnPast(const ledger::StoredReport& report, const contract::v1::SiteContract& contract,
                   const policy::Normalizer* normalizer = nullptr);

}  // namespace isa95::flows
