// SQLite as the ledger needs it: a connection, prepared statements, and a writer that commits several callers' work in
// one synced transaction. Errors: absl::Status. Source: sqlite.org C API.
#pragma once

#include <sqlite3.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace isa95::ledger {

// One connection; used by one thread at a time.
class Db {
 public:
  static absl::StatusOr<std::unique_ptr<Db>> Open(const std::string& path, bool read_only);
  ~Db();
  absl::Status Run(const char* sql);
  absl::Status LastError(std::string_view doing) const;
  sqlite3* get() const { return db_; }
  int64_t LastId() const { return sqlite3_last_insert_rowid(db_); }

 private:
  friend class Statement;
  explicit Db(sqlite3* db) : db_(db) {}
  sqlite3* db_;
  // Prepared and not in use now: to prepare one costs more than to run it.
  struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  using Prepared = std::unordered_multimap<std::string, sqlite3_stmt*, TextHash, std::equal_to<>>;
  Prepared prepared_;
};

// A statement from its first bind to its last row. An error is kept and told by Finish(), so that callers check once.
// It goes back to its connection, ready for the next one of the same text.
class Statement {
 public:
  Statement(Db& db, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& Bind(std::string_view text);  // in the order of the question marks
  Statement& Blob(std::string_view bytes);
  Statement& Bind(int64_t number);
  bool Next();            // false at the end or on an error
  absl::Status Finish();  // runs to the end; the first error
  std::string Text(int column) const;
  int64_t Number(int column) const;

 private:
  Db& db_;
  Db::Prepared::node_type prepared_;  // its text and itself, while it is in use
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
  int result_ = SQLITE_OK;
};

// Runs work in order on one thread; what waits when a commit is done shares the next one, which waits for no more. A
// caller hears after the synced commit (P1). A failed commit poisons the writer: every later call is Aborted (P9).
class GroupCommit {
 public:
  using Work = std::function<absl::Status()>;
  using Done = std::function<void(const absl::Status&)>;

  explicit GroupCommit(Db& db);
  ~GroupCommit();  // after all that waits is done
  absl::Status Write(const Work& work);
  // Does not wait. `done` is called once, on the writing thread, or on the caller's where nothing is written any more;
  // the next commit waits for it, so it returns quickly.
  // `simple`: work that, once it has changed something, fails only where the disk or the memory does. It is not
  // fenced off from the rest of its commit; where it fails so, that commit fails.
  void Post(Work work, Done done, bool simple = false);
  absl::Status Health();
  // How long the commit under way has taken so far; 0 = none is.
  std::chrono::milliseconds Committing();

 private:
  struct Job {
    Work work;
    Done done;
    bool simple = false;
    absl::Status status;
  };
  void Loop();
  absl::Status RunBatch(std::deque<Job>& batch);
  absl::Status RunSimple(Job& job);
  absl::Status RunFenced(Job& job);
  absl::Status Run(const char* sql) { return Statement(db_, sql).Finish(); }

  Db& db_;
  std::mutex mutex_;
  std::condition_variable queued_;
  std::deque<Job> jobs_;
  absl::Status poison_;
  bool stopping_ = false;
  std::chrono::steady_clock::time_point began_{};  // the batch under way; the epoch = none
  std::thread thread_;
};

}  // namespace isa95::ledger
