#include "adapter/flows/production_order.h"

#include <algorithm>
#include <map>
#include <utility>

#include "adapter/policy/ownership.h"
#include "grpc/model/contract.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

using contract::v1::SiteContract;
using exchange::v1::ITEM_STATE_REFUSED;

// Unspecified: not a request about orders. Of several ActionCriteria the first counts; without any, Sync adds.
flow::v1::MessageKind KindOf(const flow::v1::Document& document) {
  const auto& verb = document.verb();
  switch (verb.code()) {
    case flow::v1::VERB_CODE_PROCESS:
      return flow::v1::MESSAGE_KIND_ORDER_RELEASE;
    case flow::v1::VERB_CODE_CHANGE:
      return flow::v1::MESSAGE_KIND_ORDER_CHANGE;
    case flow::v1::VERB_CODE_CANCEL:
      return flow::v1::MESSAGE_KIND_ORDER_CANCEL;
    case flow::v1::VERB_CODE_SYNC:
      break;
    default:
      return flow::v1::MESSAGE_KIND_UNSPECIFIED;
  }
  const bool stated = verb.criteria_size() > 0 && verb.criteria(0).expression_size() > 0;
  const std::string action = stated ? verb.criteria(0).expression(0).action_code() : "Add";
  if (action == "Change") return flow::v1::MESSAGE_KIND_ORDER_CHANGE;
  return action == "Delete" ? flow::v1::MESSAGE_KIND_ORDER_CANCEL : flow::v1::MESSAGE_KIND_ORDER_RELEASE;
}

// The site a scope names, where it is another than this one; empty = this one, or none.
std::string ForeignSite(const flow::v1::HierarchyScope& scope, const SiteContract& contract) {
  const auto& site = contract.site();
  for (const auto* node = &scope; node->has_equipment_id(); node = &node->child()) {
    const auto& id = node->equipment_id().value();
    const bool ours = id == site.id() || std::find(site.path().begin(), site.path().end(), id) != site.path().end();
    if (node->equipment_level().value() == "Site" && !ours) return id;
  }
  return {};
}

void CheckReceiver(const flow::v1::Document& document, const SiteContract& contract, Findings& findings) {
  const auto& receivers = document.application_area().receiver();
  const auto meant = [&](const auto& receiver) {
    return !receiver.has_logical_id() || receiver.logical_id().value() == contract.mes().logical_id();
  };
  if (receivers.empty() || std::any_of(receivers.begin(), receivers.end(), meant)) return;
  findings.push_back(Error("WRONG_RECEIVER", "", 0,
                           Cat("The document is for '", receivers.Get(0).logical_id().value(),
                               "', not for this site's '", contract.mes().logical_id(), "'."),
                           "Send it to the address of that receiver, or correct mes.logical_id in the contract."));
}

// The ERP sends orders and asks about them; what was done with them goes the other way.
void CheckDirection(const flow::v1::Document& document, Findings& findings) {
  constexpr std::string_view kMend = "Send Process, Change, Cancel, Get or Sync of the schedule noun to this address.";
  if (KindOf(document) == flow::v1::MESSAGE_KIND_UNSPECIFIED && document.verb().code() != flow::v1::VERB_CODE_GET) {
    findings.push_back(
        Error("WRONG_DIRECTION", "", 0, "An answer came in where only requests of the ERP are taken.", kMend));
  } else if (document.noun() != flow::v1::NOUN_CODE_SCHEDULE) {
    findings.push_back(
        Error("WRONG_DIRECTION", "", 0, "A report of what was done came in where only orders are taken.", kMend));
  }
}

// What is wrong with the document as a whole for this site, beyond its shape and content.
void CheckTerms(const flow::v1::Document& document, const SiteContract& contract, Findings& findings) {
  if (!contract.flows().has_production_order()) {
    findings.push_back(Error("FLOW_NOT_ENABLED", "", 0, "This site's contract has no production order flow.",
                             "Add flows.production_order to the contract, or do not send orders here.", "PMO"));
  }
  CheckDirection(document, findings);
  if (auto echo = policy::Echo(policy::Party::kErp, document, contract)) findings.push_back(*std::move(echo));
  const bool orders = document.noun() == flow::v1::NOUN_CODE_SCHEDULE;
  const auto empty = [](const auto& schedule) { return schedule.order_size() == 0; };
  if (orders && KindOf(document) != flow::v1::MESSAGE_KIND_UNSPECIFIED &&
      std::all_of(document.schedule().begin(), document.schedule().end(), empty)) {
    findings.push_back(Error("NO_ORDER", "", 0, "The document names no order.", "Send at least one order."));
  }
  const auto& sender = document.application_area().sender().logical_id().value();
  if (!sender.empty() && sender != contract.erp().logical_id() && sender != contract.mes().logical_id()) {
    findings.push_back(
        Error("UNKNOWN_SENDER", "", 0,
              Cat("The sender '", sender, "' is not this site's ERP ('", contract.erp().logical_id(), "')."),
              "Send to the address of your own site, or correct erp.logical_id in the contract."));
  }
  CheckReceiver(document, contract, findings);
  for (const auto& schedule : document.schedule()) {
    const auto foreign = ForeignSite(schedule.hierarchy_scope(), contract);
    if (foreign.empty()) continue;
    findings.push_back(Error("WRONG_SITE", "", 0,
                             Cat("The schedule is for site '", foreign, "', this is '", contract.site().id(), "'."),
                             "Send it to the address of that site."));
  }
}

// The first error of each order, and of the document itself under {-1, -1}.
using FirstErrors = std::map<std::pair<int, int>, const Finding*>;

FirstErrors CollectErrors(const Findings& findings, const b2mml::Parsed& parsed) {
  FirstErrors errors;
  for (const auto& finding : findings) {
    if (finding.severity() != flow::v1::SEVERITY_ERROR) continue;
    const auto at = b2mml::OrderOf(parsed, finding);
    errors.emplace(std::pair(at.schedule, at.order), &finding);
  }
  return errors;
}

flow::v1::Envelope MakeEnvelope(const OrderFlowInput& input, const flow::v1::Schedule& schedule,
                                const flow::v1::ProductionOrder& order) {
  const auto& document = input.parsed.document;
  flow::v1::Envelope envelope;
  envelope.set_site(input.contract.site().id());
  envelope.set_sender(input.contract.erp().logical_id());
  envelope.set_kind(KindOf(document));
  envelope.set_key_id(order.id().value());
  envelope.set_key_version(order.version().value());
  if (envelope.key_version().empty() && envelope.kind() == flow::v1::MESSAGE_KIND_ORDER_RELEASE)
    envelope.set_key_version("1");
  envelope.set_verb(document.verb().code());
  envelope.set_b2mml_version(document.b2mml_version());
  envelope.set_bod_id(document.application_area().bod_id().value());
  *envelope.mutable_received_at() = InstantOf(input.received_ms).utc();
  *envelope.mutable_created_at() = document.application_area().creation_date_time();
  auto& header = *envelope.mutable_schedule();
  header = schedule;
  header.clear_order();
  *envelope.mutable_production_order() = order;
  return envelope;
}

void Refuse(ledger::NewItem& item, const Finding& finding) {
  item.state = ITEM_STATE_REFUSED;
  item.reason_code = finding.code();
  item.reason_text = Cat(finding.message(), " ", finding.mend());
}

// The first that refuses the order; null = none.
const Finding* Normalize(const OrderFlowInput& input, flow::v1::Envelope& envelope, Findings& findings) {
  const auto theirs = envelope.key_id();
  auto found = input.normalizer.ToStandard(policy::Party::kErp, *envelope.mutable_production_order());
  envelope.set_key_id(envelope.production_order().id().value());
  const size_t first = findings.size();
  for (auto& finding : found) {
    finding.set_path(Cat("order ", theirs, ": ", finding.path()));
    findings.push_back(std::move(finding));
  }
  const auto error = std::find_if(findings.begin() + static_cast<ptrdiff_t>(first), findings.end(),
                                  [](const auto& f) { return f.severity() == flow::v1::SEVERITY_ERROR; });
  return error == findings.end() ? nullptr : &*error;
}

// An order without a state was released by being sent; the tolerance that allows it has left its finding.
ledger::NewItem DecideOrder(const OrderFlowInput& input, const FirstErrors& errors, int schedule, int order,
                            Findings& findings) {
  const auto& header = input.parsed.document.schedule(schedule);
  ledger::NewItem item;
  item.envelope = MakeEnvelope(input, header, header.order(order));
  const auto* misnamed = Normalize(input, item.envelope, findings);
  if (const auto error = errors.find({schedule, order}); error != errors.end()) {
    Refuse(item, *error->second);
  } else if (const auto foreign = ForeignSite(header.order(order).hierarchy_scope(), input.contract);
             !foreign.empty()) {
    item.state = ITEM_STATE_REFUSED;
    item.reason_code = "WRONG_SITE";
    item.reason_text = Cat("The order is for site '", foreign, "'. Send it to the address of that site.");
  } else if (misnamed != nullptr) {
    Refuse(item, *misnamed);
  }
  return item;
}

}  // namespace

OrderFlowResult DecideOrders(const OrderFlowInput& input) {
  const auto& document = input.parsed.document;
  OrderFlowResult result;
  result.findings = input.parsed.findings;
  if (input.parsed.shape_ok) CheckTerms(document, input.contract, result.findings);

  auto& record = result.document;
  record.site = input.contract.site().id();
  record.sender = input.contract.erp().logical_id();
  record.bod_id = document.application_area().bod_id().value();
  record.received_ms = input.received_ms;
  record.answer_due_ms = input.received_ms + ParseSpanMillis(input.contract.flows().production_order().answer_within());
  const auto wish = b2mml::WishOf(document);
  using When = b2mml::AnswerWish::When;
  record.wants_answer = wish.answer != When::kNever || wish.confirm != When::kNever;
  const FirstErrors errors = CollectErrors(result.findings, input.parsed);
  record.refused = !input.parsed.shape_ok || errors.contains({-1, -1});
  if (record.refused) return result;
  if (document.verb().code() == flow::v1::VERB_CODE_GET) {
    record.wants_answer = false;  // it is answered at once, and changes nothing
    return result;
  }
  Findings names;
  for (int s = 0; s < document.schedule_size(); ++s) {
    for (int o = 0; o < document.schedule(s).order_size(); ++o) {
      record.items.push_back(DecideOrder(input, errors, s, o, names));
    }
  }
  result.findings.insert(result.findings.end(), names.begin(), names.end());
  // Where every order is refused at once, the refusal itself is the one answer.
  const auto refused = [](const ledger::NewItem& item) { return item.state == ITEM_STATE_REFUSED; };
  if (std::all_of(record.items.begin(), record.items.end(), refused)) record.wants_answer = false;
  return result;
}

}  // namespace isa95::flows
