// What changes the ledger.
#include <algorithm>
#include <chrono>
#include <set>

#include "adapter/ledger/sqlite_ledger.h"
#include "grpc/model/text.h"

namespace isa95::ledger {
namespace {

using namespace exchange::v1;

constexpr int kToldAll = 2;  // of `told`; see QueueOne

int64_t NowMs() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

absl::Status LooksOnly() { return absl::FailedPreconditionError("this ledger was opened to look only"); }

const char* EventOf(ItemState state) {
  switch (state) {
    case ITEM_STATE_DUPLICATE:
      return "duplicate";
    case ITEM_STATE_CONFLICT:
      return "conflict";
    case ITEM_STATE_REFUSED:
      return "refused";
    default:
      return "received";
  }
}

}  // namespace

absl::Status SqliteLedger::Write(const GroupCommit::Work& work) {
  if (commits_ == nullptr) return LooksOnly();
  return commits_->Write([&] {
    auto status = work();
    if (!status.ok()) pasts_.ForgetAll();  // what was changed is taken back
    return status;
  });
}

void SqliteLedger::WriteThen(GroupCommit::Work work, GroupCommit::Done done, bool simple) {
  if (commits_ == nullptr) return done(LooksOnly());
  commits_->Post(
      [this, work = std::move(work)]() mutable {
        auto status = work();
        if (!status.ok()) pasts_.ForgetAll();
        return status;
      },
      std::move(done), simple);
}

absl::Status SqliteLedger::Healthy() { return commits_ == nullptr ? absl::OkStatus() : commits_->Health(); }

absl::Status SqliteLedger::Note(int64_t at_ms, uint64_t document_id, uint64_t item_id, std::string_view what,
                                std::string_view detail) {
  return Statement(*writer_, "INSERT INTO events(at_ms, document_id, item_id, what, detail) VALUES(?,?,?,?,?)")
      .Bind(at_ms)
      .Bind(static_cast<int64_t>(document_id))
      .Bind(static_cast<int64_t>(item_id))
      .Bind(what)
      .Bind(detail)
      .Finish();
}

absl::StatusOr<StoredDocument> SqliteLedger::Append(const NewDocument& document, const Judge& judge) {
  StoredDocument stored;
  const auto status = Write([&] { return AppendIn(document, judge, stored); });
  if (!status.ok()) return status;
  return stored;
}

// A document of which everything was refused had no effect: mended, it may come again under its BODID.
absl::Status SqliteLedger::FindEarlierBod(const NewDocument& document, StoredDocument& stored) {
  if (document.bod_id.empty()) return absl::OkStatus();
  Statement earlier(*writer_,
                    "SELECT id, payload_hash FROM documents d WHERE site=? AND sender=? AND bod_id=? AND refused=0 AND "
                    "EXISTS (SELECT 1 FROM items WHERE document_id=d.id AND state<>5) ORDER BY id LIMIT 1");
  earlier.Bind(document.site).Bind(document.sender).Bind(document.bod_id);
  if (earlier.Next()) {
    stored.original_document_id = static_cast<uint64_t>(earlier.Number(0));
    stored.duplicate_bytes = earlier.Text(1) == document.payload_hash;
    stored.bod_conflict = !stored.duplicate_bytes;
  }
  return earlier.Finish();
}

absl::StatusOr<std::vector<StoredItem>> SqliteLedger::History(const flow::v1::Envelope& envelope) {
  Statement found(*writer_, Cat(kItemColumns, "WHERE order_id=? AND site=? AND sender=? AND owns_key=1 ORDER BY id"));
  found.Bind(envelope.key_id()).Bind(envelope.site()).Bind(envelope.sender());
  return ReadItems(found);
}

// The same bytes again mean the same version, also where the ledger counted it. False: the first was refused then.
absl::StatusOr<bool> SqliteLedger::TakeVersionOfFirst(NewItem& item, const StoredDocument& document) {
  Statement first(*writer_,
                  "SELECT o.version FROM items i JOIN items o ON o.id=CASE WHEN i.state=6 THEN i.original_id ELSE i.id "
                  "END WHERE i.document_id=? AND i.order_id=? AND o.owns_key=1");
  first.Bind(static_cast<int64_t>(document.original_document_id)).Bind(item.envelope.key_id());
  const bool found = first.Next();
  if (found) item.envelope.set_key_version(first.Text(0));
  if (auto status = first.Finish(); !status.ok()) return status;
  return found;
}

absl::Status SqliteLedger::JudgeItem(NewItem& item, const Judge& judge, const StoredDocument& document) {
  if (document.duplicate_bytes) {
    const auto found = TakeVersionOfFirst(item, document);
    if (!found.ok() || *found) return found.status();
  }
  const auto history = History(item.envelope);
  if (history.ok()) judge(item, *history);
  return history.status();
}

absl::Status SqliteLedger::ForgetAnswerWhereAllIsRefused(StoredDocument& stored) {
  const auto refused = [](const StoredItem& item) { return item.state == ITEM_STATE_REFUSED; };
  if (stored.items.empty() || !std::all_of(stored.items.begin(), stored.items.end(), refused)) return absl::OkStatus();
  stored.document.wants_answer = false;
  const auto id = static_cast<int64_t>(stored.id);
  auto status = Statement(*writer_, "UPDATE documents SET wants_answer=0 WHERE id=?").Bind(id).Finish();
  if (!status.ok()) return status;
  return Statement(*writer_, "UPDATE items SET told=? WHERE document_id=?").Bind(int64_t{kToldAll}).Bind(id).Finish();
}

absl::Status SqliteLedger::AppendIn(const NewDocument& document, const Judge& judge, StoredDocument& stored) {
  stored.document = document;
  stored.document.items.clear();
  if (auto status = FindEarlierBod(document, stored); !status.ok()) return status;
  Statement insert(
      *writer_,
      "INSERT INTO documents(site, sender, bod_id, channel, payload, payload_hash, document, findings, refused,"
      " received_ms, answer_due_ms, wants_answer, duplicate_bytes, bod_conflict, original_id, contract)"
      " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  auto status = insert.Bind(document.site)
                    .Bind(document.sender)
                    .Bind(document.bod_id)
                    .Bind(document.channel)
                    .Blob(document.payload)
                    .Bind(document.payload_hash)
                    .Blob(document.document)
                    .Blob(document.findings)
                    .Bind(document.refused)
                    .Bind(document.received_ms)
                    .Bind(document.answer_due_ms)
                    .Bind(document.wants_answer)
                    .Bind(stored.duplicate_bytes)
                    .Bind(stored.bod_conflict)
                    .Bind(static_cast<int64_t>(stored.original_document_id))
                    .Bind(document.contract)
                    .Finish();
  if (!status.ok()) return status;
  stored.id = static_cast<uint64_t>(writer_->LastId());
  if (document.refused) status = Note(document.received_ms, stored.id, 0, "refused", "the document as a whole");
  for (auto item : document.items) {
    if (!status.ok()) return status;
    if (judge && item.state == ITEM_STATE_QUEUED) status = JudgeItem(item, judge, stored);
    if (status.ok()) status = InsertItem(item, stored, document.received_ms);
  }
  return status.ok() ? ForgetAnswerWhereAllIsRefused(stored) : status;
}

// QUEUED stands only where nobody owns the key yet.
absl::Status SqliteLedger::JudgeKey(const NewItem& item, const StoredDocument& document, StoredItem& stored) {
  stored.state = item.state;
  if (item.state != ITEM_STATE_QUEUED) return absl::OkStatus();
  Statement owner(*writer_,
                  "SELECT id, content_hash FROM items WHERE owns_key=1 AND site=? AND sender=? AND kind=? AND "
                  "order_id=? AND version=?");
  owner.Bind(item.envelope.site())
      .Bind(item.envelope.sender())
      .Bind(int64_t{item.envelope.kind()})
      .Bind(item.envelope.key_id())
      .Bind(item.envelope.key_version());
  if (owner.Next()) {
    stored.original_id = static_cast<uint64_t>(owner.Number(0));
    stored.state = owner.Text(1) == item.content_hash ? ITEM_STATE_DUPLICATE : ITEM_STATE_CONFLICT;
  }
  if (document.bod_conflict) stored.state = ITEM_STATE_CONFLICT;
  return owner.Finish();
}

absl::Status SqliteLedger::InsertItem(const NewItem& item, StoredDocument& document, int64_t at_ms) {
  StoredItem stored;
  stored.document_id = document.id;
  stored.reason_code = item.reason_code;
  stored.reason_text = item.reason_text;
  if (auto status = JudgeKey(item, document, stored); !status.ok()) return status;
  const bool queued = stored.state == ITEM_STATE_QUEUED;
  stored.decided_ms = queued ? 0 : at_ms;
  const auto& envelope = item.envelope;
  auto status =
      Statement(
          *writer_,
          "INSERT INTO items(document_id, site, sender, kind, order_id, version, content_hash, state, original_id,"
          " attempts, reason_code, reason_text, decided_ms, told, owns_key, answer_due_ms, envelope)"
          " VALUES(?,?,?,?,?,?,?,?,?,0,?,?,?,?,?,?,?)")
          .Bind(static_cast<int64_t>(document.id))
          .Bind(envelope.site())
          .Bind(envelope.sender())
          .Bind(int64_t{envelope.kind()})
          .Bind(envelope.key_id())
          .Bind(envelope.key_version())
          .Bind(item.content_hash)
          .Bind(int64_t{stored.state})
          .Bind(static_cast<int64_t>(stored.original_id))
          .Bind(item.reason_code)
          .Bind(item.reason_text)
          .Bind(stored.decided_ms)
          .Bind(int64_t{document.document.wants_answer ? 0 : kToldAll})
          .Bind(int64_t{queued})
          .Bind(document.document.answer_due_ms)
          .Blob(envelope.SerializeAsString())
          .Finish();
  if (!status.ok()) return status;
  if (queued) status = KnowLots(*writer_, envelope);
  if (queued) turns_.AskAllChains(envelope.site());
  if (!status.ok()) return status;
  pasts_.Forget({envelope.site(), envelope.key_id()});
  stored.id = static_cast<uint64_t>(writer_->LastId());
  stored.envelope = envelope;
  stored.envelope.set_sequence(stored.id);
  status = Note(at_ms, document.id, stored.id, EventOf(stored.state), item.reason_code);
  document.items.push_back(std::move(stored));
  return status;
}

absl::StatusOr<std::vector<StoredItem>> SqliteLedger::Take(std::string_view site, uint64_t after_id, uint32_t max,
                                                           const std::vector<uint64_t>& exclude) {
  std::vector<StoredItem> taken;
  const auto status = Write([&] { return TakeIn(site, after_id, max, exclude, taken); });
  if (!status.ok()) return status;
  return taken;
}

// Only an order's oldest undecided item is in play: it alone may be taken, and it holds back the younger ones.
absl::Status SqliteLedger::TakeIn(std::string_view site, uint64_t after_id, uint32_t max,
                                  const std::vector<uint64_t>& exclude, std::vector<StoredItem>& taken) {
  const std::set<uint64_t> excluded(exclude.begin(), exclude.end());
  // A cursor passes over what was delivered, not over what was held back then. The state is that of the oldest item,
  // and is a second look-up each: not asked for without a cursor.
  Statement oldest(
      *writer_,
      Cat("SELECT MIN(id) AS first, ", after_id == 0 ? "1" : "state", " AS standing FROM items WHERE ",
          "site=? AND state IN (1,2) GROUP BY order_id HAVING first>? OR standing=1 ", "ORDER BY first LIMIT ?"));
  oldest.Bind(site).Bind(static_cast<int64_t>(after_id)).Bind(static_cast<int64_t>(max + excluded.size()));
  std::vector<int64_t> ids;
  while (ids.size() < max && oldest.Next()) {
    if (!excluded.contains(static_cast<uint64_t>(oldest.Number(0)))) ids.push_back(oldest.Number(0));
  }
  const int64_t now = NowMs();
  for (const int64_t id : ids) {
    auto status = Statement(*writer_, "UPDATE items SET attempts=attempts+1, state=2 WHERE id=?").Bind(id).Finish();
    if (!status.ok()) return status;
    Statement item(*writer_, Cat(kItemColumns, "WHERE id=?"));
    item.Bind(id);
    auto read = ReadItems(item);
    if (!read.ok()) return read.status();
    taken.push_back(std::move(read->front()));
    pasts_.Forget({taken.back().envelope.site(), taken.back().envelope.key_id()});
    status = Note(now, taken.back().document_id, taken.back().id, "delivered", Cat("attempt ", taken.back().attempts));
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<Ledger::Decision> SqliteLedger::Decide(std::string_view site, uint64_t item_id, uint32_t attempt,
                                                      bool accepted, std::string_view reason_code,
                                                      std::string_view reason_text, int64_t now_ms) {
  Decision decision;
  const ItemState wanted = accepted ? ITEM_STATE_ACCEPTED : ITEM_STATE_REJECTED;
  const auto status = Write([&]() -> absl::Status {
    Statement find(*writer_, Cat(kItemColumns, "WHERE id=? AND site=?"));
    find.Bind(static_cast<int64_t>(item_id)).Bind(site);
    auto items = ReadItems(find);
    if (!items.ok()) return items.status();
    if (items->empty()) return absl::NotFoundError(Cat("there is no delivery ", item_id, " at this site"));
    auto& item = decision.item = std::move(items->front());
    const bool decided = item.state == ITEM_STATE_ACCEPTED || item.state == ITEM_STATE_REJECTED;
    decision.already = decided && item.state == wanted && item.reason_code == reason_code;
    if (decision.already) return absl::OkStatus();
    if (decided) return absl::FailedPreconditionError("this delivery was already decided otherwise");
    if (item.state != ITEM_STATE_DELIVERED || item.attempts != attempt) {
      return absl::AbortedError(Cat("attempt ", attempt, " is not the current one; the order is delivered again"));
    }
    item.state = wanted;
    item.reason_code = std::string(reason_code);
    item.reason_text = std::string(reason_text);
    item.decided_ms = now_ms;
    pasts_.Forget({item.envelope.site(), item.envelope.key_id()});
    auto done = Statement(*writer_, "UPDATE items SET state=?, reason_code=?, reason_text=?, decided_ms=? WHERE id=?")
                    .Bind(int64_t{wanted})
                    .Bind(reason_code)
                    .Bind(reason_text)
                    .Bind(now_ms)
                    .Bind(static_cast<int64_t>(item_id))
                    .Finish();
    if (!done.ok()) return done;
    return Note(now_ms, item.document_id, item_id, accepted ? "accepted" : "rejected", reason_code);
  });
  if (!status.ok()) return status;
  return decision;
}

}  // namespace isa95::ledger
