// One SegmentResponse of a MES's performance document as what was reported by it. Nothing is invented: what is not said
// stays absent, and what is not understood becomes a finding. Pure. Source: domain facts A.4, A.5.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "grpc/model/finding.h"
#include "isa95/contract/v1/contract.pb.h"
#include "isa95/flow/v1/document.pb.h"

namespace isa95::flows {

// A segment's data items by meaning.
struct SegmentItems {
  std::string confirmation_type, segment_requirement_id, operations_segment_id, confirmation_id, reason_code;
  std::optional<flow::v1::Instant> posting_date, reversed_at;
  uint64_t order_sequence = 0;
};
// Items that mean nothing here are findings; an error where the contract does not allow them to ride.
SegmentItems ReadItems(const flow::v1::SegmentResponse& segment, const contract::v1::SiteContract& contract,
                       Findings& findings);

struct SegmentReports {
  std::optional<flow::v1::ExecutionConfirmation> confirmation;
  std::optional<flow::v1::MaterialConsumption> consumption;
  uint64_t order_sequence = 0;
};
SegmentReports ReadSegment(const flow::v1::SegmentResponse& segment, const flow::v1::OperationsResponse& response,
                           const contract::v1::SiteContract& contract, Findings& findings);
// The one text of a data item; empty where it has none, or several.
std::string TextOf(const flow::v1::SegmentData& item);

// The order of a segment: its own, or its response's. Absent where none or several are named, with a finding.
flow::v1::Identifier OrderOf(const flow::v1::SegmentResponse& segment, const flow::v1::OperationsResponse& response,
                             Findings& findings);

}  // namespace isa95::flows
