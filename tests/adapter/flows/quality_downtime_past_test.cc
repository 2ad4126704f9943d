// Quality and downtime judged by their chain: a lot's dispositions and results, a line's stops.
#include <random>

#include "tests/adapter/flows/fact_story.h"

namespace isa95::flows {
namespace {

using namespace exchange::v1;
using namespace flow::v1;
using Standing = ledger::LotStanding;

constexpr char kHeld[] = "WAITS_FOR_EARLIER";

TEST(LotJudgement, UnknownLotWaits_AndIsParkedWhenNobodyNamesIt) {
  FactStory story;
  story.lots.clear();
  EXPECT_EQ(story.Tell(LotHold("Q1", 0)), kHeld);
  EXPECT_EQ(story.Tell(Result("T1", "4.5")), kHeld);
  story.Release();
  EXPECT_EQ(story.At("Q1").reason_code, kHeld);
  story.Release(true);
  EXPECT_EQ(story.At("Q1").reason_code, "LOT_UNKNOWN");
  EXPECT_EQ(story.At("T1").reason_code, "LOT_UNKNOWN");
  EXPECT_EQ(story.At("Q1").who_acts, "quality and maintenance");
}

TEST(LotJudgement, HeldOneGoesOn_WhenItsLotIsNamed) {
  FactStory story;
  story.lots.clear();
  EXPECT_EQ(story.Tell(LotHold("Q1", 0)), kHeld);
  story.lots["B1"] = Standing::kKnown;
  story.Release();
  EXPECT_EQ(story.States()["Q1/"], "QUEUED");
}

TEST(LotJudgement, UnknownOrderIsParked_ANamedOneNot) {
  auto hold = LotHold("Q1", 0);
  hold.mutable_lot_disposition()->mutable_order_id()->set_value("4711");
  FactStory knows, knows_not;
  knows_not.knows_order = false;
  EXPECT_EQ(knows.Tell(hold), "");
  EXPECT_EQ(knows_not.Tell(hold), "ORDER_UNKNOWN");
  EXPECT_EQ(knows_not.Tell(LotHold("Q2", 0)), "");
}

TEST(LotJudgement, LateDispositionIsParked_UnlessItsNumberSaysWhereItBelongs) {
  FactStory plain;
  EXPECT_EQ(plain.Tell(LotHold("Q1", 10)), "");
  EXPECT_EQ(plain.Tell(LotRelease("Q2", 20)), "");
  EXPECT_EQ(plain.Tell(LotHold("Q3", 19)), "LATE_DISPOSITION");
  EXPECT_EQ(plain.Tell(LotHold("Q4", 20)), "");  // a hold in the same instant is the safe side
  EXPECT_EQ(plain.Tell(LotRelease("Q5", 20)), "LATE_DISPOSITION");
  EXPECT_EQ(plain.Tell(LotRelease("Q6", 21)), "");

  FactStory numbered;
  EXPECT_EQ(numbered.Tell(LotRelease("Q2", 20, 2)), kHeld);
  numbered.Release(true);
  EXPECT_EQ(numbered.States()["Q2/"], "QUEUED");
  EXPECT_EQ(numbered.Tell(LotHold("Q1", 10, 1)), "");
  EXPECT_EQ(numbered.Tell(LotHold("Q3", 19, 3)), "LATE_DISPOSITION");

  FactStory contradicts;
  EXPECT_EQ(contradicts.Tell(LotRelease("Q2", 20, 2)), kHeld);
  contradicts.Release(true);
  EXPECT_EQ(contradicts.Tell(LotHold("Q1", 21, 1)), "LATE_DISPOSITION");
}

TEST(LotJudgement, NumbersAreThoseOfTheLot) {
  FactStory story;
  EXPECT_EQ(story.Tell(LotRelease("Q2", 20, 2)), kHeld);
  EXPECT_NE(story.At("Q2").reason_text.find("lot B1"), std::string::npos);
  EXPECT_EQ(story.Tell(LotHold("Q1", 10, 1)), "");
  story.Release();
  EXPECT_EQ(story.States()["Q2/"], "QUEUED");
  EXPECT_EQ(story.Tell(LotHold("Q3", 30, 2)), "SEQUENCE_TWICE");
}

TEST(LotJudgement, ToldTwiceIsAWarning) {
  FactStory story;
  EXPECT_EQ(story.Tell(LotRelease("Q0", 5)), "");
  EXPECT_TRUE(story.Flags("Q0", "NOT_ON_HOLD"));
  EXPECT_EQ(story.Tell(LotHold("Q1", 10)), "");
  EXPECT_FALSE(story.Flags("Q1", "ALREADY_ON_HOLD"));
  EXPECT_EQ(story.Tell(LotHold("Q2", 11)), "");
  EXPECT_TRUE(story.Flags("Q2", "ALREADY_ON_HOLD"));
  EXPECT_EQ(story.Tell(LotRelease("Q3", 12)), "");
  EXPECT_FALSE(story.Flags("Q3", "NOT_ON_HOLD"));
}

TEST(LotJudgement, ConsumptionFromAHeldLotIsParked_AReturnToItNot) {
  FactStory story;
  story.lots["L1"] = Standing::kOnHold;
  EXPECT_EQ(story.Tell(Used("U1", "10", "L1")), "LOT_ON_HOLD");
  EXPECT_EQ(story.At("U1").who_acts, "warehouse");
  EXPECT_EQ(story.Tell(Used("U2", "10", "L2")), "");
  story.lots["L2"] = Standing::kOnHold;
  EXPECT_EQ(story.Tell(Returned("U3", "1", "L2")), "");
  story.lots["L1"] = Standing::kKnown;
  EXPECT_EQ(story.Tell(Used("U4", "10", "L1")), "");
}

TEST(TestJudgement, RetestKeepsTheFirst_AndHasToNameIt) {
  FactStory story;
  EXPECT_EQ(story.Tell(Result("T1", "6", VERDICT_CODE_FAIL)), "");
  EXPECT_EQ(story.Tell(Result("T2", "4.5", VERDICT_CODE_PASS, "T1")), "");
  EXPECT_FALSE(story.Flags("T2", "UNDECLARED_RETEST"));
  EXPECT_EQ(story.States()["T1/"], "QUEUED");
  EXPECT_EQ(story.Tell(Result("T3", "4.5")), "");
  EXPECT_TRUE(story.Flags("T3", "UNDECLARED_RETEST"));
  EXPECT_EQ(story.Tell(Result("T5", "4.5", VERDICT_CODE_PASS, "T4")), kHeld);
  story.Release(true);
  EXPECT_EQ(story.At("T5").reason_code, "RETEST_OF_NOTHING");
  auto other = Result("T6", "4.5", VERDICT_CODE_PASS, "T1");
  other.mutable_test_result()->mutable_property_id()->set_value("WEIGHT");
  other.mutable_test_result()->mutable_test_specification_id()->set_value("SPEC-8");
  Set(*other.mutable_test_result()->mutable_value(), "4.5", "KGM");
  other.mutable_test_result()->mutable_low()->mutable_value()->set_value("1");
  EXPECT_EQ(story.Tell(other), "RETEST_OF_OTHER");
}

TEST(TestJudgement, RetestBeforeItsFirstWaitsForIt) {
  FactStory story;
  EXPECT_EQ(story.Tell(Result("T2", "4.5", VERDICT_CODE_PASS, "T1")), kHeld);
  EXPECT_EQ(story.Tell(Result("T1", "6", VERDICT_CODE_FAIL)), "");
  story.Release();
  EXPECT_EQ(story.States()["T2/"], "QUEUED");
}

TEST(StopJudgement, ClosingWaitsForItsOpening_AndNeverOpens) {
  FactStory story;
  EXPECT_EQ(story.Tell(Closed("D1", 0, 5)), kHeld);
  EXPECT_EQ(story.Tell(Closed("D2", 10, 15)), kHeld);
  EXPECT_EQ(story.Tell(Opened("D1", 0)), "");
  story.Release();
  EXPECT_EQ(story.At("D1", "closed").state, REPORT_STATE_QUEUED);
  EXPECT_EQ(story.At("D2", "closed").reason_code, kHeld);
  story.Release(true);
  EXPECT_EQ(story.At("D2", "closed").reason_code, "CLOSES_NOTHING");
}

TEST(StopJudgement, ClosingHasToFitItsOpening) {
  FactStory story;
  EXPECT_EQ(story.Tell(Opened("D1", 0)), "");
  EXPECT_EQ(story.Tell(Closed("D1", 1, 5)), "START_DIFFERS");
  EXPECT_EQ(story.Tell(Closed("D1", 0, 5)), "CONFLICT");
  EXPECT_EQ(story.Tell(Opened("D1", 1)), "CONFLICT");
  FactStory whole;
  EXPECT_EQ(whole.Tell(LineStop("D2", 0, 5)), "");
  EXPECT_EQ(whole.Tell(Closed("D2", 0, 5)), "ALREADY_CLOSED");
  FactStory parked;
  auto opening = Opened("D3", 0);
  opening.mutable_downtime()->mutable_reason_code()->set_value("???");
  EXPECT_EQ(parked.Tell(opening), "UNKNOWN_REASON");
  EXPECT_EQ(parked.Tell(Closed("D3", 0, 5)), "CLOSES_NOTHING");
}

TEST(StopJudgement, OpeningAndClosingAreTwoReports_EachWithItsNumber) {
  const auto numbered = [](Report report, uint64_t number) {
    report.set_order_sequence(number);
    return report;
  };
  FactStory story;
  EXPECT_EQ(story.Tell(numbered(Closed("D1", 0, 5), 2)), kHeld);
  EXPECT_NE(story.At("D1", "closed").reason_text.find("line LE01"), std::string::npos);
  EXPECT_EQ(story.Tell(numbered(Opened("D1", 0), 1)), "");
  story.Release();
  EXPECT_EQ(story.At("D1", "closed").state, REPORT_STATE_QUEUED);
  EXPECT_EQ(story.Tell(numbered(Opened("D2", 10), 3)), "");
  EXPECT_EQ(story.Tell(numbered(Closed("D2", 10, 15), 3)), "SEQUENCE_TWICE");
}

TEST(StopJudgement, OverlapIsParked_NamingTheOther_TouchingIsNot) {
  const auto told = [](int64_t start, int64_t end) {
    FactStory story;
    EXPECT_EQ(story.Tell(LineStop("D1", 100, 200)), "");
    EXPECT_EQ(story.Tell(LineStop("D0", 10, 20)), "");
    EXPECT_EQ(story.Tell(LineStop("D9", 300, 400)), "");
    const auto code = story.Tell(LineStop("D2", start, end));
    EXPECT_EQ(story.At("D2").reason_text.find("stop D1") == std::string::npos, code.empty());
    return code;
  };
  EXPECT_EQ(told(50, 100), "");
  EXPECT_EQ(told(200, 250), "");
  EXPECT_EQ(told(50, 101), "OVERLAPS");
  EXPECT_EQ(told(199, 250), "OVERLAPS");
  EXPECT_EQ(told(120, 130), "OVERLAPS");
  EXPECT_EQ(told(50, 250), "OVERLAPS");
  EXPECT_EQ(told(100, 200), "OVERLAPS");
}

TEST(StopJudgement, OtherLinesAndParkedStopsAreNotInTheWay) {
  FactStory story;
  EXPECT_EQ(story.Tell(LineStop("D1", 100, 200)), "");
  EXPECT_EQ(story.Tell(LineStop("D2", 150, 300)), "OVERLAPS");
  EXPECT_EQ(story.Tell(LineStop("D3", 200, 300)), "");
  auto other = LineStop("D4", 100, 200);
  other.mutable_downtime()->mutable_equipment_id()->set_value("LE02");
  EXPECT_EQ(story.Tell(other), "");
}

TEST(StopJudgement, OpenStopIsInTheWayOfWhatComesLater_UntilItIsClosed) {
  FactStory story;
  EXPECT_EQ(story.Tell(Opened("D1", 100)), "");
  EXPECT_EQ(story.Tell(LineStop("D0", 50, 100)), "");
  EXPECT_EQ(story.Tell(LineStop("D2", 150, 200)), kHeld);
  EXPECT_EQ(story.Tell(LineStop("D3", 250, 300)), kHeld);
  EXPECT_EQ(story.Tell(Closed("D1", 100, 160)), "");
  story.Release();
  EXPECT_EQ(story.At("D2").reason_code, "OVERLAPS");
  EXPECT_EQ(story.States()["D3/"], "QUEUED");
  EXPECT_EQ(story.Tell(Opened("D4", 310)), "");
  EXPECT_EQ(story.Tell(LineStop("D5", 320, 330)), kHeld);
  story.Release(true);
  EXPECT_EQ(story.At("D5").reason_code, "OVERLAPS");
}

TEST(StopJudgement, ClosingThatIsParkedStillEndsTheStop_SoThatTheLineGoesOn) {
  FactStory story;
  EXPECT_EQ(story.Tell(Opened("D1", 100)), "");
  auto closing = Closed("D1", 100, 160);
  closing.mutable_downtime()->mutable_reason_code()->set_value("???");
  EXPECT_EQ(story.Tell(closing), "UNKNOWN_REASON");
  EXPECT_EQ(story.Tell(LineStop("D2", 160, 200)), "");
}

TEST(StopJudgement, MicroStopsToldTogetherShareTheirTimeWithOthers_ButNotOfOneReason) {
  const auto together = [](const std::string& id, int64_t start, int64_t end, const std::string& reason) {
    auto report = LineStop(id, start, end);
    auto& stop = *report.mutable_downtime();
    stop.set_stop_count(3);
    stop.mutable_stopped()->set_value("PT1M");
    stop.mutable_reason_code()->set_value(reason);
    stop.set_kind(reason == "CLEAN" ? DOWNTIME_KIND_CODE_PLANNED : DOWNTIME_KIND_CODE_UNPLANNED);
    return report;
  };
  FactStory story;
  EXPECT_EQ(story.Tell(LineStop("D1", 100, 110)), "");
  EXPECT_EQ(story.Tell(together("M1", 60, 120, "JAM")), "");
  EXPECT_EQ(story.Tell(together("M2", 60, 120, "CLEAN")), "");
  EXPECT_EQ(story.Tell(together("M3", 119, 180, "JAM")), "OVERLAPS");
  EXPECT_EQ(story.Tell(together("M4", 120, 180, "JAM")), "");
}

TEST(StopJudgement, PartsTouch_AGapIsAWarning) {
  FactStory story;
  EXPECT_EQ(story.Tell(PartOf(LineStop("P1", 0, 480), "W")), "");
  EXPECT_FALSE(story.Flags("P1", "PARTS_LEAVE_GAP"));
  EXPECT_EQ(story.Tell(PartOf(LineStop("P2", 480, 900), "W")), "");
  EXPECT_FALSE(story.Flags("P2", "PARTS_LEAVE_GAP"));
  EXPECT_EQ(story.Tell(PartOf(LineStop("P3", 901, 950), "W")), "");
  EXPECT_TRUE(story.Flags("P3", "PARTS_LEAVE_GAP"));
  EXPECT_EQ(story.Tell(PartOf(LineStop("P4", 960, 970), "V")), "");
  EXPECT_FALSE(story.Flags("P4", "PARTS_LEAVE_GAP"));
}

// Stops of one line as they happened: whole, or opened and closed; some touch, some are parts of one.
std::vector<Report> DayOf(std::mt19937& random) {
  std::vector<Report> day;
  int64_t minute = 0;
  for (int i = 0; i < 20; ++i) {
    const auto pick = [&](int most) { return static_cast<int64_t>(random() % most); };
    const auto id = Cat("D", i);
    const auto start = minute + pick(3), end = start + 2 + pick(30);
    auto event = LineStop(id, start, end);
    if (pick(4) == 0) event = PartOf(event, "W");
    if (pick(2) == 0) {
      day.push_back(Opened(id, start));
      event = Closed(id, start, end);
    }
    if (pick(8) == 0) event.mutable_downtime()->mutable_reason_code()->set_value("???");
    day.push_back(event);
    minute = end;
  }
  return day;
}

TEST(StopJudgement, ShuffledAndDuplicatedStopsEndAsInOrder) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    std::mt19937 random(seed);
    const auto day = DayOf(random);
    FactStory in_order;
    for (const auto& report : day) {
      in_order.Tell(report);
      in_order.Release();
    }
    auto noisy = day;
    for (size_t i = 0; i < day.size(); i += 2) noisy.push_back(day[i]);
    std::shuffle(noisy.begin(), noisy.end(), random);
    FactStory in_disorder;
    for (const auto& report : noisy) {
      in_disorder.Tell(report);
      in_disorder.Release();
    }
    ASSERT_EQ(in_disorder.States(), in_order.States()) << "seed " << seed;
    for (const auto& [key, state] : in_order.States()) ASSERT_NE(state, kHeld) << key << " seed " << seed;
  }
}

}  // namespace
}  // namespace isa95::flows
