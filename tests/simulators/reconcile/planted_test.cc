// By the dice: of a hundred shifts nothing is to be said, and one unit in the last place of any quantity, in the MES's
// record or in the ERP's, is found and named each time (REC-05).
#include <gmock/gmock.h>

#include <random>
#include <set>

#include "grpc/model/text.h"
#include "tests/simulators/reconcile/plant.h"

namespace isa95::sim {
namespace {

constexpr uint32_t kSeeds = 100;

// A quantity that counts, and how a difference has to name it.
struct Spot {
  RecordLine* line = nullptr;
  std::string field, name;
};

std::string StepName(const RecordLine& line, const std::string& kind) {
  const auto& order = line.at("order_id");
  return Cat("order ", order, " segment ", line.at("segment").substr(order.size() + 1), ": ", kind, " made ");
}
std::string LotName(const RecordLine& line) {
  return Cat("order ", line.at("order_id"), " material ", line.at("material"), " lot ", line.at("lot"), ": used ");
}

// What the ERP issues by itself is not compared.
std::vector<Spot> SpotsOfMes(Plant& plant) {
  std::vector<Spot> spots;
  for (auto& line : plant.mes) {
    if (line.at("event") == "made") {
      for (const char* kind : {"good", "scrap", "rework"}) spots.push_back({&line, kind, StepName(line, kind)});
    }
    if (line.at("event") == "used" && line.at("backflush").empty()) spots.push_back({&line, "quantity", LotName(line)});
  }
  return spots;
}

// What was taken back counts no more.
std::vector<Spot> SpotsOfErp(Plant& plant) {
  std::set<std::string> reversed;
  for (const auto& line : plant.erp) {
    if (line.at("event") == "reversed") reversed.insert(line.at("report_id"));
  }
  std::vector<Spot> spots;
  for (auto& line : plant.erp) {
    if (reversed.contains(line.at("report_id"))) continue;
    if (line.at("event") == "posted" && line.at("kind") == "confirmation") {
      for (const char* kind : {"good", "scrap", "rework"}) spots.push_back({&line, kind, StepName(line, kind)});
    }
    if (line.at("event") == "consumed") spots.push_back({&line, "quantity", LotName(line)});
  }
  return spots;
}

TEST(Planted, NothingIsSaid_OfAHundredFaithfulShifts) {
  for (uint32_t seed = 1; seed <= kSeeds; ++seed)
    EXPECT_THAT(Differences(Work("none", {}, seed)), testing::IsEmpty()) << seed;
}

TEST(Planted, OneUnitInTheLastPlace_IsFoundAndNamed_InEitherRecord) {
  size_t of_mes = 0;
  for (uint32_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    auto plant = Work("none", {}, seed);
    const bool in_mes = random() % 2 == 0;
    const auto spots = in_mes ? SpotsOfMes(plant) : SpotsOfErp(plant);
    const auto& spot = spots.at(random() % spots.size());
    auto& text = spot.line->at(spot.field);
    auto number = *ParseDecimal(text);
    number.units += random() % 2 == 0 ? 1 : -1;
    text = FormatDecimal(number);
    const auto differences = Differences(plant);
    ASSERT_EQ(differences.size(), 1u) << text << testing::PrintToString(differences);
    EXPECT_THAT(differences[0], testing::StartsWith(spot.name));
    of_mes += in_mes;
  }
  EXPECT_GT(of_mes, kSeeds / 4);
  EXPECT_LT(of_mes, kSeeds * 3 / 4);
}

}  // namespace
}  // namespace isa95::sim
