// An order's past as the rules of reports look at it: how it is planned, and where a report stands.
#include <algorithm>

#include "adapter/flows/report_rules.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

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

bool IsInPlay(const ledger::StoredReport& report) {
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

}  // namespace isa95::flows
