// A report as a B2MML document for the ERP, and the ERP's answer to it; also a performance document of a MES that
// speaks B2MML, as reports. Pure. Source: domain facts A.4, A.5, B.3, B.4.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adapter/ledger/report_ledger.h"
#include "adapter/mes_port/mes_document.h"
#include "b2mml/version.h"
#include "isa95/contract/v1/contract.pb.h"
#include "isa95/flow/v1/document.pb.h"

namespace isa95::flows {

// Process (or Sync, by the contract) of the performance noun with one response and one segment; of a reversal, Cancel
// of what it reverses; of quality Sync of the lot or the test result, of a stop Sync of a segment DOWNTIME. `posting`:
// as PostingOf gives it. Its BODID names report and attempt. What the version has no element for (SegmentRequirementID,
// PostingDate, the operation number) goes as a data item of that name.
flow::v1::Document MakeReportDocument(const ledger::StoredReport& posting, const ledger::OrderPast& past,
                                      const contract::v1::SiteContract& contract, const b2mml::Version& version,
                                      int64_t now_ms);

// The BODID of a request to the ERP, a UUID of version 8; told apart from the ones to a MES.
std::string ReportBodIdOf(std::string_view site, const adapter::DeliveryName& name);
std::optional<adapter::DeliveryName> ParseReportBodId(std::string_view site, std::string_view bod_id);

struct ErpAnswer {
  adapter::DeliveryName name;  // report and attempt
  ledger::ReportOutcome outcome;
  Findings findings;  // an error: the answer cannot be used
};
// Acknowledge, Respond or ConfirmBOD. Accepted -> POSTED with the ERP's document key (SegmentData ERPDocumentNumber);
// Modified with GOODS_MOVEMENT_PENDING -> PENDING; Rejected -> PARKED with the ERP's reason and the contract's owner,
// or QUEUED where the contract says that the code passes by itself.
ErpAnswer ReadErpAnswer(const flow::v1::Document& document, const contract::v1::SiteContract& contract, int64_t now_ms);

// Whether a MES's document is one of reports, by noun and verb.
bool IsMesReport(const flow::v1::Document& document);
// The reports in it, in document order: of the performance noun (Process, Sync: confirmations, consumption and stops;
// Cancel: reversals), of lots and test results (Sync), of events (Sync, Notify). Findings with an error: the document
// as a whole is none that is taken here.
struct MesReports {
  std::vector<exchange::v1::Report> reports;
  Findings findings;
};
MesReports ReadMesReports(const flow::v1::Document& document, const contract::v1::SiteContract& contract);

}  // namespace isa95::flows
