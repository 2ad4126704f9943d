// Instants of reports, compared to the nanosecond, and whether they can be true. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "isa95/contract/v1/contract.pb.h"
#include "isa95/flow/v1/common.pb.h"

namespace isa95::flows {

class Verdict;

using Moment = std::pair<int64_t, int64_t>;  // seconds since 1970 in UTC, nanoseconds
Moment MomentOf(const flow::v1::Instant& instant);
Moment Later(const Moment& moment, int64_t seconds, int64_t nanos);  // none of them negative

// Up to when a report received then may tell of what happened, in Unix milliseconds: the contract's window is added.
int64_t LatestMs(const contract::v1::SiteContract& contract, int64_t received_ms);
// Parks a time that is none, has no offset or (`happened`) had not come by `latest_ms`. True where it can be compared
// with others.
bool CheckTime(const flow::v1::Instant& time, const std::string& path, bool happened, int64_t latest_ms,
               Verdict& verdict);
// Both are comparable; parks an end before the start.
void CheckEnd(const flow::v1::Instant& start, const flow::v1::Instant& end, const std::string& path, Verdict& verdict);

}  // namespace isa95::flows
