#include "adapter/ledger/order_pasts.h"

#include <algorithm>

namespace isa95::ledger {
namespace {

constexpr size_t kMost = 50'000;  // reports and orders; about 130 MB

size_t SizeOf(const OrderPast& past) { return past.order.size() + past.reports.size(); }

OrderPasts::Order OrderOf(const StoredReport& report) { return {report.envelope.site(), report.order_id}; }

}  // namespace

OrderPast* OrderPasts::Find(const Order& order) {
  const auto found = pasts_.find(order);
  if (found == pasts_.end()) return nullptr;
  ages_.splice(ages_.begin(), ages_, found->second.age);
  return &found->second.past;
}

// The order at hand stays however long its past is.
OrderPast* OrderPasts::Keep(const Order& order, OrderPast past) {
  Forget(order);
  size_ += SizeOf(past);
  while (size_ > kMost && !ages_.empty()) Forget(Order(ages_.back()));
  ages_.push_front(order);
  auto& kept = pasts_.emplace(order, Entry{std::move(past), ages_.begin()}).first->second.past;
  kept.slot.kept = true;
  return &kept;
}

void OrderPasts::Add(StoredReport report) {
  auto* past = Find(OrderOf(report));
  if (past == nullptr) return;
  past->reports.push_back(std::move(report));
  if (past->slot.memo != nullptr) past->slot.memo->Changed(past->reports.back());
  ++size_;
}

void OrderPasts::Change(const StoredReport& report) {
  auto* past = Find(OrderOf(report));
  if (past == nullptr) return;
  auto& reports = past->reports;
  const auto known = std::lower_bound(reports.begin(), reports.end(), report.id,
                                      [](const StoredReport& one, uint64_t id) { return one.id < id; });
  if (known == reports.end() || known->id != report.id) return;
  if (&*known != &report) *known = report;
  if (past->slot.memo != nullptr) past->slot.memo->Changed(*known);
}

void OrderPasts::Forget(const Order& order) {
  const auto found = pasts_.find(order);
  if (found == pasts_.end()) return;
  size_ -= SizeOf(found->second.past);
  ages_.erase(found->second.age);
  pasts_.erase(found);
}

void OrderPasts::ForgetAll() {
  pasts_.clear();
  ages_.clear();
  size_ = 0;
}

}  // namespace isa95::ledger
