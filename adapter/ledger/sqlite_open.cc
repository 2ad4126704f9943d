// How the ledger is opened: its schema, the way from an older one, and the lock that keeps a second adapter out.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>

#include "adapter/ledger/sqlite_ledger.h"
#include "grpc/model/text.h"

namespace isa95::ledger {
namespace {

// Each takes a ledger from its place in this list to the next version; what was released is never changed.
// Version 1: orders, and the answers to them.
// States in SQL are the numbers of exchange.v1.ItemState: 1 queued, 2 delivered, 3 accepted, 4 rejected, 5 refused, 6
// duplicate, 7 conflict.
constexpr const char* kOrders = R"(
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

// Version 2: reports. States are the numbers of exchange.v1.ReportState: 1 queued, 2 held, 3 sent, 4 posted, 5 pending,
// 6 parked, 7 duplicate, 8 conflict, 9 reversed. `maybe_posted`: parked, but it was sent and the ERP never refused it.
constexpr const char* kReports = R"(
CREATE TABLE reports(id INTEGER PRIMARY KEY, site TEXT NOT NULL, sender TEXT NOT NULL, kind INTEGER NOT NULL, report_id TEXT NOT NULL,
  order_id TEXT NOT NULL, order_sequence INTEGER NOT NULL, reverses_id TEXT NOT NULL, content_hash TEXT NOT NULL, state INTEGER NOT NULL,
  original_id INTEGER NOT NULL, owns_key INTEGER NOT NULL, reason_code TEXT NOT NULL, reason_text TEXT NOT NULL, who_acts TEXT NOT NULL,
  findings BLOB NOT NULL, received_ms INTEGER NOT NULL, hold_until_ms INTEGER NOT NULL, decided_ms INTEGER NOT NULL,
  attempts INTEGER NOT NULL, next_ms INTEGER NOT NULL, erp_document TEXT NOT NULL, reversed INTEGER NOT NULL,
  maybe_posted INTEGER NOT NULL, envelope BLOB NOT NULL);
CREATE UNIQUE INDEX reports_key ON reports(site, sender, report_id) WHERE owns_key=1;
CREATE INDEX reports_id ON reports(report_id, site);
CREATE INDEX reports_order ON reports(order_id, site);
CREATE INDEX reports_due ON reports(next_ms) WHERE state IN (1,3);
CREATE INDEX reports_held ON reports(site, order_id, id) WHERE state=2;
CREATE INDEX reports_turn ON reports(site, order_id, id) WHERE state IN (1,2,3,6);
CREATE TABLE report_attempts(report_id INTEGER NOT NULL REFERENCES reports(id), attempt INTEGER NOT NULL, sent_ms INTEGER NOT NULL,
  payload BLOB NOT NULL, answered_ms INTEGER NOT NULL, answer BLOB NOT NULL, PRIMARY KEY(report_id, attempt));
CREATE TABLE feedback(id INTEGER PRIMARY KEY, report_id INTEGER NOT NULL REFERENCES reports(id), site TEXT NOT NULL,
  at_ms INTEGER NOT NULL, feedback BLOB NOT NULL);
CREATE INDEX feedback_site ON feedback(site, id);
CREATE TABLE report_events(id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, report_id INTEGER NOT NULL REFERENCES reports(id),
  what TEXT NOT NULL, detail TEXT NOT NULL);
CREATE INDEX report_events_report ON report_events(report_id);
)";

// Version 3: whose turn it is, without a search through a backlog.
constexpr const char* kTurns = R"(
DROP INDEX reports_due;
DROP INDEX reports_held;
DROP INDEX reports_turn;
CREATE INDEX reports_turn ON reports(site, order_id, order_sequence, id) WHERE state IN (1,2,3,6);
CREATE INDEX reports_held ON reports(site, order_id, order_sequence, id, hold_until_ms) WHERE state=2;
CREATE INDEX reports_sent ON reports(site, order_id, id) WHERE state=3;
CREATE INDEX reports_reversal ON reports(site, order_id, id) WHERE state=1 AND reverses_id<>'';
)";

// Version 4: up to which feedback a MES that does not ask was told.
constexpr const char* kTold = R"(
CREATE TABLE feedback_told(site TEXT PRIMARY KEY, feedback_id INTEGER NOT NULL);
)";

// Version 5: who is owed an answer, without a search through a backlog; and fewer indexes, since each is a page more to
// write and sync for nearly every report. An item of a document that wants no answer counts as told.
constexpr const char* kFewer = R"(
ALTER TABLE items ADD COLUMN answer_due_ms INTEGER NOT NULL DEFAULT 0;
UPDATE items SET answer_due_ms=(SELECT d.answer_due_ms FROM documents d WHERE d.id=items.document_id);
UPDATE items SET told=2 WHERE document_id IN (SELECT id FROM documents WHERE wants_answer=0);
DROP INDEX items_untold;
CREATE INDEX items_news ON items(document_id) WHERE told<2 AND state NOT IN (1,2);
CREATE INDEX items_silent ON items(answer_due_ms) WHERE told=0;
DROP INDEX reports_id;
DROP INDEX reports_key;
DROP INDEX reports_order;
DROP INDEX reports_turn;
DROP INDEX reports_sent;
CREATE UNIQUE INDEX reports_key ON reports(report_id, site, sender) WHERE owns_key=1;
CREATE INDEX reports_again ON reports(report_id, site) WHERE owns_key=0;
CREATE INDEX reports_order ON reports(order_id, site, state, order_sequence, id);
)";

// Version 6: quality and downtime. `lots`: those an order or a report of what was made or used has named. `refusals`:
// what was no business of the interface.
constexpr const char* kQuality = R"(
ALTER TABLE reports ADD COLUMN about_order TEXT NOT NULL DEFAULT '';
CREATE INDEX reports_about ON reports(about_order) WHERE about_order<>'';
CREATE INDEX reports_quality ON reports(site, id) WHERE kind>=7 AND kind<=9 AND owns_key=1;
CREATE TABLE lots(site TEXT NOT NULL, lot TEXT NOT NULL, on_hold INTEGER NOT NULL, PRIMARY KEY(site, lot)) WITHOUT ROWID;
CREATE TABLE refusals(site TEXT NOT NULL, what TEXT NOT NULL, code TEXT NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY(site, what, code)) WITHOUT ROWID;
)";
// Version 7: under which contract each was decided.
constexpr const char* kContracts = R"(
ALTER TABLE documents ADD COLUMN contract TEXT NOT NULL DEFAULT '';
ALTER TABLE reports ADD COLUMN contract TEXT NOT NULL DEFAULT '';
)";
constexpr int64_t kLotsKnown = 6;  // from this version on

// The watch: what waits and what is parked, found without a search; alarms that are open; notices not delivered yet.
constexpr const char* kWatch = R"(
CREATE INDEX reports_open ON reports(site, kind, id) WHERE state IN (1,2,3);
CREATE INDEX reports_parked ON reports(site, kind, decided_ms, id) WHERE state=6;
CREATE TABLE watched(site TEXT NOT NULL, flow TEXT NOT NULL, since_ms INTEGER NOT NULL, PRIMARY KEY(site, flow)) WITHOUT ROWID;
CREATE TABLE alarms(site TEXT NOT NULL, flow TEXT NOT NULL, cause TEXT NOT NULL, since_ms INTEGER NOT NULL, began_ms INTEGER NOT NULL,
  told_ms INTEGER NOT NULL, gone_ms INTEGER NOT NULL, level INTEGER NOT NULL, PRIMARY KEY(site, flow, cause)) WITHOUT ROWID;
CREATE TABLE notices(id INTEGER PRIMARY KEY AUTOINCREMENT, site TEXT NOT NULL, flow TEXT NOT NULL, cause TEXT NOT NULL,
  over INTEGER NOT NULL, at_ms INTEGER NOT NULL, json TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE notices_owed(channel TEXT NOT NULL, notice_id INTEGER NOT NULL REFERENCES notices(id), tries INTEGER NOT NULL,
  next_ms INTEGER NOT NULL, PRIMARY KEY(channel, notice_id)) WITHOUT ROWID;
)";

constexpr std::array kSteps{kOrders, kReports, kTurns, kTold, kFewer, kQuality, kContracts, kWatch};
constexpr int64_t kSchemaVersion = kSteps.size();

absl::StatusOr<int64_t> VersionOf(Db& db) {
  Statement version(db, "PRAGMA user_version");
  const int64_t found = version.Next() ? version.Number(0) : 0;
  if (auto status = version.Finish(); !status.ok()) return status;
  if (found > kSchemaVersion)
    return absl::FailedPreconditionError("the ledger was written by a newer program; use that one");
  return found;
}

// A ledger from before has the lots in its messages only.
absl::Status FindLots(Db& db) {
  for (const char* table : {"items", "reports"}) {
    Statement found(db, Cat("SELECT envelope FROM ", table, " WHERE owns_key=1"));
    while (found.Next()) {
      flow::v1::Envelope envelope;
      if (!envelope.ParseFromString(found.Text(0))) return absl::DataLossError("a message cannot be read back");
      if (auto status = KnowLots(db, envelope); !status.ok()) return status;
    }
    if (auto status = found.Finish(); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Prepare(Db& db) {
  // 64 MB of pages: what the default 2 MB do not hold is read again for each row.
  for (const char* pragma : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON",
                             "PRAGMA cache_size=-65536", "PRAGMA wal_autocheckpoint=4000"}) {
    if (auto status = db.Run(pragma); !status.ok()) return status;
  }
  const auto found = VersionOf(db);
  if (!found.ok() || *found == kSchemaVersion) return found.status();
  std::string sql = "BEGIN IMMEDIATE;";
  for (int64_t step = *found; step < kSchemaVersion; ++step) sql += kSteps[static_cast<size_t>(step)];
  if (auto status = db.Run(sql.c_str()); !status.ok()) return status;
  if (*found > 0 && *found < kLotsKnown) {
    if (auto status = FindLots(db); !status.ok()) return status;
  }
  return db.Run(Cat("PRAGMA user_version=", kSchemaVersion, ";COMMIT;").c_str());
}

}  // namespace

absl::StatusOr<std::unique_ptr<LedgerLock>> LedgerLock::Of(const std::string& path) {
  const int file = open(Cat(path, ".lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) return absl::FailedPreconditionError(Cat("the ledger's lock file ", path, ".lock cannot be opened"));
  std::unique_ptr<LedgerLock> lock(new LedgerLock(file));
  if (flock(file, LOCK_EX | LOCK_NB) == 0) return lock;
  return absl::FailedPreconditionError(Cat("another adapter has the ledger ", path, " open"));
}

LedgerLock::~LedgerLock() { close(file_); }

SqliteLedger::SqliteLedger(std::unique_ptr<Db> writer, std::unique_ptr<Db> reader, std::unique_ptr<LedgerLock> lock)
    : lock_(std::move(lock)), writer_(std::move(writer)), reader_(std::move(reader)) {
  if (writer_ != nullptr) commits_ = std::make_unique<GroupCommit>(*writer_);
}

absl::StatusOr<std::unique_ptr<Ledgers>> OpenSqlite(const std::string& path, bool read_only) {
  const bool memory = path == ":memory:";
  const std::string name = memory ? "file:isa95-memory?mode=memory&cache=shared" : path;
  std::unique_ptr<LedgerLock> lock;
  if (!read_only && !memory && !path.starts_with("file:")) {
    auto taken = LedgerLock::Of(path);
    if (!taken.ok()) return taken.status();
    lock = *std::move(taken);
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
  if (read_only) {
    const auto found = VersionOf(**reader);
    if (!found.ok()) return found.status();
    if (*found < kSchemaVersion) {
      return absl::FailedPreconditionError(
          "the ledger was written by an older program; start the adapter on it once, which brings it up to date");
    }
  }
  auto ledger = std::make_unique<SqliteLedger>(std::move(writer), *std::move(reader), std::move(lock));
  if (!read_only) {
    if (auto status = ledger->Remember(); !status.ok()) return status;
  }
  return ledger;
}

}  // namespace isa95::ledger
