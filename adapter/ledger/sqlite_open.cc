// How the ledger is opened: its schema, the way from an older one, and the lock that keeps a second adapter out.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "adapter/ledger/sqlite_ledger.h"
#include "grpc/model/text.h"

namespace isa95::ledger {
namespace {

constexpr int64_t kSchemaVersion = 1;

// States in SQL are the numbers of exchange.v1.ItemState: 1 queued, 2 delivered, 3 accepted, 4 rejected, 5 refused, 6
// duplicate, 7 conflict.
constexpr const char* kSchema = R"(
CREATE TABLE documents(id INTEGER PRIMARY KEY, site TEXT NOT NULL, sender TEXT NOT NULL, bod_id TEXT NOT NULL, channel TEXT NOT NULL,
  payload BLOB NOT NULL, payload_hash TEXT NOT NULL, document BLOB NOT NULL, findings BLOB NOT NULL, refused INTEGER NOT NULL,
  received_ms INTEGER NOT NULL, answer_due_ms INTEGER NOT NULL, wants_answer INTEGER NOT NULL, duplicate_bytes INTEGER NOT NULL,
  bod_conflict INTEGER NOT NULL, original_id INTEGER NOT NULL);
CREATE INDEX documents_bod ON documents(site, sender, bod_id);
CREATE TABLE items(id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL REFERENCES documents(id), site TEXT NOT NULL, sender TEXT NOT NULL,
  kind INTEGER NOT NULL, order_id TEXT NOT NULL, version TEXT NOT NULL, content_hash TEXT NOT NULL, state INTEGER NOT NULL,
  original_id INTEGER NOT NULL, attempts INTEGER NOT NULL, reason_code TEXT NOT NULL, reason_text TEXT NOT NULL,
  decided_ms INTEGER NOT NULL, told INTEGER NOT NULL, owns_key INTEGER NOT NULL, envelope BLOB NOT NULL);
CREATE UNIQUE INDEX items_key ON items(site, sender, kind, order_id, version) WHERE owns_key=1;
CREATE INDEX items_open ON items(site, order_id, id) WHERE state IN (1,2);
CREATE INDEX items_order ON items(order_id, site);
CREATE INDEX items_document ON items(document_id);
CREATE INDEX items_untold ON items(document_id) WHERE told<2;
CREATE TABLE answers(id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL REFERENCES documents(id), outcome TEXT NOT NULL,
  bod_id TEXT NOT NULL, payload BLOB NOT NULL, tries INTEGER NOT NULL, next_ms INTEGER NOT NULL, sent_ms INTEGER NOT NULL,
  last_error TEXT NOT NULL);
CREATE INDEX answers_document ON answers(document_id);
CREATE INDEX answers_open ON answers(next_ms) WHERE sent_ms=0;
CREATE TABLE events(id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, document_id INTEGER NOT NULL, item_id INTEGER NOT NULL,
  what TEXT NOT NULL, detail TEXT NOT NULL);
CREATE INDEX events_document ON events(document_id);
)";

absl::Status Prepare(Db& db) {
  for (const char* pragma : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON"}) {
    if (auto status = db.Run(pragma); !status.ok()) return status;
  }
  Statement version(db, "PRAGMA user_version");
  if (!version.Next()) return version.Finish();
  const int64_t found = version.Number(0);
  if (auto status = version.Finish(); !status.ok()) return status;
  if (found > kSchemaVersion)
    return absl::FailedPreconditionError("the ledger was written by a newer program; use that one");
  if (found == kSchemaVersion) return absl::OkStatus();
  return db.Run(Cat("BEGIN;", kSchema, "PRAGMA user_version=", kSchemaVersion, ";COMMIT;").c_str());
}

// One adapter a ledger: the lock dies with its process.
absl::StatusOr<int> LockFile(const std::string& path) {
  const int file = open(Cat(path, ".lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) return absl::FailedPreconditionError(Cat("the ledger's lock file ", path, ".lock cannot be opened"));
  if (flock(file, LOCK_EX | LOCK_NB) == 0) return file;
  close(file);
  return absl::FailedPreconditionError(Cat("another adapter has the ledger ", path, " open"));
}

}  // namespace

SqliteLedger::SqliteLedger(std::unique_ptr<Db> writer, std::unique_ptr<Db> reader, int lock_file)
    : writer_(std::move(writer)), reader_(std::move(reader)), lock_file_(lock_file) {
  if (writer_ != nullptr) commits_ = std::make_unique<GroupCommit>(*writer_);
}

SqliteLedger::~SqliteLedger() {
  commits_.reset();
  if (lock_file_ >= 0) close(lock_file_);
}

absl::StatusOr<std::unique_ptr<Ledger>> OpenSqlite(const std::string& path, bool read_only) {
  const bool memory = path == ":memory:";
  const std::string name = memory ? "file:isa95-memory?mode=memory&cache=shared" : path;
  int lock_file = -1;
  if (!read_only && !memory && !path.starts_with("file:")) {
    auto lock = LockFile(path);
    if (!lock.ok()) return lock.status();
    lock_file = *lock;
  }
  std::unique_ptr<Db> writer;
  if (!read_only) {
    auto opened = Db::Open(name, false);
    if (!opened.ok()) return opened.status();
    if (auto status = Prepare(**opened); !status.ok()) return status;
    writer = *std::move(opened);
  }
  auto reader = Db::Open(name, read_only || !memory);
  if (!reader.ok()) return reader.status();
  return std::make_unique<SqliteLedger>(std::move(writer), *std::move(reader), lock_file);
}

}  // namespace isa95::ledger
