#include "adapter/ledger/ledger.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <random>
#include <thread>

#include "adapter/ledger/report_ledger.h"

namespace isa95::ledger {
namespace {

using namespace exchange::v1;

class LedgerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "/isa95-ledger-XXXXXX";
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

  static NewDocument Document(const std::string& order, const std::string& version, const std::string& content,
                              const std::string& bod) {
    NewDocument document;
    document.site = "LEI";
    document.sender = "ERP";
    document.bod_id = bod;
    document.payload = content;
    document.payload_hash = content;
    document.received_ms = 1'000;
    document.answer_due_ms = 100'000;
    document.wants_answer = true;
    NewItem item;
    item.envelope.set_site("LEI");
    item.envelope.set_sender("ERP");
    item.envelope.set_kind(flow::v1::MESSAGE_KIND_ORDER_RELEASE);
    item.envelope.set_key_id(order);
    item.envelope.set_key_version(version);
    item.content_hash = content;
    document.items.push_back(item);
    return document;
  }
  StoredDocument Append(const std::string& order, const std::string& version = "1", const std::string& content = "c") {
    return *ledger_->Append(Document(order, version, content, "bod-" + std::to_string(++bods_)));
  }
  std::vector<StoredItem> Take(uint64_t after = 0, std::vector<uint64_t> exclude = {}) {
    return *ledger_->Take("LEI", after, 100, exclude);
  }
  absl::Status Decide(const StoredItem& item, bool accepted = true) {
    return ledger_->Decide("LEI", item.id, item.attempts, accepted, accepted ? "" : "NO", "", 2'000).status();
  }

  std::string dir_;
  std::unique_ptr<Ledger> ledger_;
  int bods_ = 0;
};

TEST_F(LedgerTest, KnowsADuplicateFromAConflict) {
  const auto first = Append("1", "1", "x");
  EXPECT_EQ(first.items[0].state, ITEM_STATE_QUEUED);
  const auto same = Append("1", "1", "x"), other = Append("1", "1", "y"), next = Append("1", "2", "y");
  EXPECT_EQ(same.items[0].state, ITEM_STATE_DUPLICATE);
  EXPECT_EQ(same.items[0].original_id, first.items[0].id);
  EXPECT_EQ(other.items[0].state, ITEM_STATE_CONFLICT);
  EXPECT_EQ(next.items[0].state, ITEM_STATE_QUEUED);
}

TEST_F(LedgerTest, KnowsTheSameBodid_WithSameAndOtherContent) {
  const auto first = *ledger_->Append(Document("1", "1", "x", "B"));
  const auto again = *ledger_->Append(Document("1", "1", "x", "B"));
  EXPECT_TRUE(again.duplicate_bytes);
  EXPECT_EQ(again.original_document_id, first.id);
  const auto other = *ledger_->Append(Document("2", "1", "y", "B"));
  EXPECT_TRUE(other.bod_conflict);
  EXPECT_EQ(other.items[0].state, ITEM_STATE_CONFLICT);
}

TEST_F(LedgerTest, ARefusedOrderLeavesItsKeyFree) {
  auto document = Document("1", "1", "x", "B1");
  document.items[0].state = ITEM_STATE_REFUSED;
  EXPECT_EQ(ledger_->Append(document)->items[0].state, ITEM_STATE_REFUSED);
  EXPECT_EQ(Append("1", "1", "x").items[0].state, ITEM_STATE_QUEUED);
}

TEST_F(LedgerTest, GivesOnlyTheOldestUndecidedVersionOfAnOrder) {
  Append("A", "1");
  Append("B", "1");
  Append("A", "2");
  auto taken = Take();
  ASSERT_EQ(taken.size(), 2u);
  EXPECT_TRUE(Take(0, {taken[0].id, taken[1].id}).empty());  // what is outstanding still holds version 2 back
  EXPECT_TRUE(Take(taken[1].id).empty());
  ASSERT_TRUE(Decide(taken[0]).ok());
  const auto next = Take(0, {taken[1].id});
  ASSERT_EQ(next.size(), 1u);
  EXPECT_EQ(next[0].envelope.key_version(), "2");
}

TEST_F(LedgerTest, ACursorPassesOverWhatWasDelivered_NotOverWhatWasHeldBack) {
  Append("A", "1");
  Append("A", "2");
  Append("B", "1");
  const auto taken = Take();
  ASSERT_EQ(taken.size(), 2u);
  ASSERT_TRUE(Decide(taken[0]).ok());
  // The connection breaks, and the MES has stored the cursor of B, which is younger than A's second version.
  const auto next = Take(taken[1].id);
  ASSERT_EQ(next.size(), 1u);
  EXPECT_EQ(next[0].envelope.key_version(), "2");
  EXPECT_TRUE(Take(taken[1].id).empty());
}

TEST_F(LedgerTest, AcceptsOnlyTheCurrentAttempt) {
  Append("A");
  const auto first = Take()[0];
  const auto second = Take()[0];
  EXPECT_EQ(second.attempts, 2u);
  EXPECT_EQ(Decide(first).code(), absl::StatusCode::kAborted);
  EXPECT_TRUE(Decide(second).ok());
  EXPECT_TRUE(ledger_->Decide("LEI", second.id, 2, true, "", "", 3'000)->already);
  EXPECT_EQ(Decide(second, false).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ledger_->Decide("XXX", second.id, 2, true, "", "", 3'000).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(LedgerTest, RemembersEverything_AcrossARestart) {
  Append("A");
  Take();
  Reopen();
  const auto taken = Take();
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0].attempts, 2u);
  EXPECT_EQ(Append("A").items[0].state, ITEM_STATE_DUPLICATE);
}

TEST_F(LedgerTest, OwesAnAnswer_WhenDecided_AndOnlyOnce) {
  const auto document = Append("A");
  EXPECT_TRUE(ledger_->AnswersDue(5'000, 10)->empty());
  ASSERT_TRUE(Decide(Take()[0]).ok());
  ASSERT_EQ(ledger_->AnswersDue(5'000, 10)->size(), 1u);
  const NewAnswer answer{"Accepted", "b", "<xml/>", {document.items[0].id}};
  ASSERT_TRUE(ledger_->QueueAnswers({{document.id, {answer}}}, 5'000).ok());
  ASSERT_TRUE(ledger_->QueueAnswers({{document.id, {answer}}}, 5'000).ok());
  EXPECT_TRUE(ledger_->AnswersDue(5'000, 10)->empty());
  const auto outbox = *ledger_->OutboxDue(5'000, 10);
  ASSERT_EQ(outbox.size(), 1u);
  ASSERT_TRUE(ledger_->OutboxTried({{outbox[0].id, 5'000, "no", 9'000}}).ok());
  EXPECT_TRUE(ledger_->OutboxDue(5'000, 10)->empty());
  ASSERT_TRUE(ledger_->OutboxTried({{ledger_->OutboxDue(9'000, 10)->front().id, 9'000, "", 0}}).ok());
  EXPECT_TRUE(ledger_->OutboxDue(99'000, 10)->empty());
}

TEST_F(LedgerTest, OwesAPendingAnswerAtTheDeadline_AndAFinalOneLater) {
  const auto document = Append("A");
  const auto item = Take()[0];
  ASSERT_EQ(ledger_->AnswersDue(100'000, 10)->size(), 1u);
  ASSERT_TRUE(ledger_->QueueAnswers({{document.id, {{"Modified", "b", "<p/>", {item.id}}}}}, 100'000).ok());
  EXPECT_TRUE(ledger_->AnswersDue(100'000, 10)->empty());
  ASSERT_TRUE(Decide(item).ok());
  ASSERT_EQ(ledger_->AnswersDue(100'001, 10)->size(), 1u);
  ASSERT_TRUE(ledger_->QueueAnswers({{document.id, {{"Accepted", "c", "<f/>", {item.id}}}}}, 100'001).ok());
  EXPECT_EQ(ledger_->AnswersOf(document.id)->size(), 2u);
}

TEST_F(LedgerTest, ADuplicateIsAnswered_WhenItsOriginalIsDecided) {
  Append("A");
  const auto item = Take()[0];
  const auto duplicate = Append("A");
  EXPECT_TRUE(ledger_->AnswersDue(5'000, 10)->empty());
  ASSERT_TRUE(Decide(item).ok());
  const auto due = *ledger_->AnswersDue(5'000, 10);
  EXPECT_TRUE(std::any_of(due.begin(), due.end(), [&](const auto& d) { return d.id == duplicate.id; }));
}

TEST_F(LedgerTest, CountsEveryItemOnce) {
  Append("A");
  Append("A");
  Append("A", "1", "other");
  Append("B");
  ASSERT_TRUE(Decide(Take()[0], false).ok());
  const auto counts = *ledger_->CountItems("LEI");
  EXPECT_EQ(counts.received, 4u);
  EXPECT_EQ(counts.received, counts.queued + counts.delivered + counts.accepted + counts.rejected + counts.refused +
                                 counts.duplicate + counts.conflict);
  EXPECT_EQ(counts.rejected, 1u);
  EXPECT_EQ(ledger_->CountItems("XXX")->received, 0u);
  EXPECT_FALSE(ledger_->TraceOrder("LEI", "A")->empty());
}

TEST_F(LedgerTest, RefusesASecondWriter_AndANewerLedger) {
  EXPECT_EQ(OpenSqlite(Path()).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(OpenSqlite(Path(), true).ok());
  ledger_.reset();
  sqlite3* db = nullptr;
  sqlite3_open(Path().c_str(), &db);
  sqlite3_exec(db, "PRAGMA user_version=99", nullptr, nullptr, nullptr);
  sqlite3_close(db);
  EXPECT_EQ(OpenSqlite(Path()).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(LedgerTest, TakesManyThreads_WithOneEffectEach) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < 25; ++i) {
        EXPECT_TRUE(
            ledger_
                ->Append(Document("O" + std::to_string(i), "1", "c", "b" + std::to_string(t) + "-" + std::to_string(i)))
                .ok());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  const auto counts = *ledger_->CountItems("");
  EXPECT_EQ(counts.queued, 25u);
  EXPECT_EQ(counts.duplicate, 175u);
}

// P1: what was acknowledged is there after kill -9.
TEST_F(LedgerTest, KeepsWhatItAcknowledged_AfterKill) {
  ledger_.reset();
  std::mt19937 random(7);
  std::vector<std::string> acknowledged;
  for (int round = 0; round < 5; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      auto ledger = *OpenSqlite(Path());
      for (int i = 0;; ++i) {
        const std::string order = "R" + std::to_string(round) + "-" + std::to_string(i);
        if (!ledger->Append(Document(order, "1", "c", order)).ok()) _exit(1);
        const std::string line = order + "\n";
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
  auto ledger = *OpenSqlite(Path());
  for (const auto& order : acknowledged) EXPECT_EQ(ledger->ItemsOfOrder("LEI", order)->size(), 1u) << order;
}

// P9: the operating system stops the file from growing, so that a commit fails for real.
TEST_F(LedgerTest, TakesNothingMore_AfterAFailedCommit) {
  Append("A");
  signal(SIGXFSZ, SIG_IGN);
  rlimit old{};
  getrlimit(RLIMIT_FSIZE, &old);
  const rlimit tight{1, old.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &tight), 0);
  const auto failed = ledger_->Append(Document("B", "1", "c", "b2"));
  setrlimit(RLIMIT_FSIZE, &old);
  EXPECT_EQ(failed.status().code(), absl::StatusCode::kAborted) << failed.status();
  EXPECT_EQ(ledger_->Append(Document("C", "1", "c", "b3")).status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ledger_->AnswersDue(1, 1).status().code(), absl::StatusCode::kAborted);
  Reopen();
  EXPECT_EQ(ledger_->CountItems("")->received, 1u);
  EXPECT_EQ(Append("B").items[0].state, ITEM_STATE_QUEUED);
}

}  // namespace
}  // namespace isa95::ledger
