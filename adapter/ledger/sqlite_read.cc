// What only looks into the ledger, and how it is opened.
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

constexpr const char* kItemColumns =
    "SELECT id, document_id, state, original_id, attempts, reason_code, reason_text, decided_ms, envelope FROM items ";

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

absl::StatusOr<std::vector<StoredItem>> SqliteLedger::ReadItems(Statement& statement) {
  std::vector<StoredItem> items;
  while (statement.Next()) {
    auto& item = items.emplace_back();
    item.id = static_cast<uint64_t>(statement.Number(0));
    item.document_id = static_cast<uint64_t>(statement.Number(1));
    item.state = static_cast<ItemState>(statement.Number(2));
    item.original_id = static_cast<uint64_t>(statement.Number(3));
    item.attempts = static_cast<uint32_t>(statement.Number(4));
    item.reason_code = statement.Text(5);
    item.reason_text = statement.Text(6);
    item.decided_ms = statement.Number(7);
    if (!item.envelope.ParseFromString(statement.Text(8)))
      return absl::DataLossError(Cat("item ", item.id, " cannot be read back"));
    item.envelope.set_sequence(item.id);
  }
  if (auto status = statement.Finish(); !status.ok()) return status;
  return items;
}

absl::StatusOr<StoredDocument> SqliteLedger::ReadDocument(uint64_t id) {
  StoredDocument stored;
  stored.id = id;
  Statement row(*reader_,
                "SELECT site, sender, bod_id, channel, payload, payload_hash, document, findings, refused, "
                "received_ms, answer_due_ms,"
                " wants_answer, duplicate_bytes, bod_conflict, original_id FROM documents WHERE id=?");
  row.Bind(static_cast<int64_t>(id));
  if (!row.Next()) {
    if (auto status = row.Finish(); !status.ok()) return status;
    return absl::NotFoundError(Cat("there is no document ", id));
  }
  auto& document = stored.document;
  document.site = row.Text(0);
  document.sender = row.Text(1);
  document.bod_id = row.Text(2);
  document.channel = row.Text(3);
  document.payload = row.Text(4);
  document.payload_hash = row.Text(5);
  document.document = row.Text(6);
  document.findings = row.Text(7);
  document.refused = row.Number(8) != 0;
  document.received_ms = row.Number(9);
  document.answer_due_ms = row.Number(10);
  document.wants_answer = row.Number(11) != 0;
  stored.duplicate_bytes = row.Number(12) != 0;
  stored.bod_conflict = row.Number(13) != 0;
  stored.original_document_id = static_cast<uint64_t>(row.Number(14));
  Statement items(*reader_, Cat(kItemColumns, "WHERE document_id=? ORDER BY id").c_str());
  items.Bind(static_cast<int64_t>(id));
  auto read = ReadItems(items);
  if (!read.ok()) return read.status();
  stored.items = *std::move(read);
  return stored;
}

absl::StatusOr<std::vector<StoredDocument>> SqliteLedger::AnswersDue(int64_t now_ms, uint32_t max) {
  if (commits_ != nullptr) {
    if (auto status = commits_->Health(); !status.ok()) return status;
  }
  std::lock_guard lock(reading_);
  // `open`: orders without a decision, a duplicate's being its original's. `news`: decided and not told; `silent`: told
  // nothing yet.
  Statement due(*reader_,
                "SELECT d.id, SUM(o.state IN (1,2)) AS open, SUM(o.state NOT IN (1,2) AND i.told<2) AS news, "
                "SUM(i.told=0) AS silent"
                " FROM items i JOIN items o ON o.id=CASE WHEN i.state=6 THEN i.original_id ELSE i.id END JOIN "
                "documents d ON d.id=i.document_id"
                " WHERE d.wants_answer=1 AND i.document_id IN (SELECT document_id FROM items WHERE told<2)"
                " GROUP BY d.id HAVING (open=0 AND news>0) OR (d.answer_due_ms<=? AND (silent>0 OR news>0)) ORDER BY "
                "d.id LIMIT ?");
  due.Bind(now_ms).Bind(int64_t{max});
  std::vector<uint64_t> ids;
  while (due.Next()) ids.push_back(static_cast<uint64_t>(due.Number(0)));
  if (auto status = due.Finish(); !status.ok()) return status;
  std::vector<StoredDocument> documents;
  for (const uint64_t id : ids) {
    auto document = ReadDocument(id);
    if (!document.ok()) return document.status();
    documents.push_back(*std::move(document));
  }
  return documents;
}

absl::StatusOr<std::vector<OutboxEntry>> SqliteLedger::ReadOutbox(Statement& statement) {
  std::vector<OutboxEntry> entries;
  while (statement.Next()) {
    entries.push_back({static_cast<uint64_t>(statement.Number(0)), static_cast<uint64_t>(statement.Number(1)),
                       statement.Text(2), statement.Text(3), statement.Text(4),
                       static_cast<uint32_t>(statement.Number(5)), statement.Number(6), statement.Number(7),
                       statement.Text(8)});
  }
  if (auto status = statement.Finish(); !status.ok()) return status;
  return entries;
}

absl::StatusOr<std::vector<OutboxEntry>> SqliteLedger::OutboxDue(int64_t now_ms, uint32_t max) {
  std::lock_guard lock(reading_);
  Statement due(*reader_,
                "SELECT a.id, a.document_id, d.site, a.outcome, a.payload, a.tries, a.next_ms, a.sent_ms, a.last_error"
                " FROM answers a JOIN documents d ON d.id=a.document_id WHERE a.sent_ms=0 AND a.next_ms<=? ORDER BY "
                "a.id LIMIT ?");
  due.Bind(now_ms).Bind(int64_t{max});
  return ReadOutbox(due);
}

absl::StatusOr<std::vector<OutboxEntry>> SqliteLedger::AnswersOf(uint64_t document_id) {
  std::lock_guard lock(reading_);
  Statement answers(
      *reader_,
      "SELECT a.id, a.document_id, d.site, a.outcome, a.payload, a.tries, a.next_ms, a.sent_ms, a.last_error"
      " FROM answers a JOIN documents d ON d.id=a.document_id WHERE a.document_id=? ORDER BY a.id");
  answers.Bind(static_cast<int64_t>(document_id));
  return ReadOutbox(answers);
}

absl::StatusOr<std::vector<StoredItem>> SqliteLedger::ItemsOfOrder(std::string_view site, std::string_view order_id) {
  std::lock_guard lock(reading_);
  Statement items(*reader_, Cat(kItemColumns, "WHERE order_id=? AND (site=? OR ?='') ORDER BY id").c_str());
  items.Bind(order_id).Bind(site).Bind(site);
  return ReadItems(items);
}

absl::StatusOr<std::vector<StoredDocument>> SqliteLedger::DocumentsByBodId(std::string_view site,
                                                                           std::string_view bod_id) {
  std::lock_guard lock(reading_);
  Statement found(*reader_, "SELECT id FROM documents WHERE site=? AND bod_id=? ORDER BY id");
  found.Bind(site).Bind(bod_id);
  std::vector<StoredDocument> documents;
  while (found.Next()) {
    auto document = ReadDocument(static_cast<uint64_t>(found.Number(0)));
    if (!document.ok()) return document.status();
    documents.push_back(*std::move(document));
  }
  if (auto status = found.Finish(); !status.ok()) return status;
  return documents;
}

absl::StatusOr<StoredDocument> SqliteLedger::DocumentById(uint64_t id) {
  std::lock_guard lock(reading_);
  return ReadDocument(id);
}

absl::StatusOr<std::vector<TraceEvent>> SqliteLedger::TraceOrder(std::string_view site, std::string_view order_id) {
  std::lock_guard lock(reading_);
  Statement found(*reader_,
                  "SELECT e.at_ms, e.what, e.detail, e.document_id, e.item_id FROM events e WHERE"
                  " e.item_id IN (SELECT id FROM items WHERE order_id=? AND (site=? OR ?=''))"
                  " OR (e.item_id=0 AND e.document_id IN (SELECT document_id FROM items WHERE order_id=? AND (site=? "
                  "OR ?=''))) ORDER BY e.id");
  found.Bind(order_id).Bind(site).Bind(site).Bind(order_id).Bind(site).Bind(site);
  std::vector<TraceEvent> events;
  while (found.Next()) {
    events.push_back({found.Number(0), found.Text(1), found.Text(2), static_cast<uint64_t>(found.Number(3)),
                      static_cast<uint64_t>(found.Number(4))});
  }
  if (auto status = found.Finish(); !status.ok()) return status;
  return events;
}

absl::StatusOr<Counts> SqliteLedger::CountItems(std::string_view site) {
  std::lock_guard lock(reading_);
  Statement found(*reader_,
                  "SELECT COUNT(*), COUNT(*) FILTER (WHERE state=1), COUNT(*) FILTER (WHERE state=2), COUNT(*) FILTER "
                  "(WHERE state=3),"
                  " COUNT(*) FILTER (WHERE state=4), COUNT(*) FILTER (WHERE state=5), COUNT(*) FILTER (WHERE state=6),"
                  " COUNT(*) FILTER (WHERE state=7), (SELECT COUNT(*) FROM documents d WHERE d.site=?1 OR ?1=''),"
                  " (SELECT COUNT(*) FROM documents d WHERE d.refused=1 AND (d.site=?1 OR ?1='')),"
                  " (SELECT COUNT(*) FROM answers a JOIN documents d ON d.id=a.document_id WHERE a.sent_ms=0 AND "
                  "(d.site=?1 OR ?1='')),"
                  " (SELECT COUNT(*) FROM answers a JOIN documents d ON d.id=a.document_id WHERE a.sent_ms<>0 AND "
                  "(d.site=?1 OR ?1=''))"
                  " FROM items WHERE site=?1 OR ?1=''");
  found.Bind(site);
  if (!found.Next()) return found.Finish();
  const auto at = [&](int column) { return static_cast<uint64_t>(found.Number(column)); };
  Counts counts{at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7), at(8), at(9), at(10), at(11)};
  if (auto status = found.Finish(); !status.ok()) return status;
  return counts;
}

absl::StatusOr<std::vector<StoredItem>> SqliteLedger::CurrentOrders(std::string_view site,
                                                                    const std::vector<std::string>& order_ids,
                                                                    uint32_t max) {
  std::lock_guard lock(reading_);
  std::string named;
  for (size_t i = 0; i < order_ids.size(); ++i) named += i == 0 ? "?" : ",?";
  Statement found(*reader_, Cat(kItemColumns, "WHERE id IN (SELECT MAX(id) FROM items WHERE site=? AND owns_key=1",
                                order_ids.empty() ? "" : Cat(" AND order_id IN (", named, ")"),
                                " GROUP BY order_id) ORDER BY id LIMIT ?")
                                .c_str());
  found.Bind(site);
  for (const auto& id : order_ids) found.Bind(id);
  found.Bind(int64_t{max});
  return ReadItems(found);
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
