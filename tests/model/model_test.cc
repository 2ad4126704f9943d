#include <gtest/gtest.h>

#include "grpc/model/contract.h"
#include "grpc/model/decimal.h"
#include "grpc/model/instant.h"
#include "tests/shared.h"

namespace isa95 {
namespace {

TEST(Decimal, ReadsWhatXsdDecimalAllows) {
  for (const char* text : {"0", "-0", "+1", ".5", "5.", "104.500", "000012"}) EXPECT_TRUE(ParseDecimal(text)) << text;
}

TEST(Decimal, RefusesEverythingElse) {
  for (const char* text : {"", "1,5", "4,88 EA", "4.88E2", "+", ".", " 1", "1 ", "1.2.3", "0x1", "NaN", "1'000"})
    EXPECT_FALSE(ParseDecimal(text)) << text;
  EXPECT_FALSE(ParseDecimal(std::string(65, '9')));
}

TEST(Decimal, ComparesByValue_NotByDigits) {
  EXPECT_EQ(Compare(*ParseDecimal("1.000"), *ParseDecimal("1")), 0);
  EXPECT_LT(Compare(*ParseDecimal("-2"), *ParseDecimal("0.001")), 0);
  EXPECT_GT(Compare(*ParseDecimal("9007199254740993"), *ParseDecimal("9007199254740992")), 0);
}

TEST(Decimal, CountsExactly) {
  const auto text = [](const ExactDecimal& value) { return FormatDecimal(value); };
  const auto number = [](const char* written) { return *ParseDecimal(written); };
  EXPECT_EQ(text(Subtract(number("1"), number("0.001"))), "0.999");
  EXPECT_EQ(text(Subtract(number("0.5"), number("2"))), "-1.5");
  EXPECT_EQ(text(Multiply(number("-1.5"), number("0.20"))), "-0.300");
  EXPECT_EQ(Compare(Multiply(number("0.1"), number("0.1")), number("0.01")), 0);
}

TEST(Decimal, DividesToAPlace_HalfAwayFromZero) {
  const auto quotient = [](const char* value, const char* divisor, unsigned places, unsigned keep = 0) {
    return FormatDecimal(Divide(*ParseDecimal(value), *ParseDecimal(divisor), places, keep));
  };
  EXPECT_EQ(quotient("1", "3", 6), "0.333333");
  EXPECT_EQ(quotient("2", "3", 6), "0.666667");
  EXPECT_EQ(quotient("1", "8", 2), "0.13");
  EXPECT_EQ(quotient("-1", "8", 2), "-0.13");
  EXPECT_EQ(quotient("0.25", "0.5", 6), "0.5");
  EXPECT_EQ(quotient("100.00", "4", 6, 2), "25.00");
  EXPECT_EQ(quotient("0", "7", 3), "0");
  EXPECT_EQ(quotient("6", "-0.002", 3), "-3000");
}

TEST(Instant, KeepsItsOffset_ThroughTextAndBack) {
  for (const char* text : {"2026-11-25T06:00:00Z", "2026-11-25T06:00:00+01:00", "2026-11-25T06:00:00.123-05:30",
                           "2026-02-28T23:59:59.000000001Z", "2026-11-25T06:00:00"}) {
    const auto instant = ParseInstant(text);
    ASSERT_TRUE(instant.ok()) << text;
    EXPECT_EQ(FormatInstant(*instant), text);
  }
  EXPECT_EQ(ParseInstant("2026-11-25T06:00:00+01:00")->utc().seconds(),
            ParseInstant("2026-11-25T05:00:00Z")->utc().seconds());
}

TEST(Instant, RefusesTimesThatDoNotExist) {
  for (const char* text : {"0000-01-01T00:00:00Z", "2026-11-25T24:00:00Z", "2026-12-31T23:59:60Z",
                           "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-25", "2026-11-25T06:00:00+15:00",
                           "2026-11-25T06:00:00.1234567890Z", "-2026-11-25T06:00:00Z", "20261125060000"}) {
    EXPECT_FALSE(ParseInstant(text).ok()) << text;
  }
}

TEST(Instant, AssumesAZone_AndSaysWhereTheClockWasChanged) {
  const auto winter = AssumeZone(*ParseInstant("2026-01-15T06:00:00"), "Europe/Berlin");
  ASSERT_TRUE(winter.ok());
  EXPECT_EQ(FormatInstant(winter->instant), "2026-01-15T06:00:00+01:00");
  EXPECT_EQ(winter->instant.assumed_zone(), "Europe/Berlin");
  EXPECT_EQ(winter->shown, Shown::kOnce);
  const auto autumn = AssumeZone(*ParseInstant("2026-10-25T02:30:00"), "Europe/Berlin");
  EXPECT_EQ(autumn->shown, Shown::kTwice);
  EXPECT_EQ(FormatInstant(autumn->instant), "2026-10-25T02:30:00+02:00");
  const auto spring = AssumeZone(*ParseInstant("2026-03-29T02:30:00"), "Europe/Berlin");
  EXPECT_EQ(spring->shown, Shown::kNever);
  EXPECT_EQ(FormatInstant(spring->instant), "2026-03-29T02:30:00+01:00");
  EXPECT_EQ(AssumeZone(*ParseInstant("2026-01-15T06:00:00"), "Mars/Olympus").status().code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace isa95
