// The truth of a shift against what is posted: nothing to say of a faithful one, and every defect found.
#include "simulators/reconcile/reports.h"

#include <gmock/gmock.h>

#include "tests/simulators/reconcile/plant.h"

namespace isa95::sim {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Reports, AFaithfulShiftReconciles) {
  const auto plant = Work();
  const auto result = ReconcileReports(plant.erp, plant.mes, {});
  EXPECT_THAT(result.differences, IsEmpty());
  EXPECT_TRUE(result.reconciled);
  EXPECT_THAT(result.summary, HasSubstr("differences 0"));
  EXPECT_TRUE(ReconcileReports({}, {}, {}).reconciled);
  EXPECT_EQ(ReconcileReports({}, {}, {}).summary, "");
}

TEST(Reports, OneUnitIsFoundAndNamed) {
  auto plant = Work();
  for (auto& line : plant.mes) {
    if (line["event"] != "made" || line["order_id"] != "LEI-0003") continue;
    line["good"] = FormatDecimal(Add(*ParseDecimal(line["good"]), {1, 0}));
    break;
  }
  const auto differences = Differences(plant);
  ASSERT_EQ(differences.size(), 1u);
  EXPECT_THAT(differences[0], HasSubstr("order LEI-0003 segment 0010: good made "));
  plant = Work();
  for (auto& line : plant.erp) {
    if (line["event"] != "consumed") continue;
    line["quantity"] = FormatDecimal(Add(*ParseDecimal(line["quantity"]), {1, 3}));
    break;
  }
  ASSERT_EQ(Differences(plant).size(), 1u);
  EXPECT_THAT(Differences(plant)[0], HasSubstr("material RM-100 lot RM-100-L"));
}

TEST(Reports, LostAndDoubledReportsAreNamed) {
  auto plant = Work();
  const auto posted = [](const RecordLine& line) { return line.at("event") == "posted"; };
  const auto first = std::find_if(plant.erp.begin(), plant.erp.end(), posted);
  const auto id = first->at("report_id");
  plant.erp.push_back(*first);
  EXPECT_THAT(Differences(plant), Contains("order LEI-0001 report " + id + ": DOUBLED: posted 2 times"));
  std::erase_if(plant.erp, [&](const auto& line) { return line.at("report_id") == id; });
  EXPECT_THAT(Differences(plant), Contains("order LEI-0001 report " + id + ": told as posted, but it is not"));
  std::erase_if(plant.mes, [](const auto& line) { return line.at("event") == "feedback"; });
  EXPECT_THAT(Differences(plant), Contains("order LEI-0001 report " + id + ": LOST: never posted"));
}

TEST(Reports, WhatIsParkedIsADifferenceUnlessItIsExpected) {
  erp_sim::PostingTerms terms;
  terms.period_closed_every = 7;
  const auto plant = Work("none", terms);
  EXPECT_THAT(Differences(plant), Contains(HasSubstr("parked: PERIOD_CLOSED")));
  EXPECT_THAT(Differences(plant, {"OTHER"}), Contains(HasSubstr("parked: PERIOD_CLOSED")));
  for (const auto& difference : Differences(plant, {"PERIOD_CLOSED"}))
    EXPECT_THAT(difference, testing::Not(HasSubstr("PERIOD_CLOSED")));
}

TEST(Reports, EveryDefectIsFoundThatLeavesATrace) {
  for (const auto* mutant : {"M19", "M20", "M22", "M23", "M24", "M27", "M43", "M44", "M49", "M54", "M82"})
    EXPECT_THAT(Differences(Work(mutant)), testing::Not(IsEmpty())) << mutant;
  for (const auto* mutant : {"M30", "M55"}) {
    erp_sim::PostingTerms terms;
    terms.mutant = mutant;
    EXPECT_THAT(Differences(Work("none", terms)), testing::Not(IsEmpty())) << mutant;
  }
}

}  // namespace
}  // namespace isa95::sim
