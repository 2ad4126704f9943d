// The SQLite ledger, private to this folder; ledger.h and report_ledger.h are its contract.
#pragma once

#include <mutex>

#include "adapter/ledger/order_pasts.h"
#include "adapter/ledger/report_ledger.h"
#include "adapter/ledger/report_turns.h"
#include "adapter/ledger/sqlite_db.h"

namespace isa95::ledger {

inline constexpr const char* kItemColumns =
    "SELECT id, document_id, state, original_id, attempts, reason_code, reason_text, decided_ms, envelope FROM items ";

// The rows of a statement that starts with kItemColumns.
absl::StatusOr<std::vector<StoredItem>> ReadItems(Statement& statement);

// Inside a write: the lots an order or a report of what was made or used names are known from now on.
absl::Status KnowLots(Db& db, const flow::v1::Envelope& envelope);

// One adapter a ledger: the lock goes with its process at the latest.
class LedgerLock {
 public:
  static absl::StatusOr<std::unique_ptr<LedgerLock>> Of(const std::string& path);
  ~LedgerLock();

 private:
  explicit LedgerLock(int file) : file_(file) {}
  int file_;
};

class SqliteLedger : public Ledgers {
 public:
  SqliteLedger(std::unique_ptr<Db> writer, std::unique_ptr<Db> reader, std::unique_ptr<LedgerLock> lock);

  // What is remembered beside the tables; before the first call of another kind.
  absl::Status Remember();

  absl::StatusOr<StoredDocument> Append(const NewDocument& document, const Judge& judge) override;
  absl::StatusOr<std::vector<StoredItem>> Take(std::string_view site, uint64_t after_id, uint32_t max,
                                               const std::vector<uint64_t>& exclude) override;
  absl::StatusOr<Decision> Decide(std::string_view site, uint64_t item_id, uint32_t attempt, bool accepted,
                                  std::string_view reason_code, std::string_view reason_text, int64_t now_ms) override;
  absl::StatusOr<std::vector<StoredDocument>> AnswersDue(int64_t now_ms, uint32_t max) override;
  absl::Status QueueAnswers(const std::vector<DocumentAnswers>& documents, int64_t now_ms) override;
  absl::StatusOr<std::vector<OutboxEntry>> OutboxDue(int64_t now_ms, uint32_t max) override;
  absl::Status OutboxTried(const std::vector<OutboxResult>& results) override;
  absl::StatusOr<std::vector<OutboxEntry>> AnswersOf(uint64_t document_id) override;
  absl::StatusOr<std::vector<StoredItem>> CurrentOrders(std::string_view site,
                                                        const std::vector<std::string>& order_ids,
                                                        uint32_t max) override;
  absl::StatusOr<std::vector<StoredItem>> ItemsOfOrder(std::string_view site, std::string_view order_id) override;
  absl::StatusOr<std::vector<StoredDocument>> DocumentsByBodId(std::string_view site, std::string_view bod_id) override;
  absl::StatusOr<StoredDocument> DocumentById(uint64_t id) override;
  absl::StatusOr<std::vector<TraceEvent>> TraceOrder(std::string_view site, std::string_view order_id) override;
  absl::StatusOr<Counts> CountItems(std::string_view site) override;

  absl::StatusOr<std::vector<StoredReport>> AppendReports(const std::vector<NewReport>& reports,
                                                          const ReportJudge& judge) override;
  void AppendReportsThen(std::vector<NewReport> reports, ReportJudge judge, Appended done) override;
  absl::Status ReleaseHeld(int64_t now_ms, const Release& release) override;
  absl::StatusOr<std::vector<StoredReport>> TakeReports(int64_t now_ms, uint32_t max,
                                                        const ResendMs& resend_ms) override;
  absl::Status SettleReport(uint64_t report_id, uint32_t attempt, const ReportOutcome& outcome,
                            int64_t now_ms) override;
  absl::Status KeepPayload(uint64_t report_id, uint32_t attempt, std::string_view payload) override;
  absl::StatusOr<OrderPast> PastOf(std::string_view site, std::string_view order_id) override;
  absl::StatusOr<OrderPast> PlanOf(std::string_view site, std::string_view order_id) override;
  absl::StatusOr<std::vector<StoredReport>> ReportsById(std::string_view site, std::string_view report_id) override;
  absl::StatusOr<StoredReport> ReportByNumber(uint64_t report_id) override;
  absl::StatusOr<std::vector<ReportAttempt>> AttemptsOf(uint64_t report_id) override;
  absl::StatusOr<std::vector<std::string>> OrdersWithWork(std::string_view site) override;
  absl::StatusOr<std::vector<StoredReport>> QualityReports(std::string_view site) override;
  absl::StatusOr<std::vector<std::string>> LotsOnHold(std::string_view site) override;
  absl::Status AddRefusals(const std::vector<RefusalCount>& refusals) override;
  absl::StatusOr<std::vector<RefusalCount>> Refusals(std::string_view site) override;
  absl::StatusOr<std::vector<StoredFeedback>> FeedbackAfter(std::string_view site, uint64_t after,
                                                            uint32_t max) override;
  absl::StatusOr<uint64_t> FeedbackTold(std::string_view site) override;
  absl::Status SetFeedbackTold(std::string_view site, uint64_t feedback_id) override;
  absl::StatusOr<std::vector<ReportEvent>> TraceReports(std::string_view site, std::string_view order_id) override;
  absl::StatusOr<ReportCounts> CountReports(std::string_view site) override;

  absl::Status Hear(Heard& heard) override;
  absl::StatusOr<Waiting> OrdersWaiting(std::string_view site) override;
  absl::StatusOr<Waiting> ReportsWaiting(std::string_view site, const std::vector<int>& kinds) override;
  absl::StatusOr<Waiting> ReportsParked(std::string_view site, const std::vector<int>& kinds) override;
  absl::StatusOr<int64_t> WatchedSince(std::string_view site, std::string_view flow, int64_t now_ms) override;
  absl::StatusOr<std::vector<Alarm>> Alarms() override;
  absl::Status ChangeAlarms(const AlarmChange& change, const std::vector<std::string>& channels) override;
  absl::StatusOr<std::vector<OwedNotice>> NoticesDue(std::string_view channel, int64_t now_ms, uint32_t max) override;
  absl::StatusOr<uint64_t> NoticesOwed(std::string_view channel) override;
  absl::Status NoticeTried(uint64_t id, std::string_view channel, int64_t next_ms) override;
  absl::Status KeepChannels(const std::vector<std::string>& channels) override;

  absl::Status Health() override;
  absl::StatusOr<std::map<std::string, SiteCounts>> CountBySite() override;

 private:
  absl::Status Healthy();
  absl::Status Write(const GroupCommit::Work& work);
  void WriteThen(GroupCommit::Work work, GroupCommit::Done done, bool simple);

  // All of these run inside a write.
  absl::Status AppendIn(const NewDocument& document, const Judge& judge, StoredDocument& stored);
  absl::StatusOr<bool> TakeVersionOfFirst(NewItem& item, const StoredDocument& document);
  absl::StatusOr<std::vector<StoredItem>> History(const flow::v1::Envelope& envelope);
  absl::Status JudgeItem(NewItem& item, const Judge& judge, const StoredDocument& document);
  absl::Status ForgetAnswerWhereAllIsRefused(StoredDocument& stored);
  absl::Status FindEarlierBod(const NewDocument& document, StoredDocument& stored);
  absl::Status InsertItem(const NewItem& item, StoredDocument& stored, int64_t at_ms);
  absl::Status JudgeKey(const NewItem& item, const StoredDocument& document, StoredItem& stored);
  absl::Status TakeIn(std::string_view site, uint64_t after_id, uint32_t max, const std::vector<uint64_t>& exclude,
                      std::vector<StoredItem>& taken);
  absl::Status TryOne(const OutboxResult& result);
  absl::Status QueueOne(uint64_t document_id, const NewAnswer& answer, int64_t now_ms);
  absl::Status Note(int64_t at_ms, uint64_t document_id, uint64_t item_id, std::string_view what,
                    std::string_view detail);

  absl::StatusOr<StoredDocument> ReadDocument(uint64_t id);
  static absl::StatusOr<std::vector<OutboxEntry>> ReadOutbox(Statement& statement);

  std::unique_ptr<LedgerLock> lock_;  // null when only looking; given up last
  std::unique_ptr<Db> writer_;        // likewise
  std::unique_ptr<Db> reader_;
  std::mutex reading_;
  ReportTurns turns_;  // these two are of the thread that writes
  OrderPasts pasts_;
  std::unique_ptr<GroupCommit> commits_;
};

}  // namespace isa95::ledger
