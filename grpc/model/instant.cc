#include "grpc/model/instant.h"

#include <date/date.h>
#include <date/tz.h>

#include <array>
#include <charconv>
#include <chrono>

#include "grpc/model/text.h"

namespace isa95 {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

absl::Status Bad(std::string_view text, std::string_view why) {
  return absl::InvalidArgumentError(Cat("'", text, "' is not a usable time: ", why));
}

// Takes `digits` decimal digits from the front.
bool Take(std::string_view& text, size_t digits, int& number) {
  if (text.size() < digits || !ToNumber(text.substr(0, digits), number) || text[0] == '-' || text[0] == '+')
    return false;
  text.remove_prefix(digits);
  return true;
}

bool TakeChar(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

struct Reading {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, nanos = 0;
};

bool TakeReading(std::string_view& text, Reading& r) {
  return Take(text, 4, r.year) && TakeChar(text, '-') && Take(text, 2, r.month) && TakeChar(text, '-') &&
         Take(text, 2, r.day) && TakeChar(text, 'T') && Take(text, 2, r.hour) && TakeChar(text, ':') &&
         Take(text, 2, r.minute) && TakeChar(text, ':') && Take(text, 2, r.second);
}

// ".123" -> 123000000; false for more than nine digits or none.
bool TakeFraction(std::string_view& text, int& nanos) {
  if (!TakeChar(text, '.')) return true;
  size_t digits = 0;
  nanos = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
  if (digits == 0 || digits > 9) return false;
  for (size_t i = 0; i < 9; ++i) nanos = nanos * 10 + (i < digits ? text[i] - '0' : 0);
  text.remove_prefix(digits);
  return true;
}

// "", "Z", "+01:00"; false for anything else.
bool TakeOffset(std::string_view& text, bool& given, int& offset) {
  given = !text.empty();
  if (!given || TakeChar(text, 'Z')) return text.empty();
  const bool west = text.starts_with('-');
  if (!west && !text.starts_with('+')) return false;
  text.remove_prefix(1);
  int hours = 0, mins = 0;
  if (!Take(text, 2, hours) || !TakeChar(text, ':') || !Take(text, 2, mins) || !text.empty()) return false;
  offset = (hours * 60 + mins) * (west ? -1 : 1);
  return mins < 60 && hours * 60 + mins <= 14 * 60;
}

// Exactly `digits` of them, with leading zeros; a number of more keeps them all.
void AppendDigits(std::string& out, int number, size_t digits) {
  std::array<char, 16> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  const auto size = static_cast<size_t>(end - text.data());
  if (size < digits) out.append(digits - size, '0');
  out.append(text.data(), size);
}

date::local_seconds LocalOf(const flow::v1::Instant& instant) {
  return date::local_seconds(seconds(instant.utc().seconds()));
}

}  // namespace

absl::StatusOr<flow::v1::Instant> ParseInstant(std::string_view text) {
  flow::v1::Instant instant;
  if (auto status = ParseInstant(text, instant); !status.ok()) return status;
  return instant;
}

absl::Status ParseInstant(std::string_view text, flow::v1::Instant& instant) {
  std::string_view rest = text;
  Reading r;
  bool given = false;
  int offset = 0;
  if (!TakeReading(rest, r)) return Bad(text, "write it as 2026-11-25T06:00:00Z");
  if (!TakeFraction(rest, r.nanos)) return Bad(text, "a fraction has one to nine digits");
  if (!TakeOffset(rest, given, offset)) return Bad(text, "the offset is Z or +hh:mm, at most 14:00");
  if (r.year == 0) return Bad(text, "there is no year 0000");
  const auto day = date::year(r.year) / r.month / r.day;
  if (!day.ok()) return Bad(text, "there is no such day");
  if (r.hour > 23) return Bad(text, "the hour is 00 to 23; write 00:00:00 of the next day for 24:00:00");
  if (r.minute > 59 || r.second > 59) return Bad(text, "minutes and seconds are 00 to 59; leap seconds are not taken");
  const auto local = date::sys_days(day) + std::chrono::hours(r.hour) + minutes(r.minute) + seconds(r.second);
  instant.mutable_utc()->set_seconds((local - minutes(offset)).time_since_epoch().count());
  instant.mutable_utc()->set_nanos(r.nanos);
  if (given) instant.set_offset_minutes(offset);
  return absl::OkStatus();
}

std::string FormatInstant(const flow::v1::Instant& instant) {
  const int offset = instant.offset_minutes();
  const date::sys_seconds local{seconds(instant.utc().seconds()) + minutes(offset)};
  const auto midnight = date::floor<date::days>(local);
  const date::year_month_day day{midnight};
  const int second = static_cast<int>((local - midnight).count());
  std::string out;
  AppendDigits(out, static_cast<int>(day.year()), 4);
  out += '-';
  AppendDigits(out, static_cast<int>(static_cast<unsigned>(day.month())), 2);
  out += '-';
  AppendDigits(out, static_cast<int>(static_cast<unsigned>(day.day())), 2);
  const std::array<int, 3> clock = {second / 3600, second / 60 % 60, second % 60};
  for (size_t i = 0; i < clock.size(); ++i) {
    out += i == 0 ? 'T' : ':';
    AppendDigits(out, clock[i], 2);
  }
  if (const int nanos = instant.utc().nanos(); nanos > 0) {
    out += '.';
    AppendDigits(out, nanos, 9);
    out.erase(out.find_last_not_of('0') + 1);
  }
  if (!instant.has_offset_minutes()) return out;
  if (offset == 0) return out + 'Z';
  const int size = offset < 0 ? -offset : offset;
  out += offset < 0 ? '-' : '+';
  AppendDigits(out, size / 60, 2);
  out += ':';
  AppendDigits(out, size % 60, 2);
  return out;
}

absl::StatusOr<ZonedInstant> AssumeZone(const flow::v1::Instant& instant, std::string_view zone) {
  try {
    const auto* found = date::locate_zone(std::string(zone));
    const auto info = found->get_info(LocalOf(instant));
    ZonedInstant zoned{instant, Shown::kOnce};
    if (info.result == date::local_info::ambiguous) zoned.shown = Shown::kTwice;
    if (info.result == date::local_info::nonexistent) zoned.shown = Shown::kNever;
    const auto offset = std::chrono::duration_cast<minutes>(info.first.offset);
    auto& resolved = zoned.instant;
    resolved.mutable_utc()->set_seconds(instant.utc().seconds() - std::chrono::duration_cast<seconds>(offset).count());
    resolved.set_offset_minutes(static_cast<int>(offset.count()));
    resolved.set_assumed_zone(std::string(zone));
    return zoned;
  } catch (const std::exception&) {
    return absl::NotFoundError(Cat("there is no time zone '", zone, "'"));
  }
}

std::string ShownInWords(Shown shown, std::string_view zone) {
  if (shown == Shown::kOnce) return {};
  return Cat("the clock of ", zone, " shows this time ", shown == Shown::kTwice ? "twice" : "never", " on that day");
}

bool IsKnownZone(std::string_view zone) {
  try {
    return date::locate_zone(std::string(zone)) != nullptr;
  } catch (const std::exception&) {
    return false;
  }
}

std::vector<std::string> KnownZones() {
  std::vector<std::string> names;
  try {
    for (const auto& zone : date::get_tzdb().zones) names.push_back(zone.name());
  } catch (const std::exception&) {
    names.clear();
  }
  return names;
}

flow::v1::Instant InstantOf(int64_t unix_millis) {
  flow::v1::Instant instant;
  const int64_t sub = ((unix_millis % 1000) + 1000) % 1000;
  instant.mutable_utc()->set_seconds((unix_millis - sub) / 1000);
  instant.mutable_utc()->set_nanos(static_cast<int>(sub) * 1'000'000);
  instant.set_offset_minutes(0);
  return instant;
}

int64_t UnixMillis(const flow::v1::Instant& instant) {
  return instant.utc().seconds() * 1000 + instant.utc().nanos() / 1'000'000;
}

}  // namespace isa95
