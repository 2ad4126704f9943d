#include "adapter/quality_reconcile.h"

#include <algorithm>
#include <map>

#include "adapter/flows/chain.h"
#include "adapter/flows/instants.h"
#include "grpc/model/contract.h"
#include "grpc/model/duration.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

using namespace exchange::v1;
using flow::v1::DowntimeEvent;
using ledger::StoredReport;

constexpr int64_t kLatencyMs = 60'000, kNanos = 1'000'000'000;

std::string Name(std::string_view enum_name, std::string_view prefix) { return Lower(enum_name.substr(prefix.size())); }

std::string StateWords(const StoredReport& report) {
  auto words = Name(ReportState_Name(report.state), "REPORT_STATE_");
  return report.reason_code.empty() ? words : Cat(words, " ", report.reason_code);
}

bool IsClosing(const StoredReport& report) {
  return report.envelope.downtime_event().phase() == flow::v1::DOWNTIME_PHASE_CODE_CLOSED;
}

int64_t NanosOf(const DowntimeEvent& opening, const DowntimeEvent& end) {
  if (opening.stop_count() > 1) return ParseDuration(opening.stopped().value()).value_or(0);
  const auto from = flows::MomentOf(opening.start_time()), to = flows::MomentOf(end.end_time());
  return (to.first - from.first) * kNanos + (to.second - from.second);
}

class Reconciler {
 public:
  Reconciler(const std::set<std::string>& over, const contract::v1::SiteContract& contract) : over_(over) {
    const auto& terms = contract.flows().quality_downtime();
    result_.site = contract.site().id();
    result_.used_by = terms.used_by().role();
    result_.decision = terms.used_by().decision();
    const auto latency = ParseSpanMillis(terms.latency());
    result_.latency_ms = latency > 0 ? latency : kLatencyMs;
  }

  QualityReconciliation Run(const std::vector<StoredReport>& reports) {
    std::map<std::pair<std::string, std::string>, const StoredReport*> closings;
    for (const auto& report : reports) {
      if (IsClosing(report)) closings[KeyOf(report)] = &report;
    }
    for (const auto& report : reports) {
      if (IsClosing(report)) continue;
      const auto closing = report.envelope.has_downtime_event() ? closings.find(KeyOf(report)) : closings.end();
      Add(report, closing == closings.end() ? nullptr : closing->second);
      if (closing != closings.end()) closings.erase(closing);
    }
    for (const auto& [key, closing] : closings) Add(*closing, nullptr);  // closes nothing
    for (const auto& [whole, kind] : wholes_)
      ++(kind == flow::v1::DOWNTIME_KIND_CODE_PLANNED ? result_.planned_stops : result_.unplanned_stops);
    return std::move(result_);
  }

 private:
  static std::pair<std::string, std::string> KeyOf(const StoredReport& report) {
    return {report.envelope.sender(), report.envelope.key_id()};
  }

  void Add(const StoredReport& report, const StoredReport* closing) {
    const auto& last = closing == nullptr ? report : *closing;
    QualityFact fact;
    fact.id = report.envelope.key_id();
    fact.subject = flows::ChainWords(report.order_id);
    fact.order = report.about_order;
    fact.state = StateWords(last);
    fact.received_ms = report.received_ms;
    Describe(report, last, fact);
    const bool told = report.state == REPORT_STATE_POSTED || report.state == REPORT_STATE_PENDING;
    if (told) Time(report, fact);
    const bool settled = last.state == REPORT_STATE_POSTED && told;
    if (!settled) Differ(Cat(fact.kind, " ", fact.id, " of ", fact.subject, ": ", fact.state), last);
    result_.facts.push_back(std::move(fact));
  }

  void Describe(const StoredReport& report, const StoredReport& last, QualityFact& fact) {
    const auto& envelope = report.envelope;
    if (envelope.has_lot_disposition()) {
      const auto& disposition = envelope.lot_disposition();
      fact.kind = disposition.disposition() == flow::v1::DISPOSITION_CODE_HOLD ? "hold" : "release";
      fact.what = disposition.reason_code().value();
      fact.since = FormatInstant(disposition.effective_time());
    } else if (envelope.has_quality_test_result()) {
      const auto& result = envelope.quality_test_result();
      fact.kind = "test result";
      fact.what =
          Cat(result.property_id().value(), " ", result.value().value().value(), " ", result.value().unit().value(),
              " ", Name(flow::v1::VerdictCode_Name(result.verdict()), "VERDICT_CODE_"));
      fact.since = FormatInstant(result.measured_at());
    } else {
      fact.kind = "stop";
      Describe(envelope.downtime_event(), last, fact);
    }
  }

  void Describe(const DowntimeEvent& stop, const StoredReport& last, QualityFact& fact) {
    const bool planned = stop.kind() == flow::v1::DOWNTIME_KIND_CODE_PLANNED;
    fact.what = Cat(stop.reason_code().value(), planned ? " (planned)" : " (unplanned)");
    fact.since = FormatInstant(stop.start_time());
    const auto& end = last.envelope.downtime_event();
    const bool is_over = end.has_end_time();
    if (is_over) fact.until = FormatInstant(end.end_time());
    if (last.state == REPORT_STATE_PARKED && !is_over) return;
    const auto& whole = stop.part_of().value().empty() ? fact.id : stop.part_of().value();
    wholes_[Cat(last.envelope.sender(), "\x1f", whole)] = stop.kind();
    if (is_over) {
      (planned ? result_.planned_nanos : result_.unplanned_nanos) += NanosOf(stop, end);
    } else {
      ++result_.open_stops;
      if (over_.contains(fact.order))
        result_.differences.push_back({Cat("stop ", fact.id, " of ", fact.subject, " is open since ", fact.since,
                                           ", but order ", fact.order, " has ended"),
                                       {"close it under its id, with the time at which the line ran again"}});
    }
  }

  void Time(const StoredReport& report, QualityFact& fact) {
    fact.told_ms = report.decided_ms;
    fact.after_report_ms = report.decided_ms - report.received_ms;
    const auto& stop = report.envelope.downtime_event();
    if (stop.phase() == flow::v1::DOWNTIME_PHASE_CODE_OPENED)
      fact.after_event_ms = report.decided_ms - UnixMillis(stop.start_time());
    if (fact.kind == "hold")
      fact.after_event_ms = report.decided_ms - UnixMillis(report.envelope.lot_disposition().effective_time());
    result_.slowest_ms = std::max(result_.slowest_ms, fact.after_report_ms);
    if (fact.after_report_ms <= result_.latency_ms) return;
    Differ(Cat(fact.kind, " ", fact.id, " of ", fact.subject, " was told after ", fact.after_report_ms / 1000,
               " s; the contract says within ", result_.latency_ms / 1000, " s"),
           report);
  }

  void Differ(std::string what, const StoredReport& report) {
    Difference difference{std::move(what), {}};
    if (!report.reason_text.empty())
      difference.because.push_back(
          Cat(report.reason_text, report.who_acts.empty() ? "" : Cat("; ", report.who_acts, " acts")));
    result_.differences.push_back(std::move(difference));
  }

  const std::set<std::string>& over_;
  QualityReconciliation result_;
  std::map<std::string, flow::v1::DowntimeKindCode> wholes_;
};

}  // namespace

QualityReconciliation ReconcileQuality(const std::vector<StoredReport>& reports, std::vector<std::string> lots_on_hold,
                                       const std::set<std::string>& over, const contract::v1::SiteContract& contract) {
  auto result = Reconciler(over, contract).Run(reports);
  result.lots_on_hold = std::move(lots_on_hold);
  return result;
}

}  // namespace isa95::adapter
