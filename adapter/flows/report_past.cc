// An order's past as the rules of reports look at it: how it is planned, and which of its reports count.
#include <algorithm>

#include "adapter/flows/report_rules.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

using ledger::StoredReport;

// Judged to be posted, or posted already. HELD is not judged yet; PARKED and REVERSED have no effect at the ERP.
bool IsInPlay(const StoredReport& report) {
  switch (report.state) {
    case exchange::v1::REPORT_STATE_QUEUED:
    case exchange::v1::REPORT_STATE_SENT:
    case exchange::v1::REPORT_STATE_POSTED:
    case exchange::v1::REPORT_STATE_PENDING:
      return true;
    default:
      return false;
  }
}

bool OwnsItsKey(const StoredReport& report) {
  return report.state != exchange::v1::REPORT_STATE_DUPLICATE && report.state != exchange::v1::REPORT_STATE_CONFLICT;
}

bool IsReversal(const StoredReport& report) { return report.envelope.kind() == flow::v1::MESSAGE_KIND_REVERSAL; }

std::string KeyOf(std::string_view sender, std::string_view id) { return Cat(sender.size(), ":", sender, id); }

Position PositionOf(const StoredReport& report) {
  return {report.envelope.order_sequence(), report.id, report.envelope.sender()};
}

bool HasProduced(const flow::v1::SegmentRequirement& segment) {
  return std::any_of(segment.material().begin(), segment.material().end(), [](const auto& line) {
    return line.material_use().code() == flow::v1::MATERIAL_USE_CODE_PRODUCED;
  });
}

}  // namespace

Position PositionOf(const flow::v1::Envelope& envelope) {
  Position position{envelope.order_sequence(), {}, envelope.sender()};
  position.arrival = envelope.sequence() == 0 ? Position().arrival : envelope.sequence();
  return position;
}

bool IsBefore(const Position& left, const Position& right) {
  const bool numbered = left.number > 0 && right.number > 0 && left.sender == right.sender;
  if (numbered && left.number != right.number) return left.number < right.number;
  return left.arrival < right.arrival;
}

PlannedOrder::PlannedOrder(const std::vector<ledger::StoredItem>& items) {
  using exchange::v1::ITEM_STATE_ACCEPTED;
  const auto accepted =
      std::any_of(items.begin(), items.end(), [](const auto& item) { return item.state == ITEM_STATE_ACCEPTED; });
  const flow::v1::ProductionOrder* newest = nullptr;
  for (const auto& item : items) {
    const bool delivered = item.state == exchange::v1::ITEM_STATE_DELIVERED;
    const auto& order = item.envelope.production_order();
    const auto state = order.state().code();
    // The ERP's books are closed from when it says so; whatever else is only asked of the MES until it takes it. A
    // MES that reports has the order, though its answer may still be under way.
    const bool closes = state == flow::v1::ORDER_STATE_CODE_CLOSED &&
                        (delivered || item.state == exchange::v1::ITEM_STATE_QUEUED) && standing_ != Standing::kUnknown;
    if (closes) standing_ = Standing::kClosed;
    if (item.state != ITEM_STATE_ACCEPTED && !(delivered && !accepted)) continue;
    if (item.envelope.kind() == flow::v1::MESSAGE_KIND_ORDER_CANCEL) {
      standing_ = Standing::kCancelled;
      continue;
    }
    if (state == flow::v1::ORDER_STATE_CODE_CLOSED) {
      standing_ = Standing::kClosed;
    } else if (state == flow::v1::ORDER_STATE_CODE_CANCELLED) {
      standing_ = Standing::kCancelled;
    } else if (order.has_state() || standing_ == Standing::kUnknown) {
      standing_ = Standing::kOpen;
    }
    if (order.segment_size() > 0 || newest == nullptr) newest = &order;  // a change may say no more than a state
  }
  if (newest == nullptr) return;
  for (const auto& segment : newest->segment()) AddSegment(segment);
}

void PlannedOrder::AddSegment(const flow::v1::SegmentRequirement& segment) {
  segments_.push_back(&segment);
  for (const auto& child : segment.child()) AddSegment(child);
}

PlannedOrder::Found PlannedOrder::Find(std::string_view requirement_id, std::string_view operations_segment_id) const {
  Found by_id, by_operation;
  for (const auto* segment : segments_) {
    if (!requirement_id.empty() && segment->id().value() == requirement_id) by_id = {Match::kFound, segment};
    if (!operations_segment_id.empty() && segment->operations_segment_id().value() == operations_segment_id) {
      const bool again = by_operation.segment != nullptr;
      by_operation = {again ? Match::kSeveral : Match::kFound, segment};
    }
  }
  if (operations_segment_id.empty()) return by_id;
  if (requirement_id.empty()) return by_operation;
  if (by_id.segment == nullptr && by_operation.segment == nullptr) return {};
  const bool agree =
      by_id.segment != nullptr && (by_id.segment->operations_segment_id().value() == operations_segment_id ||
                                   (by_id.segment->operations_segment_id().value().empty() && !by_operation.segment));
  return agree ? by_id : Found{Match::kContradicts, nullptr};
}

std::string PlannedOrder::NameOf(std::string_view requirement_id, std::string_view operations_segment_id) const {
  const auto found = Find(requirement_id, operations_segment_id);
  const auto at = std::find(segments_.begin(), segments_.end(), found.segment);
  if (found.match == Match::kFound) return Cat("#", at - segments_.begin());
  return Cat(requirement_id.size(), ":", requirement_id, operations_segment_id);  // of an earlier version of the order
}

const flow::v1::SegmentRequirement* PlannedOrder::delivering() const {
  const auto last = std::find_if(segments_.rbegin(), segments_.rend(), [](const auto* s) { return HasProduced(*s); });
  if (last != segments_.rend()) return *last;
  return segments_.empty() ? nullptr : segments_.back();
}

Effects::Effects(const ledger::OrderPast& past, const flow::v1::Envelope& judged) {
  nodes_.reserve(past.reports.size());
  for (const auto& report : past.reports) {
    const bool itself = report.envelope.key_id() == judged.key_id() && report.envelope.sender() == judged.sender();
    if (itself || !OwnsItsKey(report)) continue;
    by_key_.emplace(KeyOf(report.envelope.sender(), report.envelope.key_id()), static_cast<int>(nodes_.size()));
    nodes_.push_back({&report, -1, {}, 0, false});
  }
  for (int i = 0; i < static_cast<int>(nodes_.size()); ++i) {
    const auto& envelope = nodes_[i].report->envelope;
    if (!IsReversal(*nodes_[i].report)) continue;
    const auto found = by_key_.find(KeyOf(envelope.sender(), envelope.report_reversal().reverses_id().value()));
    if (found == by_key_.end()) continue;
    nodes_[i].parent = found->second;
    nodes_[found->second].reversals.push_back(i);
  }
  for (int i = 0; i < static_cast<int>(nodes_.size()); ++i) {
    if (nodes_[i].parent < 0) Evaluate(i);
  }
}

// Without recursion: a chain of reversals is as long as the MES likes.
void Effects::Evaluate(int root) {
  std::vector<int> tree = {root};
  nodes_[root].depth = IsReversal(*nodes_[root].report) ? 1 : 0;  // of a reversal of what is not known
  for (size_t next = 0; next < tree.size(); ++next) {
    for (const int reversal : nodes_[tree[next]].reversals) {
      nodes_[reversal].depth = nodes_[tree[next]].depth + 1;
      tree.push_back(reversal);
    }
  }
  for (auto at = tree.rbegin(); at != tree.rend(); ++at) {
    auto& node = nodes_[*at];
    const auto in_play = [&](int i) { return IsInPlay(*nodes_[i].report); };
    const auto stands = [&](int i) { return in_play(i) && !nodes_[i].reversed; };
    const bool known = std::any_of(node.reversals.begin(), node.reversals.end(), in_play);
    node.reversed = known ? std::any_of(node.reversals.begin(), node.reversals.end(), stands) : node.report->reversed;
  }
  const auto& content = *nodes_[root].report;
  if (IsReversal(content) || nodes_[root].reversed) return;
  const StoredReport* bearer = nullptr;
  for (const int i : tree) {
    const auto& node = nodes_[i];
    const bool had_effect = node.parent < 0 || IsInPlay(*nodes_[node.parent].report);
    if (node.depth % 2 != 0 || !IsInPlay(*node.report) || !had_effect) continue;
    if (bearer == nullptr || IsBefore(PositionOf(*bearer), PositionOf(*node.report))) bearer = node.report;
  }
  if (bearer != nullptr) effective_.push_back({&content.envelope, bearer, PositionOf(*bearer)});
}

const StoredReport* Effects::Find(std::string_view sender, std::string_view report_id) const {
  const auto found = by_key_.find(KeyOf(sender, report_id));
  return found == by_key_.end() ? nullptr : nodes_[found->second].report;
}

int Effects::IndexOf(const StoredReport& report) const {
  return by_key_.find(KeyOf(report.envelope.sender(), report.envelope.key_id()))->second;
}

bool Effects::IsTakenBack(const StoredReport& report) const {
  const auto& node = nodes_[IndexOf(report)];
  if (node.reversed) return true;
  if (Restores(report)) return report.state == exchange::v1::REPORT_STATE_REVERSED;
  // Of a report that was to be posted: its content may have been taken back, and brought back, under other ids.
  const auto* root = RootOf(report);
  const bool posts = IsInPlay(report) || report.state == exchange::v1::REPORT_STATE_REVERSED;
  return posts && root != nullptr && BearerOf(*root) == nullptr;
}

const StoredReport* Effects::RootOf(const StoredReport& report) const {
  int at = IndexOf(report);
  for (size_t steps = 0; steps < nodes_.size() && nodes_[at].parent >= 0; ++steps) at = nodes_[at].parent;
  return IsReversal(*nodes_[at].report) ? nullptr : nodes_[at].report;
}

bool Effects::Restores(const StoredReport& report) const { return nodes_[IndexOf(report)].depth % 2 != 0; }

const StoredReport* Effects::BearerOf(const StoredReport& root) const {
  const auto found = std::find_if(effective_.begin(), effective_.end(),
                                  [&](const auto& effective) { return effective.content == &root.envelope; });
  return found == effective_.end() ? nullptr : found->bearer;
}

}  // namespace isa95::flows
