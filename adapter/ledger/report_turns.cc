#include "adapter/ledger/report_turns.h"

#include <algorithm>

#include "adapter/ledger/lots.h"

namespace isa95::ledger {

void ReportTurns::Forget(const Order& order) {
  const auto place = places_.find(order);
  if (place == places_.end()) return;
  due_.erase({place->second.report_id, order});
  later_.erase({place->second.at_ms, order});
  places_.erase(place);
}

void ReportTurns::Touch(const Order& order) {
  Forget(order);
  touched_.insert(order);
  if (held_.contains(order)) ask_.insert(order);
}

void ReportTurns::Add(const Order& order) {
  if (held_.contains(order)) ask_.insert(order);
  const auto place = places_.find(order);
  if (place == places_.end() || !place->second.sent) Touch(order);
}

void ReportTurns::AskAllChains(const std::string& site) {
  for (auto held = held_.lower_bound({site, ""}); held != held_.end() && held->first.first == site; ++held) {
    if (IsOrderChain(held->first.second)) break;  // they sort behind: a chain starts with a control character
    ask_.insert(held->first);
  }
}

std::vector<ReportTurns::Order> ReportTurns::ToLookAt(int64_t now_ms) {
  while (!later_.empty() && later_.begin()->first <= now_ms) Touch(Order(later_.begin()->second));
  std::vector<Order> orders(touched_.begin(), touched_.end());
  touched_.clear();
  return orders;
}

void ReportTurns::PlaceDue(const Order& order, int64_t report_id) {
  places_[order] = {report_id, 0, false};
  due_.insert({report_id, order});
}

void ReportTurns::PlaceLater(const Order& order, int64_t at_ms, bool sent) {
  places_[order] = {0, at_ms, sent};
  later_.insert({at_ms, order});
}

std::vector<std::pair<int64_t, ReportTurns::Order>> ReportTurns::Due(uint32_t max) const {
  std::vector<std::pair<int64_t, Order>> due;
  for (const auto& one : due_) {
    if (due.size() == max) break;
    due.push_back(one);
  }
  return due;
}

void ReportTurns::Hold(const Order& order, int64_t until_ms) {
  const auto [held, first] = held_.try_emplace(order, until_ms);
  if (!first && until_ms < held->second) {
    hold_until_.erase({held->second, order});
    held->second = until_ms;
  }
  hold_until_.insert({held->second, order});
  ask_.insert(order);
}

std::vector<ReportTurns::Order> ReportTurns::HeldToAsk(int64_t now_ms) const {
  std::set<Order> orders = ask_;
  for (const auto& [until_ms, order] : hold_until_) {
    if (until_ms > now_ms) break;
    orders.insert(order);
  }
  return {orders.begin(), orders.end()};
}

void ReportTurns::HoldAsked(const Order& order, int64_t until_ms) {
  ask_.erase(order);
  const auto held = held_.find(order);
  if (held == held_.end()) return;
  hold_until_.erase({held->second, order});
  held_.erase(held);
  if (until_ms == 0) return;
  held_.emplace(order, until_ms);
  hold_until_.insert({until_ms, order});
}

}  // namespace isa95::ledger
