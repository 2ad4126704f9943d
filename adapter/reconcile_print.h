// How a reconciliation is told. Pure.
#pragma once

#include <string>
#include <vector>

#include "adapter/quality_reconcile.h"
#include "adapter/reconcile.h"

namespace isa95::adapter {

// Of several orders, and of flow 4 of their sites: text for people, one JSON object, or CSV with a header line. Same
// content; in CSV a text that a spreadsheet would take for a formula has an apostrophe before it. The text's last line
// is "reconciled" or "NOT reconciled: N differences".
std::string ReconciliationText(const std::vector<OrderReconciliation>& orders,
                               const std::vector<QualityReconciliation>& quality = {});
std::string ReconciliationJson(const std::vector<OrderReconciliation>& orders,
                               const std::vector<QualityReconciliation>& quality = {});
std::string ReconciliationCsv(const std::vector<OrderReconciliation>& orders,
                              const std::vector<QualityReconciliation>& quality = {});

}  // namespace isa95::adapter
