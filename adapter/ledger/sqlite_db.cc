#include "adapter/ledger/sqlite_db.h"

#include "grpc/model/text.h"

namespace isa95::ledger {
namespace {

constexpr int kBusyMs = 5'000;
constexpr size_t kBatch = 128;

}  // namespace

absl::StatusOr<std::unique_ptr<Db>> Db::Open(const std::string& path, bool read_only) {
  sqlite3* handle = nullptr;
  const int flags = (read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) | SQLITE_OPEN_URI |
                    SQLITE_OPEN_NOMUTEX;
  const int result = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  std::unique_ptr<Db> db(new Db(handle));
  if (result != SQLITE_OK) return db->LastError(Cat("open the ledger ", path));
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, kBusyMs);
  return db;
}

Db::~Db() { sqlite3_close_v2(db_); }

absl::Status Db::Run(const char* sql) {
  if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return absl::OkStatus();
  return LastError(sql);
}

absl::Status Db::LastError(std::string_view doing) const {
  return absl::InternalError(Cat("ledger: cannot ", doing, ": ", db_ == nullptr ? "no memory" : sqlite3_errmsg(db_)));
}

Statement::Statement(Db& db, const char* sql) : db_(db) {
  result_ = sqlite3_prepare_v2(db_.get(), sql, -1, &statement_, nullptr);
}

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement& Statement::Bind(std::string_view text) {
  if (result_ == SQLITE_OK) {
    result_ = sqlite3_bind_text64(statement_, ++bound_, text.data() == nullptr ? "" : text.data(), text.size(),
                                  SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  return *this;
}

Statement& Statement::Blob(std::string_view bytes) {
  if (result_ == SQLITE_OK) {
    result_ = sqlite3_bind_blob64(statement_, ++bound_, bytes.data() == nullptr ? "" : bytes.data(), bytes.size(),
                                  SQLITE_TRANSIENT);
  }
  return *this;
}

Statement& Statement::Bind(int64_t number) {
  if (result_ == SQLITE_OK) result_ = sqlite3_bind_int64(statement_, ++bound_, number);
  return *this;
}

bool Statement::Next() {
  if (result_ != SQLITE_OK && result_ != SQLITE_ROW) return false;
  result_ = sqlite3_step(statement_);
  return result_ == SQLITE_ROW;
}

absl::Status Statement::Finish() {
  while (Next()) {
  }
  return result_ == SQLITE_DONE ? absl::OkStatus() : db_.LastError("run a statement");
}

std::string Statement::Text(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return data == nullptr ? std::string()
                         : std::string(data, static_cast<size_t>(sqlite3_column_bytes(statement_, column)));
}

int64_t Statement::Number(int column) const { return sqlite3_column_int64(statement_, column); }

GroupCommit::GroupCommit(Db& db) : db_(db), thread_([this] { Loop(); }) {}

GroupCommit::~GroupCommit() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  queued_.notify_all();
  thread_.join();
}

absl::Status GroupCommit::Health() {
  std::lock_guard lock(mutex_);
  return poison_;
}

absl::Status GroupCommit::Write(const std::function<absl::Status()>& work) {
  Job job{&work, absl::OkStatus()};
  std::unique_lock lock(mutex_);
  if (!poison_.ok()) return poison_;
  jobs_.push_back(&job);
  queued_.notify_one();
  finished_.wait(lock, [&] { return job.done; });
  return job.status;
}

void GroupCommit::Loop() {
  for (;;) {
    std::deque<Job*> batch;
    {
      std::unique_lock lock(mutex_);
      queued_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      while (!jobs_.empty() && batch.size() < kBatch) {
        batch.push_back(jobs_.front());
        jobs_.pop_front();
      }
    }
    const absl::Status committed = Health().ok() ? RunBatch(batch) : Health();
    std::lock_guard lock(mutex_);
    if (!committed.ok() && poison_.ok()) {
      poison_ = absl::AbortedError(
          Cat("the ledger failed to commit and takes nothing more until a restart: ", Words(committed)));
    }
    for (auto* job : batch) {
      if (!committed.ok()) job->status = poison_;
      job->done = true;
    }
    finished_.notify_all();
  }
}

// A job that fails takes back its own work only.
absl::Status GroupCommit::RunBatch(std::deque<Job*>& batch) {
  if (auto status = db_.Run("BEGIN IMMEDIATE"); !status.ok()) return status;
  for (auto* job : batch) {
    if (auto status = db_.Run("SAVEPOINT job"); !status.ok()) return status;
    job->status = (*job->work)();
    if (!job->status.ok()) {
      if (auto status = db_.Run("ROLLBACK TO job"); !status.ok()) return status;
    }
    if (auto status = db_.Run("RELEASE job"); !status.ok()) return status;
  }
  return db_.Run("COMMIT");
}

}  // namespace isa95::ledger
