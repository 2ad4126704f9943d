#include "adapter/ledger/sqlite_db.h"

#include <future>

#include "grpc/model/text.h"

namespace isa95::ledger {
namespace {

constexpr int kBusyMs = 5'000;
constexpr size_t kBatch = 128;
constexpr size_t kPrepared = 128;  // kept a connection: more than this program has, but for lists of any length

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

Db::~Db() {
  for (const auto& [sql, statement] : prepared_) sqlite3_finalize(statement);
  sqlite3_close_v2(db_);
}

absl::Status Db::Run(const char* sql) {
  if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return absl::OkStatus();
  return LastError(sql);
}

absl::Status Db::LastError(std::string_view doing) const {
  return absl::InternalError(Cat("ledger: cannot ", doing, ": ", db_ == nullptr ? "no memory" : sqlite3_errmsg(db_)));
}

Statement::Statement(Db& db, std::string_view sql) : db_(db) {
  auto known = db_.prepared_.find(sql);
  if (known == db_.prepared_.end()) {
    known = db_.prepared_.emplace(sql, nullptr);
    result_ = sqlite3_prepare_v3(db_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                 &known->second, nullptr);
  }
  prepared_ = db_.prepared_.extract(known);
  statement_ = prepared_.mapped();
}

Statement::~Statement() {
  if (statement_ == nullptr) return;
  if (db_.prepared_.size() >= kPrepared) {
    sqlite3_finalize(statement_);
    return;
  }
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  db_.prepared_.insert(std::move(prepared_));
}

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

std::chrono::milliseconds GroupCommit::Committing() {
  std::lock_guard lock(mutex_);
  if (began_ == std::chrono::steady_clock::time_point()) return {};
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began_);
}

absl::Status GroupCommit::Write(const Work& work) {
  auto result = std::make_shared<std::promise<absl::Status>>();  // the writer's until it has told
  auto told = result->get_future();
  Post(work, [result](const absl::Status& status) { result->set_value(status); });
  return told.get();
}

void GroupCommit::Post(Work work, Done done, bool simple) {
  absl::Status poison;
  {
    std::lock_guard lock(mutex_);
    poison = poison_;
    if (poison.ok()) jobs_.push_back({std::move(work), std::move(done), simple, absl::OkStatus()});
  }
  poison.ok() ? queued_.notify_one() : done(poison);
}

void GroupCommit::Loop() {
  for (;;) {
    std::deque<Job> batch;
    {
      std::unique_lock lock(mutex_);
      began_ = {};
      queued_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      while (!jobs_.empty() && batch.size() < kBatch) {
        batch.push_back(std::move(jobs_.front()));
        jobs_.pop_front();
      }
      began_ = std::chrono::steady_clock::now();
    }
    absl::Status committed = Health();
    if (committed.ok()) committed = RunBatch(batch);
    if (!committed.ok()) {
      std::lock_guard lock(mutex_);
      if (poison_.ok()) {
        poison_ = absl::AbortedError(
            Cat("the ledger failed to commit and takes nothing more until a restart: ", Words(committed)));
      }
      for (auto& job : batch) job.status = poison_;
    }
    for (auto& job : batch) job.done(job.status);
  }
}

absl::Status GroupCommit::RunBatch(std::deque<Job>& batch) {
  if (auto status = Run("BEGIN IMMEDIATE"); !status.ok()) return status;
  for (auto& job : batch) {
    if (auto status = job.simple ? RunSimple(job) : RunFenced(job); !status.ok()) return status;
  }
  return Run("COMMIT");
}

// To fence off a job costs a copy of each page it changes.
absl::Status GroupCommit::RunSimple(Job& job) {
  const int changes = sqlite3_total_changes(db_.get());
  job.status = job.work();
  return sqlite3_total_changes(db_.get()) == changes ? absl::OkStatus() : job.status;
}

// A job that fails takes back its own work only.
absl::Status GroupCommit::RunFenced(Job& job) {
  if (auto status = Run("SAVEPOINT job"); !status.ok()) return status;
  job.status = job.work();
  if (!job.status.ok()) {
    if (auto status = Run("ROLLBACK TO job"); !status.ok()) return status;
  }
  return Run("RELEASE job");
}

}  // namespace isa95::ledger
