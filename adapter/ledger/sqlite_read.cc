// What only looks into the ledger.
#include "adapter/ledger/sqlite_ledger.h"
#include "grpc/model/text.h"

namespace isa95::ledger {

absl::StatusOr<std::vector<StoredItem>> ReadItems(Statement& statement) {
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
                " wants_answer, duplicate_bytes, bod_conflict, original_id, contract FROM documents WHERE id=?");
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
  document.contract = row.Text(15);
  Statement items(*reader_, Cat(kItemColumns, "WHERE document_id=? ORDER BY id"));
  items.Bind(static_cast<int64_t>(id));
  auto read = ReadItems(items);
  if (!read.ok()) return read.status();
  stored.items = *std::move(read);
  return stored;
}

absl::StatusOr<std::vector<StoredItem>> SqliteLedger::ItemsOfOrder(std::string_view site, std::string_view order_id) {
  std::lock_guard lock(reading_);
  Statement items(*reader_, Cat(kItemColumns, "WHERE order_id=? AND (site=? OR ?='') ORDER BY id"));
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
                                " GROUP BY order_id) ORDER BY id LIMIT ?"));
  found.Bind(site);
  for (const auto& id : order_ids) found.Bind(id);
  found.Bind(int64_t{max});
  return ReadItems(found);
}

}  // namespace isa95::ledger
