#include "adapter/flows/report_document.h"

#include "adapter/flows/fact_document.h"
#include "adapter/flows/report_segment.h"
#include "adapter/flows/report_words.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

using namespace flow::v1;

// A mark that no site's own can be: a site's id has no slash.
std::string ErpMark(std::string_view site) { return Cat(site, "/erp"); }

bool IsFact(MessageKind kind) {
  return kind == MESSAGE_KIND_LOT_DISPOSITION || kind == MESSAGE_KIND_TEST_RESULT || kind == MESSAGE_KIND_DOWNTIME;
}

VerbCode VerbOf(MessageKind kind, const contract::v1::SiteContract& contract) {
  if (kind == MESSAGE_KIND_REVERSAL) return VERB_CODE_CANCEL;
  const bool sync = IsFact(kind) || contract.flows().execution_confirmation().verb() == "sync";
  return sync ? VERB_CODE_SYNC : VERB_CODE_PROCESS;
}

const char* TaskOf(MessageKind kind) {
  switch (kind) {
    case MESSAGE_KIND_REVERSAL:
      return tasks::kReversal;
    case MESSAGE_KIND_CONSUMPTION:
      return tasks::kConsumption;
    case MESSAGE_KIND_LOT_DISPOSITION:
      return tasks::kDisposition;
    case MESSAGE_KIND_TEST_RESULT:
      return tasks::kTestResult;
    case MESSAGE_KIND_DOWNTIME:
      return tasks::kDowntime;
    default:
      return tasks::kConfirmation;
  }
}

// What the Sync does to what the ERP has: a lot stands otherwise, a stop is closed; all else is new.
const char* ActionOf(const Envelope& report) {
  const bool closes = report.downtime_event().phase() == DOWNTIME_PHASE_CODE_CLOSED;
  return closes || report.has_lot_disposition() ? "Change" : "Add";
}

// The last item of the order that has what is asked for: a change may say no more than a new state.
template <typename Has>
const Envelope* LastOrder(const ledger::OrderPast& past, const Has& has) {
  for (auto item = past.order.rbegin(); item != past.order.rend(); ++item) {
    const bool turned_down = item->state == exchange::v1::ITEM_STATE_REJECTED;
    if (!turned_down && item->envelope.has_production_order() && has(item->envelope)) return &item->envelope;
  }
  return nullptr;
}

const Envelope* LastRouting(const ledger::OrderPast& past) {
  return LastOrder(past, [](const Envelope& e) { return e.production_order().operations_definition_id_size() > 0; });
}

void FillHeader(Document& document, const ledger::StoredReport& posting, const contract::v1::SiteContract& contract,
                const Places& places, int64_t now_ms) {
  auto& area = *document.mutable_application_area();
  area.mutable_sender()->mutable_logical_id()->set_value(contract.mes().logical_id());
  area.mutable_sender()->mutable_task_id()->set_value(TaskOf(posting.envelope.kind()));
  // Process is acknowledged; to Sync and Cancel there is no answer but ConfirmBOD.
  if (document.verb().code() == VERB_CODE_PROCESS) {
    document.mutable_verb()->set_response_code("Always");
  } else {
    area.mutable_sender()->mutable_confirmation_code()->set_value("Always");
  }
  if (places.Carry({"application_area", "receiver"}))
    area.add_receiver()->mutable_logical_id()->set_value(contract.erp().logical_id());
  *area.mutable_creation_date_time() = InstantOf(now_ms);
  const auto& site = contract.site().id();
  area.mutable_bod_id()->set_value(ReportBodIdOf(site, {posting.id, posting.attempts}));
}

void FillCriteria(Verb& verb, const Envelope& report, const Places& places) {
  if (verb.code() == VERB_CODE_SYNC) {
    auto& expression = *verb.add_criteria()->add_expression();
    expression.set_action_code(ActionOf(report));
    expression.set_value("/");
  }
  if (verb.code() != VERB_CODE_CANCEL || !places.Carry({"verb", "criteria", "change_status"})) return;
  auto& status = *verb.add_criteria()->mutable_change_status();
  const auto& reversal = report.report_reversal();
  if (reversal.has_reason_code()) *status.mutable_reason_code() = reversal.reason_code();
  if (reversal.has_reversed_at()) *status.mutable_effective_date_time() = reversal.reversed_at();
}

// The ERP's own key of what is taken back: many an ERP finds its posting by nothing else.
std::string ErpDocumentOf(const ReportReversal& reversal, const ledger::OrderPast& past) {
  for (const auto& report : past.reports) {
    if (report.envelope.key_id() == reversal.reverses_id().value()) return report.erp_document;
  }
  return {};
}

SegmentResponse SegmentOfReport(const Envelope& report, const ledger::OrderPast& past, const Places& places) {
  if (report.has_report_reversal())
    return SegmentOf(report.report_reversal(), ErpDocumentOf(report.report_reversal(), past), places);
  if (report.has_material_consumption()) return SegmentOf(report.material_consumption(), places);
  if (report.has_downtime_event()) return SegmentOf(report.downtime_event(), places);
  return SegmentOf(report.execution_confirmation(), places);
}

const Identifier& OrderIdOf(const Envelope& report) {
  if (report.has_report_reversal()) return report.report_reversal().order_id();
  if (report.has_downtime_event()) return report.downtime_event().order_id();
  return report.has_material_consumption() ? report.material_consumption().order_id()
                                           : report.execution_confirmation().order_id();
}

void FillResponse(OperationsResponse& response, const ledger::StoredReport& posting, const ledger::OrderPast& past,
                  const Places& places) {
  const auto& report = posting.envelope;
  const auto* order = LastRouting(past);
  response.mutable_id()->set_value(report.key_id() + "-R");
  if (!OrderIdOf(report).value().empty() || !report.has_downtime_event()) *response.add_order_id() = OrderIdOf(report);
  if (order != nullptr && !report.has_downtime_event() && !report.has_report_reversal()) {
    const auto& content = order->production_order();
    *response.mutable_operations_definition_id() = content.operations_definition_id();
    if (content.has_operations_type() && places.Carry({"performance", "response", "operations_type"}))
      *response.mutable_operations_type() = content.operations_type();
  }
  *response.add_segment() = SegmentOfReport(report, past, places);
}

void FillPerformance(Performance& performance, const ledger::StoredReport& posting, const ledger::OrderPast& past,
                     const Places& places, int64_t now_ms) {
  performance.mutable_id()->set_value(posting.envelope.key_id() + "-P");
  *performance.mutable_published_date() = InstantOf(now_ms);
  const auto* order = LastOrder(past, [](const Envelope& e) { return e.schedule().has_id(); });
  if (order != nullptr) *performance.mutable_schedule_id() = order->schedule().id();
  FillResponse(*performance.add_response(), posting, past, places);
}

NounCode NounOf(const Envelope& report, const b2mml::Version& version) {
  if (report.has_lot_disposition()) return NOUN_CODE_MATERIAL_LOT;
  if (!report.has_quality_test_result()) return NOUN_CODE_PERFORMANCE;
  const bool own = Places(version, VERB_CODE_SYNC, "", NOUN_CODE_TEST_RESULT).exist();
  return own ? NOUN_CODE_TEST_RESULT : NOUN_CODE_MATERIAL_LOT;
}

// Of the nouns other than the performance.
void FillNoun(Document& document, const Envelope& report, const Places& places) {
  if (report.has_lot_disposition()) {
    *document.add_material_lot() = LotOf(report.lot_disposition(), places);
  } else if (document.noun() == NOUN_CODE_TEST_RESULT) {
    *document.add_test_result() = TestOf(report.quality_test_result());
  } else {
    *document.add_material_lot() = LotOf(report.quality_test_result());
  }
}

}  // namespace

std::string ReportBodIdOf(std::string_view site, const adapter::DeliveryName& name) {
  return adapter::BodIdOf(ErpMark(site), name);
}

std::optional<adapter::DeliveryName> ParseReportBodId(std::string_view site, std::string_view bod_id) {
  return adapter::ParseBodId(ErpMark(site), bod_id);
}

Document MakeReportDocument(const ledger::StoredReport& posting, const ledger::OrderPast& past,
                            const contract::v1::SiteContract& contract, const b2mml::Version& version, int64_t now_ms) {
  const auto& terms = contract.erp().b2mml();
  Document document;
  document.set_b2mml_version(version.name());
  document.set_release_id(terms.release_id().empty() ? version.table().release_id() : terms.release_id());
  document.mutable_verb()->set_code(VerbOf(posting.envelope.kind(), contract));
  document.set_noun(NounOf(posting.envelope, version));
  const bool performance = document.noun() == NOUN_CODE_PERFORMANCE;
  document.set_noun_form(performance && terms.noun() == "production" ? "production" : "");
  const Places places(version, document.verb().code(), document.noun_form(), document.noun());
  FillHeader(document, posting, contract, places, now_ms);
  FillCriteria(*document.mutable_verb(), posting.envelope, places);
  if (performance) {
    FillPerformance(*document.add_performance(), posting, past, places, now_ms);
  } else {
    FillNoun(document, posting.envelope, places);
  }
  return document;
}

}  // namespace isa95::flows
