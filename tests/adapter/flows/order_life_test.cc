// What an order's past allows.
#include "adapter/flows/order_life.h"

#include <gtest/gtest.h>

#include "adapter/flows/order_query.h"
#include "adapter/ids.h"

namespace isa95::flows {
namespace {

using namespace exchange::v1;
using namespace flow::v1;

ledger::NewItem Item(MessageKind kind, const std::string& version, OrderStateCode state = ORDER_STATE_CODE_RELEASED) {
  ledger::NewItem item;
  item.envelope.set_kind(kind);
  item.envelope.set_key_id("4711");
  item.envelope.set_key_version(version);
  item.envelope.mutable_production_order()->mutable_state()->set_code(state);
  item.content_hash = adapter::ContentHash(item.envelope.production_order());
  return item;
}

ledger::StoredItem Past(MessageKind kind, const std::string& version, ItemState decided = ITEM_STATE_ACCEPTED,
                        OrderStateCode state = ORDER_STATE_CODE_RELEASED) {
  ledger::StoredItem stored;
  stored.envelope = Item(kind, version, state).envelope;
  stored.state = decided;
  return stored;
}

const std::vector<ledger::StoredItem> kReleased = {Past(MESSAGE_KIND_ORDER_RELEASE, "1")};

std::string ReasonOf(ledger::NewItem item, const std::vector<ledger::StoredItem>& history) {
  JudgeByHistory(item, history);
  return item.reason_code;
}
std::string VersionOf(ledger::NewItem item, const std::vector<ledger::StoredItem>& history) {
  JudgeByHistory(item, history);
  EXPECT_EQ(item.reason_code, "");
  return item.envelope.key_version();
}

TEST(Versions, AreComparedAsNumbers_WhereBothAre) {
  EXPECT_EQ(CompareVersions("10", "9"), VersionOrder::kNewer);
  EXPECT_EQ(CompareVersions("02", "2"), VersionOrder::kSame);
  EXPECT_EQ(CompareVersions("1", "2"), VersionOrder::kOlder);
  EXPECT_EQ(CompareVersions("B", "A"), VersionOrder::kNewer);
  EXPECT_EQ(CompareVersions("A", "A"), VersionOrder::kSame);
}

TEST(OrderLife, ReleaseOfAKnownOrder_HasToBeNewer) {
  EXPECT_EQ(ReasonOf(Item(MESSAGE_KIND_ORDER_RELEASE, "1"), {}), "");
  EXPECT_EQ(ReasonOf(Item(MESSAGE_KIND_ORDER_RELEASE, "1"), kReleased), "");  // duplicate or conflict: the ledger's key
  EXPECT_EQ(ReasonOf(Item(MESSAGE_KIND_ORDER_RELEASE, "2"), kReleased), "");
  EXPECT_EQ(ReasonOf(Item(MESSAGE_KIND_ORDER_RELEASE, "2"), {Past(MESSAGE_KIND_ORDER_RELEASE, "3")}),
            "VERSION_BACKWARDS");
}

TEST(OrderLife, ChangeAndCancelOfAnUnknownOrder_AreRefused) {
  EXPECT_EQ(ReasonOf(Item(MESSAGE_KIND_ORDER_CHANGE, "2"), {}), "ORDER_UNKNOWN");
  EXPECT_EQ(ReasonOf(Item(MESSAGE_KIND_ORDER_CANCEL, ""), {}), "ORDER_UNKNOWN");
}

TEST(OrderLife, ChangeHasToBeNewer_OrIsTheKeysBusiness) {
  EXPECT_EQ(ReasonOf(Item(MESSAGE_KIND_ORDER_CHANGE, "1"), kReleased), "VERSION_BACKWARDS");
  EXPECT_EQ(ReasonOf(Item(MESSAGE_KIND_ORDER_CHANGE, "2"), kReleased), "");
  const auto changed = std::vector{kReleased[0], Past(MESSAGE_KIND_ORDER_CHANGE, "3")};
  EXPECT_EQ(ReasonOf(Item(MESSAGE_KIND_ORDER_CHANGE, "2"), changed), "VERSION_BACKWARDS");
  EXPECT_EQ(ReasonOf(Item(MESSAGE_KIND_ORDER_CHANGE, "3"), changed), "");
}

TEST(OrderLife, SenderWithoutVersions_GetsThemCounted) {
  EXPECT_EQ(VersionOf(Item(MESSAGE_KIND_ORDER_CHANGE, ""), kReleased), "2");
  const auto held =
      std::vector{kReleased[0], Past(MESSAGE_KIND_ORDER_CHANGE, "2", ITEM_STATE_ACCEPTED, ORDER_STATE_CODE_HELD)};
  EXPECT_EQ(VersionOf(Item(MESSAGE_KIND_ORDER_CHANGE, "", ORDER_STATE_CODE_HELD), held), "2");  // the same again
  EXPECT_EQ(VersionOf(Item(MESSAGE_KIND_ORDER_CHANGE, "", ORDER_STATE_CODE_RELEASED), held), "3");
  EXPECT_EQ(VersionOf(Item(MESSAGE_KIND_ORDER_CANCEL, ""), held), "2");
}

TEST(OrderLife, CancelMayNameTheCurrentVersionOrANewer_NotAnOlder) {
  const auto changed = std::vector{kReleased[0], Past(MESSAGE_KIND_ORDER_CHANGE, "2")};
  EXPECT_EQ(ReasonOf(Item(MESSAGE_KIND_ORDER_CANCEL, "1"), changed), "VERSION_BACKWARDS");
  EXPECT_EQ(ReasonOf(Item(MESSAGE_KIND_ORDER_CANCEL, "2"), changed), "");
  EXPECT_EQ(ReasonOf(Item(MESSAGE_KIND_ORDER_CANCEL, "3"), changed), "");
}

TEST(OrderLife, AfterACancel_OnlyANewReleaseIsTaken) {
  const auto cancelled = std::vector{kReleased[0], Past(MESSAGE_KIND_ORDER_CANCEL, "1")};
  EXPECT_EQ(ReasonOf(Item(MESSAGE_KIND_ORDER_CHANGE, "2"), cancelled), "ORDER_CANCELLED");
  EXPECT_EQ(ReasonOf(Item(MESSAGE_KIND_ORDER_CANCEL, "1"), cancelled), "");  // the same again
  EXPECT_EQ(ReasonOf(Item(MESSAGE_KIND_ORDER_RELEASE, "2"), cancelled), "");
}

TEST(OrderLife, CancelTurnedDownByTheMes_LeavesTheOrderStanding) {
  const auto still = std::vector{kReleased[0], Past(MESSAGE_KIND_ORDER_CANCEL, "1", ITEM_STATE_REJECTED)};
  EXPECT_EQ(ReasonOf(Item(MESSAGE_KIND_ORDER_CHANGE, "2"), still), "");
}

TEST(OrderLife, AfterClose_OnlyReopeningIsTaken) {
  const auto closed =
      std::vector{kReleased[0], Past(MESSAGE_KIND_ORDER_CHANGE, "2", ITEM_STATE_ACCEPTED, ORDER_STATE_CODE_CLOSED)};
  EXPECT_EQ(ReasonOf(Item(MESSAGE_KIND_ORDER_CHANGE, "3", ORDER_STATE_CODE_HELD), closed), "ORDER_CLOSED");
  EXPECT_EQ(ReasonOf(Item(MESSAGE_KIND_ORDER_CANCEL, "3", ORDER_STATE_CODE_CANCELLED), closed), "ORDER_CLOSED");
  EXPECT_EQ(ReasonOf(Item(MESSAGE_KIND_ORDER_CHANGE, "3", ORDER_STATE_CODE_RELEASED), closed), "");
}

TEST(OrderQuery, AsksForNamedOrders_OrWithTheStarForAll) {
  Document request;
  EXPECT_TRUE(OrdersAskedFor(request).empty());
  request.add_schedule()->add_order()->mutable_id()->set_value("4711");
  EXPECT_EQ(OrdersAskedFor(request), std::vector<std::string>{"4711"});
  request.mutable_schedule(0)->add_order()->mutable_id()->set_value("*");
  EXPECT_TRUE(OrdersAskedFor(request).empty());
}

}  // namespace
}  // namespace isa95::flows
