// What the ledger of reports keeps whatever happens to its process, its disk, its callers and its age.
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <map>
#include <random>
#include <thread>

#include "adapter/ledger/sqlite_reports.h"
#include "tests/adapter/ledger/reports.h"
#include "tests/adapter/ledger/schema_1.h"
#include "tests/adapter/ledger/schema_4.h"

namespace isa95::ledger {
namespace {

using namespace exchange::v1;

class ReportDurabilityTest : public ReportLedgerTest {
 protected:
  void Sql(const std::string& sql) {
    auto db = *Db::Open(Path(), false);
    const auto status = db->Run(sql.c_str());
    ASSERT_TRUE(status.ok()) << status;
  }
  // A hundred thousand reports: `values` from the order's id on.
  void Fill(const std::string& values) {
    Sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<100000)"
        "INSERT INTO reports(site, sender, kind, report_id, order_id, order_sequence, reverses_id, content_hash, state,"
        " original_id, owns_key, reason_code, reason_text, who_acts, findings, received_ms, hold_until_ms, decided_ms,"
        " attempts, next_ms, erp_document, reversed, maybe_posted, envelope) SELECT 'LEI','MES',4,'S'||i," +
        values + " FROM n;");
  }
  static uint64_t Sum(const ReportCounts& counts) {
    return counts.queued + counts.held + counts.sent + counts.posted + counts.pending + counts.parked +
           counts.duplicate + counts.conflict + counts.reversed;
  }
};

TEST_F(ReportDurabilityTest, RemembersEverything_AcrossARestart) {
  Append(Confirmation("1"));
  Append(Parked(Confirmation("2", "B")));
  Take(1'000);
  Reopen();
  EXPECT_EQ(Take(2'000)[0].attempts, 2u);
  EXPECT_EQ(Append(Confirmation("1")).state, REPORT_STATE_DUPLICATE);
  EXPECT_EQ(StateOf("2"), REPORT_STATE_PARKED);
  EXPECT_EQ(FeedbackSince().size(), 1u);
}

// P1: what was acknowledged is there after kill -9, with its feedback: report i of a round is parked where i is odd.
TEST_F(ReportDurabilityTest, KeepsWhatItAcknowledged_AfterKill) {
  ledger_.reset();
  std::mt19937 random(11);
  std::vector<std::string> acknowledged;
  for (int round = 0; round < 4; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      auto ledger = *OpenSqlite(Path());
      for (int i = 0;; ++i) {
        const std::string id = "R" + std::to_string(round) + "-" + std::to_string(i);
        const auto report = Confirmation(id, id);
        if (!ledger->AppendReports({i % 2 == 1 ? Parked(report) : report}, {}).ok()) _exit(1);
        const auto taken = ledger->TakeReports(1, 10, [](const StoredReport&) { return 1'000'000; });
        if (!taken.ok()) _exit(1);
        for (const auto& sent : *taken) {
          if (!ledger->SettleReport(sent.id, sent.attempts, Outcome(REPORT_STATE_POSTED), 2).ok()) _exit(1);
        }
        const std::string line = id + "\n";
        if (write(pipe_ends[1], line.data(), line.size()) < 0) _exit(1);
      }
    }
    close(pipe_ends[1]);
    std::this_thread::sleep_for(std::chrono::milliseconds(30 + random() % 120));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    std::string all;
    char piece[4096];
    for (ssize_t size; (size = read(pipe_ends[0], piece, sizeof piece)) > 0;)
      all.append(piece, static_cast<size_t>(size));
    close(pipe_ends[0]);
    for (size_t at = 0, end; (end = all.find('\n', at)) != std::string::npos; at = end + 1)
      acknowledged.push_back(all.substr(at, end - at));
  }
  EXPECT_GT(acknowledged.size(), 5u);
  Reopen();
  std::map<std::string, int> told;
  for (const auto& one : FeedbackSince()) ++told[one];
  for (const auto& id : acknowledged) {
    const bool parked = (id.back() - '0') % 2 == 1;
    ASSERT_EQ(ledger_->ReportsById("LEI", id)->size(), 1u) << id;
    EXPECT_EQ(StateOf(id), parked ? REPORT_STATE_PARKED : REPORT_STATE_POSTED) << id;
    EXPECT_EQ(told[id + (parked ? ":PARKED" : ":POSTED")], 1) << id;
  }
  const auto counts = *ledger_->CountReports("");
  EXPECT_EQ(counts.received, Sum(counts));
}

// P9: the operating system stops the file from growing, so that a commit fails for real.
TEST_F(ReportDurabilityTest, TakesNothingMore_AfterAFailedCommit) {
  Append(Confirmation("1"));
  signal(SIGXFSZ, SIG_IGN);
  rlimit old{};
  getrlimit(RLIMIT_FSIZE, &old);
  const rlimit tight{1, old.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &tight), 0);
  const auto failed = ledger_->AppendReports({Confirmation("2")}, {});
  setrlimit(RLIMIT_FSIZE, &old);
  const auto aborted = absl::StatusCode::kAborted;
  EXPECT_EQ(failed.status().code(), aborted) << failed.status();
  EXPECT_EQ(ledger_->AppendReports({Confirmation("3")}, {}).status().code(), aborted);
  EXPECT_EQ(ledger_->TakeReports(1, 1, [](const StoredReport&) { return 1; }).status().code(), aborted);
  EXPECT_EQ(ledger_->ReleaseHeld(1, {}).code(), aborted);
  EXPECT_EQ(ledger_->SettleReport(1, 1, Outcome(REPORT_STATE_POSTED), 1).code(), aborted);
  EXPECT_EQ(ledger_->KeepPayload(1, 1, "x").code(), aborted);
  EXPECT_EQ(ledger_->FeedbackAfter("LEI", 0, 1).status().code(), aborted);
  EXPECT_EQ(ledger_->FeedbackTold("LEI").status().code(), aborted);
  EXPECT_EQ(ledger_->SetFeedbackTold("LEI", 1).code(), aborted);
  EXPECT_EQ(ledger_->PastOf("LEI", "A").status().code(), aborted);
  EXPECT_EQ(ledger_->OrdersWithWork("LEI").status().code(), aborted);
  EXPECT_EQ(ledger_->Append({}).status().code(), aborted) << "orders share it";
  Reopen();
  EXPECT_EQ(ledger_->CountReports("")->received, 1u);
  EXPECT_EQ(Append(Confirmation("2")).state, REPORT_STATE_QUEUED);
}

TEST_F(ReportDurabilityTest, BringsALedgerOfVersion1UpToDate_AllOfItOrNothing) {
  ledger_.reset();
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(Path() + suffix);
  Sql(kSchema1);
  Sql("INSERT INTO documents VALUES(1,'LEI','ERP','B','http','<xml/>','h','','',0,1,2,1,0,0,0);"
      "INSERT INTO items VALUES(1,1,'LEI','ERP',1,'A','1','c',3,0,1,'','',5,2,1,'');"
      "INSERT INTO items VALUES(2,1,'LEI','ERP',1,'B','1','c',1,0,0,'','',0,0,1,'');"
      "INSERT INTO answers VALUES(1,1,'Accepted','b','<a/>',0,0,0,'');"
      "INSERT INTO events VALUES(1,1,1,1,'received','');");
  EXPECT_EQ(OpenSqlite(Path(), true).status().code(), absl::StatusCode::kFailedPrecondition);

  Sql("CREATE TABLE report_events(x INTEGER)");  // in the way of the last step
  EXPECT_FALSE(OpenSqlite(Path()).ok());
  Sql("DROP TABLE report_events; CREATE TABLE reports(x INTEGER); DROP TABLE reports");  // nothing of it was kept

  Reopen();
  EXPECT_EQ(ledger_->DocumentById(1)->document.payload, "<xml/>");
  EXPECT_EQ(ledger_->DocumentById(1)->document.contract, "");
  EXPECT_EQ(ledger_->ItemsOfOrder("LEI", "A")->at(0).state, ITEM_STATE_ACCEPTED);
  EXPECT_EQ(ledger_->OutboxDue(1, 10)->size(), 1u);
  EXPECT_EQ(ledger_->TraceOrder("LEI", "A")->size(), 1u);
  EXPECT_EQ(ledger_->Take("LEI", 0, 10, {})->size(), 1u);
  EXPECT_EQ(ledger_->OrdersWithWork("LEI").value(), std::vector<std::string>{"A"});
  Append(Confirmation("1"));
  EXPECT_EQ(ledger_->PastOf("LEI", "A")->order.size(), 1u);
  Post("1");
  EXPECT_TRUE(OpenSqlite(Path(), true).ok());
  Reopen();
  EXPECT_EQ(StateOf("1"), REPORT_STATE_POSTED);
}

TEST_F(ReportDurabilityTest, NamesTheContractAReportWasDecidedUnder) {
  auto report = Confirmation("1");
  report.contract = "7 1a2b3c4d5e6f";
  Append(report);
  Append(Confirmation("2"));
  Reopen();
  const auto past = *ledger_->PastOf("LEI", "A");
  ASSERT_EQ(past.reports.size(), 2u);
  EXPECT_EQ(past.reports[0].contract, "7 1a2b3c4d5e6f");
  EXPECT_EQ(past.reports[1].contract, "");
}

TEST_F(ReportDurabilityTest, RemembersUpToWhereAMesWasTold_AndNeverGoesBack) {
  EXPECT_EQ(*ledger_->FeedbackTold("LEI"), 0u);
  EXPECT_TRUE(ledger_->SetFeedbackTold("LEI", 7).ok());
  EXPECT_TRUE(ledger_->SetFeedbackTold("LEI", 6).ok());
  EXPECT_TRUE(ledger_->SetFeedbackTold("MUC", 3).ok());
  Reopen();
  EXPECT_EQ(*ledger_->FeedbackTold("LEI"), 7u);
  EXPECT_EQ(*ledger_->FeedbackTold("MUC"), 3u);
}

TEST_F(ReportDurabilityTest, BringsALedgerOfVersion3UpToDate) {
  ledger_.reset();
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(Path() + suffix);
  Sql(kSchema4);
  Sql("DROP TABLE feedback_told; PRAGMA user_version=3;"  // as that release left it
      "INSERT INTO reports "
      "VALUES(7,'LEI','MES',4,'1','A',0,'','c',6,0,1,'UNIT_UNKNOWN','','','',100,0,100,0,0,'',0,0,'');"
      "INSERT INTO feedback VALUES(1,7,'LEI',100,'');");
  EXPECT_EQ(OpenSqlite(Path(), true).status().code(), absl::StatusCode::kFailedPrecondition);
  Reopen();
  EXPECT_EQ(*ledger_->FeedbackTold("LEI"), 0u);
  const auto feedback = *ledger_->FeedbackAfter("LEI", 0, 10);
  ASSERT_EQ(feedback.size(), 1u);
  EXPECT_EQ(feedback[0].report_id, 7u);
  EXPECT_TRUE(ledger_->SetFeedbackTold("LEI", feedback[0].id).ok());
  EXPECT_TRUE(OpenSqlite(Path(), true).ok());
}

TEST_F(ReportDurabilityTest, TakesManyThreads_WithOneEffectEach) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([this] {
      for (int i = 0; i < 20; ++i) {
        const std::string id = std::to_string(i);
        EXPECT_TRUE(ledger_->AppendReports({Confirmation(id, "O" + std::to_string(i % 3))}, {}).ok());
        for (const auto& report : Take(1'000, 1))
          EXPECT_TRUE(ledger_->SettleReport(report.id, report.attempts, Outcome(REPORT_STATE_POSTED), 1'001).ok());
        EXPECT_TRUE(ledger_->CountReports("").ok());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  while (!Taken(900'000).empty()) {
    for (int i = 0; i < 20; ++i) {
      const auto report = Now(std::to_string(i));
      if (report.state == REPORT_STATE_SENT) {
        EXPECT_TRUE(Settle(report, Outcome(REPORT_STATE_POSTED)).ok());
      }
    }
  }
  const auto counts = *ledger_->CountReports("");
  EXPECT_EQ(counts.posted, 20u);
  EXPECT_EQ(counts.duplicate, 100u);
  EXPECT_EQ(FeedbackSince().size(), 20u) << "each was told once";
}

TEST_F(ReportDurabilityTest, CountsEveryReportOnce_AfterAnyMixtureOfCalls) {
  std::mt19937 random(20'240'501);
  const auto upTo = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const std::vector<ReportState> ends = {REPORT_STATE_POSTED, REPORT_STATE_PENDING, REPORT_STATE_PARKED,
                                         REPORT_STATE_QUEUED};
  std::vector<StoredReport> sent;
  uint64_t received = 0, cursor = 0;
  for (int64_t now = 0; now < 1'000; ++now) {
    const int call = upTo(10);
    if (call < 4) {
      const int number = upTo(250);
      const std::string id = std::to_string(number), order = std::to_string(number % 20);
      auto report = upTo(3) == 0 ? Reversal("r" + id, id, order)
                                 : Confirmation(id, order, static_cast<uint64_t>(upTo(6)), upTo(5) == 0 ? "x" : "c");
      if (upTo(6) == 0) report = Parked(report);
      if (upTo(6) == 0) report = Held(report, now + 40);
      ASSERT_TRUE(ledger_->AppendReports({report}, {}).ok());
      ++received;
    } else if (call < 6) {
      const auto taken = Take(now, static_cast<uint32_t>(1 + upTo(3)));
      std::map<std::string, int> orders;
      for (const auto& report : taken) EXPECT_EQ(++orders[report.order_id], 1);
      sent.insert(sent.end(), taken.begin(), taken.end());
    } else if (call < 9 && !sent.empty()) {
      const auto& report = sent[static_cast<size_t>(upTo(static_cast<int>(sent.size())))];
      auto outcome = Outcome(ends[static_cast<size_t>(upTo(4))]);
      outcome.rejected = upTo(2) == 0;
      if (upTo(2) == 0) {
        ASSERT_TRUE(ledger_->KeepPayload(report.id, report.attempts, "p").ok());
      }
      const auto status = Settle(report, outcome, now);
      EXPECT_TRUE(status.ok() || absl::IsFailedPrecondition(status)) << status;
    } else {
      ASSERT_TRUE(ledger_->ReleaseHeld(now, {}).ok());
    }
    const auto counts = *ledger_->CountReports("LEI");
    ASSERT_EQ(counts.received, received);
    ASSERT_EQ(counts.received, Sum(counts));
    const auto news = *ledger_->FeedbackAfter("LEI", cursor, 1'000);
    for (const auto& one : news) {
      ASSERT_GT(one.id, cursor);
      cursor = one.id;
    }
  }
  const auto counts = *ledger_->CountReports("");
  for (const auto count :
       {counts.posted, counts.pending, counts.parked, counts.duplicate, counts.conflict, counts.reversed})
    EXPECT_GT(count, 0u);
  EXPECT_EQ(ledger_->CountReports("XXX")->received, 0u);
}

// The steps that SQLite's machine takes for each statement; they are the same on every computer.
class Steps {
 public:
  explicit Steps(Db& db) {
    const auto count = [](unsigned, void* steps, void* pointer, void*) {
      auto* statement = static_cast<sqlite3_stmt*>(pointer);
      (*static_cast<std::map<std::string, int64_t>*>(steps))[sqlite3_sql(statement)] +=
          sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1);
      return 0;
    };
    sqlite3_trace_v2(db.get(), SQLITE_TRACE_PROFILE, count, &steps_);
  }
  size_t statements() const { return steps_.size(); }
  void ExpectFew() const {
    for (const auto& [sql, count] : steps_) EXPECT_LT(count, 5'000) << sql;
  }

 private:
  std::map<std::string, int64_t> steps_;
};

// A look at each settled report would be a million steps.
TEST_F(ReportDurabilityTest, StaysFast_WithAHundredThousandSettledReports) {
  ledger_.reset();
  Fill("'O'||(i/20),0,'','c',4,0,1,'','','','',1,0,2,1,0,'',0,0,''");
  auto db = *Db::Open(Path(), false);
  Steps steps(*db);
  ReportTurns turns;
  OrderPasts pasts;
  ReportChange change(*db, turns, pasts);
  ASSERT_TRUE(change.Append(Confirmation("new", "O7"), {}).ok());
  ASSERT_TRUE(change.Append(Held(Confirmation("held", "O8"), 1), {}).ok());
  ASSERT_TRUE(change.Append(Parked(Confirmation("parked", "O9")), {}).ok());
  ASSERT_TRUE(change.Append(Reversal("back", "parked", "O9"), {}).ok());
  ASSERT_TRUE(change.ReleaseHeld(5, {}).ok());
  const auto taken = change.Take(10, 100, [](const StoredReport&) { return 1; });
  ASSERT_TRUE(taken.ok());
  ASSERT_EQ(taken->size(), 2u);
  bool stale = false;
  ASSERT_TRUE(change.KeepPayload(taken->at(0).id, 1, "x").ok());
  ASSERT_TRUE(change.Settle(taken->at(0).id, 1, Outcome(REPORT_STATE_POSTED), 11, stale).ok());
  ASSERT_TRUE(change.Settle(taken->at(1).id, 1, Outcome(REPORT_STATE_PARKED), 11, stale).ok());
  EXPECT_GT(steps.statements(), 10u);
  steps.ExpectFew();
}

// An ERP that is away: whose turn it is in an order is found without a look at all that wait in it.
TEST_F(ReportDurabilityTest, StaysFast_WithAHundredThousandWaitingReports) {
  ledger_.reset();
  Fill(
      "'O'||(i%5),CASE WHEN i%5>2 THEN i ELSE 0 END,'','c',CASE WHEN i%5=2 THEN 2 ELSE 1 END,0,1,'','','','',1,"
      "9000000,2,0,0,'',0,0,''");
  auto db = *Db::Open(Path(), false);
  ReportTurns turns;
  OrderPasts pasts;
  for (int i = 0; i < 5; ++i) turns.Touch({"LEI", "O" + std::to_string(i)});
  ReportChange change(*db, turns, pasts);
  Steps steps(*db);
  ASSERT_TRUE(change.Append(Confirmation("new", "P"), {}).ok());
  for (int64_t now : {10, 20}) {
    const auto taken = change.Take(now, 100, [](const StoredReport&) { return 1'000; });
    ASSERT_EQ(taken->size(), now == 10 ? 5u : 4u);  // P has no more, and O2 only held ones
    bool stale = false;
    for (const auto& report : *taken)
      ASSERT_TRUE(change.Settle(report.id, 1, Outcome(REPORT_STATE_POSTED), now, stale).ok());
  }
  steps.ExpectFew();
}

}  // namespace
}  // namespace isa95::ledger
