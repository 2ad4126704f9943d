#include <algorithm>

#include "adapter/answer_words.h"
#include "adapter/flows/report_document.h"
#include "adapter/flows/report_words.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

using namespace flow::v1;
using adapter::AnswerReason;

constexpr int64_t kFirstRetryMs = 5'000;

// Of what was sent: a report. An answer about another noun quotes another message.
bool IsAnswer(const Document& document) {
  const auto verb = document.verb().code();
  if (document.noun() == NOUN_CODE_BOD) return verb == VERB_CODE_CONFIRM;
  return document.noun() == NOUN_CODE_PERFORMANCE && (verb == VERB_CODE_ACKNOWLEDGE || verb == VERB_CODE_RESPOND);
}

// The first that some segment names.
std::string ErpDocumentIn(const google::protobuf::RepeatedPtrField<SegmentResponse>& segments) {
  for (const auto& segment : segments) {
    for (const auto& item : segment.data()) {
      if (item.id().value() == words::kErpDocumentNumber && item.value_size() > 0) return item.value(0).value().value();
    }
    if (auto found = ErpDocumentIn(segment.child()); !found.empty()) return found;
  }
  return {};
}

std::string ErpDocumentIn(const Document& document) {
  for (const auto& performance : document.performance()) {
    for (const auto& response : performance.response()) {
      if (auto found = ErpDocumentIn(response.segment()); !found.empty()) return found;
    }
  }
  return {};
}

// A ConfirmBOD may say why in the BOD instead: code as note, words as description.
AnswerReason ReasonIn(const Document& document) {
  auto reason = adapter::ReasonOf(document.verb());
  for (const auto& bod : document.bod()) {
    if (reason.code.empty() && bod.note_size() > 0 && adapter::IsReasonCode(bod.note(0).value()))
      reason.code = bod.note(0).value();
    if (reason.text.empty() && bod.description_size() > 0) reason.text = bod.description(0).value();
  }
  if (reason.code.empty()) reason.code = "NO_REASON_GIVEN";
  return reason;
}

// Told by the task that the answer quotes; else the confirmation's, whose terms both flows share.
std::string OwnerOf(const ApplicationArea& original, const contract::v1::SiteContract& contract) {
  const auto& flows = contract.flows();
  const auto& task = original.sender().task_id().value();
  const bool fact = task == tasks::kDowntime || task == tasks::kDisposition || task == tasks::kTestResult;
  if (fact && flows.has_quality_downtime()) return flows.quality_downtime().owner().role();
  const bool consumption =
      original.sender().task_id().value() == tasks::kConsumption && flows.has_material_consumption();
  return consumption ? flows.material_consumption().owner().role() : flows.execution_confirmation().owner().role();
}

ledger::ReportOutcome Parked(AnswerReason reason, std::string owner, bool rejected) {
  ledger::ReportOutcome outcome;
  outcome.state = exchange::v1::REPORT_STATE_PARKED;
  outcome.reason_code = std::move(reason.code);
  outcome.reason_text = std::move(reason.text);
  outcome.who_acts = std::move(owner);
  outcome.rejected = rejected;
  return outcome;
}

ledger::ReportOutcome OutcomeOf(std::string_view action, AnswerReason reason, std::string owner,
                                const contract::v1::SiteContract& contract, int64_t now_ms) {
  ledger::ReportOutcome outcome;
  if (action == "Accepted" || action == "Replaced") {
    outcome.state = exchange::v1::REPORT_STATE_POSTED;
    return outcome;
  }
  const auto& retried = contract.flows().execution_confirmation().retry_codes();
  const bool passes = std::find(retried.begin(), retried.end(), reason.code) != retried.end();
  const bool waits = action == "Modified" && reason.code == "GOODS_MOVEMENT_PENDING";
  // Modified otherwise: the ERP booked something else than was reported, and a person has to look.
  if (!waits && !(passes && action == "Rejected"))
    return Parked(std::move(reason), std::move(owner), action == "Rejected");
  outcome.state = waits ? exchange::v1::REPORT_STATE_PENDING : exchange::v1::REPORT_STATE_QUEUED;
  outcome.reason_code = std::move(reason.code);
  outcome.reason_text = std::move(reason.text);
  if (!waits) outcome.next_ms = now_ms + kFirstRetryMs;  // whoever sends backs off further
  return outcome;
}

}  // namespace

ErpAnswer ReadErpAnswer(const Document& document, const contract::v1::SiteContract& contract, int64_t now_ms) {
  ErpAnswer answer;
  if (!IsAnswer(document)) {
    answer.findings.push_back(Error("WRONG_DIRECTION", "", 0, "Only answers to reports are taken from the ERP here.",
                                    "Send Acknowledge or Respond of the performance noun, or ConfirmBOD."));
    return answer;
  }
  const auto& original = document.verb().original_application_area();
  const auto name = ParseReportBodId(contract.site().id(), original.bod_id().value());
  if (!name) {
    answer.findings.push_back(
        Error("UNKNOWN_ORIGINAL", "", 0,
              Cat("OriginalApplicationArea/BODID '", original.bod_id().value(), "' is none that was sent here."),
              "Quote the whole ApplicationArea of the report that is answered."));
    return answer;
  }
  answer.name = *name;
  const auto action = adapter::ActionOf(document.verb());
  if (action != "Accepted" && action != "Replaced" && action != "Modified" && action != "Rejected") {
    answer.findings.push_back(Error("UNKNOWN_ACTION", "", 0, Cat("The answer's actionCode '", action, "' is none."),
                                    "Answer with Accepted, Modified or Rejected."));
    return answer;
  }
  answer.outcome = OutcomeOf(action, ReasonIn(document), OwnerOf(original, contract), contract, now_ms);
  answer.outcome.erp_document = ErpDocumentIn(document);
  return answer;
}

}  // namespace isa95::flows
