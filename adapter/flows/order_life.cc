#include "adapter/flows/order_life.h"

#include <algorithm>

#include "adapter/ids.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

using exchange::v1::ITEM_STATE_REJECTED;
using flow::v1::MessageKind;
using ledger::NewItem;
using ledger::StoredItem;
using History = std::vector<StoredItem>;

void Refuse(NewItem& item, std::string_view code, std::string_view text) {
  item.state = exchange::v1::ITEM_STATE_REFUSED;
  item.reason_code = std::string(code);
  item.reason_text = std::string(text);
}

// The last that the MES has not turned down.
const StoredItem* LastStanding(const History& history) {
  const auto found = std::find_if(history.rbegin(), history.rend(),
                                  [](const auto& item) { return item.state != ITEM_STATE_REJECTED; });
  return found == history.rend() ? nullptr : &*found;
}

const StoredItem* Last(const History& history, MessageKind kind) {
  const auto found =
      std::find_if(history.rbegin(), history.rend(), [&](const auto& item) { return item.envelope.kind() == kind; });
  return found == history.rend() ? nullptr : &*found;
}

std::string CurrentVersion(const History& history) {
  std::string current;
  for (const auto& item : history) {
    if (CompareVersions(item.envelope.key_version(), current) == VersionOrder::kNewer)
      current = item.envelope.key_version();
  }
  return current;
}

std::string NextVersion(const std::string& current) {
  uint64_t number = 0;
  return ToNumber(current, number) ? std::to_string(number + 1) : current + "+1";
}

// Version given by the sender: of an item of this kind it is the ledger's key, otherwise it has to be newer.
bool IsBackwards(const NewItem& item, const History& history) {
  const auto& version = item.envelope.key_version();
  const auto known = std::any_of(history.begin(), history.end(), [&](const auto& other) {
    return other.envelope.kind() == item.envelope.kind() && other.envelope.key_version() == version;
  });
  if (known) return false;
  const auto order = CompareVersions(version, CurrentVersion(history));
  const bool cancel = item.envelope.kind() == flow::v1::MESSAGE_KIND_ORDER_CANCEL;
  return order == VersionOrder::kOlder || (order == VersionOrder::kSame && !cancel);
}

void GiveVersion(NewItem& item, const History& history) {
  auto& version = *item.envelope.mutable_key_version();
  if (item.envelope.kind() == flow::v1::MESSAGE_KIND_ORDER_CANCEL) {
    version = CurrentVersion(history);
    return;
  }
  const auto* last = Last(history, flow::v1::MESSAGE_KIND_ORDER_CHANGE);
  const bool same = last != nullptr && adapter::ContentHash(last->envelope.production_order()) == item.content_hash;
  version = same ? last->envelope.key_version() : NextVersion(CurrentVersion(history));
}

}  // namespace

VersionOrder CompareVersions(std::string_view version, std::string_view to) {
  uint64_t left = 0, right = 0;
  if (ToNumber(version, left) && ToNumber(to, right)) {
    return left == right ? VersionOrder::kSame : left < right ? VersionOrder::kOlder : VersionOrder::kNewer;
  }
  return version == to ? VersionOrder::kSame : VersionOrder::kNewer;
}

void JudgeByHistory(NewItem& item, const History& history) {
  const auto kind = item.envelope.kind();
  const auto& order = item.envelope.key_id();
  if (kind == flow::v1::MESSAGE_KIND_ORDER_RELEASE) {
    if (!history.empty() && IsBackwards(item, history))
      Refuse(item, "VERSION_BACKWARDS",
             Cat("Version ", item.envelope.key_version(), " of order ", order, " comes after version ",
                 CurrentVersion(history), ". Send a version newer than that."));
    return;
  }
  if (history.empty())
    return Refuse(item, "ORDER_UNKNOWN", Cat("Order ", order, " was never released to this site. Release it first."));
  if (item.envelope.key_version().empty()) GiveVersion(item, history);
  if (IsBackwards(item, history))
    return Refuse(item, "VERSION_BACKWARDS",
                  Cat("Version ", item.envelope.key_version(), " is not newer than version ", CurrentVersion(history),
                      " of order ", order, ". Send the next version."));
  const auto* standing = LastStanding(history);
  if (standing == nullptr) return;
  const auto& known = standing->envelope;
  const bool repeats = known.kind() == kind && known.key_version() == item.envelope.key_version();
  if (repeats) return;  // the ledger's key tells a duplicate from a conflict
  if (known.kind() == flow::v1::MESSAGE_KIND_ORDER_CANCEL)
    return Refuse(item, "ORDER_CANCELLED",
                  Cat("Order ", order, " was cancelled. Release it anew, as a newer version."));
  const bool reopens = kind == flow::v1::MESSAGE_KIND_ORDER_CHANGE &&
                       item.envelope.production_order().state().code() == flow::v1::ORDER_STATE_CODE_RELEASED;
  if (known.production_order().state().code() == flow::v1::ORDER_STATE_CODE_CLOSED && !reopens)
    Refuse(item, "ORDER_CLOSED", Cat("Order ", order, " is closed. Reopen it first, with a change to Released."));
}

}  // namespace isa95::flows
