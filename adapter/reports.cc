#include "adapter/reports.h"

#include <algorithm>
#include <future>

#include "adapter/flows/filled_ids.h"
#include "adapter/flows/relevance.h"
#include "adapter/flows/report_flow.h"
#include "adapter/ids.h"
#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

using namespace exchange::v1;
using contract::v1::SiteContract;

// Cursors are opaque to clients; here they are a letter and a feedback's id.
absl::StatusOr<uint64_t> ParseCursor(std::string_view cursor) {
  uint64_t id = 0;
  if (cursor.empty()) return id;
  if (cursor.front() != 'f' || !ToNumber(cursor.substr(1), id))
    return absl::InvalidArgumentError("the cursor is not one this server gave; send an empty one to start anew");
  return id;
}

bool IsQualityOrDowntime(const exchange::v1::Report& report) {
  return report.has_lot_disposition() || report.has_test_result() || report.has_downtime();
}

// By what is refused it is counted.
std::string WhatOf(const exchange::v1::Report& report) {
  if (report.has_test_result()) return Cat("test_result ", report.test_result().property_id().value());
  if (report.has_downtime()) return Cat("downtime ", report.downtime().reason_code().value());
  return Cat("lot_disposition ", report.lot_disposition().reason_code().value());
}

std::string_view IdOf(const exchange::v1::Report& report) {
  if (report.has_test_result()) return report.test_result().id().value();
  if (report.has_downtime()) return report.downtime().id().value();
  return report.lot_disposition().id().value();
}

absl::Status CheckFlows(const SiteContract& contract, const std::vector<exchange::v1::Report>& reports) {
  const auto& flows = contract.flows();
  if (!flows.has_execution_confirmation())
    return absl::FailedPreconditionError("this site's contract has no flow execution_confirmation");
  for (const auto& report : reports) {
    if (report.has_consumption() && !flows.has_material_consumption())
      return absl::FailedPreconditionError("this site's contract has no flow material_consumption");
    if (IsQualityOrDowntime(report) && !flows.has_quality_downtime())
      return absl::FailedPreconditionError("this site's contract has no flow quality_downtime");
  }
  return absl::OkStatus();
}

const char* OutcomeOf(const ledger::StoredReport& report) {
  switch (report.state) {
    case REPORT_STATE_DUPLICATE:
      return "duplicate";
    case REPORT_STATE_CONFLICT:
      return "conflict";
    case REPORT_STATE_PARKED:
      return "parked";
    case REPORT_STATE_HELD:
      return "held";
    default:
      return "durable";
  }
}

void Tell(const ops::Journal& journal, const std::string& site, const ledger::StoredReport& report) {
  ops::Line line{.message = "report received", .site = site, .flow = ops::FlowOf(report.envelope.kind())};
  line.key = report.envelope.key_id();
  line.bod_id = report.envelope.bod_id();
  line.report = report.id;
  line.outcome = OutcomeOf(report);
  line.detail = report.reason_code;
  const bool parked = report.state == REPORT_STATE_PARKED || report.state == REPORT_STATE_CONFLICT;
  if (report.state == REPORT_STATE_PARKED) journal.Refused(site, line.flow, report.reason_code);
  journal.Tell(line, parked ? spdlog::level::warn : spdlog::level::info);
}

void NoteOrigin(const flow::v1::Document& document, flow::v1::Envelope& envelope) {
  const auto& area = document.application_area();
  envelope.set_verb(document.verb().code());
  envelope.set_bod_id(area.bod_id().value());
  *envelope.mutable_created_at() = area.creation_date_time();
}

Receipt ReceiptOf(const ledger::StoredReport& stored) {
  Receipt receipt;
  receipt.set_report_id(stored.envelope.key_id());
  flow::v1::FindingList list;
  if (list.ParseFromString(stored.findings)) receipt.mutable_finding()->Swap(list.mutable_finding());
  const auto& who = stored.who_acts;
  switch (stored.state) {
    case REPORT_STATE_DUPLICATE:
      receipt.set_code(RECEIPT_CODE_DUPLICATE);
      break;
    case REPORT_STATE_CONFLICT:
      receipt.set_code(RECEIPT_CODE_DUPLICATE);
      *receipt.add_finding() =
          Error("DUPLICATE_CONFLICT", "", 0, "A report with this id came before with other content; both are kept.",
                "Give each report an id of its own; correct one by a reversal and a new report.", "MES vendor");
      break;
    case REPORT_STATE_PARKED:
      receipt.set_code(RECEIPT_CODE_PARKED);
      if (receipt.finding().empty())
        *receipt.add_finding() = Error(stored.reason_code, "", 0, stored.reason_text, "See the reason.", who);
      break;
    default:
      receipt.set_code(RECEIPT_CODE_DURABLE);
  }
  return receipt;
}

// Parked ones have theirs already, and so has what a reversal took back before it was sent.
bool LeftFeedback(const std::vector<ledger::StoredReport>& stored) {
  return std::any_of(stored.begin(), stored.end(), [](const auto& report) {
    return report.envelope.has_report_reversal() || report.state == REPORT_STATE_PARKED ||
           report.state == REPORT_STATE_CONFLICT;
  });
}

}  // namespace

Reports::Reports(ledger::ReportLedger& ledger, const Contracts& contracts, Wakes& feedback, Refusals& refusals,
                 std::function<void()> stored, ops::Journal journal)
    : ledger_(ledger),
      contracts_(contracts),
      feedback_(feedback),
      refusals_(refusals),
      stored_(std::move(stored)),
      journal_(std::move(journal)) {}

absl::StatusOr<std::vector<Receipt>> Reports::Report(std::string_view site,
                                                     const std::vector<exchange::v1::Report>& reports) {
  return Store(site, reports, nullptr);
}

void Reports::ReportThen(std::string_view site, const std::vector<exchange::v1::Report>& reports, Reported done) {
  StoreThen(site, reports, nullptr, std::move(done));
}

absl::StatusOr<std::vector<Receipt>> Reports::Store(std::string_view site,
                                                    const std::vector<exchange::v1::Report>& reports,
                                                    const flow::v1::Document* document) {
  auto result = std::make_shared<std::promise<absl::StatusOr<std::vector<Receipt>>>>();
  auto told = result->get_future();
  StoreThen(site, reports, document, [result](auto receipts) { result->set_value(std::move(receipts)); });
  return told.get();
}

void Reports::StoreThen(std::string_view site, const std::vector<exchange::v1::Report>& reports,
                        const flow::v1::Document* document, Reported done) {
  const auto found = contracts_.Find(site);
  if (found == nullptr) {
    refusals_.Count("(none)", Cat("report for ", site), "SITE_UNKNOWN");
    return done(absl::NotFoundError(Cat("this adapter serves no site '", site, "'")));
  }
  const auto& contract = found->contract;
  if (auto status = CheckFlows(contract, reports); !status.ok()) return done(status);
  const int64_t now = NowMillis();
  const std::string stamp = StampOf(*found);
  std::vector<ledger::NewReport> decided;
  decided.reserve(reports.size());
  std::vector<Receipt> refused;  // of what is no business of the ERP
  std::vector<size_t> places;    // of those among all
  for (size_t i = 0; i < reports.size(); ++i) {
    if (auto finding = flows::Irrelevance(reports[i], contract)) {
      refused.push_back(Refuse(contract.site().id(), reports[i], *std::move(finding)));
      places.push_back(i);
      continue;
    }
    decided.push_back(flows::DecideReport(reports[i], contract, now, found->normalizer.get()));
    decided.back().contract = stamp;
    if (document != nullptr) NoteOrigin(*document, decided.back().envelope);
  }
  if (decided.empty()) return done(std::move(refused));
  ledger_.AppendReportsThen(
      std::move(decided),
      [&contract](ledger::NewReport& report, const ledger::OrderPast& past) {
        flows::JudgeReport(report, past, contract);
      },
      [this, &contract, began = ops::Journal::Clock::now(), refused = std::move(refused), places = std::move(places),
       done = std::move(done)](absl::StatusOr<std::vector<ledger::StoredReport>> stored) mutable {
        if (!stored.ok()) return done(stored.status());
        journal_.Took(ops::Step::kReportCommit, contract.site().id(), ops::Journal::Clock::now() - began);
        for (const auto& report : *stored) Tell(journal_, contract.site().id(), report);
        stored_();
        if (LeftFeedback(*stored)) feedback_.Notify(contract.site().id());
        std::vector<Receipt> receipts;
        receipts.reserve(stored->size());
        for (const auto& report : *stored) receipts.push_back(ReceiptOf(report));
        for (size_t i = 0; i < places.size(); ++i)
          receipts.insert(receipts.begin() + static_cast<ptrdiff_t>(places[i]), std::move(refused[i]));
        done(std::move(receipts));
      });
}

void Reports::CountRefused(const std::string& site, std::string_view what, std::string_view code) {
  refusals_.Count(site, what, code);
  journal_.Refused(site, "quality_downtime", code);
}

Receipt Reports::Refuse(const std::string& site, const exchange::v1::Report& report, Finding finding) {
  CountRefused(site, WhatOf(report), finding.code());
  Receipt receipt;
  receipt.set_report_id(std::string(IdOf(report)));
  receipt.set_code(RECEIPT_CODE_REFUSED);
  *receipt.add_finding() = std::move(finding);
  return receipt;
}

absl::StatusOr<std::vector<Receipt>> Reports::ReportByDocument(std::string_view site,
                                                               std::vector<exchange::v1::Report> reports,
                                                               const flow::v1::Document& document) {
  for (auto& report : reports) {
    if (!report.has_confirmation() && !report.has_consumption()) continue;
    const auto& order_id =
        report.has_confirmation() ? report.confirmation().order_id() : report.consumption().order_id();
    const auto past = ledger_.PastOf(site, order_id.value());
    if (!past.ok()) return past.status();
    flows::ForgetFilledIds(report, *past);
  }
  return Store(site, reports, &document);
}

absl::StatusOr<std::vector<Feedback>> Reports::TakeFeedback(std::string_view site, std::string_view cursor,
                                                            uint32_t max) {
  const auto* terms = contracts_.Find(site);
  if (terms == nullptr) return absl::NotFoundError(Cat("this adapter serves no site '", site, "'"));
  const auto after = ParseCursor(cursor);
  if (!after.ok()) return after.status();
  auto found = ledger_.FeedbackAfter(site, *after, max);
  if (!found.ok()) return found.status();
  std::vector<Feedback> feedback;
  feedback.reserve(found->size());
  for (auto& entry : *found) {
    auto& order = *entry.feedback.mutable_order_id();
    order = terms->normalizer->names().ToParty(policy::NameKind::kOrder, policy::Party::kMes, order);
    entry.feedback.set_cursor(Cat("f", entry.id));
    feedback.push_back(std::move(entry.feedback));
  }
  return feedback;
}

std::unique_ptr<server::ExchangeHandler::Subscription> Reports::SubscribeFeedback(std::string_view site,
                                                                                  std::function<void()> wake) {
  return feedback_.Subscribe(site, std::move(wake));
}

}  // namespace isa95::adapter
