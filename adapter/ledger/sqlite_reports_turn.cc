// Reports out: whose turn it is, and the attempt that is made.
#include <algorithm>
#include <optional>

#include "adapter/ledger/sqlite_reports.h"
#include "grpc/model/text.h"

namespace isa95::ledger {
namespace {

using namespace exchange::v1;

// A report of which its order's turn may depend.
struct InPlay {
  int64_t id = 0;
  int64_t sequence = 0;  // 0 = not numbered
  ReportState state = REPORT_STATE_UNSPECIFIED;
  int64_t next_ms = 0;
  bool takes_back_parked = false;
};

// `order`: all in play of one order, by id; not empty. Pairwise, numbers decide where both have one, else arrival. The
// oldest, or the lowest number where the oldest is numbered, is first by that rule, and there is one even where the
// pairs go round in a circle (2 before an unnumbered one before 1).
const InPlay& FirstOf(const std::vector<InPlay>& order) {
  const InPlay* first = &order.front();
  if (first->sequence == 0) return *first;
  for (const auto& report : order) {
    if (report.sequence != 0 && report.sequence < first->sequence) first = &report;
  }
  return *first;
}

// The one to be sent now, if any. One that was sent and not answered is in play alone: it goes again, and nothing
// beside it.
std::optional<int64_t> TurnOf(const std::vector<InPlay>& order, int64_t now_ms) {
  const InPlay& first = FirstOf(order);
  const InPlay* turn = first.state == REPORT_STATE_QUEUED && first.next_ms <= now_ms ? &first : nullptr;
  for (const auto& report : order) {
    if (report.state == REPORT_STATE_SENT) return report.next_ms <= now_ms ? std::optional(report.id) : std::nullopt;
    const bool due = report.state == REPORT_STATE_QUEUED && report.next_ms <= now_ms;
    if (turn == nullptr && due && report.takes_back_parked) turn = &report;
  }
  return turn == nullptr ? std::nullopt : std::optional(turn->id);
}

}  // namespace

// The turn of each order that has something due, oldest first.
absl::StatusOr<std::vector<int64_t>> ReportChange::Due(int64_t now_ms) {
  Statement found(
      db_,
      "SELECT o.site, o.order_id, o.id, o.order_sequence, o.state, o.next_ms, CASE WHEN o.reverses_id<>'' AND"
      " EXISTS (SELECT 1 FROM reports t WHERE t.owns_key=1 AND t.site=o.site AND t.sender=o.sender AND"
      " t.report_id=o.reverses_id AND t.order_id=o.order_id AND t.state=6) THEN 1 ELSE 0 END"
      " FROM reports o WHERE o.state IN (1,2,3,6) AND (o.site, o.order_id) IN (SELECT site, order_id FROM reports"
      " WHERE state IN (1,3) AND next_ms<=?)"
      " ORDER BY o.site, o.order_id, o.id");
  found.Bind(now_ms);
  std::vector<int64_t> due;
  std::vector<InPlay> order;
  std::pair<std::string, std::string> of;
  const auto finishOrder = [&] {
    const auto turn = order.empty() ? std::nullopt : TurnOf(order, now_ms);
    if (turn.has_value()) due.push_back(*turn);
    order.clear();
  };
  while (found.Next()) {
    std::pair key(found.Text(0), found.Text(1));
    if (key != of) finishOrder();
    of = std::move(key);
    order.push_back({found.Number(2), found.Number(3), static_cast<ReportState>(found.Number(4)), found.Number(5),
                     found.Number(6) != 0});
  }
  finishOrder();
  if (auto status = found.Finish(); !status.ok()) return status;
  std::sort(due.begin(), due.end());
  return due;
}

absl::StatusOr<std::vector<StoredReport>> ReportChange::Take(int64_t now_ms, uint32_t max,
                                                             const ReportLedger::ResendMs& resend_ms) {
  auto due = Due(now_ms);
  if (!due.ok()) return due.status();
  if (due->size() > max) due->resize(max);
  std::vector<StoredReport> taken;
  for (const int64_t id : *due) {
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

absl::StatusOr<std::vector<StoredReport>> SqliteLedger::TakeReports(int64_t now_ms, uint32_t max,
                                                                    const ResendMs& resend_ms) {
  absl::StatusOr<std::vector<StoredReport>> taken;
  const auto status = Write([&] {
    taken = ReportChange(*writer_).Take(now_ms, max, resend_ms);
    return taken.status();
  });
  if (!status.ok()) return status;
  return taken;
}

}  // namespace isa95::ledger
