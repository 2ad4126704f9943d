// The words of quality and downtime on the wire, each way. An unknown word is the enum's UNSPECIFIED, which is written
// as nothing. Pure. Source: domain facts A.6.
#pragma once

#include <string>
#include <string_view>

#include "isa95/flow/v1/quality_downtime.pb.h"

namespace isa95::flows {

std::string_view WordOf(flow::v1::RelevanceCode relevance);  // FINANCIAL | RELEASE
flow::v1::RelevanceCode RelevanceOf(std::string_view word);
std::string_view WordOf(flow::v1::DowntimeKindCode kind);  // PLANNED | UNPLANNED
flow::v1::DowntimeKindCode KindOf(std::string_view word);
std::string_view WordOf(flow::v1::VerdictCode verdict);  // Pass | Fail
flow::v1::VerdictCode VerdictOf(std::string_view word);

// How long a stop took as xsd:duration, exactly: from start to end, or, of micro-stops told together, what they say.
// Empty = not over yet, or ends before it starts.
std::string DurationOf(const flow::v1::DowntimeEvent& stop);

}  // namespace isa95::flows
