// Reconciliation: per order and segment, planned against made; per component and lot, expected against used; on both
// sides, what the MES reported and what the ERP has posted. Exact decimals; reversals taken out. Pure. Source: domain
// facts A.5, C.4, E; requirements REC-01 to REC-04.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapter/ledger/report_ledger.h"
#include "grpc/model/decimal.h"
#include "isa95/contract/v1/contract.pb.h"

namespace isa95::adapter {

// A row for each unit: quantities in different units are never added up.
struct SegmentSum {
  std::string segment_id;                     // SegmentRequirement/ID; of a step the order does not have: as reported
  std::string operation;                      // OperationsSegmentID
  bool delivers = false;                      // its yield is the order's
  ExactDecimal planned, good, scrap, rework;  // reported and in effect; planned of the delivering segment only
  ExactDecimal posted_good, posted_scrap, posted_rework;
  std::string unit;
  bool final = false, posted_final = false;  // a FINAL confirmation is in effect, is posted
};

struct ComponentSum {
  std::string requirement_id;  // MaterialRequirement/ID; empty = not planned
  std::string material, lot;   // lot empty: the component's sum over all lots
  ExactDecimal planned;        // for the whole order
  // Planned, scaled by what was made (good + scrap of the delivering segment) over ordered. For display: three places
  // more than planned and used have, half away from zero, without needless zeros.
  ExactDecimal expected;
  // Used is less (-1), as expected, more (1): judged exactly, as a fraction. None where nothing can be judged: of a
  // lot, of what is not planned or backflushed, and where the order does not say how much is to be made.
  std::optional<int> against_expected;
  ExactDecimal used, posted;  // consumed less returned
  std::string unit;
  bool backflushed = false;
};

struct Difference {
  std::string what;                  // e.g. "good of segment 0010: reported 95, posted 90"
  std::vector<std::string> because;  // the reports behind it, with state, reason and who acts
};

struct OrderReconciliation {
  std::string site, order_id, version;
  ExactDecimal ordered, open, over;  // open = ordered - good, not below zero; over = what is beyond
  std::string unit;
  std::vector<SegmentSum> segments;
  std::vector<ComponentSum> components;
  std::vector<Difference> differences;  // between what was reported and what is posted; empty = reconciled
};

// Reported and in effect is what stands in the ledger and was not taken back; a reversal counts there as soon as it is
// in, and on the posted side once it is posted. Where the contract says that the MES reports cumulatively, the latest
// total counts for each segment, kind, material, lot and reason, and of consumption for each line, lot and direction.
OrderReconciliation ReconcileOrder(const std::string& order_id, const ledger::OrderPast& past,
                                   const contract::v1::SiteContract& contract);

}  // namespace isa95::adapter
