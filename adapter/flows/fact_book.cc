#include "adapter/flows/fact_book.h"

#include <iterator>

#include "adapter/flows/report_rules.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

using flow::v1::DowntimeEvent;
using ledger::StoredReport;

// Stops of one group share no time.
std::string GroupOf(const DowntimeEvent& event) {
  return event.stop_count() > 1 ? Cat("together:", event.reason_code().value()) : std::string();
}

bool IsClosing(const DowntimeEvent& event) { return event.phase() == flow::v1::DOWNTIME_PHASE_CODE_CLOSED; }

}  // namespace

bool Overlap(const Span& left, const Span& right) {
  const bool empty = left.start == left.end || right.start == right.end;
  return !empty && left.start < right.end && right.start < left.end;
}

Span SpanOf(const DowntimeEvent& opening, const StoredReport* closing) {
  const Span open{MomentOf(opening.start_time()), kNoEnd};
  if (opening.phase() != flow::v1::DOWNTIME_PHASE_CODE_OPENED) return {open.start, MomentOf(opening.end_time())};
  if (closing == nullptr || !closing->envelope.downtime_event().has_end_time()) return open;
  const auto& closes = closing->envelope.downtime_event();
  const Span closed{MomentOf(closes.start_time()), MomentOf(closes.end_time())};
  return closed.start == open.start && closed.start <= closed.end ? closed : open;
}

void FactBook::Tell(const StoredReport& report) {
  const auto& envelope = report.envelope;
  const Key key{envelope.sender(), envelope.key_id()};
  if (!known_.insert(&report).second) return;
  if (envelope.has_lot_disposition()) {
    dispositions_.push_back(&report);
  } else if (envelope.has_quality_test_result()) {
    const auto& result = envelope.quality_test_result();
    results_.emplace(key, &report);
    by_sample_[{result.sample_id().value(), result.property_id().value()}].push_back(&report);
  } else if (envelope.has_downtime_event()) {
    const auto& event = envelope.downtime_event();
    auto& stop = stops_[key];
    (IsClosing(event) ? stop.closing : stop.opening) = &report;
    if (IsClosing(event)) return;
    by_start_.emplace(GroupOf(event), MomentOf(event.start_time()), key);
    if (!event.part_of().value().empty()) parts_[event.part_of().value()].insert(key);
  }
}

const StoredReport* FactBook::Result(std::string_view sender, std::string_view id) const {
  const auto found = results_.find(Key{sender, id});
  return found == results_.end() ? nullptr : found->second;
}

std::vector<const StoredReport*> FactBook::ResultsOf(const flow::v1::QualityTestResult& like) const {
  const auto found = by_sample_.find(Key{like.sample_id().value(), like.property_id().value()});
  return found == by_sample_.end() ? std::vector<const StoredReport*>() : found->second;
}

Stop FactBook::StopAt(const Key& key) const {
  const auto found = stops_.find(key);
  return found == stops_.end() ? Stop() : found->second;
}

Stop FactBook::StopOf(std::string_view sender, std::string_view id) const { return StopAt(Key{sender, id}); }

const StoredReport* FactBook::InTheWay(const DowntimeEvent& event, const Span& span, const StoredReport* own) const {
  const auto overlaps = [&](const Key& key) -> const StoredReport* {
    const auto stop = StopAt(key);
    const bool counts = stop.opening != nullptr && stop.opening != own && IsInPlay(*stop.opening);
    return counts && Overlap(SpanOf(stop.event(), stop.closing), span) ? stop.opening : nullptr;
  };
  const auto group = GroupOf(event);
  const auto first = by_start_.lower_bound(Place{group, span.start, Key()});
  for (auto at = first; at != by_start_.end() && std::get<0>(*at) == group && std::get<1>(*at) < span.end; ++at) {
    if (const auto* found = overlaps(std::get<2>(*at))) return found;
  }
  // What is in play shares no time, so of those that began earlier only the last one can reach this far.
  for (auto at = first; at != by_start_.begin() && std::get<0>(*std::prev(at)) == group;) {
    const auto& key = std::get<2>(*--at);
    if (const auto* found = overlaps(key)) return found;
    const auto stop = StopAt(key);
    const auto its = SpanOf(stop.event(), stop.closing);
    if (stop.opening != own && IsInPlay(*stop.opening) && its.start != its.end) break;
  }
  return nullptr;
}

std::vector<Stop> FactBook::PartsOf(std::string_view whole) const {
  std::vector<Stop> parts;
  const auto found = parts_.find(whole);
  if (found == parts_.end()) return parts;
  for (const auto& key : found->second) {
    const auto stop = StopAt(key);
    if (stop.opening != nullptr && IsInPlay(*stop.opening)) parts.push_back(stop);
  }
  return parts;
}

}  // namespace isa95::flows
