#include "adapter/mes_port/mes_document.h"

#include <cstdio>

#include "adapter/answer_words.h"
#include "adapter/ids.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

using namespace exchange::v1;

std::string SiteMark(std::string_view site) { return Sha256Hex(site).substr(0, 8); }

flow::v1::VerbCode VerbOf(flow::v1::MessageKind kind) {
  if (kind == flow::v1::MESSAGE_KIND_ORDER_CHANGE) return flow::v1::VERB_CODE_CHANGE;
  return kind == flow::v1::MESSAGE_KIND_ORDER_CANCEL ? flow::v1::VERB_CODE_CANCEL : flow::v1::VERB_CODE_PROCESS;
}

// The service's reason codes have one form; what has another is words.
AnswerReason ReasonIn(const flow::v1::Verb& verb) {
  auto reason = ReasonOf(verb);
  if (IsReasonCode(reason.code)) return reason;
  return {"", Cat(reason.code, reason.code.empty() || reason.text.empty() ? "" : " ", reason.text)};
}

// Of what was sent: an order. An answer about another noun quotes another message.
bool IsAnswer(const flow::v1::Document& document) {
  const auto verb = document.verb().code();
  if (document.noun() == flow::v1::NOUN_CODE_PERFORMANCE) return false;
  return verb == flow::v1::VERB_CODE_ACKNOWLEDGE || verb == flow::v1::VERB_CODE_RESPOND ||
         verb == flow::v1::VERB_CODE_CONFIRM;
}

}  // namespace

std::string BodIdOf(std::string_view site, const DeliveryName& name) {
  char text[40];
  std::snprintf(text, sizeof text, "%s-%04x-8000-8%03x-%012llx", SiteMark(site).c_str(), name.attempt >> 12 & 0xffff,
                name.attempt & 0xfff, static_cast<unsigned long long>(name.delivery_id));
  return text;
}

std::optional<DeliveryName> ParseBodId(std::string_view site, std::string_view bod_id) {
  unsigned high = 0, low = 0;
  unsigned long long id = 0;
  char mark[9] = {};
  const std::string text = Lower(bod_id);
  if (std::sscanf(text.c_str(), "%8[0-9a-f]-%4x-8000-8%3x-%12llx", mark, &high, &low, &id) != 4) return std::nullopt;
  const DeliveryName name{id, high << 12 | low};
  if (BodIdOf(site, name) != text) return std::nullopt;
  return name;
}

flow::v1::Document MakeMesRequest(const OrderDelivery& delivery, const contract::v1::SiteContract& contract,
                                  const b2mml::Version& version, int64_t now_ms) {
  const auto& envelope = delivery.envelope();
  flow::v1::Document document;
  document.set_b2mml_version(version.name());
  const auto& own = contract.mes().b2mml().release_id();
  document.set_release_id(own.empty() ? version.table().release_id() : own);
  document.set_noun(flow::v1::NOUN_CODE_SCHEDULE);
  document.set_noun_form(contract.mes().b2mml().noun() == "production" ? "production" : "");
  const auto verb = VerbOf(envelope.kind());
  document.mutable_verb()->set_code(verb);
  auto& area = *document.mutable_application_area();
  area.mutable_sender()->mutable_logical_id()->set_value(contract.erp().logical_id());
  if (verb == flow::v1::VERB_CODE_CANCEL) {
    area.mutable_sender()->mutable_confirmation_code()->set_value("Always");
  } else {
    document.mutable_verb()->set_response_code("Always");
  }
  *area.mutable_creation_date_time() = InstantOf(now_ms);
  area.mutable_bod_id()->set_value(BodIdOf(envelope.site(), {delivery.delivery_id(), delivery.attempt()}));
  auto& schedule = *document.add_schedule();
  schedule = envelope.schedule();
  auto& order = *schedule.add_order();
  order = envelope.production_order();
  if (!order.has_version()) order.mutable_version()->set_value(envelope.key_version());
  return document;
}

MesAnswer ReadMesAnswer(const flow::v1::Document& document, const contract::v1::SiteContract& contract) {
  MesAnswer answer;
  const auto& verb = document.verb();
  if (!IsAnswer(document)) {
    answer.findings.push_back(Error("WRONG_DIRECTION", "", 0, "Only answers are taken from the MES here.",
                                    "Send Acknowledge or Respond of the schedule noun, or ConfirmBOD.", "MES vendor"));
    return answer;
  }
  const auto& site = contract.site().id();
  const auto& original = verb.original_application_area().bod_id().value();
  const auto name = ParseBodId(site, original);
  if (!name) {
    answer.findings.push_back(Error("UNKNOWN_ORIGINAL", "", 0,
                                    Cat("OriginalApplicationArea/BODID '", original, "' is none that was sent here."),
                                    "Quote the whole ApplicationArea of the request that is answered.", "MES vendor"));
    return answer;
  }
  auto reason = ReasonIn(verb);
  const std::string action = ActionOf(verb);
  answer.pending = action == "Modified" && reason.code == "DECISION_PENDING";
  auto& decision = answer.decision;
  decision.set_site(site);
  decision.set_delivery_id(name->delivery_id);
  decision.set_attempt(name->attempt);
  if (action == "Accepted" || action == "Replaced") {
    decision.set_decision(ORDER_DECISION_ACCEPTED);
    return answer;
  }
  decision.set_decision(action == "Rejected" ? ORDER_DECISION_REJECTED : ORDER_DECISION_MODIFIED);
  decision.set_reason_code(reason.code.empty() ? "NO_REASON_GIVEN" : reason.code);
  decision.set_reason_text(std::move(reason.text));
  return answer;
}

bool SpeaksB2mml(const contract::v1::Mes& mes) { return mes.port().starts_with("b2mml-"); }

contract::v1::Erp TermsOf(const contract::v1::Mes& mes) {
  contract::v1::Erp terms;
  *terms.mutable_b2mml() = mes.b2mml();
  *terms.mutable_dialect() = mes.dialect();
  return terms;
}

}  // namespace isa95::adapter
