// What happens beside an order: the same for the same seed, a line that stands once at a time, a lot that is released
// after a passed retest only; and noise, which changes nothing.
#include <gmock/gmock.h>
#include <unistd.h>

#include <map>
#include <set>

#include "grpc/model/instant.h"
#include "simulators/mes_sim/mutants.h"
#include "simulators/mes_sim/noise.h"
#include "simulators/mes_sim/shop_facts.h"
#include "tests/simulators/mes_sim/orders.h"

namespace isa95::mes_sim {
namespace {

using namespace flow::v1;
using Shift = std::vector<ShopReport>;

constexpr uint32_t kSeeds = 50;

Shift Facts(uint32_t seed, const std::string& mutant = "none") {
  ShiftTerms terms;
  terms.site = "LEI";
  terms.seed = seed;
  terms.start_ms = 1'795'672'800'000;
  terms.facts = true;
  terms.mutant = mutant;
  return RunFacts(Order(), terms);
}

std::string TextOf(const Shift& shift) {
  std::string text;
  for (const auto& each : shift) text += each.report.ShortDebugString() + "\n";
  return text;
}

TEST(Facts, AreTheSameForTheSameSeed_AndOthersForAnother) {
  EXPECT_EQ(TextOf(Facts(3)), TextOf(Facts(3)));
  EXPECT_NE(TextOf(Facts(3)), TextOf(Facts(4)));
}

TEST(Facts, AreNumberedWithoutGaps_PerChain) {
  std::map<std::string, uint64_t> last;
  for (const auto& each : Facts(3)) EXPECT_EQ(each.report.order_sequence(), ++last[ChainOf(each.report)]);
  EXPECT_EQ(last.size(), 2u);
}

// Micro-stops told together share their time with nothing here either.
TEST(Facts, ALineStandsOnceAtATime_AndPartsTouch) {
  for (uint32_t seed = 1; seed <= kSeeds; ++seed) {
    int64_t end = 0;
    std::map<std::string, std::vector<std::pair<int64_t, int64_t>>> parts;
    for (const auto& each : Facts(seed)) {
      if (!each.report.has_downtime() || each.report.downtime().phase() == DOWNTIME_PHASE_CODE_OPENED) continue;
      const auto& stop = each.report.downtime();
      EXPECT_GE(UnixMillis(stop.start_time()), end) << seed << " " << IdOf(each.report);
      end = UnixMillis(stop.end_time());
      EXPECT_GT(end, UnixMillis(stop.start_time()));
      if (stop.has_part_of()) parts[stop.part_of().value()].emplace_back(UnixMillis(stop.start_time()), end);
    }
    ASSERT_EQ(parts.size(), 1u);
    const auto& whole = parts.begin()->second;
    ASSERT_EQ(whole.size(), 2u);
    EXPECT_EQ(whole[0].second, whole[1].first);
  }
}

TEST(Facts, ALotIsReleasedAfterAPassedRetest_AndElseStaysOnHold) {
  size_t released = 0;
  for (uint32_t seed = 1; seed <= kSeeds; ++seed) {
    bool passed = false, held = false;
    for (const auto& each : Facts(seed)) {
      if (each.report.has_test_result()) passed = each.report.test_result().verdict() == VERDICT_CODE_PASS;
      if (!each.report.has_lot_disposition()) continue;
      const bool hold = each.report.lot_disposition().disposition() == DISPOSITION_CODE_HOLD;
      EXPECT_NE(hold, passed) << seed;
      EXPECT_NE(hold, held) << seed;
      held = hold;
    }
    EXPECT_EQ(held, !passed) << seed;
    released += !held;
  }
  EXPECT_GT(released, kSeeds / 3);
  EXPECT_LT(released, kSeeds);
}

TEST(FactMutants, ChangeWhatIsTold_NeverWhatHappened_AndSaySo) {
  for (const auto& mutant : FactMutants()) {
    const auto good = Facts(3), bad = Facts(3, std::string(mutant.id));
    EXPECT_NE(TextOf(good), TextOf(bad)) << mutant.id;
    std::set<Happened> truth, same;
    size_t said = 0;
    for (const auto& each : good) truth.insert(each.happened.begin(), each.happened.end());
    for (const auto& each : bad) {
      same.insert(each.happened.begin(), each.happened.end());
      said += !each.mutant.empty();
    }
    EXPECT_EQ(truth, same) << mutant.id;
    EXPECT_EQ(said, 1u) << mutant.id;
  }
}

TEST(FactMutants, AStopsEndSendsTheOrdersQuantityAgain_WhereStopsAreTold) {
  ShiftTerms terms;
  terms.site = "LEI";
  terms.seed = 3;
  terms.mutant = "M82";
  const auto quiet = RunShift(Order(), terms);
  terms.facts = true;
  const auto loud = RunShift(Order(), terms);
  EXPECT_EQ(loud.size(), quiet.size() + 1);
}

TEST(OrderOfSending, IsByNumberWithoutNoise_AndElseTheSameForTheSameSeed) {
  EXPECT_FALSE(OrderOfSending(0, 3));
  for (const uint32_t noise : {1u, 10u}) {
    size_t moved = 0;
    uint64_t last = 0;
    for (const auto& each : Facts(3)) {
      const auto place = OrderOfSending(noise, 3)(each.report);
      EXPECT_EQ(place, OrderOfSending(noise, 3)(each.report));
      EXPECT_GE(place, each.report.order_sequence());
      moved += place < last;
      last = place;
    }
    EXPECT_GT(moved, 1u);
  }
}

// Counts what came, and refuses what has no order of its own.
class Counting final : public ReportChannel {
 public:
  absl::StatusOr<std::vector<exchange::v1::Receipt>> Send(const std::vector<exchange::v1::Report>& reports) override {
    std::vector<exchange::v1::Receipt> receipts;
    for (const auto& report : reports) {
      auto& receipt = receipts.emplace_back();
      const bool noise = IdOf(report).find("NOISE") != std::string::npos;
      const bool fresh = ++sent[KeyOf(report)] == 1;
      receipt.set_code(noise   ? exchange::v1::RECEIPT_CODE_REFUSED
                       : fresh ? exchange::v1::RECEIPT_CODE_DURABLE
                               : exchange::v1::RECEIPT_CODE_DUPLICATE);
    }
    return receipts;
  }
  absl::StatusOr<std::vector<exchange::v1::Feedback>> Fetch(const std::string&) override {
    return std::vector<exchange::v1::Feedback>();
  }
  std::map<std::string, int> sent;
};

class Noise : public ::testing::Test {
 protected:
  Noise() { std::remove(file_.c_str()); }

  // By what was sent and what came back.
  std::map<std::string, uint64_t> Counts() const {
    std::map<std::string, uint64_t> counts;
    const auto lines = *sim::ReadRecord(file_);
    for (const auto& line : lines) {
      if (sim::FieldOf(line, "event") != "noise") continue;
      const auto what = sim::FieldOf(line, "what") + ": " + sim::FieldOf(line, "came");
      counts[what] += std::stoul(sim::FieldOf(line, "count"));
    }
    return counts;
  }

  const std::string file_ = ::testing::TempDir() + "/isa95-noise-" + std::to_string(getpid()) + ".jsonl";
};

TEST_F(Noise, ComesOnTop_AndIsCountedWithWhatCameBack) {
  Options options;
  options.site = "LEI";
  options.noise = 10;
  Counting adapter, elsewhere;
  const auto facts = Facts(3);
  auto record = *sim::Record::Open(file_);
  {
    NoisyChannel noisy(adapter, &elsewhere, options, *record);
    for (const auto& each : facts) {
      const auto receipts = noisy.Send({each.report});
      ASSERT_TRUE(receipts.ok());
      EXPECT_EQ(receipts->front().code(), exchange::v1::RECEIPT_CODE_DURABLE);
    }
    ASSERT_TRUE(noisy.Fetch("").ok());
  }
  for (const auto& each : facts) EXPECT_GE(adapter.sent[KeyOf(each.report)], 4);
  auto counts = Counts();
  EXPECT_EQ(counts["sent again: DUPLICATE"], 3 * facts.size());
  EXPECT_GT(counts["sent again late: DUPLICATE"], 0u);
  EXPECT_GT(counts["chatter stop: REFUSED"], 0u);
  EXPECT_GT(counts["chatter test_result: REFUSED"], 0u);
  EXPECT_GT(counts["to another site: DURABLE"], 0u);
  size_t chatter = 0, told = 0;
  for (const auto& [key, times] : adapter.sent) {
    if (key.find("NOISE") == std::string::npos) continue;
    ++chatter;
    EXPECT_EQ(times, 1) << "what is refused is not sent again";
  }
  told = counts["chatter stop: REFUSED"] + counts["chatter test_result: REFUSED"];
  EXPECT_EQ(chatter, told);
}

}  // namespace
}  // namespace isa95::mes_sim
