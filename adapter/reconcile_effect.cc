#include "adapter/reconcile_effect.h"

#include <algorithm>

#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

using namespace exchange::v1;

// Stands in the ledger as a report of its own. REVERSED does while its reversal is there to take it out again: where
// that one is reversed in turn, the report counts.
bool Stands(ReportState state) {
  return state != REPORT_STATE_UNSPECIFIED && state != REPORT_STATE_DUPLICATE && state != REPORT_STATE_CONFLICT;
}

std::string Describe(const ledger::StoredReport& report) {
  const auto kind = report.envelope.kind();
  const char* word = kind == flow::v1::MESSAGE_KIND_REVERSAL      ? "reversal "
                     : kind == flow::v1::MESSAGE_KIND_CONSUMPTION ? "consumption "
                                                                  : "confirmation ";
  std::string text = Cat(word, report.envelope.key_id());
  if (kind == flow::v1::MESSAGE_KIND_REVERSAL)
    text += Cat(" of ", report.envelope.report_reversal().reverses_id().value());
  text += Cat(": ", Lower(ReportState_Name(report.state).substr(sizeof("REPORT_STATE_") - 1)));
  if (!report.reason_code.empty()) text += Cat(", ", report.reason_code);
  if (!report.reason_text.empty()) text += Cat(report.reason_code.empty() ? ", " : " ", report.reason_text);
  if (!report.who_acts.empty()) text += Cat("; ", report.who_acts, " acts");
  return text;
}

}  // namespace

ReportEffects::ReportEffects(const std::deque<ledger::StoredReport>& reports)
    : reports_(reports), known_reported_(reports.size()), known_posted_(reports.size()) {
  for (size_t i = 0; i < reports.size(); ++i) {
    if (reports[i].envelope.has_report_reversal() && Stands(reports[i].state))
      reversals_[reports[i].envelope.report_reversal().reverses_id().value()].push_back(i);
  }
  for (size_t i = 0; i < reports.size(); ++i) {
    reported_.push_back(FindReported(i));
    posted_.push_back(FindPosted(i));
  }
}

const std::vector<size_t>& ReportEffects::ReversalsOf(size_t report) const {
  static const std::vector<size_t> kNone;
  const auto found = reversals_.find(reports_[report].envelope.key_id());
  return found == reversals_.end() ? kNone : found->second;
}

bool ReportEffects::FindReported(size_t report) {
  auto& known = known_reported_[report];
  if (known != Known::kNot) return known == Known::kYes;
  known = Known::kAsked;  // two reversals of each other have no effect, and no end
  const auto& reversals = ReversalsOf(report);
  const bool taken_back =
      std::any_of(reversals.begin(), reversals.end(), [&](size_t reversal) { return FindReported(reversal); });
  const bool gone = reports_[report].state == REPORT_STATE_REVERSED && reversals.empty();
  known = Stands(reports_[report].state) && !gone && !taken_back ? Known::kYes : Known::kNo;
  return known == Known::kYes;
}

// Of what was taken back before it was posted: booked once the reversal of its reversal is, which posts its content.
bool ReportEffects::FindPosted(size_t report) {
  auto& known = known_posted_[report];
  if (known != Known::kNot) return known == Known::kYes;
  known = Known::kAsked;
  bool taken_back = false, put_back = false;
  for (const size_t reversal : ReversalsOf(report)) {
    const bool stands = FindPosted(reversal);
    taken_back |= stands;
    put_back |= !stands && reports_[reversal].state == REPORT_STATE_POSTED;
  }
  const auto state = reports_[report].state;
  const bool booked = state == REPORT_STATE_POSTED || (state == REPORT_STATE_REVERSED && put_back);
  known = booked && !taken_back ? Known::kYes : Known::kNo;
  return known == Known::kYes;
}

std::vector<std::string> ReportEffects::WhyOpen(size_t report) const {
  std::vector<size_t> around = {report};
  for (size_t at = 0; at < around.size(); ++at) {
    for (const size_t reversal : ReversalsOf(around[at])) {
      if (std::find(around.begin(), around.end(), reversal) == around.end()) around.push_back(reversal);
    }
  }
  std::vector<std::string> why;
  for (const size_t at : around) {
    const auto state = reports_[at].state;
    if (state != REPORT_STATE_POSTED && state != REPORT_STATE_REVERSED) why.push_back(Describe(reports_[at]));
  }
  if (why.empty()) why.push_back(Describe(reports_[report]));
  return why;
}

}  // namespace isa95::adapter
