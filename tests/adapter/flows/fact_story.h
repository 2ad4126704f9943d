// Reports of quality and downtime told one after the other, as a ledger would keep them: chain by chain, duplicates
// left out, what waits released when it is ready.
#pragma once

#include "adapter/flows/chain.h"
#include "adapter/flows/relevance.h"
#include "tests/adapter/flows/report_story.h"

namespace isa95::flows {

inline contract::v1::SiteContract FactContract() {
  auto contract = Contract();
  auto& terms = *contract.mutable_flows()->mutable_quality_downtime();
  terms.mutable_owner()->set_role("quality and maintenance");
  terms.add_relevant_when("financial");
  terms.add_relevant_when("customer_release");
  terms.add_hold_reasons("QC-FAIL");
  auto& viscosity = *terms.add_characteristics();
  viscosity.set_id("VISC");
  viscosity.set_specification("SPEC-7");
  viscosity.set_unit("C17");
  viscosity.set_low("4.00");
  viscosity.set_high("5.00");
  viscosity.set_high_exclusive(true);
  auto& weight = *terms.add_characteristics();
  weight.set_id("WEIGHT");
  weight.set_specification("SPEC-8");
  weight.set_unit("KGM");
  const auto add_reason = [&](const std::string& code, bool planned) {
    auto& reason = *terms.add_downtime_reasons();
    reason.set_code(code);
    reason.set_text("text of " + code);
    reason.set_planned(planned);
  };
  add_reason("JAM", false);
  add_reason("CLEAN", true);
  terms.set_micro_stop_below("2m");
  return contract;
}

inline flow::v1::Instant Minute(int64_t minute) { return InstantOf(kNow - 86'400'000 + minute * 60'000); }

inline exchange::v1::Report Disposition(const std::string& id, flow::v1::DispositionCode code, int64_t minute,
                                        uint64_t number = 0) {
  exchange::v1::Report report;
  report.set_order_sequence(number);
  auto& disposition = *report.mutable_lot_disposition();
  disposition.mutable_id()->set_value(id);
  disposition.mutable_material_lot_id()->set_value("B1");
  disposition.set_disposition(code);
  if (code == flow::v1::DISPOSITION_CODE_HOLD) disposition.mutable_reason_code()->set_value("QC-FAIL");
  *disposition.mutable_effective_time() = Minute(minute);
  return report;
}
inline exchange::v1::Report LotHold(const std::string& id, int64_t minute, uint64_t number = 0) {
  return Disposition(id, flow::v1::DISPOSITION_CODE_HOLD, minute, number);
}
inline exchange::v1::Report LotRelease(const std::string& id, int64_t minute, uint64_t number = 0) {
  return Disposition(id, flow::v1::DISPOSITION_CODE_RELEASED, minute, number);
}

inline exchange::v1::Report Result(const std::string& id, const std::string& value,
                                   flow::v1::VerdictCode verdict = flow::v1::VERDICT_CODE_PASS,
                                   const std::string& retest_of = "") {
  exchange::v1::Report report;
  auto& result = *report.mutable_test_result();
  result.mutable_id()->set_value(id);
  result.mutable_material_lot_id()->set_value("B1");
  result.mutable_sample_id()->set_value("S1");
  result.mutable_test_specification_id()->set_value("SPEC-7");
  result.mutable_property_id()->set_value("VISC");
  Set(*result.mutable_value(), value, "C17");
  result.set_verdict(verdict);
  *result.mutable_measured_at() = Minute(0);
  if (!retest_of.empty()) result.mutable_retest_of()->set_value(retest_of);
  result.set_relevance(flow::v1::RELEVANCE_CODE_CUSTOMER_RELEASE);
  return report;
}

// From minute to minute; `end` < 0 = opened, not over.
inline exchange::v1::Report LineStop(const std::string& id, int64_t start, int64_t end,
                                     flow::v1::DowntimePhaseCode phase = flow::v1::DOWNTIME_PHASE_CODE_COMPLETE) {
  exchange::v1::Report report;
  auto& stop = *report.mutable_downtime();
  stop.mutable_id()->set_value(id);
  stop.set_phase(phase);
  stop.mutable_equipment_id()->set_value("LE01");
  *stop.mutable_start_time() = Minute(start);
  if (end >= 0) *stop.mutable_end_time() = Minute(end);
  stop.mutable_reason_code()->set_value("JAM");
  stop.set_kind(flow::v1::DOWNTIME_KIND_CODE_UNPLANNED);
  stop.set_relevance(flow::v1::RELEVANCE_CODE_FINANCIAL);
  return report;
}
inline exchange::v1::Report Opened(const std::string& id, int64_t start) {
  return LineStop(id, start, -1, flow::v1::DOWNTIME_PHASE_CODE_OPENED);
}
inline exchange::v1::Report Closed(const std::string& id, int64_t start, int64_t end) {
  return LineStop(id, start, end, flow::v1::DOWNTIME_PHASE_CODE_CLOSED);
}
inline exchange::v1::Report PartOf(exchange::v1::Report report, const std::string& whole) {
  report.mutable_downtime()->mutable_part_of()->set_value(whole);
  return report;
}

class FactStory {
 public:
  // Why it is parked or held, "DUPLICATE" or "CONFLICT"; empty = it is queued.
  std::string Tell(const exchange::v1::Report& report) {
    auto decided = DecideReport(report, contract, kNow);
    const auto key = decided.envelope.key_id() + "/" + decided.envelope.key_version();
    const auto [known, first] = hashes.emplace(key, decided.content_hash);
    if (!first) return known->second == decided.content_hash ? "DUPLICATE" : "CONFLICT";
    for (auto& [lot, standing] : decided.lots) standing = lots.contains(lot) ? lots[lot] : standing;
    auto& past = Past(decided.order_id);
    JudgeReport(decided, past, contract);
    ledger::StoredReport stored;
    stored.id = ++last_id;
    stored.envelope = decided.envelope;
    stored.envelope.set_sequence(stored.id);
    stored.order_id = decided.order_id;
    stored.about_order = decided.about_order;
    stored.lots = decided.lots;
    stored.received_ms = decided.received_ms;
    past.reports.push_back(stored);
    Keep(past.reports.back(), decided);
    if (past.slot.memo != nullptr) past.slot.memo->Changed(past.reports.back());
    return decided.reason_code;
  }
  // What waits is released: what is ready, until nothing more is, or everything where the windows are over.
  void Release(bool windows_over = false) {
    for (bool again = true; again;) {
      again = false;
      for (auto& [chain, past] : pasts) {
        for (auto& report : past.reports) {
          if (report.state != exchange::v1::REPORT_STATE_HELD) continue;
          for (auto& [lot, standing] : report.lots) standing = lots.contains(lot) ? lots[lot] : standing;
          if (!windows_over && !IsReady(report, past)) continue;
          auto judged = ForJudgement(report);
          JudgeReport(judged, past, contract);
          Keep(report, judged);
          if (past.slot.memo != nullptr) past.slot.memo->Changed(report);
          again = true;
        }
      }
    }
  }
  // By key: "QUEUED", or why it is not.
  std::map<std::string, std::string> States() const {
    std::map<std::string, std::string> states;
    for (const auto& [chain, past] : pasts) {
      for (const auto& report : past.reports) {
        states[report.envelope.key_id() + "/" + report.envelope.key_version()] =
            report.state == exchange::v1::REPORT_STATE_QUEUED ? "QUEUED" : report.reason_code;
      }
    }
    return states;
  }
  const ledger::StoredReport& At(const std::string& id, const std::string& version = "") {
    for (const auto& [chain, past] : pasts) {
      for (const auto& report : past.reports) {
        if (report.envelope.key_id() == id && report.envelope.key_version() == version) return report;
      }
    }
    ADD_FAILURE() << id;
    static const ledger::StoredReport kNone;
    return kNone;
  }
  bool Flags(const std::string& id, const std::string& code) {
    flow::v1::FindingList list;
    list.ParseFromString(At(id).findings);
    return std::any_of(list.finding().begin(), list.finding().end(), [&](const auto& finding) {
      return finding.code() == code && finding.severity() == flow::v1::SEVERITY_WARNING;
    });
  }

  contract::v1::SiteContract contract = FactContract();
  ledger::LotStandings lots = {{"B1", ledger::LotStanding::kKnown}};
  std::map<std::string, ledger::OrderPast> pasts;
  bool knows_order = true;

 private:
  ledger::OrderPast& Past(const std::string& chain) {
    auto& past = pasts[chain];
    past.slot.kept = true;  // as the ledger keeps those it judges by often
    if (knows_order && past.order.empty()) past.order.push_back(Item(flow::v1::MESSAGE_KIND_ORDER_RELEASE, Order()));
    return past;
  }
  static void Keep(ledger::StoredReport& stored, const ledger::NewReport& decided) {
    stored.state = decided.state;
    stored.reason_code = decided.reason_code;
    stored.reason_text = decided.reason_text;
    stored.who_acts = decided.who_acts;
    stored.findings = decided.findings;
    stored.hold_until_ms = decided.hold_until_ms;
  }

  std::map<std::string, std::string> hashes;
  uint64_t last_id = 0;
};

}  // namespace isa95::flows
