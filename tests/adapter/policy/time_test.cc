// Posting days through clock changes, and clocks that are wrong.
#include "adapter/policy/time.h"

#include <date/tz.h>
#include <gtest/gtest.h>

#include "grpc/model/instant.h"

namespace isa95::policy {
namespace {

contract::v1::Site Site(const std::string& zone, const std::string& rule, const std::string& starts = "06:00") {
  contract::v1::Site site;
  site.set_time_zone(zone);
  site.set_posting_date(rule);
  site.set_production_day_starts(starts);
  return site;
}

std::string DayOf(const std::string& instant, const contract::v1::Site& site) {
  const auto day = PostingDay(*ParseInstant(instant), site);
  return day ? FormatInstant(*day) : "none";
}

TEST(PostingDay, IsLeftToTheErp_WhereTheContractSaysNothingElse) {
  EXPECT_EQ(DayOf("2026-11-25T02:00:00+01:00", Site("Europe/Berlin", "")), "none");
  EXPECT_EQ(DayOf("2026-11-25T02:00:00+01:00", Site("Europe/Berlin", "erp")), "none");
}

TEST(PostingDay, IsTheDayOnTheWall_OrTheOneTheShiftBeganIn) {
  EXPECT_EQ(DayOf("2026-11-25T02:00:00+01:00", Site("Europe/Berlin", "calendar")), "2026-11-25T00:00:00+01:00");
  EXPECT_EQ(DayOf("2026-11-25T02:00:00+01:00", Site("Europe/Berlin", "production_day")), "2026-11-24T00:00:00+01:00");
  EXPECT_EQ(DayOf("2026-11-25T06:00:00+01:00", Site("Europe/Berlin", "production_day")), "2026-11-25T00:00:00+01:00");
  // The same instant, said with another offset.
  EXPECT_EQ(DayOf("2026-11-24T23:30:00Z", Site("Europe/Berlin", "calendar")), "2026-11-25T00:00:00+01:00");
}

TEST(PostingDay, BeginsAtOne_WhereMidnightIsSkipped) {
  EXPECT_EQ(DayOf("2018-11-04T12:00:00-02:00", Site("America/Sao_Paulo", "calendar")), "2018-11-04T01:00:00-02:00");
  EXPECT_EQ(DayOf("2018-02-17T23:30:00-03:00", Site("America/Sao_Paulo", "calendar")), "2018-02-17T00:00:00-02:00");
}

struct Change {
  const char* zone;
  const char* around;  // UTC
};

// Minute by minute through both changes of a year: the posting day is what the wall's clock says, and no instant moves.
TEST(PostingDay, FollowsTheWall_MinuteByMinuteAroundEachClockChange) {
  for (const auto& [zone, around] :
       {Change{"Pacific/Chatham", "2026-04-04T14:00:00Z"}, Change{"Pacific/Chatham", "2026-09-26T14:00:00Z"},
        Change{"Australia/Adelaide", "2026-04-04T16:30:00Z"}, Change{"Australia/Adelaide", "2026-10-03T16:30:00Z"},
        Change{"America/Sao_Paulo", "2018-02-18T02:00:00Z"}, Change{"America/Sao_Paulo", "2018-11-04T03:00:00Z"}}) {
    const auto& rules = *date::locate_zone(zone);
    const auto calendar = Site(zone, "calendar"), production = Site(zone, "production_day", "02:30");
    const auto middle = ParseInstant(around)->utc().seconds();
    int offsets = 0, last_offset = 0;
    for (int64_t at = middle - 36 * 3600; at <= middle + 36 * 3600; at += 60) {
      const date::sys_seconds utc{std::chrono::seconds(at)};
      const auto local = rules.to_local(utc);
      const auto offset =
          static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(rules.get_info(utc).offset).count());
      offsets += offset != last_offset;
      last_offset = offset;
      flow::v1::Instant instant;
      instant.mutable_utc()->set_seconds(at);
      instant.set_offset_minutes(offset);
      const auto text = FormatInstant(instant);
      ASSERT_EQ(ParseInstant(text)->SerializeAsString(), instant.SerializeAsString()) << text;
      auto day = date::floor<date::days>(local);
      ASSERT_EQ(FormatInstant(*PostingDay(instant, calendar)).substr(0, 10), date::format("%F", day)) << text;
      if (local - day < std::chrono::minutes(150)) day -= date::days(1);
      ASSERT_EQ(FormatInstant(*PostingDay(instant, production)).substr(0, 10), date::format("%F", day)) << text;
    }
    EXPECT_EQ(offsets, 2) << zone << ": there is a change at " << around;
  }
}

TEST(ClockWatch, TakesTheShortestWay_AndForgetsWhatIsLongPast) {
  ClockWatch clocks;
  EXPECT_FALSE(clocks.OffsetMs("LEI", Party::kErp).has_value());
  clocks.Saw("LEI", Party::kErp, 1'000, 1'900);
  clocks.Saw("LEI", Party::kErp, 2'000, 2'120);
  clocks.Saw("LEI", Party::kErp, 3'000, 9'000);
  EXPECT_EQ(clocks.OffsetMs("LEI", Party::kErp), 120);
  EXPECT_FALSE(clocks.OffsetMs("LEI", Party::kMes).has_value());
  for (int i = 0; i < 64; ++i) clocks.Saw("LEI", Party::kErp, 70'000, 10'000);
  EXPECT_EQ(clocks.OffsetMs("LEI", Party::kErp), -60'000);
}

}  // namespace
}  // namespace isa95::policy
