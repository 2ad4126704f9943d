// Reports in SQLite, private to this folder. Errors: absl::Status.
#pragma once

#include <string>

#include "adapter/ledger/sqlite_ledger.h"

namespace isa95::ledger {

inline constexpr const char* kReportColumns =
    "SELECT id, envelope, order_id, state, original_id, reason_code, reason_text, who_acts, findings, received_ms, "
    "hold_until_ms, decided_ms, attempts, next_ms, erp_document, reversed, about_order, contract FROM reports ";

// The rows of a statement that starts with kReportColumns.
absl::StatusOr<std::vector<StoredReport>> ReadReports(Statement& statement);
absl::StatusOr<OrderPast> ReadPlan(Db& db, std::string_view site, std::string_view order_id);
absl::StatusOr<OrderPast> ReadPast(Db& db, std::string_view site, std::string_view order_id);

absl::StatusOr<LotStandings> StandingOfLots(Db& db, const flow::v1::Envelope& envelope);
// What the key of a report is among those of its sender: its id, and of a stop's closing that it is one.
std::string KeyOf(const flow::v1::Envelope& envelope);

// Changes to reports, inside one transaction of its caller, in the table and in what is remembered of it. An error
// means: roll back.
class ReportChange {
 public:
  ReportChange(Db& db, ReportTurns& turns, OrderPasts& pasts) : db_(db), turns_(turns), pasts_(pasts) {}

  absl::StatusOr<StoredReport> Append(NewReport report, const ReportJudge& judge);
  absl::Status AppendAll(std::vector<NewReport> reports, const ReportJudge& judge, std::vector<StoredReport>& stored);
  absl::Status ReleaseHeld(int64_t now_ms, const ReportLedger::Release& release);
  absl::StatusOr<std::vector<StoredReport>> Take(int64_t now_ms, uint32_t max, const ReportLedger::ResendMs& resend_ms);
  // `stale`: to be answered with FailedPrecondition once the answer that came is kept.
  absl::Status Settle(uint64_t id, uint32_t attempt, const ReportOutcome& outcome, int64_t now_ms, bool& stale);
  absl::Status KeepPayload(uint64_t id, uint32_t attempt, std::string_view payload);

 private:
  using Order = ReportTurns::Order;

  absl::Status ReleaseOf(const Order& order, int64_t now_ms, const ReportLedger::Release& release);
  absl::StatusOr<bool> Ask(const Order& order, uint64_t id, bool over, int64_t now_ms,
                           const ReportLedger::Release& release);
  absl::Status ReleaseOne(StoredReport held, const NewReport& judged, bool over, int64_t now_ms);
  absl::StatusOr<OrderPast*> Past(const Order& order);
  // The same, with the order that a report of quality or downtime is about.
  absl::StatusOr<OrderPast*> PastFor(const Order& chain, flow::v1::MessageKind kind, const std::string& about_order);
  void Changed(const StoredReport& report);
  absl::Status NoteDisposition(const StoredReport& report);
  absl::Status JudgeKey(const NewReport& report, StoredReport& stored, bool& owned);
  absl::Status Insert(NewReport report, StoredReport& stored, bool owns_key);
  absl::Status Look(const Order& order, int64_t now_ms);
  absl::StatusOr<StoredReport> TakeOne(int64_t id, int64_t now_ms, const ReportLedger::ResendMs& resend_ms);

  absl::StatusOr<StoredReport> ById(int64_t id);
  absl::StatusOr<std::vector<StoredReport>> TargetOf(const StoredReport& reversal, std::string_view condition);
  absl::Status KeepAnswer(uint64_t id, uint32_t attempt, std::string_view answer, int64_t now_ms);
  absl::StatusOr<bool> MaybePosted(uint64_t id);
  // The report's new state with all that follows from it in its own row, its events and its feedback.
  absl::Status Become(StoredReport& report, const ReportOutcome& outcome, bool maybe_posted, int64_t now_ms);
  // Settles the reversal and what it takes back where that cannot have been posted.
  absl::Status TakeBackUnposted(StoredReport& reversal, int64_t now_ms);
  absl::Status TakeBackParked(const StoredReport& parked, int64_t now_ms);
  absl::Status MarkReversed(const StoredReport& reversal, int64_t now_ms);
  absl::Status LeaveFeedback(const StoredReport& report, bool rejected, int64_t at_ms);
  absl::Status Note(int64_t at_ms, uint64_t id, std::string_view what, std::string_view detail);

  Db& db_;
  ReportTurns& turns_;
  OrderPasts& pasts_;
};

}  // namespace isa95::ledger
