// Reports out: whose turn it is, and the attempt that is made.
#include <algorithm>
#include <optional>

#include "adapter/ledger/lots.h"
#include "adapter/ledger/sqlite_reports.h"
#include "grpc/model/text.h"

namespace isa95::ledger {
namespace {

using namespace exchange::v1;

struct Candidate {
  int64_t id = 0;
  int64_t next_ms = 0;  // when it may go
  bool queued = false;  // else it holds the others back
  bool numbered = false;
};

// The first by number of what waits or holds back: QUEUED, HELD or PARKED. Unnumbered ones stand before all numbers,
// the oldest of them first. Each state is a stretch of the index that starts with its first.
std::string FirstByNumber(std::initializer_list<const char*> states, std::string_view condition) {
  std::string sql;
  for (const char* state : states)
    sql += Cat(sql.empty() ? "" : " UNION ALL ",
               "SELECT * FROM (SELECT id, next_ms, state, order_sequence FROM reports WHERE order_id=?1 AND site=?2"
               " AND state=",
               state, condition, " ORDER BY order_sequence, id LIMIT 1)");
  return Cat(sql, " ORDER BY 4, 1 LIMIT 1");
}

// The first one of an order. Pairwise, numbers decide where both have one, else arrival. The oldest, or the lowest
// number where the oldest is numbered, is first by that rule, and there is one even where the pairs go round in a
// circle (2 before an unnumbered one before 1).
absl::StatusOr<std::optional<Candidate>> FirstOf(Db& db, const ReportTurns::Order& order) {
  static const std::initializer_list<const char*> kStates = {"1", "2", "6"};
  static const std::string kAll = FirstByNumber(kStates, ""),
                           kNumbered = FirstByNumber(kStates, " AND order_sequence>0"),
                           kOlder = FirstByNumber(kStates, " AND order_sequence>0 AND id<?3"),
                           kQueued = FirstByNumber({"1"}, "");
  const auto read = [&](const std::string& sql, int64_t before) -> absl::StatusOr<std::optional<Candidate>> {
    Statement found(db, sql);
    found.Bind(order.second).Bind(order.first);
    if (before != 0) found.Bind(before);
    std::optional<Candidate> first;
    if (found.Next())
      first = Candidate{found.Number(0), found.Number(1), found.Number(2) == REPORT_STATE_QUEUED, found.Number(3) != 0};
    if (auto status = found.Finish(); !status.ok()) return status;
    return first;
  };
  // A stop or a hold has to be known in time: what is parked or held of its line or lot does not hold it back.
  if (!IsOrderChain(order.second)) return read(kQueued, 0);
  auto first = read(kAll, 0);
  if (!first.ok() || !first->has_value() || (*first)->numbered) return first;
  const auto older = read(kOlder, (*first)->id);
  if (!older.ok()) return older.status();
  return older->has_value() ? read(kNumbered, 0) : first;
}

}  // namespace

// Whose turn it is in the order, and when. One that was sent and not answered is in play alone: it goes again, and
// nothing beside it. Else the first one; where that holds the others back, a reversal of a parked one goes by.
absl::Status ReportChange::Look(const Order& order, int64_t now_ms) {
  Statement sent(db_, "SELECT id, next_ms FROM reports WHERE order_id=? AND site=? AND state=3 LIMIT 1");
  if (sent.Bind(order.second).Bind(order.first).Next()) {
    const int64_t id = sent.Number(0), next_ms = sent.Number(1);
    next_ms <= now_ms ? turns_.PlaceDue(order, id) : turns_.PlaceLater(order, next_ms, true);
    return sent.Finish();
  }
  const auto first = FirstOf(db_, order);
  if (!first.ok()) return first.status();
  const bool goes = first->has_value() && (*first)->queued;
  if (goes && (*first)->next_ms <= now_ms) {
    turns_.PlaceDue(order, (*first)->id);
    return absl::OkStatus();
  }
  int64_t later_ms = goes ? (*first)->next_ms : INT64_MAX;
  Statement reversal(db_,
                     "SELECT o.id, o.next_ms FROM reports o WHERE o.site=? AND o.order_id=? AND o.state=1 AND"
                     " o.reverses_id<>'' AND EXISTS (SELECT 1 FROM reports t WHERE t.owns_key=1 AND t.site=o.site AND"
                     " t.sender=o.sender AND t.report_id=o.reverses_id AND t.order_id=o.order_id AND t.state=6)"
                     " ORDER BY o.id");
  reversal.Bind(order.first).Bind(order.second);
  while (reversal.Next()) {
    if (reversal.Number(1) <= now_ms) {
      turns_.PlaceDue(order, reversal.Number(0));
      return absl::OkStatus();
    }
    later_ms = std::min(later_ms, reversal.Number(1));
  }
  if (later_ms != INT64_MAX) turns_.PlaceLater(order, later_ms, false);
  return reversal.Finish();
}

absl::StatusOr<std::vector<StoredReport>> ReportChange::Take(int64_t now_ms, uint32_t max,
                                                             const ReportLedger::ResendMs& resend_ms) {
  const auto orders = turns_.ToLookAt(now_ms);
  for (const auto& order : orders) {
    if (auto status = Look(order, now_ms); !status.ok()) {
      for (const auto& again : orders) turns_.Touch(again);
      return status;
    }
  }
  std::vector<StoredReport> taken;
  for (const auto& [id, order] : turns_.Due(max)) {
    auto report = TakeOne(id, now_ms, resend_ms);
    if (!report.ok()) return report.status();
    taken.push_back(*std::move(report));
  }
  return taken;
}

absl::StatusOr<StoredReport> ReportChange::TakeOne(int64_t id, int64_t now_ms,
                                                   const ReportLedger::ResendMs& resend_ms) {
  auto report = ById(id);
  if (!report.ok()) return report;
  report->state = REPORT_STATE_SENT;
  ++report->attempts;
  report->next_ms = now_ms + resend_ms(*report);
  auto status = Statement(db_, "UPDATE reports SET state=3, attempts=?, next_ms=? WHERE id=?")
                    .Bind(int64_t{report->attempts})
                    .Bind(report->next_ms)
                    .Bind(id)
                    .Finish();
  Changed(*report);
  if (!status.ok()) return status;
  status = Statement(db_,
                     "INSERT INTO report_attempts(report_id, attempt, sent_ms, payload, answered_ms, answer)"
                     " VALUES(?,?,?,?,0,?)")
               .Bind(id)
               .Bind(int64_t{report->attempts})
               .Bind(now_ms)
               .Blob("")
               .Blob("")
               .Finish();
  if (!status.ok()) return status;
  status = Note(now_ms, report->id, "sent", Cat("attempt ", report->attempts));
  if (!status.ok()) return status;
  return report;
}

absl::Status SqliteLedger::Remember() {
  Statement open(*writer_, "SELECT DISTINCT site, order_id FROM reports WHERE state IN (1,2,3,6)");
  while (open.Next()) turns_.Touch({open.Text(0), open.Text(1)});
  if (auto status = open.Finish(); !status.ok()) return status;
  Statement held(*writer_, "SELECT site, order_id, MIN(hold_until_ms) FROM reports WHERE state=2 GROUP BY 1, 2");
  while (held.Next()) turns_.Hold({held.Text(0), held.Text(1)}, held.Number(2));
  return held.Finish();
}

absl::StatusOr<std::vector<StoredReport>> SqliteLedger::TakeReports(int64_t now_ms, uint32_t max,
                                                                    const ResendMs& resend_ms) {
  absl::StatusOr<std::vector<StoredReport>> taken;
  const auto status = Write([&] {
    taken = ReportChange(*writer_, turns_, pasts_).Take(now_ms, max, resend_ms);
    return taken.status();
  });
  if (!status.ok()) return status;
  return taken;
}

}  // namespace isa95::ledger
