// What makes a call of the report service malformed, in words for the vendor who has to mend it. Pure. Only what keeps
// a report from being understood or written at all is a fault here: an unknown order, a negative quantity, a missing
// unit, time or number are facts of the shop floor, which the adapter stores and parks. Source: DESIGN §5.
#pragma once

#include <cstddef>
#include <string>

#include "isa95/exchange/v1/report.pb.h"

namespace isa95::server {

constexpr size_t kMaxIdBytes = 128, kMaxCodeBytes = 64, kMaxTextBytes = 4'000, kMaxExtensionBytes = 64'000;
constexpr int kMaxReports = 500, kMaxAttributes = 32;

// The path of the field and what is wrong with it, e.g. "confirmation.output[2].quantity.value: is empty; ..."; empty =
// nothing is. The first fault only.
std::string Fault(const exchange::v1::ReportConfirmationRequest& request);
std::string Fault(const exchange::v1::ReportConsumptionRequest& request);
std::string Fault(const exchange::v1::ReportLotDispositionRequest& request);
std::string Fault(const exchange::v1::ReportTestResultRequest& request);
std::string Fault(const exchange::v1::ReportDowntimeRequest& request);
std::string Fault(const exchange::v1::ReverseReportRequest& request);
std::string Fault(const exchange::v1::ReportBatchRequest& request);
std::string Fault(const exchange::v1::StreamFeedbackRequest& request);
std::string Fault(const exchange::v1::FetchFeedbackRequest& request);

}  // namespace isa95::server
