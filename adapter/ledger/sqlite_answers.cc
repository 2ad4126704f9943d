// Answers to the ERP: which are owed, and those queued or sent.
#include "adapter/ledger/sqlite_ledger.h"
#include "grpc/model/text.h"

namespace isa95::ledger {

absl::StatusOr<std::vector<StoredDocument>> SqliteLedger::AnswersDue(int64_t now_ms, uint32_t max) {
  if (auto status = Healthy(); !status.ok()) return status;
  std::lock_guard lock(reading_);
  // A document comes into question by what is decided and not told, or by its deadline; each half has an index that
  // holds no more than that. `open`: orders without a decision, a duplicate's being its original's. `news`: decided and
  // not told; `silent`: told nothing yet.
  Statement due(*reader_,
                "WITH asked(id) AS (SELECT document_id FROM items WHERE told<2 AND state NOT IN (1,2) UNION"
                " SELECT document_id FROM items WHERE told=0 AND answer_due_ms<=?1)"
                " SELECT d.id, SUM(o.state IN (1,2)) AS open, SUM(o.state NOT IN (1,2) AND i.told<2) AS news, "
                "SUM(i.told=0) AS silent"
                " FROM asked JOIN documents d ON d.id=asked.id JOIN items i ON i.document_id=d.id"
                " JOIN items o ON o.id=CASE WHEN i.state=6 THEN i.original_id ELSE i.id END WHERE d.wants_answer=1"
                " GROUP BY d.id HAVING (open=0 AND news>0) OR (d.answer_due_ms<=?1 AND (silent>0 OR news>0)) ORDER BY "
                "d.id LIMIT ?2");
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
                       statement.Text(8), statement.Text(9), statement.Text(10)});
  }
  if (auto status = statement.Finish(); !status.ok()) return status;
  return entries;
}

absl::StatusOr<std::vector<OutboxEntry>> SqliteLedger::OutboxDue(int64_t now_ms, uint32_t max) {
  std::lock_guard lock(reading_);
  Statement due(
      *reader_,
      "SELECT a.id, a.document_id, d.site, a.outcome, a.payload, a.tries, a.next_ms, a.sent_ms, a.last_error, d.bod_id,"
      " (SELECT order_id FROM items i WHERE i.document_id=d.id LIMIT 1)"
      " FROM answers a JOIN documents d ON d.id=a.document_id WHERE a.sent_ms=0 AND a.next_ms<=? ORDER BY "
      "a.id LIMIT ?");
  due.Bind(now_ms).Bind(int64_t{max});
  return ReadOutbox(due);
}

absl::StatusOr<std::vector<OutboxEntry>> SqliteLedger::AnswersOf(uint64_t document_id) {
  std::lock_guard lock(reading_);
  Statement answers(
      *reader_,
      "SELECT a.id, a.document_id, d.site, a.outcome, a.payload, a.tries, a.next_ms, a.sent_ms, a.last_error, d.bod_id,"
      " (SELECT order_id FROM items i WHERE i.document_id=d.id LIMIT 1)"
      " FROM answers a JOIN documents d ON d.id=a.document_id WHERE a.document_id=? ORDER BY a.id");
  answers.Bind(static_cast<int64_t>(document_id));
  return ReadOutbox(answers);
}

absl::Status SqliteLedger::QueueAnswers(const std::vector<DocumentAnswers>& documents, int64_t now_ms) {
  return Write([&]() -> absl::Status {
    for (const auto& document : documents) {
      for (const auto& answer : document.answers) {
        if (auto status = QueueOne(document.document_id, answer, now_ms); !status.ok()) return status;
      }
    }
    return absl::OkStatus();
  });
}

// told: 0 not yet, 1 that it is pending, 2 its decision. An answer none of whose items has news is not queued.
absl::Status SqliteLedger::QueueOne(uint64_t document_id, const NewAnswer& answer, int64_t now_ms) {
  int64_t news = 0;
  for (const uint64_t id : answer.item_ids) {
    auto status = Statement(*writer_,
                            "UPDATE items SET told=(SELECT CASE WHEN d.state IN (1,2) THEN 1 ELSE 2 END FROM items d"
                            " WHERE d.id=CASE WHEN items.state=6 THEN items.original_id ELSE items.id END)"
                            " WHERE id=? AND told<(SELECT CASE WHEN d.state IN (1,2) THEN 1 ELSE 2 END FROM items d"
                            " WHERE d.id=CASE WHEN items.state=6 THEN items.original_id ELSE items.id END)")
                      .Bind(static_cast<int64_t>(id))
                      .Finish();
    if (!status.ok()) return status;
    news += sqlite3_changes(writer_->get());
  }
  if (news == 0 || answer.payload.empty()) return absl::OkStatus();
  auto status = Statement(*writer_,
                          "INSERT INTO answers(document_id, outcome, bod_id, payload, tries, next_ms, sent_ms, "
                          "last_error) VALUES(?,?,?,?,0,0,0,'')")
                    .Bind(static_cast<int64_t>(document_id))
                    .Bind(answer.outcome)
                    .Bind(answer.bod_id)
                    .Blob(answer.payload)
                    .Finish();
  if (!status.ok()) return status;
  return Note(now_ms, document_id, 0, "answer queued", answer.outcome);
}

absl::Status SqliteLedger::OutboxTried(const std::vector<OutboxResult>& results) {
  return Write([&]() -> absl::Status {
    for (const auto& result : results) {
      if (auto status = TryOne(result); !status.ok()) return status;
    }
    return absl::OkStatus();
  });
}

absl::Status SqliteLedger::TryOne(const OutboxResult& result) {
  const auto id = static_cast<int64_t>(result.id);
  if (!result.error.empty()) {
    return Statement(*writer_, "UPDATE answers SET tries=tries+1, next_ms=?, last_error=? WHERE id=?")
        .Bind(result.next_ms)
        .Bind(result.error)
        .Bind(id)
        .Finish();
  }
  auto status = Statement(*writer_, "UPDATE answers SET sent_ms=?, tries=tries+1 WHERE id=?")
                    .Bind(result.at_ms)
                    .Bind(id)
                    .Finish();
  if (!status.ok()) return status;
  return Statement(*writer_,
                   "INSERT INTO events(at_ms, document_id, item_id, what, detail) SELECT ?, document_id, 0, 'answer "
                   "sent', outcome FROM answers WHERE id=?")
      .Bind(result.at_ms)
      .Bind(id)
      .Finish();
}

}  // namespace isa95::ledger
