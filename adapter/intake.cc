#include "adapter/intake.h"

#include <algorithm>

#include "adapter/answers.h"
#include "adapter/flows/order_life.h"
#include "adapter/flows/order_query.h"
#include "adapter/flows/production_order.h"
#include "adapter/flows/report_document.h"
#include "adapter/ids.h"
#include "b2mml/translate.h"
#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

using exchange::v1::ItemState;

void FillBytes(ledger::NewDocument& record, const b2mml::Parsed& parsed, const Findings& findings,
               std::string_view channel, std::string body) {
  record.channel = std::string(channel);
  record.payload_hash = Sha256Hex(body);
  record.payload = std::move(body);
  flow::v1::FindingList list;
  for (const auto& finding : findings) *list.add_finding() = finding;
  record.findings = list.SerializeAsString();
  if (parsed.shape_ok) record.document = parsed.document.SerializeAsString();
  for (auto& item : record.items) {
    // A cancel says what it says by its key alone.
    const bool cancel = item.envelope.kind() == flow::v1::MESSAGE_KIND_ORDER_CANCEL;
    item.content_hash = cancel ? Sha256Hex(item.envelope.key_id()) : ContentHash(item.envelope.production_order());
  }
}

bool All(const std::vector<ledger::StoredItem>& items, ItemState state) {
  return !items.empty() &&
         std::all_of(items.begin(), items.end(), [&](const auto& item) { return item.state == state; });
}

IntakeResult::Kind KindOf(const b2mml::Parsed& parsed, const ledger::StoredDocument& stored) {
  using Kind = IntakeResult::Kind;
  if (stored.document.refused) return parsed.document.has_application_area() ? Kind::kRefused : Kind::kUnreadable;
  if (stored.bod_conflict || All(stored.items, exchange::v1::ITEM_STATE_CONFLICT)) return Kind::kConflict;
  return All(stored.items, exchange::v1::ITEM_STATE_REFUSED) ? Kind::kRefused : Kind::kReceived;
}

// By what it quotes: whether it does so rightly, its taker says.
bool AnswersAReport(const flow::v1::Document& document, std::string_view site) {
  const auto verb = document.verb().code();
  const bool answers = verb == flow::v1::VERB_CODE_ACKNOWLEDGE || verb == flow::v1::VERB_CODE_RESPOND ||
                       verb == flow::v1::VERB_CODE_CONFIRM;
  if (!answers || document.noun() == flow::v1::NOUN_CODE_SCHEDULE) return false;
  const auto& original = document.verb().original_application_area().bod_id().value();
  return document.noun() == flow::v1::NOUN_CODE_PERFORMANCE || flows::ParseReportBodId(site, original).has_value();
}

const char* OutcomeOf(IntakeResult::Kind kind, const ledger::StoredDocument& stored) {
  using Kind = IntakeResult::Kind;
  if (kind == Kind::kUnreadable || kind == Kind::kRefused) return "refused";
  if (kind == Kind::kConflict) return "conflict";
  return stored.duplicate_bytes || All(stored.items, exchange::v1::ITEM_STATE_DUPLICATE) ? "duplicate" : "received";
}

// What the order's history had against it is not known before the ledger has it.
void AddJudgements(const ledger::StoredDocument& stored, Findings& findings) {
  for (const auto& item : stored.items) {
    const bool known = std::any_of(findings.begin(), findings.end(),
                                   [&](const auto& finding) { return finding.code() == item.reason_code; });
    if (item.state == exchange::v1::ITEM_STATE_REFUSED && !known)
      findings.push_back(Error(item.reason_code, "", 0, item.reason_text, "Nothing was changed."));
  }
}

}  // namespace

Intake::Intake(ledger::Ledger& ledger, const Contracts& contracts, const b2mml::Versions& versions, Wakes& wakes,
               std::function<void()> stored, TakeAnswer take_answer, ops::Journal journal)
    : ledger_(ledger),
      contracts_(contracts),
      versions_(versions),
      wakes_(wakes),
      stored_(std::move(stored)),
      take_answer_(std::move(take_answer)),
      journal_(std::move(journal)) {}

// Refused by the code that stands first: it is what the sender mends first.
void Intake::Tell(const ledger::StoredDocument& stored, const IntakeResult& result) const {
  using Kind = IntakeResult::Kind;
  const auto& document = stored.document;
  ops::Line line{.message = "document received", .site = document.site, .flow = "production_order"};
  line.bod_id = document.bod_id;
  line.document = stored.id;
  line.orders = stored.items.size();
  if (!stored.items.empty()) line.key = stored.items.front().envelope.key_id();
  line.outcome = OutcomeOf(result.kind, stored);
  const bool refused = result.kind == Kind::kUnreadable || result.kind == Kind::kRefused;
  const auto error = std::find_if(result.findings.begin(), result.findings.end(),
                                  [](const auto& finding) { return finding.severity() == flow::v1::SEVERITY_ERROR; });
  if (refused && error != result.findings.end()) {
    line.detail = error->code();
    journal_.Refused(document.site, line.flow, error->code());
  }
  journal_.Tell(line, refused || result.kind == Kind::kConflict ? spdlog::level::warn : spdlog::level::info);
}

absl::StatusOr<IntakeResult> Intake::Receive(std::string_view site, std::string_view channel, std::string body) {
  const auto found = contracts_.Find(site);
  if (found == nullptr) return absl::NotFoundError(Cat("this adapter serves no site '", site, "'"));
  const auto& contract = found->contract;
  const int64_t now = NowMillis();

  const auto parsed = b2mml::ParseDocument(body, versions_, contract.erp());
  if (take_answer_ && parsed->shape_ok && AnswersAReport(parsed->document, site))
    return TakeAnswerOfErp(parsed->document, contract, std::move(body));
  auto flow = flows::DecideOrders({*parsed, contract, *found->normalizer, now});
  FillBytes(flow.document, *parsed, flow.findings, channel, std::move(body));
  flow.document.contract = StampOf(*found);
  const auto began = ops::Journal::Clock::now();
  auto stored = ledger_.Append(flow.document, flows::JudgeByHistory);
  if (!stored.ok()) return stored.status();
  journal_.Took(ops::Step::kDocumentCommit, site, ops::Journal::Clock::now() - began);

  IntakeResult result;
  result.kind = KindOf(*parsed, *stored);
  result.findings = std::move(flow.findings);
  result.document_id = stored->id;
  result.answer_follows = stored->document.wants_answer && !stored->document.refused;
  AddJudgements(*stored, result.findings);
  Tell(*stored, result);
  const auto* version = versions_.by_name(contract.erp().b2mml().write());
  if (result.kind == IntakeResult::Kind::kReceived && parsed->document.verb().code() == flow::v1::VERB_CODE_GET)
    return Answer(parsed->document, *found, *version, std::move(result));
  if (result.kind == IntakeResult::Kind::kRefused) {
    result.answer = MakeRefusal(parsed->document, result.findings, contract, *version, NewUuid(), now);
  }
  if (result.answer_follows) stored_();
  if (result.kind == IntakeResult::Kind::kReceived) wakes_.Notify(site);
  return result;
}

absl::StatusOr<IntakeResult> Intake::TakeAnswerOfErp(const flow::v1::Document& answer,
                                                     const contract::v1::SiteContract& contract, std::string body) {
  auto findings = take_answer_(answer, contract, std::move(body));
  if (!findings.ok()) return findings.status();
  IntakeResult result;
  result.kind = findings->empty() ? IntakeResult::Kind::kTaken : IntakeResult::Kind::kRefused;
  result.findings = *std::move(findings);
  return result;
}

absl::StatusOr<IntakeResult> Intake::Answer(const flow::v1::Document& request, const Terms& terms,
                                            const b2mml::Version& version, IntakeResult result) {
  auto asked = flows::OrdersAskedFor(request);
  for (auto& id : asked)
    id = terms.normalizer->names().ToStandard(policy::NameKind::kOrder, policy::Party::kErp, id).name;
  auto found = ledger_.CurrentOrders(terms.contract.site().id(), asked, flows::kMaxShown + 1);
  if (!found.ok()) return found.status();
  for (auto& item : *found) terms.normalizer->ToParty(policy::Party::kErp, *item.envelope.mutable_production_order());
  const auto header = HeaderOf(terms.contract, NewUuid(), NowMillis());
  auto written = b2mml::WriteDocument(flows::AnswerQuery(request, *found, header, version), version);
  if (written.xml.empty()) return absl::InternalError(Cat("the answer cannot be written: ", ToJson(written.findings)));
  result.kind = IntakeResult::Kind::kAnswered;
  result.answer = std::move(written.xml);
  return result;
}

}  // namespace isa95::adapter
