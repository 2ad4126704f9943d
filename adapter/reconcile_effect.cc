#include "adapter/reconcile_effect.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

using namespace exchange::v1;

// Stands in the ledger as a report of its own. REVERSED does while its reversal is there to take it out again: where
// that one is reversed in turn, the report counts.
bool Stands(ReportState state) {
  return state != REPORT_STATE_UNSPECIFIED && state != REPORT_STATE_DUPLICATE && state != REPORT_STATE_CONFLICT;
}

// What never had an effect is not brought back by its reversal either.
bool HadEffect(ReportState state) {
  return Stands(state) && state != REPORT_STATE_REVERSED && state != REPORT_STATE_PARKED && state != REPORT_STATE_HELD;
}

}  // namespace

ReportEffects::ReportEffects(const std::deque<ledger::StoredReport>& reports)
    : reports_(reports), reversals_(reports.size()) {
  for (size_t i = 0; i < reports.size(); ++i) {
    reported_.push_back(Stands(reports[i].state) && reports[i].state != REPORT_STATE_REVERSED);
    posted_.push_back(reports[i].state == REPORT_STATE_POSTED);
    bearer_.push_back(i);
  }
  told_ = posted_;
  FindReversals();
  // A chain of reversals is as long as the MES likes, so there is no recursion. Those that reverse each other in a
  // circle are in no order; each is what its own state says.
  for (auto report = order_.rbegin(); report != order_.rend(); ++report) Judge(*report);
}

void ReportEffects::FindReversals() {
  std::map<std::pair<std::string_view, std::string_view>, size_t> by_id;  // an id is its sender's own
  for (size_t i = 0; i < reports_.size(); ++i)
    by_id[{reports_[i].envelope.sender(), reports_[i].envelope.key_id()}] = i;
  for (size_t i = 0; i < reports_.size(); ++i) {
    const auto& envelope = reports_[i].envelope;
    const auto found = envelope.has_report_reversal() && Stands(reports_[i].state)
                           ? by_id.find({envelope.sender(), envelope.report_reversal().reverses_id().value()})
                           : by_id.end();
    if (found == by_id.end()) {
      order_.push_back(i);
    } else {
      reversals_[found->second].push_back(i);
    }
  }
  for (size_t at = 0; at < order_.size(); ++at)
    order_.insert(order_.end(), reversals_[order_[at]].begin(), reversals_[order_[at]].end());
}

// What reverses it is judged already.
void ReportEffects::Judge(size_t report) {
  const auto& reversals = reversals_[report];
  const auto state = reports_[report].state;
  const bool taken_back =
      std::any_of(reversals.begin(), reversals.end(), [&](size_t reversal) { return reported_[reversal]; });
  const bool gone = state == REPORT_STATE_REVERSED && reversals.empty();
  reported_[report] = Stands(state) && !gone && !taken_back;
  posted_[report] = IsErpSide(posted_, report, false);
  told_[report] = IsErpSide(told_, report, true);
  for (const size_t reversal : reversals) {
    if (!HadEffect(reports_[reversal].state)) continue;
    for (const size_t again : reversals_[reversal]) {
      if (reported_[again] && HasEarlierPlace(bearer_[report], bearer_[again])) bearer_[report] = bearer_[again];
    }
  }
}

// Of what was taken back before it was posted: booked once the reversal of its reversal is, which posts its content.
bool ReportEffects::IsErpSide(const std::vector<bool>& side, size_t report, bool pending) const {
  const auto counts = [&](size_t which) {
    const auto state = reports_[which].state;
    return state == REPORT_STATE_POSTED || (pending && state == REPORT_STATE_PENDING);
  };
  bool taken_back = false, put_back = false;
  for (const size_t reversal : reversals_[report]) {
    taken_back |= side[reversal];
    put_back |= !side[reversal] && counts(reversal);
  }
  const bool booked = counts(report) || (reports_[report].state == REPORT_STATE_REVERSED && put_back);
  return booked && !taken_back;
}

bool ReportEffects::HasEarlierPlace(size_t report, size_t other) const {
  const auto& left = reports_[report].envelope;
  const auto& right = reports_[other].envelope;
  const bool numbered = left.order_sequence() > 0 && right.order_sequence() > 0 && left.sender() == right.sender();
  if (numbered && left.order_sequence() != right.order_sequence())
    return left.order_sequence() < right.order_sequence();
  return report < other;  // they are in the order of their arrival
}

bool ReportEffects::IsBefore(size_t report, size_t other) const {
  return HasEarlierPlace(bearer_[report], bearer_[other]);
}

bool ReportEffects::Settled(size_t report) const {
  return reports_[report].state == REPORT_STATE_POSTED || reports_[report].state == REPORT_STATE_REVERSED;
}

void ReportEffects::AddAround(size_t report, std::set<size_t>& around) const {
  std::vector<size_t> open = {report};
  while (!open.empty()) {
    const size_t next = open.back();
    open.pop_back();
    if (around.insert(next).second) open.insert(open.end(), reversals_[next].begin(), reversals_[next].end());
  }
}

std::string ReportEffects::Describe(size_t at) const {
  const auto& report = reports_[at];
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

}  // namespace isa95::adapter
