// What becomes of a report: the ERP's answer, reversals, and the feedback.
#include <set>

#include "adapter/ledger/lots.h"
#include "adapter/ledger/sqlite_reports.h"
#include "grpc/model/text.h"

namespace isa95::ledger {
namespace {

using namespace exchange::v1;

constexpr const char* kTakenBack = "The report was taken back before it was posted.";

bool IsReversal(const StoredReport& report) {
  return report.envelope.kind() == flow::v1::MESSAGE_KIND_REVERSAL && report.envelope.has_report_reversal();
}

bool IsPositive(ReportState state) { return state == REPORT_STATE_POSTED || state == REPORT_STATE_PENDING; }

// What became of a report, as an event and in words for the shop floor where nobody gave any.
struct News {
  const char* event;
  const char* text;
};

News NewsOf(ReportState state, bool rejected) {
  switch (state) {
    case REPORT_STATE_POSTED:
      return {"posted", "The report was posted."};
    case REPORT_STATE_PENDING:
      return {"pending", "The report was accepted; its goods movement waits and is not booked yet."};
    case REPORT_STATE_REVERSED:
      return {"reversed", kTakenBack};
    case REPORT_STATE_QUEUED:
      return {"to be sent again", ""};
    default:
      return rejected ? News{"rejected", "The ERP refused the report; it is parked."}
                      : News{"parked", "The report cannot be posted as it is; it is parked."};
  }
}

FeedbackOutcome OutcomeOf(ReportState state, bool rejected) {
  switch (state) {
    case REPORT_STATE_POSTED:
      return FEEDBACK_OUTCOME_POSTED;
    case REPORT_STATE_PENDING:
      return FEEDBACK_OUTCOME_PENDING;
    case REPORT_STATE_REVERSED:
      return FEEDBACK_OUTCOME_REVERSED;
    default:
      return rejected ? FEEDBACK_OUTCOME_REJECTED : FEEDBACK_OUTCOME_PARKED;
  }
}

ReportOutcome TakenBack(ReportState state) {
  ReportOutcome outcome;
  outcome.state = state;
  outcome.reason_code = state == REPORT_STATE_REVERSED ? "TAKEN_BACK" : "";
  outcome.reason_text = kTakenBack;
  return outcome;
}

}  // namespace

absl::StatusOr<StoredReport> ReportChange::ById(int64_t id) {
  Statement found(db_, Cat(kReportColumns, "WHERE id=?"));
  auto reports = ReadReports(found.Bind(id));
  if (!reports.ok()) return reports.status();
  if (reports->empty()) return absl::NotFoundError(Cat("there is no report ", id));
  return std::move(reports->front());
}

// Empty, or the one report of the same order that the reversal names.
absl::StatusOr<std::vector<StoredReport>> ReportChange::TargetOf(const StoredReport& reversal,
                                                                 std::string_view condition) {
  if (!IsReversal(reversal)) return std::vector<StoredReport>();
  Statement found(
      db_, Cat(kReportColumns, "WHERE owns_key=1 AND site=? AND sender=? AND report_id=? AND order_id=? AND id<>? ",
               condition));
  found.Bind(reversal.envelope.site())
      .Bind(reversal.envelope.sender())
      .Bind(reversal.envelope.report_reversal().reverses_id().value())
      .Bind(reversal.order_id)
      .Bind(static_cast<int64_t>(reversal.id));
  return ReadReports(found);
}

absl::Status ReportChange::KeepPayload(uint64_t id, uint32_t attempt, std::string_view payload) {
  auto status = Statement(db_, "UPDATE report_attempts SET payload=? WHERE report_id=? AND attempt=?")
                    .Blob(payload)
                    .Bind(static_cast<int64_t>(id))
                    .Bind(int64_t{attempt})
                    .Finish();
  if (status.ok() && sqlite3_changes(db_.get()) == 0)
    return absl::NotFoundError(Cat("report ", id, " has no attempt ", attempt));
  return status;
}

absl::Status ReportChange::KeepAnswer(uint64_t id, uint32_t attempt, std::string_view answer, int64_t now_ms) {
  if (answer.empty()) return absl::OkStatus();
  return Statement(db_,
                   "UPDATE report_attempts SET answered_ms=?, answer=CASE WHEN LENGTH(answer)=0 THEN ? ELSE"
                   " answer||? END WHERE report_id=? AND attempt=?")
      .Bind(now_ms)
      .Blob(answer)
      .Blob(Cat("\n", answer))
      .Bind(static_cast<int64_t>(id))
      .Bind(int64_t{attempt})
      .Finish();
}

absl::StatusOr<bool> ReportChange::MaybePosted(uint64_t id) {
  Statement sent(db_, "SELECT 1 FROM report_attempts WHERE report_id=? AND LENGTH(payload)>0 LIMIT 1");
  const bool maybe = sent.Bind(static_cast<int64_t>(id)).Next();
  if (auto status = sent.Finish(); !status.ok()) return status;
  return maybe;
}

absl::Status ReportChange::Settle(uint64_t id, uint32_t attempt, const ReportOutcome& outcome, int64_t now_ms,
                                  bool& stale) {
  const ReportState to = outcome.state;
  if (!IsPositive(to) && to != REPORT_STATE_PARKED && to != REPORT_STATE_QUEUED)
    return absl::InvalidArgumentError("an attempt ends posted, pending, parked or queued");
  auto report = ById(static_cast<int64_t>(id));
  if (!report.ok()) return report.status();
  stale = attempt == 0 || attempt > report->attempts;
  if (stale) return absl::OkStatus();
  if (auto status = KeepAnswer(id, attempt, outcome.answer, now_ms); !status.ok()) return status;

  const ReportState from = report->state;
  const bool open = from == REPORT_STATE_QUEUED || from == REPORT_STATE_SENT;
  const auto sent = MaybePosted(id);
  if (!sent.ok()) return sent.status();
  bool unanswered = false;
  if (from == REPORT_STATE_PARKED && IsPositive(to)) {
    Statement parked(db_, "SELECT maybe_posted FROM reports WHERE id=?");
    unanswered = parked.Bind(static_cast<int64_t>(id)).Next() && parked.Number(0) != 0;
    if (auto status = parked.Finish(); !status.ok()) return status;
  }
  const bool late_for_pending =
      from == REPORT_STATE_PENDING && (to == REPORT_STATE_POSTED || to == REPORT_STATE_PARKED);
  stale = open && !IsPositive(to) && attempt != report->attempts;
  if (stale || !(open || late_for_pending || unanswered))
    return Note(now_ms, id, "late answer", Cat("attempt ", attempt, ", ", NewsOf(to, outcome.rejected).event));
  return Become(*report, outcome, *sent && !outcome.rejected, now_ms);
}

absl::Status ReportChange::Become(StoredReport& report, const ReportOutcome& outcome, bool maybe_posted,
                                  int64_t now_ms) {
  // What a posted reversal took back already needs nobody to act.
  const bool was_taken_back = outcome.state == REPORT_STATE_PARKED && report.reversed;
  if (was_taken_back) return Become(report, TakenBack(REPORT_STATE_REVERSED), false, now_ms);
  const bool queued = outcome.state == REPORT_STATE_QUEUED;
  report.state = outcome.state;
  report.reason_code = outcome.reason_code;
  report.reason_text = outcome.reason_text;
  report.who_acts = outcome.who_acts;
  report.next_ms = queued ? outcome.next_ms : 0;
  report.decided_ms = queued ? 0 : now_ms;
  if (!outcome.erp_document.empty()) report.erp_document = outcome.erp_document;
  auto status = Statement(db_,
                          "UPDATE reports SET state=?, reason_code=?, reason_text=?, who_acts=?, next_ms=?,"
                          " decided_ms=?, erp_document=?, maybe_posted=? WHERE id=?")
                    .Bind(int64_t{report.state})
                    .Bind(report.reason_code)
                    .Bind(report.reason_text)
                    .Bind(report.who_acts)
                    .Bind(report.next_ms)
                    .Bind(report.decided_ms)
                    .Bind(report.erp_document)
                    .Bind(int64_t{report.state == REPORT_STATE_PARKED && maybe_posted})
                    .Bind(static_cast<int64_t>(report.id))
                    .Finish();
  const bool posted = report.state == REPORT_STATE_POSTED;
  if (status.ok()) {
    status = Note(now_ms, report.id, NewsOf(report.state, outcome.rejected).event,
                  posted ? report.erp_document : report.reason_code);
  }
  Changed(report);
  if (status.ok() && !queued) status = LeaveFeedback(report, outcome.rejected, now_ms);
  if (status.ok() && posted) status = MarkReversed(report, now_ms);
  if (status.ok() && report.state == REPORT_STATE_PARKED && !maybe_posted) status = TakeBackParked(report, now_ms);
  return status;
}

absl::Status ReportChange::TakeBackUnposted(StoredReport& reversal, int64_t now_ms) {
  if (reversal.state != REPORT_STATE_QUEUED || reversal.attempts != 0) return absl::OkStatus();
  auto target = TargetOf(reversal, "AND ((state=6 AND maybe_posted=0) OR (state IN (1,2) AND attempts=0))");
  if (!target.ok() || target->empty()) return target.status();
  if (auto status = Become(target->front(), TakenBack(REPORT_STATE_REVERSED), false, now_ms); !status.ok())
    return status;
  return Become(reversal, TakenBack(REPORT_STATE_POSTED), false, now_ms);
}

// Its reversal came while it was on its way, and would wait behind it for ever.
absl::Status ReportChange::TakeBackParked(const StoredReport& parked, int64_t now_ms) {
  Statement found(db_, Cat(kReportColumns,
                           "WHERE order_id=? AND site=? AND sender=? AND reverses_id=? AND kind=? AND owns_key=1 AND"
                           " state=1 AND reverses_id<>'' ORDER BY id LIMIT 1"));
  found.Bind(parked.order_id)
      .Bind(parked.envelope.site())
      .Bind(parked.envelope.sender())
      .Bind(parked.envelope.key_id())
      .Bind(int64_t{flow::v1::MESSAGE_KIND_REVERSAL});
  auto reversal = ReadReports(found);
  if (!reversal.ok() || reversal->empty()) return reversal.status();
  return TakeBackUnposted(reversal->front(), now_ms);
}

// Along a chain of posted reversals each second one is in effect again. What was never posted has no effect to mark.
absl::Status ReportChange::MarkReversed(const StoredReport& reversal, int64_t now_ms) {
  std::set<uint64_t> seen{reversal.id};
  auto target = TargetOf(reversal, "");
  for (bool reversed = true; target.ok() && !target->empty(); reversed = !reversed) {
    auto& report = target->front();
    // Parked for want of an answer, it had been posted after all: the ERP took it back.
    if (report.state == REPORT_STATE_PARKED) return Become(report, TakenBack(REPORT_STATE_REVERSED), false, now_ms);
    if (!IsPositive(report.state) || !seen.insert(report.id).second) return absl::OkStatus();
    auto status = Statement(db_, "UPDATE reports SET reversed=? WHERE id=?")
                      .Bind(int64_t{reversed})
                      .Bind(static_cast<int64_t>(report.id))
                      .Finish();
    if (!status.ok()) return status;
    report.reversed = reversed;
    Changed(report);
    target = TargetOf(report, "");
  }
  return target.status();
}

absl::Status ReportChange::LeaveFeedback(const StoredReport& report, bool rejected, int64_t at_ms) {
  Feedback feedback;
  feedback.set_report_id(report.envelope.key_id());
  feedback.set_order_id(IsQualityOrDowntime(report.envelope.kind()) ? report.about_order : report.order_id);
  feedback.set_outcome(OutcomeOf(report.state, rejected));
  feedback.set_erp_document(report.erp_document);
  if (report.state != REPORT_STATE_POSTED) feedback.set_reason_code(report.reason_code);
  feedback.set_operator_text(report.reason_text.empty() ? NewsOf(report.state, rejected).text : report.reason_text);
  feedback.set_who_acts(report.who_acts);
  feedback.mutable_at()->set_seconds(at_ms / 1000);
  feedback.mutable_at()->set_nanos(static_cast<int32_t>(at_ms % 1000) * 1'000'000);
  return Statement(db_, "INSERT INTO feedback(report_id, site, at_ms, feedback) VALUES(?,?,?,?)")
      .Bind(static_cast<int64_t>(report.id))
      .Bind(report.envelope.site())
      .Bind(at_ms)
      .Blob(feedback.SerializeAsString())
      .Finish();
}

absl::Status SqliteLedger::SettleReport(uint64_t report_id, uint32_t attempt, const ReportOutcome& outcome,
                                        int64_t now_ms) {
  bool stale = false;
  auto status =
      Write([&] { return ReportChange(*writer_, turns_, pasts_).Settle(report_id, attempt, outcome, now_ms, stale); });
  if (status.ok() && stale) return absl::FailedPreconditionError(Cat("attempt ", attempt, " is not the current one"));
  return status;
}

absl::Status SqliteLedger::KeepPayload(uint64_t report_id, uint32_t attempt, std::string_view payload) {
  return Write([&] { return ReportChange(*writer_, turns_, pasts_).KeepPayload(report_id, attempt, payload); });
}

}  // namespace isa95::ledger
