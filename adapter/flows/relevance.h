// What of quality and downtime is no business of the ERP: default deny. Judged before anything is stored, so that
// temperatures, flickering lines and the like cost neither disk nor anybody's attention. Pure.
// Source: domain facts A.6 (relevance gate); the requirements NOI-01 to NOI-05.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "grpc/model/finding.h"
#include "isa95/contract/v1/contract.pb.h"
#include "isa95/exchange/v1/report.pb.h"

namespace isa95::flows {

// NOT_BUSINESS_RELEVANT with the reason and the mend: not to be stored. Null = it is taken, whatever may be wrong with
// it; also of every report of another flow.
std::optional<Finding> Irrelevance(const exchange::v1::Report& report, const contract::v1::SiteContract& contract);

// Of a contract's characteristics the one of this property, of this specification before one of another; null = none.
const contract::v1::Characteristic* CharacteristicOf(const flow::v1::QualityTestResult& result,
                                                     const contract::v1::SiteContract& contract);

// Somebody else's text as a finding quotes it: within quotation marks, cut to a length for people, no control
// characters.
std::string Shown(std::string_view text);

}  // namespace isa95::flows
