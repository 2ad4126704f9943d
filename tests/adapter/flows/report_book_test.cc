// What a judge keeps of an order's past gives the same judgement as the past itself, whatever happens to the reports.
#include <random>

#include "tests/adapter/flows/report_story.h"

namespace isa95::flows {
namespace {

using namespace exchange::v1;
using namespace flow::v1;

struct Habits {
  const char* name;
  const char* reporting;
  int numbered;  // of ten
};

// A story told at random: every kind of report, sent in any order, refused, taken back and brought back.
class RandomStory : public ::testing::TestWithParam<Habits> {
 protected:
  int Draw(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  std::string AnyId() { return "R" + std::to_string(Draw(told_ + 2)); }  // known, its own, or not known

  Report Next() {
    const auto id = "R" + std::to_string(told_);
    // Now and then a number is left out, comes late or comes twice.
    const uint64_t number = Draw(10) < GetParam().numbered ? std::max(1, told_ + 1 - Draw(3)) : 0;
    const bool totals = std::string(GetParam().reporting) == "cumulative";
    const auto value = std::to_string(totals ? told_ * 5 + Draw(12) : Draw(30)) + (Draw(2) == 0 ? ".50" : "");
    switch (Draw(8)) {
      case 0:
        return Reversal(id, AnyId(), number);
      case 1:
        return Used(id, value, Draw(2) == 0 ? "L1" : "L2", number);
      case 2:
        return Returned(id, std::to_string(Draw(20)), Draw(2) == 0 ? "L1" : "L2");
      case 3: {
        const auto type = Draw(3) == 0 ? CONFIRMATION_TYPE_CODE_FINAL : CONFIRMATION_TYPE_CODE_AUTO_FINAL;
        return Output(Confirmation(id, number, type), OUTPUT_KIND_CODE_GOOD, value);
      }
      case 4:
        return AtStep(Good(id, value, number), "S1", "");
      default:
        return Good(id, value, number);
    }
  }

  static std::string Judged(ledger::NewReport report, const ledger::OrderPast& past,
                            const contract::v1::SiteContract& terms) {
    JudgeReport(report, past, terms);
    FindingList findings;
    findings.ParseFromString(report.findings);
    return report.reason_code + " " + report.reason_text + " " + findings.ShortDebugString();
  }

  void Change(ledger::StoredReport& report) {
    static constexpr ReportState kStates[] = {REPORT_STATE_QUEUED,  REPORT_STATE_SENT,   REPORT_STATE_POSTED,
                                              REPORT_STATE_PENDING, REPORT_STATE_PARKED, REPORT_STATE_REVERSED};
    if (report.state == REPORT_STATE_HELD) {
      ledger::OrderPast plain = story_.past;
      auto released = ForJudgement(report);
      EXPECT_EQ(IsReady(report, story_.past), IsReady(report, plain));
      EXPECT_EQ(Judged(released, story_.past, story_.contract), Judged(released, plain, story_.contract));
      JudgeReport(released, story_.past, story_.contract);
      report.state = released.state;
      report.reason_code = released.reason_code;
    } else {
      report.state = kStates[Draw(6)];
      report.reversed = report.state == REPORT_STATE_POSTED && Draw(4) == 0;
    }
    story_.past.slot.memo->Changed(report);
  }

  std::mt19937 random_{7};
  Story story_{Contract(GetParam().reporting)};
  int told_ = 0;
};

TEST_P(RandomStory, IsJudgedTheSame_WithAndWithoutAMemory) {
  story_.past.slot.kept = true;
  story_.contract.mutable_flows()->mutable_execution_confirmation()->mutable_tolerance()->set_over("300%");
  for (told_ = 0; told_ < 400; ++told_) {
    const auto report = Next();
    const auto decided = DecideReport(report, story_.contract, kNow);
    const ledger::OrderPast plain = story_.past;  // a copy has no memory
    ASSERT_EQ(Judged(decided, story_.past, story_.contract), Judged(decided, plain, story_.contract))
        << told_ << ": " << report.ShortDebugString();
    story_.Tell(report);
    story_.past.slot.memo->Changed(story_.past.reports.back());
    if (Draw(2) == 0) Change(story_.past.reports[Draw(told_ + 1)]);
  }
}

INSTANTIATE_TEST_SUITE_P(Habits, RandomStory,
                         ::testing::Values(Habits{"Delta", "delta", 0}, Habits{"DeltaNumbered", "delta", 10},
                                           Habits{"DeltaMixed", "delta", 6}, Habits{"Totals", "cumulative", 0},
                                           Habits{"TotalsNumbered", "cumulative", 10},
                                           Habits{"TotalsMixed", "cumulative", 6}),
                         [](const auto& habits) { return std::string(habits.param.name); });

}  // namespace
}  // namespace isa95::flows
