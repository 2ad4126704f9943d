// Who is told what when: each transition of an alarm, by a clock of the test's own.
#include "adapter/ops/escalation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/ops/notice.h"

namespace isa95::adapter::ops {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int64_t kMinute = 60'000, kHour = 60 * kMinute;

class EscalationTest : public testing::Test {
 protected:
  EscalationTest() {
    terms_.site = "LEI";
    terms_.flow = "execution_confirmation";
    terms_.owner = {"production", "production@lei.example"};
    terms_.ladder = {{15 * kMinute, {"shift lead", "1"}}, {2 * kHour, {"plant manager", "2"}}};
    terms_.repeat_ms = 4 * kHour;
  }

  void Park(uint64_t count, int64_t since_ms) {
    standing_.parked = {count, since_ms, "C-1", "4711", "UNIT_UNKNOWN", "The unit is not known."};
  }

  // "STATE level role" of each notice at this moment; what changed is remembered as the ledger would.
  std::vector<std::string> At(int64_t now_ms) {
    const auto out = Escalate(standing_, terms_, open_, now_ms);
    const auto drop = [&](const ledger::Alarm& alarm) {
      std::erase_if(open_, [&](const auto& one) { return one.cause == alarm.cause; });
    };
    for (const auto& alarm : out.ended) drop(alarm);
    for (const auto& alarm : out.alarms) {
      drop(alarm);
      open_.push_back(alarm);
    }
    std::vector<std::string> told;
    for (const auto& notice : out.notices) {
      constexpr const char* kWords[] = {"first", "step", "again", "over"};
      told.push_back(notice.cause + " " + kWords[static_cast<int>(notice.why)] + " " + std::to_string(notice.level) +
                     " " + notice.to.role);
      last_ = notice;
    }
    return told;
  }
  // How often somebody was told between two moments, asked each second.
  size_t ToldWithin(int64_t from_ms, int64_t to_ms) {
    size_t told = 0;
    for (int64_t now = from_ms; now <= to_ms; now += 1'000) told += At(now).size();
    return told;
  }

  WatchTerms terms_;
  ledger::FlowStanding standing_;
  std::vector<ledger::Alarm> open_;
  Notice last_;
};

TEST_F(EscalationTest, NobodyIsTold_WhenNothingIsWrong) {
  EXPECT_THAT(At(kHour), IsEmpty());
  EXPECT_THAT(open_, IsEmpty());
}

TEST_F(EscalationTest, OwnerIsToldAtOnce_ThenTheLadder_ThenAgain_ThenTheEndOnce) {
  Park(1, kHour);
  EXPECT_THAT(At(kHour), ElementsAre("PARKED first 0 production"));
  EXPECT_THAT(At(kHour + 15 * kMinute - 1), IsEmpty());
  EXPECT_THAT(At(kHour + 15 * kMinute), ElementsAre("PARKED step 1 shift lead"));
  EXPECT_THAT(At(kHour + 15 * kMinute + 1), IsEmpty());
  EXPECT_THAT(At(3 * kHour), ElementsAre("PARKED step 2 plant manager"));
  EXPECT_THAT(At(7 * kHour - 1), IsEmpty());
  EXPECT_THAT(At(7 * kHour), ElementsAre("PARKED again 2 plant manager"));
  EXPECT_THAT(At(11 * kHour), ElementsAre("PARKED again 2 plant manager"));
  standing_.parked = {};
  EXPECT_THAT(At(12 * kHour), IsEmpty());
  EXPECT_THAT(At(12 * kHour + kMinute - 1), IsEmpty());
  EXPECT_THAT(At(12 * kHour + kMinute), ElementsAre("PARKED over 2 production"));
  EXPECT_EQ(last_.heard.size(), 3u);
  EXPECT_EQ(last_.since_ms, kHour);
  EXPECT_THAT(At(13 * kHour), IsEmpty());
  EXPECT_THAT(open_, IsEmpty());
}

TEST_F(EscalationTest, WithoutALadder_TheOwnerIsToldAgain) {
  terms_.ladder.clear();
  Park(1, 0);
  EXPECT_THAT(At(0), ElementsAre("PARKED first 0 production"));
  EXPECT_THAT(At(4 * kHour), ElementsAre("PARKED again 0 production"));
}

TEST_F(EscalationTest, EachStepIsTold_WhenTheyFellDueWhileTheAdapterWasDown) {
  Park(1, 0);
  At(0);
  EXPECT_THAT(At(3 * kHour), ElementsAre("PARKED step 1 shift lead", "PARKED step 2 plant manager"));
}

TEST_F(EscalationTest, AnOldParkedItemDoesNotRushTheLadder_WhenItsOwnerIsToldOnlyNow) {
  Park(1, 0);
  EXPECT_THAT(At(100 * kHour), ElementsAre("PARKED first 0 production"));
  EXPECT_THAT(At(100 * kHour + 1'000), IsEmpty());
  EXPECT_THAT(At(100 * kHour + 15 * kMinute), ElementsAre("PARKED step 1 shift lead"));
}

TEST_F(EscalationTest, TenThousandItemsAreOneNotice) {
  Park(1, 0);
  size_t told = At(0).size();
  for (uint64_t n = 2; n <= 10'000; ++n) {
    standing_.parked.count = n;
    told += At(static_cast<int64_t>(n)).size();
  }
  EXPECT_EQ(told, 1u);
}

TEST_F(EscalationTest, WorkingTheListDown_KeepsTheLadderAway) {
  Park(100, 0);
  size_t told = 0;
  for (int64_t n = 0; n < 100; ++n) {  // the oldest is done before it is 15 minutes old
    standing_.parked.since_ms = n * 5 * kMinute;
    told += ToldWithin(n * 5 * kMinute, n * 5 * kMinute + 5 * kMinute - 1'000);
  }
  EXPECT_EQ(told, 1u);
  EXPECT_THAT(At(99 * 5 * kMinute + 15 * kMinute), ElementsAre("PARKED step 1 shift lead"));
}

TEST_F(EscalationTest, WhatComesAndGoes_IsOneAlarmAndOneEnd) {
  size_t told = 0;
  for (int64_t second = 0; second < 600; ++second) {
    second % 2 == 0 ? Park(1, second * 1'000) : void(standing_.parked = {});
    told += At(second * 1'000).size();
  }
  EXPECT_EQ(told, 1u);
  standing_.parked = {};
  EXPECT_EQ(ToldWithin(600'000, 800'000), 1u);
  EXPECT_EQ(last_.why, Told::kOver);
}

TEST_F(EscalationTest, SilentIsToldAfterTheLimit_AndEndsWithAMessage) {
  terms_.silent_after_ms = 8 * kHour;
  standing_.heard_ms = kHour;
  EXPECT_THAT(At(9 * kHour - 1), IsEmpty());
  EXPECT_THAT(At(9 * kHour), ElementsAre("SILENT first 0 production"));
  EXPECT_EQ(last_.since_ms, kHour);
  standing_.heard_ms = 10 * kHour;
  EXPECT_THAT(At(10 * kHour), IsEmpty());
  EXPECT_THAT(At(10 * kHour + kMinute), ElementsAre("SILENT over 0 production"));
}

TEST_F(EscalationTest, NothingIsSilentOrBehind_WhenTheContractDoesNotWatchIt) {
  standing_.waiting = {5, 1, "C-1", "4711", "", ""};
  EXPECT_THAT(At(1'000 * kHour), IsEmpty());
}

TEST_F(EscalationTest, BehindIsToldWhenTheOldestHasWaitedForSoLong) {
  terms_.behind_after_ms = 15 * kMinute;
  standing_.waiting = {5, kHour, "C-1", "4711", "", ""};
  EXPECT_THAT(At(kHour + 15 * kMinute - 1), IsEmpty());
  EXPECT_THAT(At(kHour + 15 * kMinute), ElementsAre("BEHIND first 0 production"));
  EXPECT_EQ(last_.items.count, 5u);
  EXPECT_THAT(At(kHour + 30 * kMinute), ElementsAre("BEHIND step 1 shift lead"));
}

TEST_F(EscalationTest, CausesAreAlarmsOfTheirOwn) {
  terms_.silent_after_ms = kHour;
  Park(1, 0);
  EXPECT_THAT(At(kHour), ElementsAre("SILENT first 0 production", "PARKED first 0 production"));
}

TEST_F(EscalationTest, OthersAlarmsAreLeftAlone) {
  open_ = {{"HAL", terms_.flow, kParked, 1, 1, 1, 0, 2}, {"LEI", "material_consumption", kParked, 1, 1, 1, 0, 2}};
  EXPECT_THAT(At(kHour), IsEmpty());
  EXPECT_EQ(open_.size(), 2u);
}

TEST_F(EscalationTest, TermsAreTheContracts_TheLadderByTime) {
  contract::v1::SiteContract contract;
  contract.mutable_site()->set_id("LEI");
  auto& flow = *contract.mutable_flows()->mutable_execution_confirmation();
  flow.mutable_owner()->set_role("production");
  auto& late = *flow.add_escalation();
  late.set_after("2h");
  late.set_to("plant manager");
  auto& early = *flow.add_escalation();
  early.set_after("15m");
  early.set_to("shift lead");
  flow.mutable_watch()->set_silent_after("8h");
  const auto all = WatchTermsOf(contract);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].flow, "execution_confirmation");
  ASSERT_EQ(all[0].ladder.size(), 2u);
  EXPECT_EQ(all[0].ladder[0].to.role, "shift lead");
  EXPECT_EQ(all[0].silent_after_ms, 8 * kHour);
  EXPECT_EQ(all[0].behind_after_ms, 0);
  EXPECT_EQ(all[0].repeat_ms, 4 * kHour);
}

class NoticeTest : public EscalationTest {
 protected:
  NextStep Next() { return NextOf(last_, {"/var/lib/b2mml-adapter/ledger.db", "/etc/site.yaml"}); }
};

TEST_F(NoticeTest, SaysWhatStandsWhoseItIsAndWhatToDoNext) {
  Park(3, 0);
  At(kHour);
  const auto text = TextOf(last_, Next());
  EXPECT_THAT(text, HasSubstr("Site LEI, execution_confirmation, PARKED: 3 items parked, the first since 1970-01-01"));
  EXPECT_THAT(text, HasSubstr("C-1 of order 4711, UNIT_UNKNOWN: The unit is not known."));
  EXPECT_THAT(text, HasSubstr("production (production@lei.example)"));
  EXPECT_THAT(text, HasSubstr("b2mml-adapter trace --order 4711 --ledger /var/lib/b2mml-adapter/ledger.db --site "
                              "/etc/site.yaml"));
}

TEST_F(NoticeTest, ACommandRunsNothingOfTheSenders_WhenAnIdIsMeantForAShell) {
  Park(1, 0);
  standing_.parked.order = "4711'; rm -rf $HOME #\n";
  At(0);
  EXPECT_THAT(Next().command, HasSubstr("--order '4711'\\''; rm -rf $HOME #' --ledger"));
}

TEST_F(NoticeTest, JsonHasItsNumberAndState) {
  Park(3, 0);
  At(0);
  const auto json = JsonOf(17, MembersOf(last_, Next()));
  EXPECT_THAT(json, testing::StartsWith("{\"id\":17,\"schema\":\"isa95.notice/1\",\"site\":\"LEI\""));
  EXPECT_THAT(json, HasSubstr("\"cause\":\"PARKED\",\"state\":\"begun\",\"level\":0"));
  EXPECT_THAT(json, HasSubstr("\"items\":3,\"to\":{\"role\":\"production\",\"contact\":\"production@lei.example\"}"));
  EXPECT_THAT(json, HasSubstr("\"first\":{\"key\":\"C-1\",\"order\":\"4711\",\"reason_code\":\"UNIT_UNKNOWN\""));
}

}  // namespace
}  // namespace isa95::adapter::ops
