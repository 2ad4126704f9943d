#include "simulators/reconcile/reports.h"

#include <array>
#include <map>
#include <tuple>

#include "grpc/model/decimal.h"
#include "grpc/model/text.h"

namespace isa95::sim {
namespace {

// What stands in one record of an order's step, or of a material's lot.
using Key = std::tuple<std::string, std::string, std::string>;  // order, step or material, kind or lot
struct Sides {
  ExactDecimal truth, posted;
};
using Sums = std::map<Key, Sides>;

constexpr std::array<const char*, 3> kKinds = {"good", "scrap", "rework"};

ExactDecimal NumberIn(const RecordLine& line, const std::string& name) {
  return ParseDecimal(FieldOf(line, name)).value_or(ExactDecimal{});
}

ExactDecimal Minus(ExactDecimal number) {
  number.units = -number.units;
  return number;
}

// One report, as both records know it.
struct Report {
  std::string order_id, kind, reverses;
  bool reported = false;
  int posted = 0;
  bool reversed = false;
  bool taken_back = false;   // by the MES
  std::string word, reason;  // the last the MES was told: POSTED, PARKED, ...
};
using Reports = std::map<std::string, Report>;

// Postings of one report: what to book, and what to take out again when it is reversed.
using Bookings = std::map<std::string, std::vector<std::pair<Key, ExactDecimal>>>;

class Reconciler {
 public:
  explicit Reconciler(const std::set<std::string>& allowed) : allowed_(allowed) {}

  // All of the MES's record, before the ERP's: which reports need not be posted is told at its end.
  void ReadMes(const std::vector<RecordLine>& lines) {
    for (const auto& line : lines) ReadFate(line);
    for (const auto& line : lines) ReadTruth(line);
  }
  void ReadErp(const RecordLine& line);
  ReportsReconciliation Result();

 private:
  void ReadFate(const RecordLine& line);
  void ReadTruth(const RecordLine& line);
  bool IsAllowed(const Report& report) const { return IsParked(report) && allowed_.contains(report.reason); }
  static bool IsParked(const Report& report) {
    return report.word == "PARKED" || report.word == "REJECTED" || report.word == "REFUSED" ||
           report.word == "CONFLICT";
  }
  void CompareSteps(std::vector<std::string>& words) const;
  void CompareLots(std::vector<std::string>& words) const;
  void CompareReports(std::vector<std::string>& words) const;
  std::string FaultOf(const Report& report) const;

  const std::set<std::string>& allowed_;
  Reports reports_;
  std::set<std::string> facts_;  // of quality and downtime, which see facts.h
  Sums steps_, lots_;
  std::map<std::string, std::vector<std::pair<Key, ExactDecimal>>> pending_lots_;  // by report, until it is posted
  Bookings step_bookings_, lot_bookings_;
};

void Reconciler::ReadFate(const RecordLine& line) {
  const auto event = FieldOf(line, "event");
  if (event != "report" && event != "receipt" && event != "feedback") return;
  const auto kind = FieldOf(line, "kind");
  if (kind == "stop" || kind == "disposition" || kind == "test_result")
    facts_.insert({FieldOf(line, "report_id"), FieldOf(line, "key")});
  if (facts_.contains(FieldOf(line, "report_id"))) return;
  auto& report = reports_[FieldOf(line, "report_id")];
  if (event == "report") {
    report.reported = true;
    report.order_id = FieldOf(line, "order_id");
    report.kind = kind;
    report.reverses = FieldOf(line, "reverses");
    if (!report.reverses.empty()) reports_[report.reverses].taken_back = true;
    return;
  }
  const auto word = FieldOf(line, event == "receipt" ? "code" : "outcome");
  if (word == "DURABLE" || word == "DUPLICATE") return;
  report.word = word;
  report.reason = FieldOf(line, "reason_code");
}

void Reconciler::ReadTruth(const RecordLine& line) {
  const auto event = FieldOf(line, "event");
  if (event != "made" && event != "used") return;
  const auto known = reports_.find(FieldOf(line, "report_id"));
  if (known != reports_.end() && IsAllowed(known->second)) return;
  const auto order = FieldOf(line, "order_id");
  if (event == "made") {
    for (const auto* kind : kKinds) {
      auto& truth = steps_[{order, FieldOf(line, "segment"), kind}].truth;
      truth = Add(truth, NumberIn(line, kind));
    }
  } else if (FieldOf(line, "backflush").empty()) {
    auto& truth = lots_[{order, FieldOf(line, "material"), FieldOf(line, "lot")}].truth;
    truth = Add(truth, NumberIn(line, "quantity"));
  }
}

// Materials come before the report they belong to, which makes them count.
void Reconciler::ReadErp(const RecordLine& line) {
  const auto event = FieldOf(line, "event"), id = FieldOf(line, "report_id"), order = FieldOf(line, "order_id");
  if (event == "consumed") {
    const auto quantity = NumberIn(line, "quantity");
    pending_lots_[id].emplace_back(Key{order, FieldOf(line, "material"), FieldOf(line, "lot")},
                                   FieldOf(line, "direction") == "returned" ? Minus(quantity) : quantity);
  } else if (event == "posted") {
    ++reports_[id].posted;
    for (const auto* kind : kKinds)
      step_bookings_[id].emplace_back(Key{order, FieldOf(line, "segment"), kind}, NumberIn(line, kind));
    auto& lots = lot_bookings_[id];
    lots.insert(lots.end(), pending_lots_[id].begin(), pending_lots_[id].end());
    pending_lots_.erase(id);
  } else if (event == "reversed") {
    reports_[id].reversed = true;
  }
}

std::string StepOf(const Key& key) {
  const auto& [order, segment, kind] = key;
  return segment.starts_with(order + "-") ? segment.substr(order.size() + 1) : segment;
}

void Reconciler::CompareSteps(std::vector<std::string>& words) const {
  for (const auto& [key, sides] : steps_) {
    if (Compare(sides.truth, sides.posted) == 0) continue;
    words.push_back(Cat("order ", std::get<0>(key), " segment ", StepOf(key), ": ", std::get<2>(key), " made ",
                        FormatDecimal(sides.truth), ", posted ", FormatDecimal(sides.posted)));
  }
}

void Reconciler::CompareLots(std::vector<std::string>& words) const {
  for (const auto& [key, sides] : lots_) {
    if (Compare(sides.truth, sides.posted) == 0) continue;
    const auto& [order, material, lot] = key;
    words.push_back(Cat("order ", order, " material ", material, " lot ", lot.empty() ? "(none)" : lot, ": used ",
                        FormatDecimal(sides.truth), ", posted ", FormatDecimal(sides.posted)));
  }
}

// Empty: as it should be. A reversal is booked under the report it takes back; what is taken back before it was booked
// need never be.
std::string Reconciler::FaultOf(const Report& report) const {
  if (!report.reported) return report.posted > 0 ? "posted, but never reported" : "";
  if (report.posted > 1) return Cat("DOUBLED: posted ", report.posted, " times");
  if (IsAllowed(report)) return "";
  if (IsParked(report)) return Cat("parked: ", report.reason.empty() ? "no reason given" : report.reason);
  if (report.posted == 1 || report.word == "REVERSED") return "";
  if (report.kind != "reversal" && report.taken_back && report.word != "POSTED") return "";
  if (report.kind != "reversal")
    return report.word == "POSTED" ? "told as posted, but it is not" : "LOST: never posted";
  const auto original = reports_.find(report.reverses);
  if (original == reports_.end()) return Cat("takes back ", report.reverses, ", which was never reported");
  const bool done = original->second.reversed || original->second.word == "REVERSED";
  const bool nothing_to_do = original->second.posted == 0;
  return done || nothing_to_do ? "" : Cat("LOST: ", report.reverses, " still stands");
}

void Reconciler::CompareReports(std::vector<std::string>& words) const {
  for (const auto& [id, report] : reports_) {
    const auto fault = FaultOf(report);
    const std::string order = report.order_id.empty() ? "" : Cat("order ", report.order_id, " ");
    if (!fault.empty()) words.push_back(Cat(order, "report ", id, ": ", fault));
  }
}

ReportsReconciliation Reconciler::Result() {
  const auto book = [&](const Bookings& bookings, Sums& sums) {
    for (const auto& [id, lines] : bookings) {
      if (reports_[id].reversed) continue;
      for (const auto& [key, number] : lines) sums[key].posted = Add(sums[key].posted, number);
    }
  };
  book(step_bookings_, steps_);
  book(lot_bookings_, lots_);
  ReportsReconciliation result;
  CompareSteps(result.differences);
  CompareLots(result.differences);
  CompareReports(result.differences);
  size_t reported = 0, posted = 0, reversed = 0, parked = 0;
  for (const auto& [id, report] : reports_) {
    reported += report.reported;
    posted += report.posted > 0;
    reversed += report.reversed;
    parked += IsParked(report);
  }
  result.reconciled = result.differences.empty();
  if (reports_.empty()) return result;
  result.summary = Cat("reports ", reported, ": posted ", posted, ", of these taken back ", reversed, ", parked ",
                       parked, "; differences ", result.differences.size(), "\n");
  return result;
}

}  // namespace

ReportsReconciliation ReconcileReports(const std::vector<RecordLine>& erp, const std::vector<RecordLine>& mes,
                                       const std::set<std::string>& allowed) {
  Reconciler reconciler(allowed);
  reconciler.ReadMes(mes);
  for (const auto& line : erp) reconciler.ReadErp(line);
  return reconciler.Result();
}

}  // namespace isa95::sim
