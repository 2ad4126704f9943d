// Reconciliation: per order and segment, planned against made; per component and lot, expected against used; on both
// sides, what the MES reported and what the ERP has posted. Exact decimals; reversals taken out. Pure. Source: domain
// facts A.5, C.4, E; requirements REC-01 to REC-04.
#pragma once

#include <string>
#include <vector>

#include "adapter/ledger/report_ledger.h"
#include "grpc/model/decimal.h"
#include "isa95/contract/v1/contract.pb.h"

namespace isa95::adapter {

struct SegmentSum {
  std::string segment_id;                     // SegmentRequirement/ID
  std::string operation;                      // OperationsSegmentID
  bool delivers = false;                      // its yield is the order's
  ExactDecimal planned, good, scrap, rework;  // reported and in effect; planned of the delivering segment only
  ExactDecimal posted_good, posted_scrap, posted_rework;
  std::string unit;
  bool final = false;
};

struct ComponentSum {
  std::string requirement_id;  // MaterialRequirement/ID; empty = not planned
  std::string material, lot;   // lot empty: the component's sum over all lots
  ExactDecimal planned;        // for the whole order
  ExactDecimal expected;       // planned, scaled by what was made (good + scrap of the delivering segment) over ordered
  ExactDecimal used, posted;   // consumed less returned
  std::string unit;
  bool backflushed = false;
};

struct Difference {
  std::string what;                  // e.g. "good of segment 0010: reported 95, posted 90"
  std::vector<std::string> because;  // the reports behind it, with state, reason and who acts
};

struct OrderReconciliation {
  std::string order_id, version;
  ExactDecimal ordered, open, over;  // open = ordered - good, not below zero; over = what is beyond
  std::string unit;
  std::vector<SegmentSum> segments;
  std::vector<ComponentSum> components;
  std::vector<Difference> differences;  // between what was reported and what is posted; empty = reconciled
};

OrderReconciliation ReconcileOrder(const std::string& order_id, const ledger::OrderPast& past,
                                   const contract::v1::SiteContract& contract);

// Of several orders: text for people, one JSON object, or CSV with a header line. Same content.
std::string ReconciliationText(const std::vector<OrderReconciliation>& orders);
std::string ReconciliationJson(const std::vector<OrderReconciliation>& orders);
std::string ReconciliationCsv(const std::vector<OrderReconciliation>& orders);

}  // namespace isa95::adapter
