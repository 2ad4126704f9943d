// The material lines of a MES's segment: what was made, and what was used. Pure. Source: domain facts A.4, A.5.
#pragma once

#include <vector>

#include "grpc/model/finding.h"
#include "isa95/flow/v1/document.pb.h"

namespace isa95::flows {

struct SegmentMaterials {
  std::vector<flow::v1::OutputQuantity> output;
  std::vector<flow::v1::ConsumedQuantity> consumed;
};
// In document order. A line that is neither, and what a line says beyond these, are findings.
SegmentMaterials ReadMaterials(const flow::v1::SegmentResponse& segment, Findings& findings);

}  // namespace isa95::flows
