// The way back of ids that were not the ERP's. A version that demands an id where the order has none gets one filled in
// (`filler` of its table: SYNTHESISED when it is written); a MES that speaks B2MML then names it in its reports. The
// ledger, the rules and the ERP know nothing of it, so that it is taken out where the report comes in. Pure.
#pragma once

#include "adapter/ledger/report_ledger.h"
#include "isa95/exchange/v1/report.pb.h"

namespace isa95::flows {

// Takes out of `report` each SegmentRequirement and MaterialRequirement ID that the order does not have and that would
// have been filled in; of the step its operation stays, taken from the order where the report does not tell it.
// E.g. 4711-0010-M1: the first material of step 4711-0010, which has no ID in the order.
void ForgetFilledIds(exchange::v1::Report& report, const ledger::OrderPast& past);

}  // namespace isa95::flows
