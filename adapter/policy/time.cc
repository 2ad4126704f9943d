#include "adapter/policy/time.h"

#include <date/tz.h>

#include <algorithm>
#include <chrono>

#include "grpc/model/contract.h"
#include "grpc/model/text.h"

namespace isa95::policy {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr int64_t kSkewMs = 5'000;

// "06:00" -> 360; what the loader has let through.
minutes StartOfDay(const std::string& text) {
  int hours = 0, mins = 0;
  if (text.size() != 5 || !ToNumber(std::string_view(text).substr(0, 2), hours) ||
      !ToNumber(std::string_view(text).substr(3), mins))
    return minutes(0);
  return minutes(hours * 60 + mins);
}

// The first instant of a local day; in some zones its clock starts at 01:00 once a year, or shows midnight twice.
date::sys_seconds FirstOf(const date::time_zone& zone, date::local_days day) {
  const auto info = zone.get_info(date::local_seconds(day));
  if (info.result == date::local_info::nonexistent) return info.first.end;
  return date::sys_seconds(date::local_seconds(day).time_since_epoch() - info.first.offset);
}

}  // namespace

std::optional<flow::v1::Instant> PostingDay(const flow::v1::Instant& end, const contract::v1::Site& site) {
  const bool production = site.posting_date() == "production_day";
  if (!end.has_utc() || (!production && site.posting_date() != "calendar")) return std::nullopt;
  try {
    const auto& zone = *date::locate_zone(site.time_zone());
    const auto local = zone.to_local(date::sys_seconds(seconds(end.utc().seconds())));
    auto day = date::floor<date::days>(local);
    // By the clock on the wall: on the day of a change too a shift begins at six.
    if (production && local - day < StartOfDay(site.production_day_starts())) day -= date::days(1);
    const auto first = FirstOf(zone, day);
    flow::v1::Instant instant;
    instant.mutable_utc()->set_seconds(first.time_since_epoch().count());
    const auto offset = std::chrono::duration_cast<minutes>(zone.get_info(first).offset);
    instant.set_offset_minutes(static_cast<int>(offset.count()));
    return instant;
  } catch (const std::exception&) {
    return std::nullopt;  // no such zone: the loader has refused it
  }
}

void ClockWatch::Saw(std::string_view site, Party party, int64_t made_ms, int64_t received_ms) {
  std::lock_guard lock(mutex_);
  auto& seen = seen_[{std::string(site), party}];
  seen.push_back(received_ms - made_ms);
  if (seen.size() > kKept) seen.pop_front();
}

std::optional<int64_t> ClockWatch::OffsetMs(std::string_view site, Party party) const {
  std::lock_guard lock(mutex_);
  const auto found = seen_.find({std::string(site), party});
  if (found == seen_.end()) return std::nullopt;
  return *std::min_element(found->second.begin(), found->second.end());
}

int64_t AllowedSkewMs(const contract::v1::Site& site) {
  const auto given = ParseSpanMillis(site.allowed_clock_skew());
  return given > 0 ? given : kSkewMs;
}

}  // namespace isa95::policy
