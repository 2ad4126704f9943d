// The ERP's books of quality and downtime: what comes again changes nothing, what contradicts is refused, and a lot on
// hold is restricted until a release.
#include "simulators/erp_sim/fact_books.h"

#include <gtest/gtest.h>

namespace isa95::erp_sim {
namespace {

Told Stop(const std::string& phase, const std::string& end, const std::string& id = "S1") {
  Told told;
  told.line = {{"event", "stop_told"}, {"key", "MES/" + id}, {"stop_id", id}, {"phase", phase}, {"end", end}};
  return told;
}

Told Lot(const std::string& id, const std::string& disposition) {
  Told told;
  told.line = {{"event", "lot_told"}, {"key", "MES/" + id}, {"lot", "B1"}, {"disposition", disposition}};
  return told;
}

sim::RecordLine Take(FactBooks& books, const Told& told) {
  const auto line = books.LineOf(told, books.Judge(told));
  sim::RecordLine fields(line.begin(), line.end());
  books.Read(fields);
  return fields;
}

TEST(FactBooks, AStopIsOpenedAndClosedOnce_WhateverComesAgain) {
  FactBooks books("none");
  EXPECT_EQ(Take(books, Stop("OPENED", "")).at("event"), "stop_told");
  EXPECT_EQ(Take(books, Stop("OPENED", "")).at("event"), "fact_repeated");
  EXPECT_EQ(Take(books, Stop("CLOSED", "10:00")).at("event"), "stop_told");
  EXPECT_EQ(Take(books, Stop("CLOSED", "10:00")).at("event"), "fact_repeated");
  EXPECT_EQ(Take(books, Stop("CLOSED", "11:00")).at("code"), "DUPLICATE_CONFLICT");
}

TEST(FactBooks, AClosingOfNothingIsRefused) {
  FactBooks books("none");
  EXPECT_EQ(Take(books, Stop("CLOSED", "10:00")).at("code"), "STOP_NOT_OPEN");
  Take(books, Stop("COMPLETE", "10:00", "S2"));
  EXPECT_EQ(Take(books, Stop("CLOSED", "10:00", "S2")).at("code"), "STOP_NOT_OPEN");
}

TEST(FactBooks, ALotOnHoldIsRestricted_UntilItsRelease) {
  FactBooks books("none");
  EXPECT_EQ(Take(books, Lot("D1", "HOLD")).at("stock"), "RESTRICTED");
  EXPECT_EQ(Take(books, Lot("D2", "RELEASED")).at("stock"), "FREE");
}

TEST(FactBooks, TheDefectM57PostsItAsFree_AndSaysSo) {
  FactBooks books("M57");
  const auto line = Take(books, Lot("D1", "HOLD"));
  EXPECT_EQ(line.at("stock"), "FREE");
  EXPECT_FALSE(line.at("did").empty());
}

TEST(FactBooks, AreTheSameAfterARestart) {
  FactBooks before("none"), after("none");
  const auto line = Take(before, Stop("OPENED", ""));
  auto stored = line;
  stored["at"] = "1";
  after.Read(stored);
  EXPECT_TRUE(after.Judge(Stop("OPENED", "")).repeated);
}

}  // namespace
}  // namespace isa95::erp_sim
