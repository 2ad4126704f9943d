// Which of an order's reports count, after all their reversals; kept up to date report by report.
#include <algorithm>

#include "adapter/flows/report_rules.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

using ledger::StoredReport;

bool OwnsItsKey(const StoredReport& report) {
  return report.state != exchange::v1::REPORT_STATE_DUPLICATE && report.state != exchange::v1::REPORT_STATE_CONFLICT;
}

bool IsReversal(const StoredReport& report) { return report.envelope.kind() == flow::v1::MESSAGE_KIND_REVERSAL; }

std::string KeyOf(std::string_view sender, std::string_view id) { return Cat(sender.size(), ":", sender, id); }

bool IsSame(const Effective& left, const Effective& right) {
  return left.content == right.content && left.bearer == right.bearer && left.at.number == right.at.number &&
         left.at.arrival == right.at.arrival;
}

// Where the effect of this root is, or would be.
auto PlaceOf(auto& effective, int root) {
  return std::lower_bound(effective.begin(), effective.end(), root,
                          [](const Effective& one, int index) { return one.root < index; });
}

}  // namespace

Effects::Effects(const ledger::OrderPast& past, const flow::v1::Envelope* judged) {
  for (const auto& report : past.reports) {
    const auto& envelope = report.envelope;
    const bool itself =
        judged != nullptr && envelope.key_id() == judged->key_id() && envelope.sender() == judged->sender();
    if (!itself && OwnsItsKey(report)) Know(report);
  }
  for (int i = 0; i < static_cast<int>(nodes_.size()); ++i) {
    if (nodes_[i].parent < 0) Evaluate(i);
  }
}

Effects::Change Effects::Tell(const StoredReport& report) {
  if (!OwnsItsKey(report)) return Change::kNone;
  const int top = TopOf(Know(report));
  return top < 0 ? Change::kOther : Evaluate(top);
}

// Its index; where it is new, it finds its place among the reversals.
int Effects::Know(const StoredReport& report) {
  const auto& envelope = report.envelope;
  const int index = static_cast<int>(nodes_.size());
  const auto [known, first] = by_key_.emplace(KeyOf(envelope.sender(), envelope.key_id()), index);
  if (!first) return known->second;
  nodes_.push_back({&report, *senders_.emplace(envelope.sender()).first, -1, {}, 0, false});
  if (IsReversal(report)) {
    const auto target = KeyOf(envelope.sender(), envelope.report_reversal().reverses_id().value());
    const auto parent = by_key_.find(target);
    parent == by_key_.end() ? orphans_[target].push_back(index) : Link(index, parent->second);
  }
  if (const auto came_before = orphans_.extract(known->first)) {
    for (const int reversal : came_before.mapped()) Link(reversal, index);
  }
  return index;
}

void Effects::Link(int reversal, int parent) {
  nodes_[reversal].parent = parent;
  nodes_[parent].reversals.push_back(reversal);
}

// What stands at the bottom of a chain of reversals. -1: reversals that name each other in a circle, where nothing is
// known of any.
int Effects::TopOf(int index) {
  int top = index;
  for (size_t steps = 0; nodes_[top].parent >= 0; ++steps) {
    if (steps > nodes_.size()) return ForgetCircle(index), -1;
    top = nodes_[top].parent;
  }
  return top;
}

void Effects::ForgetCircle(int index) {
  std::vector<int> tree = {index};
  std::vector<bool> seen(nodes_.size());
  for (size_t next = 0; next < tree.size(); ++next) {
    auto& node = nodes_[tree[next]];
    if (seen[tree[next]]) continue;
    seen[tree[next]] = true;
    node.depth = 0;
    node.reversed = false;
    tree.insert(tree.end(), node.reversals.begin(), node.reversals.end());
  }
}

// Without recursion: a chain of reversals is as long as the MES likes.
Effects::Change Effects::Evaluate(int root) {
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
  if (IsReversal(*nodes_[root].report)) return Change::kNone;
  const int bearer = nodes_[root].reversed ? -1 : BearerIn(tree);
  return Keep(root, bearer);
}

// Of those that bring the root back, and the root itself, the last one that is in play. -1 = none.
int Effects::BearerIn(const std::vector<int>& tree) const {
  int bearer = -1;
  for (const int i : tree) {
    const auto& node = nodes_[i];
    const bool had_effect = node.parent < 0 || IsInPlay(*nodes_[node.parent].report);
    if (node.depth % 2 != 0 || !IsInPlay(*node.report) || !had_effect) continue;
    if (bearer < 0 || IsBefore(PositionOf(nodes_[bearer]), PositionOf(node))) bearer = i;
  }
  return bearer;
}

Position Effects::PositionOf(const Node& node) {
  return {node.report->envelope.order_sequence(), node.report->id, node.sender};
}

Effects::Change Effects::Keep(int root, int bearer) {
  const auto place = PlaceOf(effective_, root);
  const bool was = place != effective_.end() && place->root == root;
  if (bearer < 0) {
    if (was) effective_.erase(place);
    return was ? Change::kOther : Change::kNone;
  }
  const Effective now{&nodes_[root].report->envelope, nodes_[bearer].report, PositionOf(nodes_[bearer]), root};
  if (!was) return effective_.insert(place, now), Change::kAdded;
  const bool same = IsSame(*place, now);
  *place = now;
  return same ? Change::kNone : Change::kOther;
}

const Effective* Effects::Of(const StoredReport& root) const {
  const auto place = PlaceOf(effective_, IndexOf(root));
  return place != effective_.end() && place->content == &root.envelope ? &*place : nullptr;
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
  const auto* effective = Of(root);
  return effective == nullptr ? nullptr : effective->bearer;
}

}  // namespace isa95::flows
