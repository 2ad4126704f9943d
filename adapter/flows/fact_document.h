// Dispositions and test results as the nouns of B2MML, in the elements that a version has and by name for the rest;
// stops are segments, see report_segment.h. Pure. Source: domain facts A.6.
#pragma once

#include "adapter/flows/report_segment.h"
#include "isa95/flow/v1/document.pb.h"

namespace isa95::flows {

// Restricted or UnRestricted where the version has Disposition, and the word for it in Status, which all have.
flow::v1::MaterialLot LotOf(const flow::v1::LotDisposition& disposition, const Places& places);
// V0401, V0600: the result within a property of the lot. Where only the order is named, the lot's ID is the order's,
// with the scheme that says so.
flow::v1::MaterialLot LotOf(const flow::v1::QualityTestResult& result);
// V0701.
flow::v1::TestResult TestOf(const flow::v1::QualityTestResult& result);

}  // namespace isa95::flows
