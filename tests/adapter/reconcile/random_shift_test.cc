// By the dice: a hundred shifts whose two sides are equal, and a hundred with one unit in the last place planted on one
// side (REC-05). What is posted of a report is what it says, so a side can only lack a report, or have one too many.
#include "tests/adapter/reconcile/random_shift.h"

namespace isa95::adapter {
namespace {

using namespace exchange::v1;
using testing::HasSubstr;
using testing::StartsWith;

constexpr uint32_t kSeeds = 100;

struct Sides {
  Quantities reported, posted;
};

Sides SidesOf(const OrderReconciliation& order) {
  Sides sides;
  const auto add = [&](const Place& place, const ExactDecimal& reported, const ExactDecimal& posted) {
    AddTo(sides.reported, place, reported);
    AddTo(sides.posted, place, posted);
  };
  for (const auto& row : order.segments) {
    add({"good of segment " + row.segment_id, ""}, row.good, row.posted_good);
    add({"scrap of segment " + row.segment_id, ""}, row.scrap, row.posted_scrap);
    add({"rework of segment " + row.segment_id, ""}, row.rework, row.posted_rework);
  }
  for (const auto& row : order.components) {
    if (!row.lot.empty()) add({"use of " + row.material, row.lot}, row.used, row.posted);
  }
  return sides;
}

// Without what is nothing, as text.
std::map<Place, std::string> Written(const Quantities& quantities) {
  std::map<Place, std::string> written;
  for (const auto& [place, number] : quantities) {
    if (number.units != 0) written[place] = FormatDecimal(Add(number, {0, 12}));
  }
  return written;
}

TEST(RandomShift, IsReconciled_WhereBothSidesAreEqual) {
  size_t reports = 0, reversals = 0;
  for (uint32_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    RandomShift shift(seed);
    shift.Run();
    const auto order = Reconciled(shift.story());
    EXPECT_THAT(Differences(order), testing::IsEmpty());
    const auto sides = SidesOf(order);
    EXPECT_EQ(Written(sides.reported), Written(shift.truth()));
    EXPECT_EQ(Written(sides.posted), Written(shift.truth()));
    EXPECT_EQ(Written(shift.Books()), Written(shift.truth()));
    for (const auto& report : shift.story().past.reports) {
      ++reports;
      reversals += report.envelope.has_report_reversal();
    }
  }
  EXPECT_GT(reports, 20 * kSeeds);
  EXPECT_GT(reversals, 2 * kSeeds);
}

// Takes the planted report off one side by a report that is open; "P" of the posted side, or its reversal, or the
// reversal of that. Returns the open one's id.
std::string Unbalance(RandomShift& shift, Sides& sides) {
  auto& story = shift.story();
  const uint32_t way = shift.Chance(3);
  auto& less = way == 1 ? sides.reported : sides.posted;
  less[shift.planted()] = Subtract(less[shift.planted()], shift.unit());
  if (way > 0) {
    EXPECT_EQ(story.Tell(flows::Reversal("PR", "P")), "");
    story.At("PR").state = way == 1 ? REPORT_STATE_QUEUED : REPORT_STATE_POSTED;
  }
  if (way > 1) story.Tell(flows::Reversal("PRR", "PR"));  // parked by itself where the step is done
  return way == 0 ? "P" : way == 1 ? "PR" : "PRR";
}

TEST(RandomShift, OneUnitInTheLastPlace_IsFoundAndNamed_OnEitherSide) {
  const ReportState states[] = {REPORT_STATE_QUEUED, REPORT_STATE_SENT, REPORT_STATE_HELD, REPORT_STATE_PENDING,
                                REPORT_STATE_PARKED};
  std::map<std::string, int> ways;
  for (uint32_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    RandomShift shift(seed);
    shift.Run(/*plant=*/true);
    Sides expected{shift.truth(), shift.truth()};
    const auto open = Unbalance(shift, expected);
    shift.story().At(open).state = states[shift.Chance(5)];
    ++ways[Cat(open, " ", shift.planted().first.substr(0, 4))];

    const auto order = Reconciled(shift.story());
    ASSERT_EQ(order.differences.size(), 1u) << testing::PrintToString(Differences(order));
    const auto& [what, lot] = shift.planted();
    EXPECT_THAT(order.differences[0].what, StartsWith(what + (lot.empty() ? ": " : " lot " + lot + " ")));
    ASSERT_EQ(order.differences[0].because.size(), 1u);
    EXPECT_THAT(order.differences[0].because[0], testing::ContainsRegex("^[a-z]+ " + open + "( of PR?)?: [a-z]+"));
    const auto sides = SidesOf(order);
    EXPECT_EQ(Written(sides.reported), Written(expected.reported));
    EXPECT_EQ(Written(sides.posted), Written(expected.posted));
  }
  EXPECT_EQ(ways.size(), 12u) << "each of good, scrap, rework and use, each way";
}

}  // namespace
}  // namespace isa95::adapter
