// Points in time (xsd:dateTime) that keep their offset. Thread-safe: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "isa95/flow/v1/common.pb.h"

namespace isa95 {

// Reads xsd:dateTime up to nanoseconds. Refused (InvalidArgument, with words for a person): year 0000 or negative,
// 24:00:00, leap seconds, more than 9 fraction digits, impossible dates. A missing offset is not refused here:
// offset_minutes stays unset. Example: ParseInstant("2026-11-25T06:00:00+01:00").
absl::StatusOr<flow::v1::Instant> ParseInstant(std::string_view text);
// The same into an instant that has no time yet; its attributes stay.
absl::Status ParseInstant(std::string_view text, flow::v1::Instant& instant);
// The same instant as xsd:dateTime, with the offset it came with ("Z" for 0), no trailing zeros in the fraction.
std::string FormatInstant(const flow::v1::Instant& instant);
// How often the clock of a zone shows a reading: twice in the hour that is repeated when summer ends, never in the one
// that is skipped when it begins.
enum class Shown { kOnce, kTwice, kNever };
struct ZonedInstant {
  flow::v1::Instant instant;  // shown twice: the first; never: as if the clock had not been changed yet
  Shown shown = Shown::kOnce;
};
// Resolves a reading without offset in an IANA zone; NotFound: no such zone.
absl::StatusOr<ZonedInstant> AssumeZone(const flow::v1::Instant& instant, std::string_view zone);
// "the clock of Europe/Berlin shows this time twice on that day"; empty for once.
std::string ShownInWords(Shown shown, std::string_view zone);
bool IsKnownZone(std::string_view zone);
std::vector<std::string> KnownZones();  // of this machine
// Now as UTC with offset 0, milliseconds.
flow::v1::Instant InstantOf(int64_t unix_millis);
int64_t UnixMillis(const flow::v1::Instant& instant);

}  // namespace isa95
