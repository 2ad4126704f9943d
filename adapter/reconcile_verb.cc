#include <algorithm>

#include "adapter/quality_reconcile.h"
#include "adapter/reconcile.h"
#include "adapter/reconcile_print.h"
#include "adapter/trace.h"

namespace isa95::adapter {

namespace {

// Whose end was reported.
std::set<std::string> OrdersOver(const std::vector<OrderReconciliation>& orders, std::string_view site) {
  std::set<std::string> over;
  for (const auto& order : orders) {
    const bool ended = std::any_of(order.segments.begin(), order.segments.end(),
                                   [](const auto& segment) { return segment.delivers && segment.final; });
    if (order.site == site && ended) over.insert(order.order_id);
  }
  return over;
}

// With one order asked for: what is about it.
absl::StatusOr<std::vector<QualityReconciliation>> QualityOf(ledger::ReportLedger& ledger, const Contracts& contracts,
                                                             const std::vector<OrderReconciliation>& orders,
                                                             const std::string& only) {
  std::vector<QualityReconciliation> all;
  for (const auto& [site, terms] : contracts.Current()) {
    if (!terms.contract.flows().has_quality_downtime()) continue;
    auto reports = ledger.QualityReports(site);
    if (!reports.ok()) return reports.status();
    auto lots = ledger.LotsOnHold(site);
    if (!lots.ok()) return lots.status();
    if (!only.empty()) std::erase_if(*reports, [&](const auto& report) { return report.about_order != only; });
    all.push_back(ReconcileQuality(*reports, *std::move(lots), OrdersOver(orders, site), terms.contract));
  }
  return all;
}

}  // namespace

int Reconcile(ledger::ReportLedger& ledger, const Contracts& contracts, const Config& config, std::ostream& out) {
  std::vector<OrderReconciliation> orders;
  for (const auto& [site, terms] : contracts.Current()) {
    auto ids = ledger.OrdersWithWork(site);
    if (!ids.ok()) return 4;
    if (!config.order.empty()) std::erase_if(*ids, [&](const auto& id) { return id != config.order; });
    for (const auto& id : *ids) {
      const auto past = ledger.PastOf(site, id);
      if (!past.ok()) return 4;
      orders.push_back(ReconcileOrder(id, *past, terms.contract));
    }
  }
  if (orders.empty() && !config.order.empty()) {
    OrderReconciliation unknown;
    unknown.order_id = config.order;
    unknown.differences.push_back({"the ledger has no report of this order, and none that it was accepted", {}});
    orders.push_back(std::move(unknown));
  }
  const auto quality = QualityOf(ledger, contracts, orders, config.order);
  if (!quality.ok()) return 4;
  out << (config.format == "json"  ? ReconciliationJson(orders, *quality)
          : config.format == "csv" ? ReconciliationCsv(orders, *quality)
                                   : ReconciliationText(orders, *quality));
  const auto differs = [](const auto& one) { return !one.differences.empty(); };
  return std::any_of(orders.begin(), orders.end(), differs) || std::any_of(quality->begin(), quality->end(), differs);
}

}  // namespace isa95::adapter
