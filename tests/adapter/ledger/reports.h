// A ledger on disk, and reports for it.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "adapter/ledger/report_ledger.h"

namespace isa95::ledger {

constexpr int64_t kResendMs = 1'000;

inline NewReport Confirmation(const std::string& id, const std::string& order = "A", uint64_t sequence = 0,
                              const std::string& content = "c") {
  NewReport report;
  report.envelope.set_site("LEI");
  report.envelope.set_sender("MES");
  report.envelope.set_kind(flow::v1::MESSAGE_KIND_CONFIRMATION);
  report.envelope.set_key_id(id);
  report.envelope.set_order_sequence(sequence);
  report.order_id = order;
  report.content_hash = content;
  report.received_ms = 100;
  return report;
}

inline NewReport Reversal(const std::string& id, const std::string& of, const std::string& order = "A") {
  auto report = Confirmation(id, order);
  report.envelope.set_kind(flow::v1::MESSAGE_KIND_REVERSAL);
  report.envelope.mutable_report_reversal()->mutable_reverses_id()->set_value(of);
  return report;
}

inline NewReport Parked(NewReport report) {
  report.state = exchange::v1::REPORT_STATE_PARKED;
  report.reason_code = "UNIT_UNKNOWN";
  report.reason_text = "The unit is not known.";
  report.who_acts = "site integrator";
  return report;
}

inline NewReport Held(NewReport report, int64_t until_ms) {
  report.state = exchange::v1::REPORT_STATE_HELD;
  report.hold_until_ms = until_ms;
  return report;
}

inline ReportOutcome Outcome(exchange::v1::ReportState state) {
  ReportOutcome outcome;
  outcome.state = state;
  if (state == exchange::v1::REPORT_STATE_POSTED) outcome.erp_document = "4900001";
  if (state == exchange::v1::REPORT_STATE_PARKED) outcome.reason_code = "ERP_REFUSED";
  return outcome;
}

class ReportLedgerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "/isa95-reports-XXXXXX";
    dir_ = mkdtemp(pattern.data());
    Reopen();
  }
  void TearDown() override {
    ledger_.reset();
    std::filesystem::remove_all(dir_);
  }
  void Reopen() {
    ledger_.reset();
    ledger_ = *OpenSqlite(Path());
  }
  std::string Path() const { return dir_ + "/ledger.db"; }

  StoredReport Append(const NewReport& report) { return ledger_->AppendReports({report}, {})->front(); }
  std::vector<StoredReport> Take(int64_t now_ms = 1'000, uint32_t max = 100) {
    return *ledger_->TakeReports(now_ms, max, [](const StoredReport&) { return kResendMs; });
  }
  // The ids of what is taken, joined.
  std::string Taken(int64_t now_ms = 1'000, uint32_t max = 100) {
    std::string ids;
    for (const auto& report : Take(now_ms, max)) ids += (ids.empty() ? "" : " ") + report.envelope.key_id();
    return ids;
  }
  absl::Status Settle(const StoredReport& report, const ReportOutcome& outcome, int64_t now_ms = 1'500) {
    return ledger_->SettleReport(report.id, report.attempts, outcome, now_ms);
  }
  // Takes what is due, which has to be this one, and settles it.
  StoredReport Deliver(const std::string& id, const ReportOutcome& outcome, int64_t now_ms = 1'000) {
    const auto taken = Take(now_ms);
    EXPECT_EQ(taken.size(), 1u);
    if (taken.empty()) return {};
    EXPECT_EQ(taken[0].envelope.key_id(), id);
    EXPECT_TRUE(ledger_->KeepPayload(taken[0].id, taken[0].attempts, "<xml/>").ok());
    EXPECT_TRUE(Settle(taken[0], outcome, now_ms).ok());
    return taken[0];
  }
  StoredReport Post(const std::string& id) { return Deliver(id, Outcome(exchange::v1::REPORT_STATE_POSTED)); }
  StoredReport Now(const std::string& id) { return ledger_->ReportsById("LEI", id)->front(); }
  exchange::v1::ReportState StateOf(const std::string& id) { return Now(id).state; }
  // "id:OUTCOME" of each, in order.
  std::vector<std::string> FeedbackSince(uint64_t after = 0) {
    std::vector<std::string> all;
    const auto feedback = *ledger_->FeedbackAfter("LEI", after, 1'000'000);
    for (const auto& one : feedback) {
      all.push_back(one.feedback.report_id() + ":" +
                    exchange::v1::FeedbackOutcome_Name(one.feedback.outcome()).substr(sizeof "FEEDBACK_OUTCOME_" - 1));
    }
    return all;
  }

  std::string dir_;
  std::unique_ptr<Ledgers> ledger_;
};

}  // namespace isa95::ledger
