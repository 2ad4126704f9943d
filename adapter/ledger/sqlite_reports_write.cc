// Reports in: judged, stored, and released where they were held.
#include <algorithm>

#include "adapter/ledger/lots.h"
#include "adapter/ledger/sqlite_reports.h"
#include "grpc/model/text.h"

namespace isa95::ledger {
namespace {

using namespace exchange::v1;

const char* EventOf(ReportState state) {
  switch (state) {
    case REPORT_STATE_DUPLICATE:
      return "duplicate";
    case REPORT_STATE_CONFLICT:
      return "conflict";
    case REPORT_STATE_PARKED:
      return "parked";
    case REPORT_STATE_HELD:
      return "held";
    default:
      return "received";
  }
}

// A held report as it goes on where nobody judges it anew.
NewReport AsItIs(const StoredReport& held) {
  NewReport report;
  report.findings = held.findings;
  return report;
}

// For who wants to know what became of it.
StoredReport WithoutContent(StoredReport& report) {
  flow::v1::Envelope head;
  head.set_kind(report.envelope.kind());
  head.set_site(report.envelope.site());
  head.set_sender(report.envelope.sender());
  head.set_key_id(report.envelope.key_id());
  head.set_key_version(report.envelope.key_version());
  head.set_bod_id(report.envelope.bod_id());
  head.set_order_sequence(report.envelope.order_sequence());
  head.set_sequence(report.envelope.sequence());
  head.Swap(&report.envelope);
  StoredReport told = report;
  head.Swap(&report.envelope);
  return told;
}

// A chain's past is about no order until its next report is judged.
void Unfill(OrderPast& past, flow::v1::MessageKind kind) {
  if (IsQualityOrDowntime(kind)) past.order.clear();
}

}  // namespace

absl::Status ReportChange::Note(int64_t at_ms, uint64_t id, std::string_view what, std::string_view detail) {
  return Statement(db_, "INSERT INTO report_events(at_ms, report_id, what, detail) VALUES(?,?,?,?)")
      .Bind(at_ms)
      .Bind(static_cast<int64_t>(id))
      .Bind(what)
      .Bind(detail)
      .Finish();
}

absl::StatusOr<OrderPast*> ReportChange::Past(const Order& order) {
  if (auto* known = pasts_.Find(order)) return known;
  auto past = ReadPast(db_, order.first, order.second);
  if (!past.ok()) return past.status();
  return pasts_.Keep(order, *std::move(past));
}

// What the order is now, each time: a chain is about more than one.
absl::StatusOr<OrderPast*> ReportChange::PastFor(const Order& chain, flow::v1::MessageKind kind,
                                                 const std::string& about_order) {
  auto past = Past(chain);
  if (!past.ok() || !IsQualityOrDowntime(kind)) return past;
  if (about_order.empty()) return past;
  auto plan = ReadPlan(db_, chain.first, about_order);
  if (!plan.ok()) return plan.status();
  (*past)->order = std::move(plan->order);
  return past;
}

// After each change of a row.
void ReportChange::Changed(const StoredReport& report) {
  turns_.Touch({report.envelope.site(), report.order_id});
  pasts_.Change(report);
}

absl::Status ReportChange::JudgeKey(const NewReport& report, StoredReport& stored, bool& owned) {
  Statement owner(db_, "SELECT id, content_hash FROM reports WHERE owns_key=1 AND site=? AND sender=? AND report_id=?");
  owner.Bind(report.envelope.site()).Bind(report.envelope.sender()).Bind(KeyOf(report.envelope));
  owned = owner.Next();
  if (owned) {
    stored.original_id = static_cast<uint64_t>(owner.Number(0));
    stored.state = owner.Text(1) == report.content_hash ? REPORT_STATE_DUPLICATE : REPORT_STATE_CONFLICT;
  }
  return owner.Finish();
}

absl::StatusOr<StoredReport> ReportChange::Append(NewReport report, const ReportJudge& judge) {
  const std::string site = report.envelope.site(), order_id = report.order_id;
  if (site.empty() || report.envelope.key_id().empty())
    return absl::InvalidArgumentError("a report needs its site and its id");
  StoredReport stored;
  bool owned = false;
  if (auto status = JudgeKey(report, stored, owned); !status.ok()) return status;
  if (owned) {
    const bool conflict = stored.state == REPORT_STATE_CONFLICT;
    report.reason_code = conflict ? "DUPLICATE_CONFLICT" : "";
    report.reason_text = conflict ? "A report with this id came before with other content, and that one counts." : "";
    report.who_acts = conflict ? "MES vendor" : "";
  } else {
    const auto past = PastFor({site, order_id}, report.envelope.kind(), report.about_order);
    if (!past.ok()) return past.status();
    auto lots = StandingOfLots(db_, report.envelope);
    if (!lots.ok()) return lots.status();
    report.lots = *std::move(lots);
    if (judge) judge(report, **past);
    Unfill(**past, report.envelope.kind());
    stored.state = report.state;
    if (stored.state != REPORT_STATE_QUEUED && stored.state != REPORT_STATE_HELD &&
        stored.state != REPORT_STATE_PARKED) {
      return absl::InvalidArgumentError("a new report is queued, held or parked");
    }
  }
  if (auto status = Insert(std::move(report), stored, !owned); !status.ok()) return status;
  if (stored.state == REPORT_STATE_PARKED || stored.state == REPORT_STATE_CONFLICT) {
    if (auto status = LeaveFeedback(stored, false, stored.received_ms); !status.ok()) return status;
  }
  if (owned) return stored;
  auto noted = KnowLots(db_, stored.envelope);
  if (MakesLotsKnown(stored.envelope)) turns_.AskAllChains(site);  // one of them may have waited for its lot
  if (noted.ok()) noted = NoteDisposition(stored);
  if (!noted.ok()) return noted;
  turns_.Add({site, order_id});
  if (stored.state == REPORT_STATE_HELD) turns_.Hold({site, order_id}, stored.hold_until_ms);
  if (stored.envelope.has_report_reversal()) {
    pasts_.Add(stored);
    if (auto status = TakeBackUnposted(stored, stored.received_ms); !status.ok()) return status;
    return stored;
  }
  auto told = WithoutContent(stored);
  pasts_.Add(std::move(stored));
  return told;
}

absl::Status ReportChange::Insert(NewReport report, StoredReport& stored, bool owns_key) {
  stored.envelope = std::move(report.envelope);
  stored.order_id = std::move(report.order_id);
  stored.about_order = std::move(report.about_order);
  stored.reason_code = std::move(report.reason_code);
  stored.reason_text = std::move(report.reason_text);
  stored.who_acts = std::move(report.who_acts);
  stored.findings = std::move(report.findings);
  stored.contract = std::move(report.contract);
  stored.received_ms = report.received_ms;
  stored.hold_until_ms = stored.state == REPORT_STATE_HELD ? report.hold_until_ms : 0;
  const bool open = stored.state == REPORT_STATE_QUEUED || stored.state == REPORT_STATE_HELD;
  stored.decided_ms = open ? 0 : report.received_ms;
  const auto& envelope = stored.envelope;
  auto status =
      Statement(db_,
                "INSERT INTO reports(site, sender, kind, report_id, order_id, order_sequence, reverses_id,"
                " content_hash, state, original_id, owns_key, reason_code, reason_text, who_acts, findings,"
                " received_ms, hold_until_ms, decided_ms, attempts, next_ms, erp_document, reversed, maybe_posted,"
                " envelope, about_order, contract) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,0,0,'',0,0,?,?,?)")
          .Bind(envelope.site())
          .Bind(envelope.sender())
          .Bind(int64_t{envelope.kind()})
          .Bind(KeyOf(envelope))
          .Bind(stored.order_id)
          .Bind(static_cast<int64_t>(envelope.order_sequence()))
          .Bind(envelope.report_reversal().reverses_id().value())
          .Bind(report.content_hash)
          .Bind(int64_t{stored.state})
          .Bind(static_cast<int64_t>(stored.original_id))
          .Bind(int64_t{owns_key})
          .Bind(stored.reason_code)
          .Bind(stored.reason_text)
          .Bind(stored.who_acts)
          .Blob(stored.findings)
          .Bind(report.received_ms)
          .Bind(stored.hold_until_ms)
          .Bind(stored.decided_ms)
          .Blob(envelope.SerializeAsString())
          .Bind(stored.about_order)
          .Bind(stored.contract)
          .Finish();
  if (!status.ok()) return status;
  stored.id = static_cast<uint64_t>(db_.LastId());
  stored.envelope.set_sequence(stored.id);
  return Note(stored.received_ms, stored.id, EventOf(stored.state), stored.reason_code);
}

absl::Status ReportChange::ReleaseHeld(int64_t now_ms, const ReportLedger::Release& release) {
  for (const auto& order : turns_.HeldToAsk(now_ms)) {
    if (auto status = ReleaseOf(order, now_ms, release); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// Of an order: behind one that waits on, only those whose time is over can go on.
absl::Status ReportChange::ReleaseOf(const Order& order, int64_t now_ms, const ReportLedger::Release& release) {
  Statement found(db_,
                  "SELECT id, hold_until_ms FROM reports WHERE site=? AND order_id=? AND state=2 ORDER BY"
                  " order_sequence, id");
  found.Bind(order.first).Bind(order.second);
  std::vector<std::pair<uint64_t, int64_t>> held;
  while (found.Next()) held.emplace_back(found.Number(0), found.Number(1));
  if (auto status = found.Finish(); !status.ok()) return status;
  int64_t first_left_ms = 0;
  bool waits = false;
  for (const auto& [id, until_ms] : held) {
    const bool over = until_ms <= now_ms;
    if (over || !waits || !IsOrderChain(order.second)) {
      auto goes = Ask(order, id, over, now_ms, release);
      if (!goes.ok()) return goes.status();
      if (*goes) continue;
    }
    waits = true;
    first_left_ms = first_left_ms == 0 ? until_ms : std::min(first_left_ms, until_ms);
  }
  turns_.HoldAsked(order, first_left_ms);
  return absl::OkStatus();
}

// False: it waits on.
absl::StatusOr<bool> ReportChange::Ask(const Order& order, uint64_t id, bool over, int64_t now_ms,
                                       const ReportLedger::Release& release) {
  auto past = Past(order);
  if (!past.ok()) return past.status();
  auto& reports = (*past)->reports;
  const auto held = std::find_if(reports.begin(), reports.end(), [&](const auto& other) { return other.id == id; });
  if (held == reports.end() || held->state != REPORT_STATE_HELD) return true;  // taken back by one before it
  past = PastFor(order, held->envelope.kind(), held->about_order);
  if (!past.ok()) return past.status();
  auto lots = StandingOfLots(db_, held->envelope);
  if (!lots.ok()) return lots.status();
  held->lots = *std::move(lots);
  const auto judged = release ? release(*held, **past, over) : over ? std::optional(AsItIs(*held)) : std::nullopt;
  Unfill(**past, held->envelope.kind());
  if (!judged.has_value()) return false;
  if (auto status = ReleaseOne(*held, *judged, over, now_ms); !status.ok()) return status;
  return true;
}

absl::Status ReportChange::ReleaseOne(StoredReport held, const NewReport& judged, bool over, int64_t now_ms) {
  held.state = judged.state;
  held.reason_code = judged.reason_code;
  held.reason_text = judged.reason_text;
  held.who_acts = judged.who_acts;
  held.findings = judged.findings;
  const bool parked = judged.state == REPORT_STATE_PARKED;
  auto status = Statement(db_,
                          "UPDATE reports SET state=?, reason_code=?, reason_text=?, who_acts=?, findings=?,"
                          " decided_ms=? WHERE id=?")
                    .Bind(int64_t{held.state})
                    .Bind(held.reason_code)
                    .Bind(held.reason_text)
                    .Bind(held.who_acts)
                    .Blob(held.findings)
                    .Bind(parked ? now_ms : int64_t{0})
                    .Bind(static_cast<int64_t>(held.id))
                    .Finish();
  if (status.ok()) status = NoteDisposition(held);
  Changed(held);  // the next one of the order is judged by this one as it is now
  if (status.ok()) status = Note(now_ms, held.id, "released", over ? "the window is over" : "nothing is missing");
  if (!parked) return status.ok() ? TakeBackUnposted(held, now_ms) : status;
  if (status.ok()) status = Note(now_ms, held.id, "parked", held.reason_code);
  if (status.ok()) status = LeaveFeedback(held, false, now_ms);
  return status.ok() ? TakeBackParked(held, now_ms) : status;
}

absl::Status ReportChange::AppendAll(std::vector<NewReport> reports, const ReportJudge& judge,
                                     std::vector<StoredReport>& stored) {
  stored.reserve(reports.size());
  for (auto& report : reports) {
    auto appended = Append(std::move(report), judge);
    if (!appended.ok()) return appended.status();
    stored.push_back(*std::move(appended));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<StoredReport>> SqliteLedger::AppendReports(const std::vector<NewReport>& reports,
                                                                      const ReportJudge& judge) {
  std::vector<StoredReport> stored;
  const auto status = Write([&] { return ReportChange(*writer_, turns_, pasts_).AppendAll(reports, judge, stored); });
  if (!status.ok()) return status;
  return stored;
}

void SqliteLedger::AppendReportsThen(std::vector<NewReport> reports, ReportJudge judge, Appended done) {
  const auto stored = std::make_shared<std::vector<StoredReport>>();
  const bool simple = reports.size() == 1;  // it is judged and found fit before the first change
  WriteThen(
      [this, reports = std::move(reports), judge = std::move(judge), stored]() mutable {
        return ReportChange(*writer_, turns_, pasts_).AppendAll(std::move(reports), judge, *stored);
      },
      [stored, done = std::move(done)](const absl::Status& status) {
        if (!status.ok()) return done(status);
        done(std::move(*stored));
      },
      simple);
}

absl::Status SqliteLedger::ReleaseHeld(int64_t now_ms, const Release& release) {
  return Write([&] { return ReportChange(*writer_, turns_, pasts_).ReleaseHeld(now_ms, release); });
}

}  // namespace isa95::ledger
