#include <algorithm>

#include "adapter/reconcile.h"
#include "adapter/trace.h"

namespace isa95::adapter {

int Reconcile(ledger::ReportLedger& ledger, const Contracts& contracts, const Config& config, std::ostream& out) {
  std::vector<OrderReconciliation> orders;
  for (const auto& [site, contract] : contracts) {
    auto ids = ledger.OrdersWithWork(site);
    if (!ids.ok()) return 4;
    if (!config.order.empty()) std::erase_if(*ids, [&](const auto& id) { return id != config.order; });
    for (const auto& id : *ids) {
      const auto past = ledger.PastOf(site, id);
      if (!past.ok()) return 4;
      orders.push_back(ReconcileOrder(id, *past, contract));
    }
  }
  if (orders.empty() && !config.order.empty()) {
    OrderReconciliation unknown;
    unknown.order_id = config.order;
    unknown.differences.push_back({"the ledger has no report of this order, and none that it was accepted", {}});
    orders.push_back(std::move(unknown));
  }
  out << (config.format == "json"  ? ReconciliationJson(orders)
          : config.format == "csv" ? ReconciliationCsv(orders)
                                   : ReconciliationText(orders));
  const bool differs =
      std::any_of(orders.begin(), orders.end(), [](const auto& order) { return !order.differences.empty(); });
  return differs ? 1 : 0;
}

}  // namespace isa95::adapter
