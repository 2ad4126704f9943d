// Delivers reports to the ERP, one of an order after the other, and takes the ERP's answers, however they come: in the
// HTTP response, by a post of its own, or as a file. Threads: one of its own; Nudge and TakeAnswer from any. Ownership:
// borrows everything; `ledger_failed` is called once when the ledger can promise nothing any more.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "adapter/b2mml_port/answers_out.h"
#include "adapter/config.h"
#include "adapter/ledger/report_ledger.h"
#include "adapter/ops/journal.h"
#include "adapter/wakes.h"
#include "b2mml/version.h"

namespace isa95::adapter {

class ReportWorker {
 public:
  using Send = std::function<Delivered(const std::string& site, const std::string& name, const std::string& xml)>;

  ReportWorker(ledger::ReportLedger& ledger, const Contracts& contracts, const b2mml::Versions& versions,
               Wakes& feedback, Send send, std::function<void()> ledger_failed, ops::Journal journal = {});
  ~ReportWorker();
  ReportWorker(const ReportWorker&) = delete;
  ReportWorker& operator=(const ReportWorker&) = delete;

  void Nudge();
  // An answer that came by itself; `xml` is kept. Empty: it is durable. Findings: it cannot be used.
  absl::StatusOr<Findings> TakeAnswer(const flow::v1::Document& document, const contract::v1::SiteContract& contract,
                                      std::string xml);

 private:
  void Run();
  absl::Status DoDue(int64_t now_ms);
  absl::Status SendOne(const ledger::StoredReport& report);
  Delivered Deliver(const ledger::StoredReport& report, const std::string& xml);
  void TellAnswer(const ledger::StoredReport& report, const ledger::ReportOutcome& outcome) const;
  void TookAnswer(uint64_t report_id, uint32_t attempt, std::string_view site, int64_t now_ms);
  absl::Status Settle(const ledger::StoredReport& report, const ledger::ReportOutcome& outcome);
  ledger::ReportOutcome OutcomeOf(const ledger::StoredReport& report, const contract::v1::SiteContract& contract,
                                  const Delivered& delivered, int64_t now_ms) const;
  int64_t ResendMs(const ledger::StoredReport& report) const;

  ledger::ReportLedger& ledger_;
  const Contracts& contracts_;
  const b2mml::Versions& versions_;
  Wakes& feedback_;
  const Send send_;
  const std::function<void()> ledger_failed_;
  const ops::Journal journal_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool nudged_ = false, stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace isa95::adapter
