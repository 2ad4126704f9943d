// A shift: the same for the same seed, its sums right, its reports whole; and what each defect changes.
#include "simulators/mes_sim/shift.h"

#include <gmock/gmock.h>

#include <map>

#include "grpc/model/instant.h"
#include "simulators/mes_sim/mutants.h"
#include "tests/simulators/mes_sim/orders.h"

namespace isa95::mes_sim {
namespace {

using namespace flow::v1;
using Shift = std::vector<ShopReport>;

constexpr int64_t kStart = 1'795'672'800'000;

Shift Work(uint32_t seed, const std::string& mutant = "none", const ProductionOrder& order = Order()) {
  ShiftTerms terms;
  terms.site = "LEI";
  terms.seed = seed;
  terms.start_ms = kStart;
  terms.reported_ms = kStart + 20 * 3'600'000;
  terms.mutant = mutant;
  return RunShift(order, terms);
}

std::string TextOf(const Shift& shift) {
  std::string text;
  for (const auto& each : shift) text += each.report.ShortDebugString() + "\n";
  return text;
}

struct Sums {
  std::map<std::string, ExactDecimal> good, scrap, rework;  // by segment
  std::map<std::string, ExactDecimal> used;                 // by material and lot
};

void Count(std::map<std::string, ExactDecimal>& sums, const std::string& key, ExactDecimal number, bool minus) {
  if (minus) number.units = -number.units;
  sums[key] = Add(sums[key], number);
}

Sums Truth(const Shift& shift) {
  Sums sums;
  for (const auto& each : shift) {
    for (const auto& made : each.made) {
      Count(sums.good, made.segment, made.good, false);
      Count(sums.scrap, made.segment, made.scrap, false);
      Count(sums.rework, made.segment, made.rework, false);
    }
    for (const auto& used : each.used) Count(sums.used, used.material + "/" + used.lot, used.quantity, false);
  }
  return sums;
}

void CountOutput(const ExecutionConfirmation& confirmation, bool minus, Sums& sums) {
  for (const auto& output : confirmation.output()) {
    auto& kind = output.kind() == OUTPUT_KIND_CODE_GOOD    ? sums.good
                 : output.kind() == OUTPUT_KIND_CODE_SCRAP ? sums.scrap
                                                           : sums.rework;
    Count(kind, confirmation.segment_requirement_id().value(), *ParseDecimal(output.quantity().value().value()), minus);
  }
}

// As one would book it.
Sums Reported(const Shift& shift) {
  Sums sums;
  std::map<std::string, ExecutionConfirmation> confirmations;
  for (const auto& each : shift) {
    if (each.report.has_confirmation()) {
      CountOutput(each.report.confirmation(), false, sums);
      confirmations[IdOf(each.report)] = each.report.confirmation();
    }
    if (each.report.has_reversal()) {
      const auto original = confirmations.find(each.report.reversal().reverses_id().value());
      if (original != confirmations.end()) CountOutput(original->second, true, sums);
    }
    for (const auto& consumed : each.report.consumption().consumed()) {
      Count(sums.used, consumed.material_definition_id().value() + "/" + consumed.material_lot_id().value(),
            *ParseDecimal(consumed.quantity().value().value()), consumed.kind() == CONSUMPTION_KIND_CODE_RETURNED);
    }
  }
  return sums;
}

// Zero and nothing are the same.
std::map<std::string, std::string> Plain(const std::map<std::string, ExactDecimal>& sums) {
  std::map<std::string, std::string> plain;
  for (const auto& [key, number] : sums) {
    if (number.units != 0) plain[key] = FormatDecimal(number);
  }
  return plain;
}

void ExpectSame(const Sums& left, const Sums& right, uint32_t seed) {
  EXPECT_EQ(Plain(left.good), Plain(right.good)) << seed;
  EXPECT_EQ(Plain(left.scrap), Plain(right.scrap)) << seed;
  EXPECT_EQ(Plain(left.rework), Plain(right.rework)) << seed;
  EXPECT_EQ(Plain(left.used), Plain(right.used)) << seed;
}

TEST(Shift, IsTheSameForTheSameSeedAndAnotherForAnother) {
  EXPECT_EQ(TextOf(Work(1)), TextOf(Work(1)));
  EXPECT_NE(TextOf(Work(1)), TextOf(Work(2)));
  EXPECT_NE(TextOf(Work(1)), TextOf(Work(1, "none", Order("LEI-0004"))));
}

TEST(Shift, WhatIsReportedIsWhatHappened) {
  for (uint32_t seed = 1; seed <= 100; ++seed) ExpectSame(Truth(Work(seed)), Reported(Work(seed)), seed);
}

TEST(Shift, SumsAreThoseOfTheOrder) {
  for (uint32_t seed = 1; seed <= 100; ++seed) {
    const auto sums = Truth(Work(seed));
    const auto of = [](const auto& numbers, const char* step) {
      const auto found = numbers.find(std::string("LEI-0003-") + step);
      return found == numbers.end() ? ExactDecimal{} : found->second;
    };
    const auto first = Add(Add(of(sums.good, "0010"), of(sums.scrap, "0010")), of(sums.rework, "0010"));
    EXPECT_EQ(FormatDecimal(first), "500");
    EXPECT_LE(Compare(of(sums.good, "0020"), {500, 0}), 0);
    EXPECT_GE(Compare(of(sums.good, "0020"), {430, 0}), 0);
    ExactDecimal syrup;
    for (const auto& [key, number] : sums.used) {
      if (key.starts_with("RM-100")) syrup = Add(syrup, number);
    }
    EXPECT_GE(Compare(syrup, {950, 1}), 0) << FormatDecimal(syrup);
    EXPECT_LE(Compare(syrup, {1'005, 1}), 0) << FormatDecimal(syrup);
  }
}

TEST(Shift, EachReportIsWholeAndNumbered) {
  for (uint32_t seed = 1; seed <= 50; ++seed) {
    uint64_t number = 0;
    std::map<std::string, int> finals, ids;
    for (const auto& each : Work(seed)) {
      EXPECT_EQ(each.report.order_sequence(), ++number);
      EXPECT_EQ(++ids[IdOf(each.report)], 1);
      EXPECT_EQ(OrderOf(each.report), "LEI-0003");
      if (!each.report.has_confirmation()) continue;
      const auto& confirmation = each.report.confirmation();
      EXPECT_LT(UnixMillis(confirmation.actual_start_time()), UnixMillis(confirmation.actual_end_time()));
      EXPECT_GE(UnixMillis(confirmation.actual_start_time()), kStart);
      EXPECT_LE(UnixMillis(confirmation.actual_end_time()), kStart + 8 * 3'600'000);
      EXPECT_EQ(confirmation.actual_end_time().offset_minutes(), 60);
      EXPECT_EQ(finals[confirmation.segment_requirement_id().value()], 0) << "after the last one";
      finals[confirmation.segment_requirement_id().value()] += confirmation.type() == CONFIRMATION_TYPE_CODE_FINAL;
      for (const auto& output : confirmation.output()) {
        EXPECT_EQ(output.quantity().unit().value(), "C62");
        EXPECT_EQ(output.kind() != OUTPUT_KIND_CODE_GOOD, output.has_reason_code());
      }
    }
    EXPECT_EQ(finals.size(), 2u);
  }
}

TEST(Shift, NowAndThenSomethingIsReturnedTakenBackOrLate) {
  int returns = 0, reversals = 0, late = 0, two_lots = 0;
  for (uint32_t seed = 1; seed <= 50; ++seed) {
    int64_t last_end = 0;
    for (const auto& each : Work(seed)) {
      reversals += each.report.has_reversal();
      if (!each.report.has_consumption()) {
        if (each.report.has_confirmation()) last_end = UnixMillis(each.report.confirmation().actual_end_time());
        continue;
      }
      const auto& consumption = each.report.consumption();
      returns += consumption.consumed(0).kind() == CONSUMPTION_KIND_CODE_RETURNED;
      two_lots += consumption.consumed_size() > 1;
      late += UnixMillis(consumption.actual_end_time()) < last_end;
    }
  }
  EXPECT_GT(returns, 5);
  EXPECT_GT(reversals, 5);
  EXPECT_GT(late, 5);
  EXPECT_GT(two_lots, 5);
}

TEST(Shift, AnOrderThatDoesNotSayWhatToMakeIsNotReported) {
  auto order = Order();
  order.mutable_segment(1)->mutable_material()->RemoveLast();
  EXPECT_TRUE(Work(1, "none", order).empty());
}

// What happened stays what it is; only what a defect is named for differs.
TEST(Mutants, NeverChangeTheTruth) {
  for (const auto* mutant :
       {"M19", "M20", "M22", "M23", "M24", "M27", "M32", "M33", "M43", "M44", "M46", "M49", "M54", "M73", "M81"}) {
    ASSERT_TRUE(IsMutant(mutant));
    bool differs = false;
    for (uint32_t seed = 1; seed <= 10; ++seed) {
      ExpectSame(Truth(Work(seed)), Truth(Work(seed, mutant)), seed);
      differs = differs || TextOf(Work(seed)) != TextOf(Work(seed, mutant));
    }
    EXPECT_EQ(differs, std::string(mutant) != "M44") << mutant;  // which needs a backflushed material
  }
  EXPECT_FALSE(IsMutant("M99"));
}

TEST(Mutants, ScrapAndReworkCountAsGood) {
  for (uint32_t seed = 1; seed <= 10; ++seed) {
    const auto truth = Truth(Work(seed)), m22 = Reported(Work(seed, "M22")), m23 = Reported(Work(seed, "M23"));
    for (const auto& [segment, good] : truth.good) {
      const auto at = [&, key = segment](const auto& sums) {
        const auto found = sums.find(key);
        return found == sums.end() ? ExactDecimal{} : found->second;
      };
      EXPECT_EQ(Compare(at(m22.good), Add(good, at(truth.scrap))), 0);
      EXPECT_EQ(at(m22.scrap).units, 0);
      EXPECT_EQ(Compare(at(m23.good), Add(good, at(truth.rework))), 0);
      EXPECT_EQ(Compare(at(m23.scrap), Add(at(truth.scrap), at(truth.rework))), 0);
      EXPECT_EQ(at(m23.rework).units, 0);
    }
    EXPECT_EQ(Plain(truth.used), Plain(m22.used));
  }
}

TEST(Mutants, SumsResendsFinalsAndReversals) {
  for (uint32_t seed = 1; seed <= 10; ++seed) {
    const auto truth = Truth(Work(seed));
    const std::string segment = "LEI-0003-0010";
    EXPECT_GT(Compare(Reported(Work(seed, "M19")).good[segment], truth.good.at(segment)), 0);
    EXPECT_GT(Compare(Reported(Work(seed, "M20")).good[segment], truth.good.at(segment)), 0);
    for (const auto& each : Work(seed, "M24")) {
      EXPECT_TRUE(!each.report.has_confirmation() || each.report.confirmation().type() == CONFIRMATION_TYPE_CODE_FINAL);
    }
    for (const auto& each : Work(seed, "M27")) {
      EXPECT_TRUE(!each.report.has_reversal() || each.report.reversal().reverses_id().value() == "UNKNOWN");
    }
  }
}

TEST(Mutants, TimesLotsUnitsAndSegments) {
  for (const auto& each : Work(3, "M33")) {
    EXPECT_FALSE(each.report.confirmation().actual_start_time().has_offset_minutes());
  }
  EXPECT_EQ(Work(3, "M33")[0].report.confirmation().actual_start_time().utc().seconds(), kStart / 1000 + 3600);
  EXPECT_EQ(UnixMillis(Work(3, "M32")[0].report.confirmation().actual_start_time()), kStart + 20 * 3'600'000);
  for (const auto& each : Work(3, "M43")) {
    for (const auto& used : each.report.consumption().consumed()) EXPECT_FALSE(used.has_material_lot_id());
  }
  for (const auto& each : Work(3, "M73")) {
    EXPECT_FALSE(each.report.confirmation().has_segment_requirement_id());
    for (const auto& output : each.report.confirmation().output()) EXPECT_FALSE(output.quantity().has_unit());
  }
  for (const auto& each : Work(3, "M81")) EXPECT_FALSE(each.report.consumption().has_operations_segment_id());
  for (uint32_t seed = 1; seed <= 10; ++seed) {
    const auto truth = Plain(Truth(Work(seed)).used), first = Plain(Reported(Work(seed, "M49")).used);
    EXPECT_EQ(first.size(), 2u);  // two components
    EXPECT_GE(truth.size(), first.size());
    for (const auto& [key, number] : Plain(Reported(Work(seed, "M54")).used)) EXPECT_TRUE(key.ends_with("-L999"));
  }
}

TEST(Mutants, WhatTheErpIssuesIsReportedByTheDefectOnly) {
  for (const bool defective : {false, true}) {
    ShiftTerms terms;
    terms.site = "LEI";
    terms.backflush = {"RM-100"};
    terms.mutant = defective ? "M44" : "none";
    const auto shift = RunShift(Order(), terms);
    bool reported = false, used = false;
    for (const auto& each : shift) {
      for (const auto& consumed : each.report.consumption().consumed())
        reported = reported || consumed.material_definition_id().value() == "RM-100";
      for (const auto& line : each.used) used = used || (line.material == "RM-100" && line.backflush);
    }
    EXPECT_EQ(reported, defective);
    EXPECT_TRUE(used);
  }
}

}  // namespace
}  // namespace isa95::mes_sim
