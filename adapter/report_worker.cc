#include "adapter/report_worker.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>

#include "adapter/flows/report_document.h"
#include "adapter/flows/report_flow.h"
#include "adapter/ids.h"
#include "adapter/ledger/lots.h"
#include "adapter/mes_port/mes_document.h"
#include "b2mml/translate.h"
#include "grpc/model/contract.h"
#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

using namespace exchange::v1;
using ledger::ReportOutcome;

constexpr uint32_t kBatch = 64;
constexpr uint32_t kMaxBusinessTries = 20;  // a lock that holds that long is no passing one
constexpr int64_t kMaxBackOffMs = 30'000;
constexpr auto kTick = std::chrono::milliseconds(200);

// Doubled with each try, and spread by a fifth, so that what failed together does not come again together.
int64_t BackOffMs(const ledger::StoredReport& report) {
  const int64_t base = std::min<int64_t>(kMaxBackOffMs, int64_t{200} << std::min(report.attempts, 10u));
  const int64_t spread = static_cast<int64_t>((report.id * 2'654'435'761u) % 401) - 200;  // -200 .. 200
  return base + base * spread / 1'000;
}

ReportOutcome Again(int64_t next_ms, std::string why) {
  ReportOutcome outcome;
  outcome.state = REPORT_STATE_QUEUED;
  outcome.reason_code = "ERP_NOT_REACHED";
  outcome.reason_text = std::move(why);
  outcome.next_ms = next_ms;
  return outcome;
}

ReportOutcome Park(std::string code, std::string text, std::string who) {
  ReportOutcome outcome;
  outcome.state = REPORT_STATE_PARKED;
  outcome.reason_code = std::move(code);
  outcome.reason_text = std::move(text);
  outcome.who_acts = std::move(who);
  return outcome;
}

ops::Line LineOf(const ledger::StoredReport& report, const char* message, const char* outcome) {
  const auto& envelope = report.envelope;
  ops::Line line{.message = message, .site = envelope.site(), .flow = ops::FlowOf(envelope.kind())};
  line.key = envelope.key_id();
  line.report = report.id;
  line.outcome = outcome;
  return line;
}

const char* WordOf(ReportState state) {
  switch (state) {
    case REPORT_STATE_POSTED:
      return "posted";
    case REPORT_STATE_PENDING:
      return "pending";
    case REPORT_STATE_PARKED:
      return "parked";
    default:
      return "again";
  }
}

bool IsPassing(unsigned http_status) { return http_status >= 500 || http_status == 408 || http_status == 429; }

}  // namespace

ReportWorker::ReportWorker(ledger::ReportLedger& ledger, const Contracts& contracts, const b2mml::Versions& versions,
                           Wakes& feedback, Send send, std::function<void()> ledger_failed, ops::Journal journal)
    : ledger_(ledger),
      contracts_(contracts),
      versions_(versions),
      feedback_(feedback),
      send_(std::move(send)),
      ledger_failed_(std::move(ledger_failed)),
      journal_(std::move(journal)),
      thread_([this] { Run(); }) {}

ReportWorker::~ReportWorker() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void ReportWorker::Nudge() {
  {
    std::lock_guard lock(mutex_);
    nudged_ = true;
  }
  changed_.notify_all();
}

void ReportWorker::Run() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, kTick, [this] { return stopping_ || nudged_; });
      if (stopping_) return;
      nudged_ = false;
    }
    const auto status = DoDue(NowMillis());
    if (status.ok()) continue;
    spdlog::error("reports: {}", status.ToString());
    if (status.code() == absl::StatusCode::kAborted) return ledger_failed_();  // nothing can be promised any more
    std::this_thread::sleep_for(kTick);
  }
}

absl::Status ReportWorker::DoDue(int64_t now_ms) {
  const auto release = [this](const ledger::StoredReport& held, const ledger::OrderPast& past,
                              bool window_over) -> std::optional<ledger::NewReport> {
    const auto contract = contracts_.Find(held.envelope.site());
    if (contract == nullptr || !(window_over || flows::IsReady(held, past))) return std::nullopt;
    auto report = flows::ForJudgement(held);
    flows::JudgeReport(report, past, contract->contract);
    return report;
  };
  if (auto status = ledger_.ReleaseHeld(now_ms, release); !status.ok()) return status;
  const auto due = ledger_.TakeReports(now_ms, kBatch, [this](const auto& report) { return ResendMs(report); });
  if (!due.ok()) return due.status();
  for (const auto& report : *due) {
    if (auto status = SendOne(report); !status.ok()) return status;
  }
  if (!due->empty()) Nudge();  // the next ones of their orders may have their turn
  return absl::OkStatus();
}

int64_t ReportWorker::ResendMs(const ledger::StoredReport& report) const {
  const auto contract = contracts_.Find(report.envelope.site());
  if (contract == nullptr) return kMaxBackOffMs;
  return ParseSpanMillis(contract->contract.flows().execution_confirmation().answer_within());
}

absl::Status ReportWorker::SendOne(const ledger::StoredReport& report) {
  const auto contract = contracts_.Find(report.envelope.site());
  if (contract == nullptr) return absl::OkStatus();  // another configuration's site
  const auto& terms = contract->contract;
  const auto& site = report.envelope.site();
  const bool chain = ledger::IsQualityOrDowntime(report.envelope.kind());  // stands by itself
  const auto past = chain ? ledger_.PlanOf(site, report.about_order)
                    : flows::DependsOnPast(report, terms, contract->normalizer.get())
                        ? ledger_.PastOf(site, report.order_id)
                        : ledger_.PlanOf(site, report.order_id);
  if (!past.ok()) return past.status();
  const auto* version = versions_.by_name(terms.erp().b2mml().write());
  auto posting = flows::PostingOf(report, *past, terms, contract->normalizer.get());
  contract->normalizer->ToParty(policy::Party::kErp, posting.envelope);
  const auto written =
      b2mml::WriteDocument(flows::MakeReportDocument(posting, *past, terms, *version, NowMillis()), *version);
  if (written.xml.empty())
    return Settle(report, Park("CANNOT_WRITE", Cat("It cannot be written as B2MML: ", ToJson(written.findings)),
                               "site integrator"));
  if (auto kept = ledger_.KeepPayload(report.id, report.attempts, written.xml); !kept.ok()) return kept;
  const auto delivered = Deliver(report, written.xml);
  const auto outcome = OutcomeOf(report, terms, delivered, NowMillis());
  if (outcome.state == REPORT_STATE_SENT) return absl::OkStatus();  // its answer comes by itself
  return Settle(report, outcome);
}

Delivered ReportWorker::Deliver(const ledger::StoredReport& report, const std::string& xml) {
  const auto& site = report.envelope.site();
  const auto began = ops::Journal::Clock::now();
  auto delivered = send_(site, Cat("report-", report.id, "-", report.attempts, ".xml"), xml);
  const auto took = ops::Journal::Clock::now() - began;
  journal_.Took(ops::Step::kErpDelivery, site, took);
  if (delivered.status.ok() && !delivered.body.empty()) journal_.Took(ops::Step::kErpAnswer, site, took);
  auto line = LineOf(report, "report delivered", delivered.status.ok() ? "taken" : "not taken");
  const auto bod_id = flows::ReportBodIdOf(site, {report.id, report.attempts});
  line.bod_id = bod_id;
  const std::string why = delivered.status.ok() ? std::string() : Words(delivered.status);
  line.detail = why;
  journal_.Tell(line, delivered.status.ok() ? spdlog::level::info : spdlog::level::warn);
  return delivered;
}

void ReportWorker::TellAnswer(const ledger::StoredReport& report, const ReportOutcome& outcome) const {
  auto line = LineOf(report, "report answered", WordOf(outcome.state));
  const auto bod_id = flows::ReportBodIdOf(report.envelope.site(), {report.id, report.attempts});
  line.bod_id = bod_id;
  line.detail = outcome.erp_document.empty() ? outcome.reason_code : outcome.erp_document;
  const bool good = outcome.state == REPORT_STATE_POSTED || outcome.state == REPORT_STATE_PENDING;
  journal_.Tell(line, good ? spdlog::level::info : spdlog::level::warn);
}

// From the delivery it answers.
void ReportWorker::TookAnswer(uint64_t report_id, uint32_t attempt, std::string_view site, int64_t now_ms) {
  const auto attempts = ledger_.AttemptsOf(report_id);
  if (!attempts.ok()) return;
  for (const auto& one : *attempts) {
    if (one.attempt == attempt && one.sent_ms != 0)
      journal_.Took(ops::Step::kErpAnswer, site, std::chrono::milliseconds(now_ms - one.sent_ms));
  }
}

absl::Status ReportWorker::Settle(const ledger::StoredReport& report, const ReportOutcome& outcome) {
  auto status = ledger_.SettleReport(report.id, report.attempts, outcome, NowMillis());
  TellAnswer(report, outcome);
  feedback_.Notify(report.envelope.site());
  // A newer attempt is on its way: this one's word came too late.
  const bool late = status.code() == absl::StatusCode::kFailedPrecondition;
  return late ? absl::OkStatus() : status;
}

ReportOutcome ReportWorker::OutcomeOf(const ledger::StoredReport& report, const contract::v1::SiteContract& contract,
                                      const Delivered& delivered, int64_t now_ms) const {
  const auto& owner = contract.flows().execution_confirmation().owner().role();
  const int64_t wait = std::max(BackOffMs(report), delivered.wait_ms);
  if (!delivered.status.ok() && delivered.http_status == 0) return Again(now_ms + wait, Words(delivered.status));
  if (IsPassing(delivered.http_status))
    return Again(now_ms + wait, Cat("the ERP answered HTTP ", delivered.http_status));
  const bool taken = delivered.status.ok();
  if (delivered.body.empty()) {
    ReportOutcome waits;
    waits.state = REPORT_STATE_SENT;
    if (taken) return waits;
    return Park(Cat("ERP_HTTP_", delivered.http_status),
                Cat("The ERP refused the message with HTTP ", delivered.http_status, " and no reason."), owner);
  }
  const auto parsed = b2mml::ParseDocument(delivered.body, versions_, contract.erp());
  auto answer = parsed->shape_ok ? flows::ReadErpAnswer(parsed->document, contract, now_ms) : flows::ErpAnswer{};
  if (!parsed->shape_ok || HasError(answer.findings) || answer.name.delivery_id != report.id)
    return Park("ERP_ANSWER_UNREADABLE",
                "The ERP's answer cannot be understood, so nobody knows whether it has booked this. Look it up there.",
                "site integrator");
  answer.outcome.answer = delivered.body;
  if (answer.outcome.state != REPORT_STATE_QUEUED) return answer.outcome;
  if (report.attempts >= kMaxBusinessTries)
    return Park(answer.outcome.reason_code, Cat("After ", report.attempts, " tries: ", answer.outcome.reason_text),
                owner);
  answer.outcome.next_ms = now_ms + wait;
  return answer.outcome;
}

absl::StatusOr<Findings> ReportWorker::TakeAnswer(const flow::v1::Document& document,
                                                  const contract::v1::SiteContract& contract, std::string xml) {
  auto answer = flows::ReadErpAnswer(document, contract, NowMillis());
  if (HasError(answer.findings)) return answer.findings;
  answer.outcome.answer = std::move(xml);
  const auto status = ledger_.SettleReport(answer.name.delivery_id, answer.name.attempt, answer.outcome, NowMillis());
  const auto code = status.code();
  if (code == absl::StatusCode::kNotFound || code == absl::StatusCode::kFailedPrecondition)
    return Findings{Error("ANSWER_NOT_CURRENT", "", 0, Words(status), "Answer the latest request for this report.",
                          "ERP integrator")};
  if (!status.ok()) return status;
  TookAnswer(answer.name.delivery_id, answer.name.attempt, contract.site().id(), NowMillis());
  if (auto report = ledger_.ReportByNumber(answer.name.delivery_id); report.ok()) {
    report->attempts = answer.name.attempt;
    TellAnswer(*report, answer.outcome);
  }
  feedback_.Notify(contract.site().id());
  Nudge();
  return Findings{};
}

}  // namespace isa95::adapter
