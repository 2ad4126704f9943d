// The sums behind a reconciliation, at their finest: per segment, kind, material, lot and unit made, and per component
// line, lot and unit used; each as reported and as posted. Pure.
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
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
  // Quantities that are no number: which, and the report.
  const std::vector<std::pair<std::string, size_t>>& unreadable() const { return unreadable_; }

 private:
  void TakeReport(size_t at);
  void TakeConfirmation(size_t at, const flow::v1::ExecutionConfirmation& confirmation);
  void TakeConsumption(size_t at, const flow::v1::MaterialConsumption& consumption);
  std::optional<ExactDecimal> Read(const flow::v1::Quantity& quantity, size_t at, std::string_view what);
  void Enter(Sum& sum, const std::string& counter, size_t at, const ExactDecimal& number);
  void TakeTotals();
  std::string StepOf(const flow::v1::MaterialConsumption& consumption) const;

  const std::deque<ledger::StoredReport>& reports_;
  const bool cumulative_;
  ReconciliationPlan& plan_;
  ReportEffects effects_;
  Sums made_, used_;
  std::map<size_t, Sum> finals_;  // by segment
  // Cumulative: what each counter of a sum stood at, in the order of the reports.
  struct Reading {
    size_t report = 0;
    ExactDecimal total;
  };
  std::map<std::pair<Sum*, std::string>, std::vector<Reading>> readings_;
  std::vector<std::pair<std::string, size_t>> unreadable_;
};

}  // namespace isa95::adapter
