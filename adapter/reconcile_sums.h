// The sums behind a reconciliation, at their finest: per segment, kind, material, lot and unit made, and per component
// line, lot and unit used; each as reported and as posted. Pure.
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "adapter/reconcile.h"
#include "adapter/reconcile_effect.h"
#include "adapter/reconcile_plan.h"

namespace isa95::adapter {

// `place`: the segment, or the component line.
struct Key {
  size_t place = 0;
  std::string unit;
  int kind = 0;  // of an output
  std::string material, lot;
  auto operator<=>(const Key&) const = default;
};

struct Sum {
  ExactDecimal reported, posted;
  std::set<size_t> open;  // reports that are on one side only
  // Cumulative: the report whose value stands.
  const ledger::StoredReport* last_reported = nullptr;
  const ledger::StoredReport* last_posted = nullptr;

  bool Differs() const { return Compare(reported, posted) != 0; }
  void Take(const Sum& other) {
    reported = Add(reported, other.reported);
    posted = Add(posted, other.posted);
    open.insert(other.open.begin(), other.open.end());
  }
};
using Sums = std::map<Key, Sum>;

const char* KindWord(int kind);  // "good"

// Of all reports of one order. Borrows them; adds to the plan what was reported beside it.
class ReportSums {
 public:
  ReportSums(const ledger::OrderPast& past, const contract::v1::SiteContract& contract, ReconciliationPlan& plan);

  const Sums& made() const { return made_; }
  const Sums& used() const { return used_; }
  const Sum& FinalOf(size_t segment) const;  // 1 = there is a final confirmation
  Sum Made(size_t segment, const std::string& unit, int kind) const;
  const ReportEffects& effects() const { return effects_; }
  // Quantities that are no number.
  const std::vector<Difference>& unreadable() const { return unreadable_; }

 private:
  void TakeReport(size_t at);
  void TakeConfirmation(size_t at, const flow::v1::ExecutionConfirmation& confirmation);
  void TakeConsumption(size_t at, const flow::v1::MaterialConsumption& consumption);
  std::optional<ExactDecimal> Read(const flow::v1::Quantity& quantity, size_t at, std::string_view what);
  void Enter(Sum& sum, size_t at, const ExactDecimal& number, bool cumulative) const;

  const std::deque<ledger::StoredReport>& reports_;
  const bool cumulative_;
  ReconciliationPlan& plan_;
  ReportEffects effects_;
  Sums made_, used_;
  std::map<size_t, Sum> finals_;  // by segment
  std::vector<Difference> unreadable_;
};

}  // namespace isa95::adapter
