// What is left of a run: the same whatever came on top and whenever, and another where one digit is another.
#include "simulators/reconcile/state.h"

#include <gmock/gmock.h>

namespace isa95::sim {
namespace {

using testing::Contains;
using Lines = std::vector<RecordLine>;

RecordLine Report(const std::string& id, const std::string& key, const std::string& reverses = {}) {
  return {{"event", "report"}, {"report_id", id}, {"key", key}, {"reverses", reverses}};
}
RecordLine Feedback(const std::string& id, const std::string& outcome, const std::string& document = {}) {
  return {{"event", "feedback"}, {"report_id", id}, {"outcome", outcome}, {"document", document}};
}
RecordLine Posted(const std::string& id, const std::string& good) {
  return {{"event", "posted"}, {"report_id", id}, {"order_id", "4711"}, {"segment", "0010"}, {"good", good}};
}

TEST(State, IsTheSame_WhateverNoiseNumbersAndTimes) {
  const Lines quiet{Report("C1", "C1"), Feedback("C1", "POSTED", "1")};
  const Lines loud{Report("C1", "C1"),
                   {{"event", "noise"}, {"count", "9"}},
                   Feedback("C1", "PENDING"),
                   Feedback("C1", "POSTED", "7")};
  auto posted = Posted("C1", "5");
  posted["at"] = "12";
  EXPECT_EQ(StateOf({posted}, quiet), StateOf({Posted("C1", "5")}, loud));
  EXPECT_NE(StateOf({posted}, quiet), StateOf({Posted("C1", "5.1")}, loud));
}

TEST(State, IsTheSame_WhetherAReportWasTakenBackBeforeOrAfterItWasPosted) {
  const Lines made{Report("C1", "C1"), Report("R1", "R1", "C1")};
  auto before = made, after = made;
  before.push_back(Feedback("C1", "REVERSED"));
  after.push_back(Feedback("C1", "POSTED"));
  EXPECT_EQ(StateOf({}, before), StateOf({Posted("C1", "5"), {{"event", "reversed"}, {"report_id", "C1"}}}, after));
  EXPECT_NE(StateOf({}, before), StateOf({Posted("C1", "5")}, after));
}

TEST(State, TellsAStopsClosingFromItsOpening_ThoughTheyHaveOneId) {
  const Lines made{Report("S1", "S1"), Report("S1", "S1/closed"), Feedback("S1", "POSTED"), Feedback("S1", "PARKED")};
  EXPECT_THAT(StateOf({}, made), Contains("report S1: POSTED "));
  EXPECT_THAT(StateOf({}, made), Contains("report S1/closed: PARKED "));
}

TEST(State, HasTheStocksStanding) {
  const Lines erp{{{"event", "lot_told"}, {"lot", "B1"}, {"stock", "RESTRICTED"}},
                  {{"event", "lot_told"}, {"lot", "B1"}, {"stock", "FREE"}}};
  EXPECT_THAT(StateOf(erp, {}), testing::ElementsAre("lot B1: FREE"));
}

}  // namespace
}  // namespace isa95::sim
