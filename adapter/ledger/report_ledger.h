// The durable record of the way back: every report of the shop floor, what the ERP said to it, and the feedback that
// was given. Promises (DESIGN §8): P1 a call that changes something returns OK only after a synced commit; P2 dedup key
// and effect are one transaction; P3 reports of one order go one after the other, and a parked one holds back its own
// order only; P4 an answer names the attempt it answers; P9 a sync error is fatal. Threads: safe for concurrent use.
// Ownership: owned by main. Errors: absl::Status, never an exception.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "adapter/ledger/ledger.h"
#include "adapter/ledger/watch_ledger.h"
#include "isa95/exchange/v1/report.pb.h"

namespace isa95::ledger {

using exchange::v1::ReportState;

// What is known of a lot when a report that names it is judged: whether an order or a report of what was made or used
// has named it, and whether a disposition that counts holds it.
enum class LotStanding { kUnknown, kKnown, kOnHold };
using LotStandings = std::map<std::string, LotStanding, std::less<>>;

// One report as the flow decided it, before its order's past was looked at. `state` is QUEUED or PARKED; the judge may
// change it, and the ledger turns it into DUPLICATE or CONFLICT by the key (site, sender, report id): a report, its
// consumption and its reversal share one space of ids. All but these two own their key.
struct NewReport {
  flow::v1::Envelope envelope;  // key_id = report id; of a stop's closing key_version is "closed", and part of the key
  // Reports of one order go to the ERP one after the other, and are judged by each other. Quality and downtime have a
  // lot or a line in the order's place: see flows::ChainOf.
  std::string order_id;
  std::string about_order;  // of quality and downtime: the order they name; may be empty
  LotStandings lots;        // those it names; the ledger fills this in before the judge is asked
  std::string content_hash;
  ReportState state = exchange::v1::REPORT_STATE_QUEUED;
  std::string reason_code;  // of PARKED
  std::string reason_text;
  std::string who_acts;
  std::string findings;  // serialized flow.v1.FindingList
  std::string contract;  // under which it was decided, as in NewDocument
  int64_t received_ms = 0;
  int64_t hold_until_ms = 0;  // of HELD: released then, whatever is missing
};

struct StoredReport {
  uint64_t id = 0;
  flow::v1::Envelope envelope;  // sequence = id
  std::string order_id;         // as in NewReport
  std::string about_order;
  LotStandings lots;  // filled in where it is to be judged, else empty
  ReportState state = exchange::v1::REPORT_STATE_UNSPECIFIED;
  uint64_t original_id = 0;  // DUPLICATE, CONFLICT: the report that owns the key
  std::string reason_code, reason_text, who_acts;
  std::string findings;
  std::string contract;  // under which it was decided when it came
  int64_t received_ms = 0, hold_until_ms = 0, decided_ms = 0;
  uint32_t attempts = 0;     // deliveries to the ERP
  int64_t next_ms = 0;       // QUEUED, SENT: not before
  std::string erp_document;  // the ERP's own key of the posting
  bool reversed = false;     // a posted one that a posted reversal took back; a reversal of the reversal clears it
};

// What a judge has worked out of an order's past and leaves with it, so as not to work it out anew for each report.
class PastMemo {
 public:
  virtual ~PastMemo() = default;
  // It is new, or not as it was; at its place in the past.
  virtual void Changed(const StoredReport& report) = 0;
};

// Where `kept`, the past stays where it is and a memo hears of each change; a copy of it is a past like any other.
struct MemoSlot {
  MemoSlot() = default;
  MemoSlot(const MemoSlot&) {}
  MemoSlot& operator=(const MemoSlot&) { return *this; }
  bool kept = false;
  std::unique_ptr<PastMemo> memo;  // the judge's
};

// What is known of an order when one of its reports is judged.
struct OrderPast {
  // The own items of the order, or of the one the report is about, that own their keys, oldest first; empty = unknown
  // order
  std::vector<StoredItem> order;
  std::deque<StoredReport> reports;  // that own their keys, oldest first; they stay in place when one is added
  mutable MemoSlot slot;
};

// Judges a report by its order's past, inside the transaction that stores it: may park or hold it, and add to the
// findings of one that is parked already. Called for what owns its key only.
using ReportJudge = std::function<void(NewReport& report, const OrderPast& past)>;

// What the ERP's answer, or the lack of one, makes of a report that was sent.
struct ReportOutcome {
  ReportState state = exchange::v1::REPORT_STATE_UNSPECIFIED;  // POSTED, PENDING, PARKED, or QUEUED to send it again
  std::string erp_document;
  std::string reason_code, reason_text, who_acts;
  int64_t next_ms = 0;    // of QUEUED
  std::string answer;     // the ERP's answer as received; may be empty
  bool rejected = false;  // of PARKED: by the ERP, so it was never posted, and the feedback says REJECTED
};

struct StoredFeedback {
  uint64_t id = 0;         // its cursor
  uint64_t report_id = 0;  // of the StoredReport
  exchange::v1::Feedback feedback;
};

struct ReportCounts {
  uint64_t received = 0, queued = 0, held = 0, sent = 0, posted = 0, pending = 0, parked = 0, duplicate = 0,
           conflict = 0, reversed = 0;
};

// One delivery of a report, for evidence.
struct ReportAttempt {
  uint32_t attempt = 0;
  int64_t sent_ms = 0, answered_ms = 0;  // 0 = no answer
  std::string payload;                   // empty = not kept
  std::string answer;                    // several ones under each other
};

// What was refused as no business of this interface: not stored, only counted.
struct RefusalCount {
  std::string site;
  std::string what;  // "downtime", "test_result Temperature", "WorkAlert", ...
  std::string code;  // of the finding
  uint64_t count = 0;
};

struct ReportEvent {
  int64_t at_ms = 0;
  std::string what;  // "received", "held", "parked", "duplicate", "conflict", "released", "sent", "posted", ...
  std::string detail;
  uint64_t id = 0;  // of the StoredReport
  std::string report_id;
};

class ReportLedger {
 public:
  virtual ~ReportLedger() = default;

  // Stores all in one transaction, each judged by what stands then, earlier ones of the same call included. In their
  // order; what is returned may lack the content. PARKED and CONFLICT leave feedback in the same transaction.
  // A reversal, once QUEUED, of a report that cannot have been posted settles both without the ERP: the report is
  // REVERSED, the reversal POSTED without a document, each with its feedback. Such a report was never handed out, or is
  // parked and was rejected by the ERP or never sent. Parked after it was sent and not rejected (an answer that never
  // came), it may have been posted: its reversal is sent.
  virtual absl::StatusOr<std::vector<StoredReport>> AppendReports(const std::vector<NewReport>& reports,
                                                                  const ReportJudge& judge) = 0;
  // The same without waiting: `done` hears once, after the synced commit or the failure. It is called on the thread
  // that commits and returns quickly.
  using Appended = std::function<void(absl::StatusOr<std::vector<StoredReport>>)>;
  virtual void AppendReportsThen(std::vector<NewReport> reports, ReportJudge judge, Appended done) = 0;

  // Asks of each HELD report, of an order in the order of its numbers, whether it goes on: null = it waits on; else the
  // report as judged anew, QUEUED or PARKED, with its findings. `past` has the ones before as they were decided.
  // Behind one that waits on, only those whose window is over are asked. Without a function a report goes on as it is
  // when its window is over.
  using Release =
      std::function<std::optional<NewReport>(const StoredReport& held, const OrderPast& past, bool window_over)>;
  virtual absl::Status ReleaseHeld(int64_t now_ms, const Release& release) = 0;

  // Reports of all sites to be sent now, oldest first, of each (site, order) at most the one whose turn it is: by
  // order_sequence where both have one, else by arrival. Of a lot or a line, what is held or parked holds back nothing.
  // Its turn: no earlier one of the order is QUEUED, HELD, SENT or
  // PARKED, and none is SENT; a reversal of a parked report needs no turn. (Where numbered and unnumbered ones would
  // wait for each other in a circle, the numbers go first.) A SENT one whose next_ms is over is due again. Counts an
  // attempt, marks SENT with next_ms = now + resend_ms(report), the attempt counted, durably.
  using ResendMs = std::function<int64_t(const StoredReport&)>;
  virtual absl::StatusOr<std::vector<StoredReport>> TakeReports(int64_t now_ms, uint32_t max,
                                                                const ResendMs& resend_ms) = 0;

  // What became of attempt `attempt`. Leaves feedback, but for QUEUED.
  // A positive answer (POSTED, PENDING) counts whichever attempt it answers, since the ERP has one effect a report id;
  // a negative one to an older attempt is FailedPrecondition, as is any to an attempt that was never made. OK and no
  // change where the report is settled already, except PENDING, which may become POSTED or PARKED by an answer to any
  // attempt, and PARKED for want of an answer, which a positive one that comes late still settles. The answer is kept
  // all the same. A POSTED reversal marks what it reverses (and unmarks what a reversed reversal had reversed); where
  // that was parked it is REVERSED. A report that becomes PARKED, never posted, and whose reversal waits: both settle,
  // as when appended. NotFound: no such report.
  virtual absl::Status SettleReport(uint64_t report_id, uint32_t attempt, const ReportOutcome& outcome,
                                    int64_t now_ms) = 0;
  // Keeps what is sent in this attempt, for evidence: before it is sent, since a report with a payload kept is one that
  // may have been posted. NotFound: no such attempt.
  virtual absl::Status KeepPayload(uint64_t report_id, uint32_t attempt, std::string_view payload) = 0;

  virtual absl::StatusOr<OrderPast> PastOf(std::string_view site, std::string_view order_id) = 0;
  // Its order alone, without the reports.
  virtual absl::StatusOr<OrderPast> PlanOf(std::string_view site, std::string_view order_id) = 0;
  // In the order they came; empty site = all.
  virtual absl::StatusOr<std::vector<StoredReport>> ReportsById(std::string_view site, std::string_view report_id) = 0;
  virtual absl::StatusOr<StoredReport> ReportByNumber(uint64_t report_id) = 0;  // NotFound: there is none
  virtual absl::StatusOr<std::vector<ReportAttempt>> AttemptsOf(uint64_t report_id) = 0;
  // Order ids of the site that have reports or were accepted, sorted. Reports of quality and downtime are in
  // QualityReports.
  virtual absl::StatusOr<std::vector<std::string>> OrdersWithWork(std::string_view site) = 0;
  virtual absl::StatusOr<std::vector<StoredFeedback>> FeedbackAfter(std::string_view site, uint64_t after,
                                                                    uint32_t max) = 0;
  // Those of quality and downtime that own their keys, in the order they came.
  virtual absl::StatusOr<std::vector<StoredReport>> QualityReports(std::string_view site) = 0;
  // By the dispositions that count, sorted.
  virtual absl::StatusOr<std::vector<std::string>> LotsOnHold(std::string_view site) = 0;
  // Adds to what was counted before.
  virtual absl::Status AddRefusals(const std::vector<RefusalCount>& refusals) = 0;
  virtual absl::StatusOr<std::vector<RefusalCount>> Refusals(std::string_view site) = 0;  // empty site = all
  // The last feedback that was handed to a MES which does not ask for it; 0 = none yet. It never goes back.
  virtual absl::StatusOr<uint64_t> FeedbackTold(std::string_view site) = 0;
  virtual absl::Status SetFeedbackTold(std::string_view site, uint64_t feedback_id) = 0;
  // What happened to each report of the order, duplicates and conflicts too, by time. Empty site = all.
  virtual absl::StatusOr<std::vector<ReportEvent>> TraceReports(std::string_view site, std::string_view order_id) = 0;
  // received = queued + held + sent + posted + pending + parked + duplicate + conflict + reversed. Empty site = all.
  virtual absl::StatusOr<ReportCounts> CountReports(std::string_view site) = 0;
};

struct SiteCounts {
  Counts items;
  ReportCounts reports;
};

// One opened ledger, both ways, and the watch over them.
class Ledgers : public Ledger, public ReportLedger, public WatchLedger {
 public:
  // OK while it can commit; without a query. Aborted: not before a restart. DeadlineExceeded: the disk has not answered
  // a commit for kStuckMs.
  static constexpr int64_t kStuckMs = 10'000;
  virtual absl::Status Health() = 0;
  // CountItems and CountReports of each site there is, at one moment.
  virtual absl::StatusOr<std::map<std::string, SiteCounts>> CountBySite() = 0;
};

// `path` is created when missing; ":memory:" for tests. An older ledger is brought up to date. FailedPrecondition:
// written by a newer program, or, only looked at, by an older one. `read_only` for the verbs that only look.
absl::StatusOr<std::unique_ptr<Ledgers>> OpenSqlite(const std::string& path, bool read_only = false);

}  // namespace isa95::ledger
