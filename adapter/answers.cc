#include "adapter/answers.h"

#include <map>
#include <tuple>

#include "b2mml/translate.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

using b2mml::Outcome;
using exchange::v1::ItemState;

// `accepted`: the word for a request taken as it is.
Outcome OutcomeOf(const std::string& accepted, ItemState state, const std::string& code, const std::string& text) {
  switch (state) {
    case exchange::v1::ITEM_STATE_ACCEPTED:
      return {code.empty() ? accepted : "Modified", code, text, ""};
    case exchange::v1::ITEM_STATE_REJECTED:
    case exchange::v1::ITEM_STATE_REFUSED:
      return {"Rejected", code, text, ""};
    case exchange::v1::ITEM_STATE_CONFLICT:
      return {"Rejected", "DUPLICATE_CONFLICT",
              "This order version was already received with other content; send a new version.", ""};
    default:
      return {"Modified", "DECISION_PENDING",
              "The MES has not decided within the agreed time; a further answer follows.", ""};
  }
}

struct Group {
  Outcome outcome;
  std::vector<const ledger::StoredItem*> items;
};

bool Wanted(b2mml::AnswerWish::When when, const Outcome& outcome) {
  using When = b2mml::AnswerWish::When;
  return when == When::kAlways || (when == When::kOnError && outcome.action_code == "Rejected");
}

std::vector<Group> GroupByOutcome(const AnswerInput& input, const std::string& accepted) {
  std::map<std::tuple<std::string, std::string, std::string>, Group> groups;
  for (const auto& item : input.document.items) {
    Outcome outcome = OutcomeOf(accepted, item.state, item.reason_code, item.reason_text);
    if (item.state == exchange::v1::ITEM_STATE_DUPLICATE) {
      if (const auto* original = input.original(item.original_id)) {
        outcome = OutcomeOf(accepted, original->state, original->reason_code, original->reason_text);
      }
    }
    auto& group = groups[{outcome.action_code, outcome.reason_code, outcome.reason_text}];
    group.outcome = outcome;
    group.items.push_back(&item);
  }
  std::vector<Group> ordered;
  ordered.reserve(groups.size());
  for (auto& [key, group] : groups) ordered.push_back(std::move(group));
  return ordered;
}

absl::StatusOr<std::string> Write(const flow::v1::Document& document, const b2mml::Version& version) {
  auto written = b2mml::WriteDocument(document, version);
  if (!written.xml.empty()) return std::move(written.xml);
  return absl::InternalError(Cat("an answer cannot be written: ", ToJson(written.findings)));
}

// As the sender wrote it, in its own names and units: the items of a document are its orders, one by one.
const flow::v1::ProductionOrder& AsSent(const flow::v1::Document& request, const AnswerInput& input,
                                        const ledger::StoredItem& item) {
  auto at = &item - input.document.items.data();
  for (const auto& schedule : request.schedule()) {
    if (at < schedule.order_size()) return schedule.order(static_cast<int>(at));
    at -= schedule.order_size();
  }
  return item.envelope.production_order();
}

absl::StatusOr<ledger::NewAnswer> MakeOne(const AnswerInput& input, const flow::v1::Document& request,
                                          const Group& group, flow::v1::VerbCode verb) {
  ledger::NewAnswer answer;
  answer.outcome = group.outcome.action_code;
  answer.bod_id = input.new_bod_id();
  const auto header = HeaderOf(input.contract, answer.bod_id, input.now_ms);
  std::vector<const flow::v1::ProductionOrder*> orders;
  for (const auto* item : group.items) {
    answer.item_ids.push_back(item->id);
    orders.push_back(&AsSent(request, input, *item));
  }
  const auto& original = request.application_area();
  const auto document = verb == flow::v1::VERB_CODE_CONFIRM
                            ? b2mml::MakeConfirm(original, group.outcome, header, input.version)
                            : b2mml::MakeAnswer(verb, original, group.items.front()->envelope.schedule(), orders,
                                                group.outcome, header, input.version);
  auto xml = Write(document, input.version);
  if (!xml.ok()) return xml.status();
  answer.payload = *std::move(xml);
  return answer;
}

}  // namespace

b2mml::AnswerHeader HeaderOf(const contract::v1::SiteContract& contract, std::string bod_id, int64_t now_ms) {
  const auto& b2mml = contract.erp().b2mml();
  return {std::move(bod_id), contract.mes().logical_id(), InstantOf(now_ms), b2mml.release_id(),
          b2mml.noun() == "production" ? "production" : ""};
}

absl::StatusOr<std::vector<ledger::NewAnswer>> MakeAnswers(const AnswerInput& input) {
  flow::v1::Document request;
  if (!request.ParseFromString(input.document.document.document)) {
    return absl::DataLossError("a stored document cannot be read back");
  }
  const auto wish = b2mml::WishOf(request);
  const bool confirms = wish.answer == b2mml::AnswerWish::When::kNever;
  const auto verb = confirms ? flow::v1::VERB_CODE_CONFIRM : b2mml::AnswerVerbOf(request.verb().code());
  const bool replaces = verb == flow::v1::VERB_CODE_RESPOND;
  std::vector<ledger::NewAnswer> answers;
  for (const auto& group : GroupByOutcome(input, replaces ? "Replaced" : "Accepted")) {
    // A ConfirmBOD cannot say that something is undecided.
    const bool unsayable = confirms && group.outcome.reason_code == "DECISION_PENDING";
    if (unsayable || !Wanted(confirms ? wish.confirm : wish.answer, group.outcome)) {
      ledger::NewAnswer silent;  // told by silence, as asked for
      for (const auto* item : group.items) silent.item_ids.push_back(item->id);
      answers.push_back(std::move(silent));
      continue;
    }
    auto answer = MakeOne(input, request, group, verb);
    if (!answer.ok()) return answer.status();
    answers.push_back(*std::move(answer));
  }
  return answers;
}

std::string MakeRefusal(const flow::v1::Document& document, const Findings& findings,
                        const contract::v1::SiteContract& contract, const b2mml::Version& version,
                        const std::string& bod_id, int64_t now_ms) {
  if (!document.has_application_area()) return {};
  Outcome outcome{"Rejected", "REFUSED", "The document was refused.", ""};
  for (const auto& finding : findings) {
    if (finding.severity() != flow::v1::SEVERITY_ERROR) continue;
    outcome = {"Rejected", finding.code(), finding.message(), finding.path()};
    break;
  }
  auto answer = b2mml::MakeConfirm(document.application_area(), outcome, HeaderOf(contract, bod_id, now_ms), version);
  answer.mutable_bod(0)->clear_note();
  for (const auto& finding : findings) {
    if (finding.severity() != flow::v1::SEVERITY_ERROR) continue;
    answer.mutable_bod(0)->add_note()->set_value(Cat(finding.code(), " line ", finding.line(), " ", finding.path(),
                                                     ": ", finding.message(), " ", finding.mend()));
  }
  auto xml = Write(answer, version);
  return xml.ok() ? *std::move(xml) : std::string();
}

}  // namespace isa95::adapter
