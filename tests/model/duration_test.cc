// Durations, exactly.
#include "grpc/model/duration.h"

#include <gtest/gtest.h>

namespace isa95 {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

TEST(Duration, IsReadExactly) {
  EXPECT_EQ(ParseDuration("PT0S"), 0);
  EXPECT_EQ(ParseDuration("PT2H"), 7200 * kSecond);
  EXPECT_EQ(ParseDuration("P1DT1H1M1.5S"), 90'061 * kSecond + kSecond / 2);
  EXPECT_EQ(ParseDuration("PT0.000000001S"), 1);
  EXPECT_EQ(ParseDuration("P2D"), 172'800 * kSecond);
  EXPECT_EQ(ParseDuration("PT90M"), 5400 * kSecond);
}

TEST(Duration, IsRefused_WhereItIsNone) {
  for (const auto* text : {"",
                           "P",
                           "PT",
                           "P1DT",
                           "PT1",
                           "1H",
                           "-PT1H",
                           "P1Y",
                           "P1M",
                           "PT1.5H",
                           "PT1S1M",
                           "PT1H1H",
                           "PT1.S",
                           "PT.5S",
                           "PT0.0000000001S",
                           "P9999999999D",
                           "PT9999999999999999999S",
                           "PT1S ",
                           "PT 1S",
                           "pt1s",
                           "PT1H2"})
    EXPECT_EQ(ParseDuration(text), std::nullopt) << text;
}

TEST(Duration, IsWrittenAsItIsRead) {
  EXPECT_EQ(FormatDuration(0), "PT0S");
  EXPECT_EQ(FormatDuration(90'061 * kSecond + kSecond / 2), "PT25H1M1.5S");
  EXPECT_EQ(FormatDuration(3600 * kSecond), "PT1H");
  EXPECT_EQ(FormatDuration(60 * kSecond + 1), "PT1M0.000000001S");
  for (const int64_t nanos : {int64_t{1}, 59 * kSecond, 86'400 * kSecond, 123'456'789'012'345})
    EXPECT_EQ(ParseDuration(FormatDuration(nanos)), nanos);
}

}  // namespace
}  // namespace isa95
