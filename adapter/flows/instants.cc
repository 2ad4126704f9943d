#include "adapter/flows/instants.h"

#include <cstdlib>
#include <limits>

#include "adapter/flows/report_rules.h"
#include "grpc/model/contract.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

constexpr int64_t kFutureMs = 120'000;
constexpr int64_t kFirstSecond = -62'135'596'800, kLastSecond = 253'402'300'799;  // years 1 to 9999
constexpr int kMaxOffsetMinutes = 14 * 60;

}  // namespace

Moment MomentOf(const flow::v1::Instant& instant) { return {instant.utc().seconds(), instant.utc().nanos()}; }

Moment Later(const Moment& moment, int64_t seconds, int64_t nanos) {
  constexpr int64_t kNanos = 1'000'000'000;
  const auto all_nanos = moment.second + nanos % kNanos;
  const auto more = seconds + nanos / kNanos + all_nanos / kNanos;
  const bool fits = moment.first <= std::numeric_limits<int64_t>::max() - more;
  return {fits ? moment.first + more : std::numeric_limits<int64_t>::max(), all_nanos % kNanos};
}

int64_t LatestMs(const contract::v1::SiteContract& contract, int64_t received_ms) {
  const auto future = ParseSpanMillis(contract.flows().execution_confirmation().future());
  return received_ms + (future > 0 ? future : kFutureMs);
}

bool CheckTime(const flow::v1::Instant& time, const std::string& path, bool happened, int64_t latest_ms,
               Verdict& verdict) {
  const auto& utc = time.utc();
  const bool possible = time.has_utc() && utc.seconds() >= kFirstSecond && utc.seconds() <= kLastSecond &&
                        utc.nanos() >= 0 && utc.nanos() <= 999'999'999 &&
                        std::abs(int64_t{time.offset_minutes()}) <= kMaxOffsetMinutes;
  if (!possible) {
    verdict.ParkForVendor("TIME_INVALID", path, "The time is no instant of the years 1 to 9999.",
                          "Send the instant in UTC and the offset at which it was read.");
    return false;
  }
  if (!time.has_offset_minutes()) {
    verdict.ParkForVendor(
        "TIME_WITHOUT_OFFSET", path,
        Cat("The time ", FormatInstant(time), " has no offset, so it is a different one in each zone."),
        "Send the offset from UTC with each time, and report it anew.");
    return false;
  }
  if (happened && UnixMillis(time) > latest_ms) {
    verdict.Park("FUTURE_TIME", path,
                 Cat("The time ", FormatInstant(time), " had not come yet when the report was received."),
                 "Set the clock of the reporter right, take this report back and report it anew.");
  }
  return true;
}

void CheckEnd(const flow::v1::Instant& start, const flow::v1::Instant& end, const std::string& path, Verdict& verdict) {
  if (MomentOf(start) <= MomentOf(end)) return;
  verdict.Park("END_BEFORE_START", path,
               Cat("The end ", FormatInstant(end), " lies before the start ", FormatInstant(start), "."),
               "Take this report back and report it anew with an end that is not before the start.");
}

}  // namespace isa95::flows
