// Confirmations on their whole way: from the MES's call to the ERP's books, and the ERP's word back to the MES.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <random>
#include <thread>

#include "tests/system/plant.h"
#include "tests/system/way_back.h"

namespace isa95::test {
namespace {

using namespace exchange::v1;
using flow::v1::CONFIRMATION_TYPE_CODE_FINAL;
using flow::v1::CONFIRMATION_TYPE_CODE_PARTIAL;

TEST(WayBackTest, ConfirmationIsPosted_AndTheMesHearsUnderWhichDocument) {
  WayBack plant(SiteFile("site.yaml"));
  plant.ReleaseAndAccept("4711");
  EXPECT_EQ(plant.Report(Confirmation("C-1", "4711", 1, CONFIRMATION_TYPE_CODE_PARTIAL, "200")).code(),
            RECEIPT_CODE_DURABLE);
  EXPECT_EQ(plant.Report(Confirmation("C-1", "4711", 1, CONFIRMATION_TYPE_CODE_PARTIAL, "200")).code(),
            RECEIPT_CODE_DUPLICATE);
  EXPECT_EQ(plant.Report(Confirmation("C-2", "4711", 2, CONFIRMATION_TYPE_CODE_FINAL, "300")).code(),
            RECEIPT_CODE_DURABLE);
  const auto feedback = plant.AwaitFeedback("C-2", FEEDBACK_OUTCOME_POSTED);
  ASSERT_EQ(feedback.outcome(), FEEDBACK_OUTCOME_POSTED) << feedback.ShortDebugString() << plant.Log();
  const auto books = plant.Books();
  EXPECT_EQ(books.size(), 2u);
  EXPECT_EQ(feedback.erp_document(), books.at("C-2").document);
  EXPECT_EQ(plant.StopAdapter(), 0);
  std::string out;
  EXPECT_EQ(plant.Reconcile("text", out), 0) << out;
  EXPECT_NE(out.find("reconciled"), std::string::npos);
}

TEST(WayBackTest, ReversalIsACancelOfItsOriginal_AndRestoresTheSum) {
  WayBack plant(SiteFile("site.yaml"));
  plant.ReleaseAndAccept("4711");
  plant.Report(Confirmation("C-1", "4711", 1, CONFIRMATION_TYPE_CODE_PARTIAL, "200"));
  ASSERT_EQ(plant.AwaitFeedback("C-1", FEEDBACK_OUTCOME_POSTED).outcome(), FEEDBACK_OUTCOME_POSTED);
  Report reversal;
  reversal.set_order_sequence(2);
  auto& taken_back = *reversal.mutable_reversal();
  taken_back.mutable_id()->set_value("R-1");
  taken_back.mutable_order_id()->set_value("4711");
  taken_back.mutable_reverses_id()->set_value("C-1");
  taken_back.mutable_reason_code()->set_value("WRONG_LINE");
  *taken_back.mutable_reversed_at() =
      Confirmation("x", "y", 1, CONFIRMATION_TYPE_CODE_FINAL, "1").confirmation().actual_end_time();
  EXPECT_EQ(plant.Report(reversal).code(), RECEIPT_CODE_DURABLE);
  EXPECT_EQ(plant.AwaitFeedback("R-1", FEEDBACK_OUTCOME_POSTED).outcome(), FEEDBACK_OUTCOME_POSTED) << plant.Log();
  EXPECT_EQ(plant.Books().at("C-1").verb, "PC");  // a Process, then a Cancel, both under the original's id
  EXPECT_EQ(plant.StopAdapter(), 0);
  std::string out;
  EXPECT_EQ(plant.Reconcile("json", out), 0) << out;
}

TEST(WayBackTest, FinalThatOvertakes_IsHeldUntilTheEarlierOnesAreThere) {
  WayBack plant(SiteFile("site.yaml"));
  plant.ReleaseAndAccept("4711");
  EXPECT_EQ(plant.Report(Confirmation("C-2", "4711", 2, CONFIRMATION_TYPE_CODE_FINAL, "300")).code(),
            RECEIPT_CODE_DURABLE);
  std::this_thread::sleep_for(std::chrono::milliseconds(600));
  EXPECT_TRUE(plant.Books().empty());
  plant.Report(Confirmation("C-1", "4711", 1, CONFIRMATION_TYPE_CODE_PARTIAL, "200"));
  EXPECT_EQ(plant.AwaitFeedback("C-2", FEEDBACK_OUTCOME_POSTED).outcome(), FEEDBACK_OUTCOME_POSTED) << plant.Log();
}

TEST(WayBackTest, WhatTheErpSaysDecides_LockedGoesAgain_RejectedIsParked_PendingIsNotBooked) {
  const auto says = [](const flow::v1::Document&, const std::string& report, int nth) -> std::optional<http::Response> {
    if (report == "C-1" && nth == 1) return http::Response{503, "", "", 0};
    if (report == "C-2" && nth == 1) return http::Response{0, "", "", 0};  // booked, its answer lost
    if (report == "C-3") return http::Response{422, "", "", 0};
    return std::nullopt;
  };
  WayBack plant(SiteFile("site.yaml"), says);
  plant.ReleaseAndAccept("4711");
  for (int i = 1; i <= 3; ++i)
    plant.Report(Confirmation("C-" + std::to_string(i), "4711", i, CONFIRMATION_TYPE_CODE_PARTIAL, "100"));
  const auto parked = plant.AwaitFeedback("C-3", FEEDBACK_OUTCOME_PARKED, 20'000);
  EXPECT_EQ(parked.outcome(), FEEDBACK_OUTCOME_PARKED) << parked.ShortDebugString() << plant.Log();
  EXPECT_EQ(parked.who_acts(), "production");
  EXPECT_FALSE(parked.operator_text().empty());
  const auto books = plant.Books();
  EXPECT_GE(books.at("C-1").seen, 2);
  EXPECT_GE(books.at("C-2").seen, 2);
  EXPECT_FALSE(books.at("C-2").document.empty());
  EXPECT_TRUE(books.at("C-3").document.empty());
  EXPECT_EQ(plant.StopAdapter(), 0);
  std::string out;
  EXPECT_EQ(plant.Reconcile("text", out), 1) << out;
  EXPECT_NE(out.find("C-3"), std::string::npos) << out;
}

TEST(WayBackTest, AcceptedIsNotBooked_WhileItsGoodsMovementWaits_AndALaterWordSettlesIt) {
  const auto says = [](const flow::v1::Document&, const std::string&, int) {
    return std::optional(http::Response{202, "", "", 0});  // its answer comes by itself
  };
  WayBack plant(SiteFile("site.yaml"), says);
  plant.ReleaseAndAccept("4711");
  plant.Report(Confirmation("C-1", "4711", 1, CONFIRMATION_TYPE_CODE_PARTIAL, "100"));
  for (int i = 0; i < 100 && plant.Books().empty(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(plant.PostAnswer("C-1", "Modified GOODS_MOVEMENT_PENDING", "DOC-7"), 202u) << plant.Log();
  EXPECT_EQ(plant.AwaitFeedback("C-1", FEEDBACK_OUTCOME_PENDING).outcome(), FEEDBACK_OUTCOME_PENDING);
  EXPECT_EQ(plant.PostAnswer("C-1", "Accepted", "DOC-7"), 202u);
  const auto posted = plant.AwaitFeedback("C-1", FEEDBACK_OUTCOME_POSTED);
  EXPECT_EQ(posted.outcome(), FEEDBACK_OUTCOME_POSTED);
  EXPECT_EQ(posted.erp_document(), "DOC-7");
}

TEST(WayBackTest, ReportOfAnUnknownOrder_IsKeptWithItsOwner_NotThrownBack) {
  WayBack plant(SiteFile("site.yaml"));
  const auto receipt = plant.Report(Confirmation("C-1", "no-such", 1, CONFIRMATION_TYPE_CODE_FINAL, "1"));
  EXPECT_EQ(receipt.code(), RECEIPT_CODE_PARKED);
  ASSERT_EQ(receipt.finding_size(), 1);
  EXPECT_EQ(receipt.finding(0).code(), "ORDER_UNKNOWN");
  EXPECT_EQ(plant.AwaitFeedback("C-1", FEEDBACK_OUTCOME_PARKED).reason_code(), "ORDER_UNKNOWN");
  EXPECT_TRUE(plant.Books().empty());
}

// What was on its way to the ERP when the adapter was killed goes again when the ERP's time to answer is over.
std::string HastySite(const TempDir& dir) {
  std::string contract = ReadAll(SiteFile("site.yaml"));
  const std::string patient = "answer_within: 30s";
  contract.replace(contract.find(patient), patient.size(), "answer_within: 1s");
  std::ofstream(dir / "site.yaml") << contract;
  return dir / "site.yaml";
}

// Killed at random while 5,000 reports go through: each has one document in the ERP's books, and one feedback that says
// so.
TEST(WayBackTest, KilledAtRandomThroughAShift_NothingIsLostAndNothingDoubled) {
  constexpr int kOrders = 50, kEach = 100;
  const TempDir dir;
  WayBack plant(HastySite(dir));
  for (int i = 0; i < kOrders; ++i) plant.ReleaseAndAccept("ORD-" + std::to_string(i));
  std::atomic<bool> done{false};
  std::thread killer([&] {
    std::mt19937 random(7);
    while (!done) {
      std::this_thread::sleep_for(std::chrono::milliseconds(200 + random() % 1'500));
      if (done) break;
      plant.KillAdapter();
      plant.StartAdapter();
    }
  });
  for (int n = 1; n <= kEach; ++n) {
    for (int i = 0; i < kOrders; ++i) {
      const std::string order = "ORD-" + std::to_string(i);
      const auto receipt =
          plant.Report(Confirmation(order + "-" + std::to_string(n), order, n, CONFIRMATION_TYPE_CODE_PARTIAL, "1"));
      ASSERT_NE(receipt.code(), RECEIPT_CODE_PARKED) << receipt.ShortDebugString();
    }
  }
  done = true;
  killer.join();
  for (int waited = 0; waited < 1'200 && plant.Books().size() < kOrders * kEach; ++waited)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  std::map<std::string, int> posted;
  for (int waited = 0; waited < 300; ++waited) {
    posted.clear();
    for (const auto& feedback : plant.AllFeedback())
      posted[feedback.report_id()] += feedback.outcome() == FEEDBACK_OUTCOME_POSTED;
    if (posted.size() == kOrders * kEach) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_EQ(posted.size(), size_t{kOrders * kEach});
  for (const auto& [report, times] : posted) EXPECT_EQ(times, 1) << report;
  for (const auto& [report, booking] : plant.Books()) EXPECT_FALSE(booking.document.empty()) << report;
  EXPECT_EQ(plant.StopAdapter(), 0);
  std::string out;
  EXPECT_EQ(plant.Reconcile("csv", out), 0) << out.substr(0, 2'000);
}

}  // namespace
}  // namespace isa95::test
