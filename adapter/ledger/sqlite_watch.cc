// The watch in SQLite: what waits, what is parked, which alarms are open, and which notices are owed.
#include <algorithm>

#include "adapter/ledger/sqlite_ledger.h"
#include "grpc/model/text.h"

namespace isa95::ledger {
namespace {

constexpr std::string_view kAnswerWaits = "The ERP has not taken the answer to it yet.";

// Of two sets one: the longer waiting first.
void Merge(Waiting other, Waiting& into) {
  if (other.count == 0) return;
  const uint64_t count = into.count + other.count;
  if (into.count == 0 || other.since_ms < into.since_ms) into = std::move(other);
  into.count = count;
}

absl::StatusOr<Waiting> UndecidedOrders(Db& db, std::string_view site) {
  Waiting waiting;
  Statement all(db, "SELECT COUNT(*), MIN(id) FROM items WHERE site=? AND state IN (1,2)");
  if (!all.Bind(site).Next()) return all.Finish();
  waiting.count = static_cast<uint64_t>(all.Number(0));
  const int64_t first = all.Number(1);
  if (auto status = all.Finish(); !status.ok() || waiting.count == 0) {
    if (!status.ok()) return status;
    return waiting;
  }
  Statement one(db,
                "SELECT i.order_id, i.state, d.received_ms FROM items i JOIN documents d ON d.id=i.document_id WHERE"
                " i.id=?");
  if (one.Bind(first).Next()) {
    waiting.key = waiting.order = one.Text(0);
    waiting.reason = one.Number(1) == 1 ? "The MES has not taken it." : "The MES has taken it and has not decided.";
    waiting.since_ms = one.Number(2);
  }
  if (auto status = one.Finish(); !status.ok()) return status;
  return waiting;
}

absl::StatusOr<Waiting> AnswersNotTaken(Db& db, std::string_view site) {
  Waiting waiting;
  Statement all(db,
                "SELECT COUNT(*), MIN(a.id) FROM answers a JOIN documents d ON d.id=a.document_id WHERE a.sent_ms=0 AND"
                " d.site=?");
  if (!all.Bind(site).Next()) return all.Finish();
  waiting.count = static_cast<uint64_t>(all.Number(0));
  const int64_t first = all.Number(1);
  if (auto status = all.Finish(); !status.ok()) return status;
  if (waiting.count == 0) return waiting;
  Statement one(db,
                "SELECT (SELECT MIN(order_id) FROM items i WHERE i.document_id=a.document_id), (SELECT MAX(at_ms) FROM"
                " events e WHERE e.document_id=a.document_id AND e.what='answer queued') FROM answers a WHERE a.id=?");
  if (one.Bind(first).Next()) {
    waiting.key = waiting.order = one.Text(0);
    waiting.reason = kAnswerWaits;
    waiting.since_ms = one.Number(1);
  }
  if (auto status = one.Finish(); !status.ok()) return status;
  return waiting;
}

absl::StatusOr<uint64_t> Count(Statement& statement) {
  const uint64_t count = statement.Next() ? static_cast<uint64_t>(statement.Number(0)) : 0;
  if (auto status = statement.Finish(); !status.ok()) return status;
  return count;
}

constexpr std::string_view kFirst =
    "SELECT report_id, CASE WHEN about_order<>'' THEN about_order WHEN kind<7 THEN order_id ELSE '' END, reason_code,"
    " reason_text, received_ms, decided_ms FROM reports WHERE site=? AND kind=? AND state";

// `which` is a condition on the state that an index has too; `order` goes by that index.
absl::StatusOr<Waiting> OfKind(Db& db, std::string_view site, int kind, std::string_view which,
                               std::string_view order) {
  Statement counted(db, Cat("SELECT COUNT(*) FROM reports WHERE site=? AND kind=? AND state", which));
  const auto count = Count(counted.Bind(site).Bind(int64_t{kind}));
  if (!count.ok()) return count.status();
  Waiting waiting;
  waiting.count = *count;
  if (waiting.count == 0) return waiting;
  Statement one(db, Cat(kFirst, which, " ORDER BY ", order, " LIMIT 1"));
  if (one.Bind(site).Bind(int64_t{kind}).Next()) {
    waiting.key = one.Text(0);
    waiting.key.resize(std::min(waiting.key.size(), waiting.key.find('\x1f')));  // a closing has the id of its stop
    waiting.order = one.Text(1);
    waiting.reason_code = one.Text(2);
    waiting.reason = one.Text(3);
    waiting.since_ms = one.Number(which == "=6" ? 5 : 4);
  }
  if (auto status = one.Finish(); !status.ok()) return status;
  return waiting;
}

absl::StatusOr<Waiting> OfKinds(Db& db, std::string_view site, const std::vector<int>& kinds, std::string_view which,
                                std::string_view order) {
  Waiting all;
  for (const int kind : kinds) {
    auto of_kind = OfKind(db, site, kind, which, order);
    if (!of_kind.ok()) return of_kind;
    Merge(*std::move(of_kind), all);
  }
  return all;
}

}  // namespace

absl::Status SqliteLedger::Hear(Heard& heard) {
  std::lock_guard lock(reading_);
  Statement documents(*reader_, "SELECT site, MAX(received_ms), MAX(id) FROM documents WHERE id>? GROUP BY site");
  documents.Bind(heard.last_document);
  while (documents.Next()) {
    heard.documents[documents.Text(0)] = documents.Number(1);
    heard.last_document = std::max(heard.last_document, documents.Number(2));
  }
  if (auto status = documents.Finish(); !status.ok()) return status;
  Statement reports(*reader_,
                    "SELECT site, kind, MAX(received_ms), MAX(id) FROM reports WHERE id>? GROUP BY site, kind");
  reports.Bind(heard.last_report);
  while (reports.Next()) {
    heard.reports[{reports.Text(0), static_cast<int>(reports.Number(1))}] = reports.Number(2);
    heard.last_report = std::max(heard.last_report, reports.Number(3));
  }
  return reports.Finish();
}

absl::StatusOr<Waiting> SqliteLedger::OrdersWaiting(std::string_view site) {
  std::lock_guard lock(reading_);
  auto waiting = UndecidedOrders(*reader_, site);
  auto answers = AnswersNotTaken(*reader_, site);
  if (!waiting.ok() || !answers.ok()) return waiting.ok() ? answers : waiting;
  Merge(*std::move(answers), *waiting);
  return waiting;
}

absl::StatusOr<Waiting> SqliteLedger::ReportsWaiting(std::string_view site, const std::vector<int>& kinds) {
  std::lock_guard lock(reading_);
  return OfKinds(*reader_, site, kinds, " IN (1,2,3)", "id");
}

absl::StatusOr<Waiting> SqliteLedger::ReportsParked(std::string_view site, const std::vector<int>& kinds) {
  std::lock_guard lock(reading_);
  return OfKinds(*reader_, site, kinds, "=6", "decided_ms, id");
}

}  // namespace isa95::ledger
