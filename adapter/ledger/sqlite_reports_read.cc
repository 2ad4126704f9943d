// What only looks at reports.
#include "adapter/ledger/sqlite_reports.h"
#include "grpc/model/text.h"

namespace isa95::ledger {
namespace {

constexpr char kBetween = '\x1f';  // in no id

// For people: a closing has the id of what it closes.
std::string Plain(std::string key) {
  const auto end = key.find(kBetween);
  return end == std::string::npos ? key : key.substr(0, end);
}

}  // namespace

std::string KeyOf(const flow::v1::Envelope& envelope) {
  if (envelope.key_version().empty()) return envelope.key_id();
  return Cat(envelope.key_id(), std::string_view(&kBetween, 1), envelope.key_version());
}

absl::StatusOr<std::vector<StoredReport>> ReadReports(Statement& statement) {
  std::vector<StoredReport> reports;
  while (statement.Next()) {
    auto& report = reports.emplace_back();
    report.id = static_cast<uint64_t>(statement.Number(0));
    if (!report.envelope.ParseFromString(statement.Text(1)))
      return absl::DataLossError(Cat("report ", report.id, " cannot be read back"));
    report.envelope.set_sequence(report.id);
    report.order_id = statement.Text(2);
    report.state = static_cast<ReportState>(statement.Number(3));
    report.original_id = static_cast<uint64_t>(statement.Number(4));
    report.reason_code = statement.Text(5);
    report.reason_text = statement.Text(6);
    report.who_acts = statement.Text(7);
    report.findings = statement.Text(8);
    report.received_ms = statement.Number(9);
    report.hold_until_ms = statement.Number(10);
    report.decided_ms = statement.Number(11);
    report.attempts = static_cast<uint32_t>(statement.Number(12));
    report.next_ms = statement.Number(13);
    report.erp_document = statement.Text(14);
    report.reversed = statement.Number(15) != 0;
    report.about_order = statement.Text(16);
    report.contract = statement.Text(17);
  }
  if (auto status = statement.Finish(); !status.ok()) return status;
  return reports;
}

absl::StatusOr<OrderPast> ReadPlan(Db& db, std::string_view site, std::string_view order_id) {
  Statement items(db, Cat(kItemColumns, "WHERE order_id=? AND site=? AND owns_key=1 ORDER BY id"));
  auto order = ReadItems(items.Bind(order_id).Bind(site));
  if (!order.ok()) return order.status();
  OrderPast past;
  past.order = *std::move(order);
  return past;
}

absl::StatusOr<OrderPast> ReadPast(Db& db, std::string_view site, std::string_view order_id) {
  auto past = ReadPlan(db, site, order_id);
  if (!past.ok()) return past;
  Statement found(db, Cat(kReportColumns, "WHERE order_id=? AND site=? AND owns_key=1 ORDER BY id"));
  auto reports = ReadReports(found.Bind(order_id).Bind(site));
  if (!reports.ok()) return reports.status();
  past->reports.assign(std::make_move_iterator(reports->begin()), std::make_move_iterator(reports->end()));
  return past;
}

absl::StatusOr<OrderPast> SqliteLedger::PastOf(std::string_view site, std::string_view order_id) {
  if (auto status = Healthy(); !status.ok()) return status;
  std::lock_guard lock(reading_);
  return ReadPast(*reader_, site, order_id);
}

absl::StatusOr<OrderPast> SqliteLedger::PlanOf(std::string_view site, std::string_view order_id) {
  if (auto status = Healthy(); !status.ok()) return status;
  std::lock_guard lock(reading_);
  return ReadPlan(*reader_, site, order_id);
}

absl::StatusOr<std::vector<StoredReport>> SqliteLedger::ReportsById(std::string_view site, std::string_view report_id) {
  std::lock_guard lock(reading_);
  constexpr std::string_view kNamed =
      "AND report_id IN (?1, ?1||char(31)||'closed') AND (site=?2 OR ?2='')";  // each half has an index of its own
  Statement found(*reader_, Cat(kReportColumns, "WHERE owns_key=1 ", kNamed, " UNION ALL ", kReportColumns,
                                "WHERE owns_key=0 ", kNamed, " ORDER BY 1"));
  return ReadReports(found.Bind(report_id).Bind(site));
}

absl::StatusOr<StoredReport> SqliteLedger::ReportByNumber(uint64_t report_id) {
  std::lock_guard lock(reading_);
  Statement found(*reader_, Cat(kReportColumns, "WHERE id=?"));
  auto reports = ReadReports(found.Bind(static_cast<int64_t>(report_id)));
  if (!reports.ok()) return reports.status();
  if (reports->empty()) return absl::NotFoundError(Cat("there is no report ", report_id));
  return std::move(reports->front());
}

absl::StatusOr<std::vector<ReportAttempt>> SqliteLedger::AttemptsOf(uint64_t report_id) {
  std::lock_guard lock(reading_);
  Statement found(*reader_,
                  "SELECT attempt, sent_ms, answered_ms, payload, answer FROM report_attempts WHERE report_id=?"
                  " ORDER BY attempt");
  found.Bind(static_cast<int64_t>(report_id));
  std::vector<ReportAttempt> attempts;
  while (found.Next()) {
    attempts.push_back(
        {static_cast<uint32_t>(found.Number(0)), found.Number(1), found.Number(2), found.Text(3), found.Text(4)});
  }
  if (auto status = found.Finish(); !status.ok()) return status;
  return attempts;
}

absl::StatusOr<std::vector<std::string>> SqliteLedger::OrdersWithWork(std::string_view site) {
  if (auto status = Healthy(); !status.ok()) return status;
  std::lock_guard lock(reading_);
  Statement found(
      *reader_,
      "SELECT order_id FROM reports WHERE site=? AND owns_key=1 AND kind<7 UNION SELECT order_id FROM items WHERE"
      " site=? AND state=3 ORDER BY order_id");
  found.Bind(site).Bind(site);
  std::vector<std::string> orders;
  while (found.Next()) orders.push_back(found.Text(0));
  if (auto status = found.Finish(); !status.ok()) return status;
  return orders;
}

absl::StatusOr<std::vector<StoredFeedback>> SqliteLedger::FeedbackAfter(std::string_view site, uint64_t after,
                                                                        uint32_t max) {
  if (auto status = Healthy(); !status.ok()) return status;
  std::lock_guard lock(reading_);
  Statement found(*reader_, "SELECT id, feedback, report_id FROM feedback WHERE site=? AND id>? ORDER BY id LIMIT ?");
  found.Bind(site).Bind(static_cast<int64_t>(after)).Bind(int64_t{max});
  std::vector<StoredFeedback> all;
  while (found.Next()) {
    auto& one = all.emplace_back();
    one.id = static_cast<uint64_t>(found.Number(0));
    one.report_id = static_cast<uint64_t>(found.Number(2));
    if (!one.feedback.ParseFromString(found.Text(1)))
      return absl::DataLossError(Cat("feedback ", one.id, " cannot be read back"));
    one.feedback.set_cursor(Cat(one.id));
  }
  if (auto status = found.Finish(); !status.ok()) return status;
  return all;
}

absl::StatusOr<std::vector<ReportEvent>> SqliteLedger::TraceReports(std::string_view site, std::string_view order_id) {
  std::lock_guard lock(reading_);
  Statement found(*reader_,
                  "SELECT e.at_ms, e.what, e.detail, r.id, r.report_id FROM reports r JOIN report_events e ON"
                  " e.report_id=r.id WHERE r.id IN (SELECT id FROM reports WHERE order_id=?1 UNION SELECT id FROM"
                  " reports WHERE about_order=?1 AND about_order<>'') AND (r.site=?2 OR ?2='') ORDER BY e.at_ms, e.id");
  found.Bind(order_id).Bind(site);
  std::vector<ReportEvent> events;
  while (found.Next()) {
    events.push_back(
        {found.Number(0), found.Text(1), found.Text(2), static_cast<uint64_t>(found.Number(3)), Plain(found.Text(4))});
  }
  if (auto status = found.Finish(); !status.ok()) return status;
  return events;
}

absl::StatusOr<ReportCounts> SqliteLedger::CountReports(std::string_view site) {
  std::lock_guard lock(reading_);
  Statement found(*reader_,
                  "SELECT COUNT(*), COUNT(*) FILTER (WHERE state=1), COUNT(*) FILTER (WHERE state=2),"
                  " COUNT(*) FILTER (WHERE state=3), COUNT(*) FILTER (WHERE state=4), COUNT(*) FILTER (WHERE state=5),"
                  " COUNT(*) FILTER (WHERE state=6), COUNT(*) FILTER (WHERE state=7), COUNT(*) FILTER (WHERE state=8),"
                  " COUNT(*) FILTER (WHERE state=9) FROM reports WHERE site=? OR ?=''");
  found.Bind(site).Bind(site);
  if (!found.Next()) return found.Finish();
  const auto at = [&](int column) { return static_cast<uint64_t>(found.Number(column)); };
  ReportCounts counts{at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7), at(8), at(9)};
  if (auto status = found.Finish(); !status.ok()) return status;
  return counts;
}

}  // namespace isa95::ledger
