// Time: an instant and a posting day are two things. Pure but for ClockWatch, which is safe for use by many threads.
// Source: DESIGN §7 and §12; the requirements TIM-*. Zone rules are the operating system's.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "adapter/policy/naming.h"
#include "isa95/contract/v1/contract.pb.h"
#include "isa95/flow/v1/common.pb.h"

namespace isa95::policy {

// The day by which what ended at `end` is posted: its first instant in the site's zone, with the offset it has there.
// Null where the contract leaves the day to the ERP. calendar: the day on the wall of the site; production_day: a day
// runs from site.production_day_starts to the same time on the next, and 02:00 may belong to yesterday.
std::optional<flow::v1::Instant> PostingDay(const flow::v1::Instant& end, const contract::v1::Site& site);

// How far a party's clock is from this one, from when it says that it made a message and when that came: the way takes
// time, so of the last messages the one with the shortest way counts. Of a clock that is ahead it is exact to that way.
class ClockWatch {
 public:
  // Milliseconds since 1970.
  void Saw(std::string_view site, Party party, int64_t made_ms, int64_t received_ms);
  // Milliseconds by which the party is behind (positive) or ahead (negative); null = nothing was seen.
  std::optional<int64_t> OffsetMs(std::string_view site, Party party) const;

 private:
  static constexpr size_t kKept = 64;
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, Party>, std::deque<int64_t>> seen_;
};

// Beyond it a clock is wrong: site.allowed_clock_skew, or 5 s.
int64_t AllowedSkewMs(const contract::v1::Site& site);

}  // namespace isa95::policy
