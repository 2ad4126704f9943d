// The material lines of a MES's segment: what was made, and what was used. Pure. Source: domain facts A.4, A.5.
#pragma once

#include <vector>

#include "grpc/model/finding.h"
#include "isa95/contract/v1/contract.pb.h"
#include "isa95/flow/v1/document.pb.h"

namespace isa95::flows {

struct SegmentMaterials {
  std::vector<flow::v1::OutputQuantity> output;
  std::vector<flow::v1::ConsumedQuantity> consumed;
};
// In document order. A line that is neither, and what a line says beyond these, are findings; an
// error where the contract does not allow it to ride.
SegmentMaterials ReadMaterials(const flow::v1::SegmentResponse& segment, const contract::v1::SiteContract& contract,
                               Findings& findings);

}  // namespace isa95::flows
