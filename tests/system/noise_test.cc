// One plant, the same shift three times: in silence, with some noise, and with ten times as much. What is left in the
// ledger and in the ERP's books is the same, order by order and lot by lot (NOI-01), and noise is counted (NOI-03).
#include <gmock/gmock.h>

#include <map>
#include <thread>

#include "adapter/ledger/report_ledger.h"
#include "simulators/reconcile/facts.h"
#include "simulators/reconcile/reports.h"
#include "simulators/reconcile/state.h"
#include "tests/system/plant.h"

namespace isa95::test {
namespace {

using testing::ElementsAreArray;
using testing::Gt;
using testing::IsEmpty;

constexpr int kOrders = 4;

struct Left {
  std::vector<std::string> state;  // by the simulators' records
  std::vector<std::string> differences;
  std::map<std::string, uint64_t> noise;     // sent, by what came back
  std::map<std::string, uint64_t> refusals;  // not stored, by code
  uint64_t copies = 0;
};

void ReadLedger(const std::string& file, const std::vector<sim::RecordLine>& mes, Left& left) {
  const auto ledger = *ledger::OpenSqlite(file, true);
  const auto counts = *ledger->CountReports("LEI");
  left.copies = counts.duplicate;
  EXPECT_EQ(counts.queued + counts.held + counts.sent + counts.pending + counts.conflict + counts.parked, 0u);
  EXPECT_EQ(counts.received, counts.duplicate + counts.posted + counts.reversed);
  size_t reports = 0;
  for (const auto& line : mes) reports += sim::FieldOf(line, "event") == "report";
  EXPECT_EQ(counts.posted + counts.reversed, reports);
  const auto refusals = *ledger->Refusals("");
  for (const auto& one : refusals) left.refusals[one.code] += one.count;
}

Left Play(int noise) {
  Plant plant(SiteFile("site.yaml"), "LEI");
  EXPECT_TRUE(plant.AdapterReady(20'000));
  const auto mes = plant.Mes({"--report", "--quality-downtime", "--noise", std::to_string(noise), "--seed", "3",
                              "--report-after-ms", "0", "--backflush", "RM-200", "--expect", std::to_string(kOrders),
                              "--until-settled", "--timeout", "100"});
  const auto erp = plant.Erp({"--orders", std::to_string(kOrders), "--prefix", "LEI-", "--seed", "1"});
  EXPECT_EQ(erp->Wait(30'000), 0);
  EXPECT_EQ(mes->Wait(110'000), 0) << ReadAll(plant.dir() / "mes.log");
  EXPECT_TRUE(plant.AwaitAnswers(kOrders, 10'000));
  EXPECT_EQ(plant.StopAdapter(), 0);
  const auto erp_record = *sim::ReadRecord(plant.dir() / "erp.jsonl");
  const auto mes_record = *sim::ReadRecord(plant.dir() / "mes.jsonl");
  Left left;
  left.state = sim::StateOf(erp_record, mes_record);
  left.differences = sim::ReconcileReports(erp_record, mes_record, {}).differences;
  const auto facts = sim::ReconcileFacts(erp_record, mes_record, {}).differences;
  left.differences.insert(left.differences.end(), facts.begin(), facts.end());
  for (const auto& line : mes_record) {
    if (sim::FieldOf(line, "event") != "noise") continue;
    left.noise[sim::FieldOf(line, "came")] += std::stoul(sim::FieldOf(line, "count"));
  }
  ReadLedger(plant.dir() / "ledger.db", mes_record, left);
  return left;
}

TEST(Noise, LeavesTheSameStateAsSilence_AndIsCounted) {
  const auto silent = Play(0);
  EXPECT_THAT(silent.differences, IsEmpty());
  EXPECT_THAT(silent.noise, IsEmpty());
  EXPECT_EQ(silent.copies, 0u);
  EXPECT_GT(silent.state.size(), 100u);
  for (const int noise : {1, 10}) {
    SCOPED_TRACE(noise);
    const auto noisy = Play(noise);
    EXPECT_THAT(noisy.differences, IsEmpty());
    EXPECT_THAT(noisy.state, ElementsAreArray(silent.state));
    EXPECT_THAT(noisy.copies, Gt(50u));
    auto came = noisy.noise;
    auto refused = noisy.refusals;
    EXPECT_GT(came["REFUSED NOT_BUSINESS_RELEVANT"], 0u);
    EXPECT_GE(refused["NOT_BUSINESS_RELEVANT"], came["REFUSED NOT_BUSINESS_RELEVANT"]);
    EXPECT_GT(came["NOT_FOUND"], 0u) << "another site";
    EXPECT_EQ(refused["SITE_UNKNOWN"], came["NOT_FOUND"]);
  }
}

}  // namespace
}  // namespace isa95::test
