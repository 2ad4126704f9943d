#include "adapter/reconcile.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "adapter/reconcile_plan.h"
#include "adapter/reconcile_sums.h"
#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

using namespace flow::v1;

constexpr unsigned kMorePlaces = 3;  // of an expected quantity, for display

class Reconciler {
 public:
  Reconciler(const ledger::OrderPast& past, const contract::v1::SiteContract& contract)
      : contract_(contract), past_(past), plan_(PlanOf(past.order)), sums_(past, contract, plan_) {
    for (size_t i = 0; i < plan_.segments.size(); ++i) TakeUnit(plan_.segments[i].unit, sums_.made(), i);
    for (size_t i = 0; i < plan_.components.size(); ++i) TakeUnit(plan_.components[i].unit, sums_.used(), i);
  }

  OrderReconciliation Run(const std::string& order_id) {
    result_.site = contract_.site().id();
    result_.order_id = order_id;
    result_.version = plan_.version;
    AddOrder();
    for (size_t i = 0; i < plan_.segments.size(); ++i) AddSegment(i);
    for (size_t i = 0; i < plan_.components.size(); ++i) AddComponent(i);
    for (const auto& [what, report] : sums_.unreadable()) Differ(what, {report});
    AddRest();
    return std::move(result_);
  }

 private:
  // An order's line without a unit takes any, as in the flow of reports; where all is in one unit, that is meant.
  static void TakeUnit(std::string& planned, const Sums& sums, size_t place) {
    const auto units = UnitsOf(sums, place, planned);
    if (units.size() == 1) planned = units.front();
  }

  // The planned one first; a single empty one where there is none.
  static std::vector<std::string> UnitsOf(const Sums& sums, size_t place, const std::string& planned) {
    std::vector<std::string> units;
    if (!planned.empty()) units.push_back(planned);
    for (const auto& [key, sum] : sums) {
      if (key.place == place && std::find(units.begin(), units.end(), key.unit) == units.end())
        units.push_back(key.unit);
    }
    if (units.empty()) units.emplace_back();
    return units;
  }

  void AddOrder() {
    const auto* delivering = plan_.Delivering();
    if (delivering == nullptr) return;
    const auto segment = static_cast<size_t>(delivering - plan_.segments.data());
    result_.ordered = delivering->planned;
    result_.unit = delivering->unit;
    const auto good = sums_.Made(segment, result_.unit, OUTPUT_KIND_CODE_GOOD).reported;
    made_in_all_ = Add(good, sums_.Made(segment, result_.unit, OUTPUT_KIND_CODE_SCRAP).reported);
    const auto open = Subtract(result_.ordered, good);
    (IsNegative(open) ? result_.over : result_.open) = IsNegative(open) ? Subtract(good, result_.ordered) : open;
  }

  void AddSegment(size_t at) {
    const auto& planned = plan_.segments[at];
    const auto& final = sums_.FinalOf(at);
    bool first = true;
    for (const auto& unit : UnitsOf(sums_.made(), at, planned.unit)) {
      SegmentSum row;
      row.segment_id = planned.id;
      row.operation = planned.operation;
      row.delivers = planned.delivers;
      if (unit == planned.unit) row.planned = planned.planned;
      row.unit = unit;
      row.final = final.reported.units > 0;
      row.posted_final = final.posted.units > 0;
      SetKind(row.good, row.posted_good, at, unit, OUTPUT_KIND_CODE_GOOD);
      SetKind(row.scrap, row.posted_scrap, at, unit, OUTPUT_KIND_CODE_SCRAP);
      SetKind(row.rework, row.posted_rework, at, unit, OUTPUT_KIND_CODE_REWORK);
      // Of these there are no columns: they are no part of the order's yield.
      for (const int kind : {OUTPUT_KIND_CODE_CO_PRODUCT, OUTPUT_KIND_CODE_BY_PRODUCT, OUTPUT_KIND_CODE_UNSPECIFIED})
        JudgeKind(at, unit, kind);
      if (first && final.Differs())
        Differ(Cat("end of segment ", NameOf(at), ": reported ", row.final ? "" : "not ", "final, posted ",
                   row.posted_final ? "" : "not ", "final"),
               final.open);
      first = false;
      result_.segments.push_back(std::move(row));
    }
  }

  void SetKind(ExactDecimal& reported, ExactDecimal& posted, size_t segment, const std::string& unit, int kind) {
    const auto sum = sums_.Made(segment, unit, kind);
    reported = sum.reported;
    posted = sum.posted;
    JudgeKind(segment, unit, kind);
  }

  // The sum; where it is the same on both sides, each material and lot, which may still be exchanged.
  void JudgeKind(size_t segment, const std::string& unit, int kind) {
    const auto all = sums_.Made(segment, unit, kind);
    const auto what = Cat(KindWord(kind), " of segment ", NameOf(segment));
    if (all.Differs()) return Differ(Values(what, unit, all), all.open);
    for (const auto& [key, sum] : sums_.made()) {
      if (key.place != segment || key.unit != unit || key.kind != kind || !sum.Differs()) continue;
      Differ(Values(Cat(what, ", material ", key.material, Lot(key)), unit, sum), sum.open);
    }
  }

  void AddComponent(size_t at) {
    const auto& planned = plan_.components[at];
    const auto& listed = contract_.flows().material_consumption().backflush();
    const bool backflushed = std::find(listed.begin(), listed.end(), planned.material) != listed.end();
    for (const auto& unit : UnitsOf(sums_.used(), at, planned.unit)) {
      ComponentSum whole;
      whole.requirement_id = planned.requirement_id;
      whole.material = planned.material;
      whole.unit = unit;
      whole.backflushed = backflushed;
      std::vector<ComponentSum> lots;
      for (const auto& [key, sum] : sums_.used()) {
        if (key.place != at || key.unit != unit) continue;
        whole.used = Add(whole.used, sum.reported);
        whole.posted = Add(whole.posted, sum.posted);
        if (sum.Differs())
          Differ(Values(Cat("use of ", planned.material, Lot(key), RequirementWords(planned)), unit, sum), sum.open);
        if (key.lot.empty()) continue;
        auto& lot = lots.emplace_back(whole);
        lot.lot = key.lot;
        lot.used = sum.reported;
        lot.posted = sum.posted;
      }
      if (planned.on_order && unit == planned.unit) SetExpected(whole, planned.planned);
      result_.components.push_back(std::move(whole));
      std::move(lots.begin(), lots.end(), std::back_inserter(result_.components));
    }
  }

  void SetExpected(ComponentSum& row, const ExactDecimal& planned) const {
    row.planned = planned;
    if (planned.units == 0 || result_.ordered.units == 0) return;
    const auto scaled = Multiply(planned, made_in_all_);
    const unsigned places = std::max(planned.scale, row.used.scale);
    row.expected = Divide(scaled, result_.ordered, places + kMorePlaces, places);
    if (!row.backflushed) row.against_expected = Compare(Multiply(row.used, result_.ordered), scaled);
  }

  std::string NameOf(size_t segment) const {
    const auto& planned = plan_.segments[segment];
    if (planned.id.empty() && planned.operation.empty()) return "(none named)";
    return planned.id.empty() ? planned.operation : planned.id;
  }
  static std::string Lot(const Key& key) { return key.lot.empty() ? "" : Cat(" lot ", key.lot); }
  static std::string RequirementWords(const PlannedComponent& planned) {
    return planned.requirement_id.empty() ? "" : Cat(" for ", planned.requirement_id);
  }
  static std::string Values(std::string_view what, const std::string& unit, const Sum& sum) {
    return Cat(what, ": reported ", FormatDecimal(sum.reported), ", posted ", FormatDecimal(sum.posted),
               unit.empty() ? "" : " ", unit);
  }
  // `open`: reports that are on one side only. What is settled of them is so by a reversal that is not.
  void Differ(std::string what, const std::set<size_t>& open) {
    const auto& effects = sums_.effects();
    std::set<size_t> around;
    for (const size_t report : open) effects.AddAround(report, around);
    auto behind = around;
    std::erase_if(behind, [&](size_t report) { return effects.Settled(report); });
    Difference difference{std::move(what), {}};
    for (const size_t report : behind.empty() ? open : behind) difference.because.push_back(effects.Describe(report));
    result_.differences.push_back(std::move(difference));
    named_.merge(around);
  }

  // A report without a quantity, or two that make up for each other, leave the sums equal and are not posted all the
  // same.
  void AddRest() {
    std::set<size_t> rest;
    for (size_t i = 0; i < past_.reports.size(); ++i) {
      if (sums_.effects().Reported(i) != sums_.effects().Posted(i) && !named_.contains(i)) rest.insert(i);
    }
    if (!rest.empty()) Differ("reports that are on one side only and change no sum", rest);
  }

  const contract::v1::SiteContract& contract_;
  const ledger::OrderPast& past_;
  ReconciliationPlan plan_;
  ReportSums sums_;
  ExactDecimal made_in_all_;  // good and scrap of the delivering segment
  std::set<size_t> named_;    // reports around a difference
  OrderReconciliation result_;
};

}  // namespace

OrderReconciliation ReconcileOrder(const std::string& order_id, const ledger::OrderPast& past,
                                   const contract::v1::SiteContract& contract) {
  return Reconciler(past, contract).Run(order_id);
}

}  // namespace isa95::adapter
