// The durable record: every document received, every order in it, what was decided, what was answered.
// Promises (DESIGN §8): P1 a call that changes something returns OK only after a synced commit; P2 dedup key and effect
// are one transaction; P3 order per (site, order id); P9 a sync error is fatal: every later call fails with Aborted.
// Threads: safe for concurrent use. Ownership: owned by main. Errors: absl::Status, never an exception. Opened by
// OpenSqlite, in report_ledger.h.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "isa95/exchange/v1/exchange.pb.h"
#include "isa95/flow/v1/document.pb.h"

namespace isa95::ledger {

using exchange::v1::ItemState;

// One order of a document as the flow decided it. `state` is QUEUED or REFUSED; the ledger itself turns QUEUED into
// DUPLICATE or CONFLICT by the key (site, sender, kind, order id, version) and the content hash. Only an item that was
// QUEUED owns its key: a REFUSED one leaves it free.
struct NewItem {
  flow::v1::Envelope envelope;
  std::string content_hash;
  ItemState state = exchange::v1::ITEM_STATE_QUEUED;
  std::string reason_code;
  std::string reason_text;
};

// How the request wants to be answered; the ledger stores it and does not interpret it.
struct NewDocument {
  std::string site;
  std::string sender;
  std::string bod_id;        // empty = none
  std::string channel;       // "http", "folder"
  std::string payload;       // the bytes as received
  std::string payload_hash;  // hex sha256 of payload
  std::string document;      // serialized flow.v1.Document; empty where the shape was refused
  std::string findings;      // serialized flow.v1.FindingList
  bool refused = false;      // the document as a whole
  int64_t received_ms = 0;
  int64_t answer_due_ms = 0;
  bool wants_answer = false;
  std::string contract;  // under which it was decided, "7 1a2b3c4d5e6f"; empty = by an older program
  std::vector<NewItem> items;
};

struct StoredItem {
  uint64_t id = 0;  // = delivery_id = Envelope.sequence
  uint64_t document_id = 0;
  ItemState state = exchange::v1::ITEM_STATE_UNSPECIFIED;
  uint64_t original_id = 0;  // DUPLICATE, CONFLICT: the item that owns the key
  uint32_t attempts = 0;
  std::string reason_code;
  std::string reason_text;
  int64_t decided_ms = 0;  // 0 = undecided
  flow::v1::Envelope envelope;
};

struct StoredDocument {
  uint64_t id = 0;
  NewDocument document;  // items empty; see `items`
  std::vector<StoredItem> items;
  bool duplicate_bytes = false;  // same site, sender, BODID and payload hash as `original_document_id`
  bool bod_conflict = false;     // same site, sender and BODID, other payload hash
  uint64_t original_document_id = 0;
};

// An answer to send to the ERP.
struct OutboxEntry {
  uint64_t id = 0;
  uint64_t document_id = 0;
  std::string site;
  std::string outcome;  // "Accepted", "Rejected", "Modified"
  std::string payload;  // XML
  uint32_t tries = 0;
  int64_t next_ms = 0;
  int64_t sent_ms = 0;  // 0 = not yet
  std::string last_error;
  std::string bod_id;    // of the document it answers
  std::string order_id;  // of that document's first order
};

struct NewAnswer {
  std::string outcome;
  std::string bod_id;
  std::string payload;
  std::vector<uint64_t> item_ids;  // items this answer tells of
};

struct DocumentAnswers {
  uint64_t document_id = 0;
  std::vector<NewAnswer> answers;
};

// An answer was sent, or was not.
struct OutboxResult {
  uint64_t id = 0;
  int64_t at_ms = 0;
  std::string error;    // empty = the ERP has it
  int64_t next_ms = 0;  // of an error: not before
};

struct TraceEvent {
  int64_t at_ms = 0;
  std::string what;  // "received", "duplicate", "refused", "delivered", "accepted", "rejected", "answer queued",
                     // "answer sent", ...
  std::string detail;
  uint64_t document_id = 0;
  uint64_t item_id = 0;
};

struct Counts {
  uint64_t received = 0, queued = 0, delivered = 0, accepted = 0, rejected = 0, refused = 0, duplicate = 0,
           conflict = 0;
  uint64_t documents = 0, documents_refused = 0, answers_open = 0, answers_sent = 0;
};

// Judges an item by what was received of the same order before, inside the transaction that stores it: may refuse it
// and may give it a version. `history`: the items of this site, sender and order id that own their keys, oldest first.
using Judge = std::function<void(NewItem& item, const std::vector<StoredItem>& history)>;

class Ledger {
 public:
  virtual ~Ledger() = default;

  // Stores document, items and dedup keys in one transaction. A second document with the same BODID and same payload is
  // stored with duplicate_bytes and its items DUPLICATE; with the same BODID and other payload, bod_conflict and its
  // items CONFLICT.
  // Where every item is refused at the end, no answer is owed any more: the caller refuses at once.
  virtual absl::StatusOr<StoredDocument> Append(const NewDocument& document, const Judge& judge = {}) = 0;

  // Undecided items of the site after `after_id`, oldest first, at most `max`; of one order id only the oldest
  // undecided. Items in `exclude` are not taken (their attempts stand) but still hold back younger versions of their
  // order. Adds one attempt to each and marks it DELIVERED, durably, before returning.
  virtual absl::StatusOr<std::vector<StoredItem>> Take(std::string_view site, uint64_t after_id, uint32_t max,
                                                       const std::vector<uint64_t>& exclude) = 0;

  // NotFound: no such item of that site; Aborted: `attempt` is not the current one; FailedPrecondition: decided
  // otherwise. `already` = the same decision stands. accepted=false needs a reason_code.
  struct Decision {
    StoredItem item;
    bool already = false;
  };
  virtual absl::StatusOr<Decision> Decide(std::string_view site, uint64_t item_id, uint32_t attempt, bool accepted,
                                          std::string_view reason_code, std::string_view reason_text,
                                          int64_t now_ms) = 0;

  // Documents that want an answer and have items not yet told of in one, where no item is undecided or the answer is
  // due.
  virtual absl::StatusOr<std::vector<StoredDocument>> AnswersDue(int64_t now_ms, uint32_t max) = 0;
  // Queues answers and marks their items as told, all in one transaction. A no-op for items already told.
  virtual absl::Status QueueAnswers(const std::vector<DocumentAnswers>& documents, int64_t now_ms) = 0;
  virtual absl::StatusOr<std::vector<OutboxEntry>> OutboxDue(int64_t now_ms, uint32_t max) = 0;
  virtual absl::Status OutboxTried(const std::vector<OutboxResult>& results) = 0;
  // Answers of a document, queued or sent, oldest first.
  virtual absl::StatusOr<std::vector<OutboxEntry>> AnswersOf(uint64_t document_id) = 0;

  // The youngest item of each order of the site, in the order they came; all orders, or those named. At most `max`.
  virtual absl::StatusOr<std::vector<StoredItem>> CurrentOrders(std::string_view site,
                                                                const std::vector<std::string>& order_ids,
                                                                uint32_t max) = 0;
  virtual absl::StatusOr<std::vector<StoredItem>> ItemsOfOrder(std::string_view site, std::string_view order_id) = 0;
  virtual absl::StatusOr<std::vector<StoredDocument>> DocumentsByBodId(std::string_view site,
                                                                       std::string_view bod_id) = 0;
  virtual absl::StatusOr<StoredDocument> DocumentById(uint64_t id) = 0;
  virtual absl::StatusOr<std::vector<TraceEvent>> TraceOrder(std::string_view site, std::string_view order_id) = 0;
  // received = queued + delivered + accepted + rejected + refused + duplicate + conflict, per item. Empty site = all.
  virtual absl::StatusOr<Counts> CountItems(std::string_view site) = 0;
};

}  // namespace isa95::ledger
