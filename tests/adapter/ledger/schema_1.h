// The schema of a ledger of version 1, as that release wrote it. Never changed.
#pragma once

namespace isa95::ledger {

inline constexpr const char* kSchema1 = R"(
PRAGMA journal_mode=WAL;
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
PRAGMA user_version=1;
)";

}  // namespace isa95::ledger
