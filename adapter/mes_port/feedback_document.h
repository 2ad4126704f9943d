// What became of a report, as the document by which a MES that speaks B2MML hears of it. Pure: the same feedback gives
// the same bytes, whenever it is told. Source: domain facts B.3, B.4.
#pragma once

#include <string>

#include "adapter/ledger/report_ledger.h"
#include "b2mml/version.h"
#include "isa95/contract/v1/contract.pb.h"
#include "isa95/flow/v1/document.pb.h"

namespace isa95::adapter {

// A UUID (version 8), told apart from the ones of orders to the MES and of reports to the ERP.
std::string FeedbackBodIdOf(std::string_view site, uint64_t feedback_id);

// Acknowledge of the performance noun, with the report's id as that of its segment response, its order and, once it is
// posted, the data item ERPDocumentNumber. To Sync and Cancel B2MML knows no answer but ConfirmBOD, whose notes name
// the segment response (of a Cancel the one that is taken back, as the MES wrote it) and the document number.
// It quotes the BODID of the MES's document; of a report without one, the report's id.
// POSTED -> Accepted; REVERSED -> Accepted, with the code TAKEN_BACK; PENDING -> Modified, GOODS_MOVEMENT_PENDING; else
// Rejected, with code and words.
flow::v1::Document MakeFeedbackDocument(const ledger::StoredFeedback& feedback, const flow::v1::Envelope& report,
                                        const contract::v1::SiteContract& contract, const b2mml::Version& version);

}  // namespace isa95::adapter
