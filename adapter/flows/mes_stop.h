// A stop as a MES that speaks B2MML tells it, by the gate of relevance: what does not say to whom it matters is the
// error NOT_BUSINESS_RELEVANT. Pure. Source: domain facts A.6.
#pragma once

#include <optional>

#include "grpc/model/finding.h"
#include "isa95/contract/v1/contract.pb.h"
#include "isa95/flow/v1/document.pb.h"

namespace isa95::flows {

bool IsStop(const flow::v1::SegmentResponse& segment);

struct StopReport {
  flow::v1::DowntimeEvent event;
  uint64_t order_sequence = 0;
};
// A segment DOWNTIME; `closes`: by a Sync that changes. Without an end it is open. Whether it was planned is the
// reason's to say, by the contract, where the MES does not. Null = refused, with the finding.
std::optional<StopReport> ReadStop(const flow::v1::SegmentResponse& segment,
                                   const flow::v1::OperationsResponse& response, bool closes,
                                   const contract::v1::SiteContract& contract, Findings& findings);

// As the contract has it of the reason; unspecified where it does not know the reason.
flow::v1::DowntimeKindCode KindOfReason(const std::string& reason, const contract::v1::SiteContract& contract);

}  // namespace isa95::flows
