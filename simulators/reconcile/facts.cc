#include "simulators/reconcile/facts.h"

#include <map>

#include "grpc/model/decimal.h"
#include "grpc/model/text.h"

namespace isa95::sim {
namespace {

// One line of each record, as they were last; empty = there was none.
struct Sides {
  RecordLine mes, erp;
};
using Things = std::map<std::string, Sides>;

ExactDecimal Seconds(const RecordLine& line) { return ParseDecimal(FieldOf(line, "seconds")).value_or(ExactDecimal{}); }

// How many stand, how many of them still, and how long.
struct Stood {
  uint64_t stops = 0, open = 0;
  ExactDecimal seconds;

  void Add(const RecordLine& line) {
    if (line.empty()) return;
    uint64_t count = 1;
    ToNumber(FieldOf(line, "stops"), count);
    stops += count;
    open += FieldOf(line, "end").empty();
    seconds = isa95::Add(seconds, Seconds(line));
  }
  std::string Words() const { return Cat(stops, " (", open, " open), ", FormatDecimal(seconds), " s"); }
};

class Reconciler {
 public:
  explicit Reconciler(const std::set<std::string>& allowed) : allowed_(allowed) {}

  void ReadMes(const RecordLine& line);
  void ReadErp(const RecordLine& line);
  FactsReconciliation Result();

 private:
  void ReadFate(const RecordLine& line);
  void NoteArrival(const std::string& what, const RecordLine& line);
  void Differ(const std::string& what, const std::string& words) {
    result_.differences.push_back(Cat(what, ": ", words));
  }
  // True where one record alone knows it, which is said.
  bool IsOneSided(const std::string& what, const Sides& sides, const std::string& report_id);
  void Compare(const std::string& what, const Sides& sides, const std::vector<const char*>& fields);
  void CompareStops();
  void CompareLots();
  void CompareResults();
  void CompareFates();

  const std::set<std::string>& allowed_;
  FactsReconciliation result_;
  Things stops_, lots_, results_;
  std::map<std::string, std::string> parked_;   // report id -> reason
  std::map<std::string, int64_t> reported_;     // what is waited for -> when it was reported
  std::map<std::string, std::string> fact_of_;  // report id -> its kind
  std::vector<std::string> free_on_hold_;       // lots
};

int64_t At(const RecordLine& line) {
  int64_t at = 0;
  ToNumber(FieldOf(line, "at"), at);
  return at;
}

void Reconciler::ReadFate(const RecordLine& line) {
  const auto& id = FieldOf(line, "report_id");
  if (!fact_of_.contains(id)) return;
  const auto word = FieldOf(line, FieldOf(line, "event") == "receipt" ? "code" : "outcome");
  if (word == "PARKED" || word == "REJECTED" || word == "REFUSED" || word == "CONFLICT")
    parked_[id] = FieldOf(line, "reason_code");
}

void Reconciler::ReadMes(const RecordLine& line) {
  const auto event = FieldOf(line, "event"), id = FieldOf(line, "report_id");
  if (event == "stood") stops_[FieldOf(line, "stop_id")].mes = line;
  if (event == "tested") results_[FieldOf(line, "result_id")].mes = line;
  if (event == "disposed") lots_[FieldOf(line, "lot")].mes = line;
  if (event == "disposed" && FieldOf(line, "disposition") == "HOLD")
    reported_.try_emplace(Cat("hold of lot ", FieldOf(line, "lot")), At(line));
  if (event == "receipt" || event == "feedback") ReadFate(line);
  if (event != "report") return;
  const auto kind = FieldOf(line, "kind");
  if (kind == "stop" || kind == "test_result" || kind == "disposition") fact_of_[id] = kind;
  if (kind == "stop") reported_.try_emplace(Cat("stop ", id), At(line));
}

void Reconciler::NoteArrival(const std::string& what, const RecordLine& line) {
  const auto reported = reported_.find(what);
  if (reported == reported_.end() || At(line) == 0) return;
  const auto took = At(line) - reported->second;
  reported_.erase(reported);  // the first word counts
  if (took <= result_.slowest_ms) return;
  result_.slowest_ms = took;
  result_.slowest = what;
}

void Reconciler::ReadErp(const RecordLine& line) {
  const auto event = FieldOf(line, "event");
  if (event == "stop_told") {
    stops_[FieldOf(line, "stop_id")].erp = line;
    NoteArrival(Cat("stop ", FieldOf(line, "stop_id")), line);
  } else if (event == "result_told") {
    results_[FieldOf(line, "result_id")].erp = line;
  } else if (event == "lot_told") {
    const auto lot = FieldOf(line, "lot");
    lots_[lot].erp = line;
    if (FieldOf(line, "disposition") != "HOLD") return;
    NoteArrival(Cat("hold of lot ", lot), line);
    if (FieldOf(line, "stock") != "RESTRICTED") free_on_hold_.push_back(lot);
  }
}

bool Reconciler::IsOneSided(const std::string& what, const Sides& sides, const std::string& report_id) {
  const auto parked = parked_.find(report_id);
  const bool allowed = parked != parked_.end() && allowed_.contains(parked->second);
  if (sides.mes.empty()) Differ(what, "told, but it never happened");
  if (sides.erp.empty() && !allowed) Differ(what, "LOST: the ERP was never told");
  return sides.mes.empty() || sides.erp.empty();
}

void Reconciler::Compare(const std::string& what, const Sides& sides, const std::vector<const char*>& fields) {
  for (const auto* field : fields) {
    const auto truth = FieldOf(sides.mes, field), told = FieldOf(sides.erp, field);
    if (truth != told) Differ(what, Cat(field, " is ", truth, ", told ", told));
  }
}

void Reconciler::CompareStops() {
  for (const auto& [id, sides] : stops_) {
    const auto what = Cat("stop ", id);
    if (IsOneSided(what, sides, id)) continue;
    const auto truth = FieldOf(sides.mes, "end"), told = FieldOf(sides.erp, "end");
    if (!truth.empty() && told.empty()) {
      Differ(what, Cat("ended ", truth, ", but stands still at the ERP"));
      continue;
    }
    Compare(what, sides, {"line", "start", "end", "reason", "kind", "stops", "part_of"});
    if (isa95::Compare(Seconds(sides.mes), Seconds(sides.erp)) != 0) {
      Differ(what,
             Cat("took ", FormatDecimal(Seconds(sides.mes)), " s, told ", FormatDecimal(Seconds(sides.erp)), " s"));
    }
  }
}

void Reconciler::CompareLots() {
  for (const auto& lot : free_on_hold_) Differ(Cat("lot ", lot), "on hold, but posted as unrestricted");
  for (const auto& [lot, sides] : lots_) {
    const auto what = Cat("lot ", lot);
    if (!IsOneSided(what, sides, "")) Compare(what, sides, {"disposition"});
  }
}

void Reconciler::CompareResults() {
  for (const auto& [id, sides] : results_) {
    const auto what = Cat("result ", id);
    if (!IsOneSided(what, sides, id)) Compare(what, sides, {"lot", "property", "value", "verdict"});
  }
}

void Reconciler::CompareFates() {
  for (const auto& [id, reason] : parked_) {
    if (!allowed_.contains(reason)) Differ(Cat(fact_of_[id], " ", id), Cat("parked: ", reason));
  }
}

FactsReconciliation Reconciler::Result() {
  CompareStops();
  CompareLots();
  CompareResults();
  CompareFates();
  result_.reconciled = result_.differences.empty();
  if (stops_.empty() && lots_.empty() && results_.empty()) return std::move(result_);
  Stood truth, told;
  for (const auto& [id, sides] : stops_) {
    truth.Add(sides.mes);
    told.Add(sides.erp);
  }
  size_t held = 0, held_told = 0, tested = 0, tested_told = 0;
  for (const auto& [lot, sides] : lots_) {
    held += FieldOf(sides.mes, "disposition") == "HOLD";
    held_told += FieldOf(sides.erp, "stock") == "RESTRICTED";
  }
  for (const auto& [id, sides] : results_) {
    tested += !sides.mes.empty();
    tested_told += !sides.erp.empty();
  }
  result_.summary =
      Cat("stops ", truth.Words(), "; ERP ", told.Words(), "\nlots on hold ", held, ", ERP ", held_told,
          "; test results ", tested, ", ERP ", tested_told, "; differences ", result_.differences.size(), "\n");
  return std::move(result_);
}

}  // namespace

FactsReconciliation ReconcileFacts(const std::vector<RecordLine>& erp, const std::vector<RecordLine>& mes,
                                   const std::set<std::string>& allowed) {
  Reconciler reconciler(allowed);
  for (const auto& line : mes) reconciler.ReadMes(line);
  for (const auto& line : erp) reconciler.ReadErp(line);
  return reconciler.Result();
}

}  // namespace isa95::sim
