// A ledger of version 4 as the program wrote it that first sent reports, step after step.
#pragma once

namespace isa95::ledger {

inline constexpr const char* kSchema4 = R"(
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
DROP INDEX reports_due;
DROP INDEX reports_held;
DROP INDEX reports_turn;
CREATE INDEX reports_turn ON reports(site, order_id, order_sequence, id) WHERE state IN (1,2,3,6);
CREATE INDEX reports_held ON reports(site, order_id, order_sequence, id, hold_until_ms) WHERE state=2;
CREATE INDEX reports_sent ON reports(site, order_id, id) WHERE state=3;
CREATE INDEX reports_reversal ON reports(site, order_id, id) WHERE state=1 AND reverses_id<>'';
CREATE TABLE feedback_told(site TEXT PRIMARY KEY, feedback_id INTEGER NOT NULL);
PRAGMA user_version=4;
)";

}  // namespace isa95::ledger
