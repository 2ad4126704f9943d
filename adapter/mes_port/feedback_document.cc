#include "adapter/mes_port/feedback_document.h"

#include "adapter/flows/report_words.h"
#include "adapter/mes_port/mes_document.h"
#include "b2mml/bod.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

using namespace flow::v1;
using exchange::v1::Feedback;

Instant InstantAt(const google::protobuf::Timestamp& at) {
  return InstantOf(at.seconds() * 1'000 + at.nanos() / 1'000'000);
}

b2mml::Outcome OutcomeOf(const Feedback& feedback) {
  const auto outcome = feedback.outcome();
  if (outcome == exchange::v1::FEEDBACK_OUTCOME_POSTED) return {"Accepted", "", "", ""};
  // As the MES wished, but not booked: the reason tells it from what is.
  if (outcome == exchange::v1::FEEDBACK_OUTCOME_REVERSED)
    return {"Accepted", "TAKEN_BACK", feedback.operator_text(), ""};
  if (outcome == exchange::v1::FEEDBACK_OUTCOME_PENDING)
    return {"Modified", "GOODS_MOVEMENT_PENDING", feedback.operator_text(), ""};
  const auto who = feedback.who_acts().empty() ? std::string() : Cat(" To act: ", feedback.who_acts(), ".");
  return {"Rejected", feedback.reason_code().empty() ? "NO_REASON_GIVEN" : feedback.reason_code(),
          Cat(feedback.operator_text(), who), ""};
}

// As much of the MES's own header as names its document.
ApplicationArea OriginalOf(const Envelope& report) {
  ApplicationArea area;
  area.mutable_sender()->mutable_logical_id()->set_value(report.sender());
  area.mutable_bod_id()->set_value(report.bod_id().empty() ? report.key_id() : report.bod_id());
  *area.mutable_creation_date_time() = report.has_created_at() ? report.created_at() : InstantAt(report.received_at());
  return area;
}

bool IsAcknowledged(const Envelope& report) {
  const bool told = report.verb() == VERB_CODE_SYNC || report.verb() == VERB_CODE_NOTIFY;
  return report.kind() != MESSAGE_KIND_REVERSAL && !told;
}

std::string SegmentIdOf(const Envelope& report) {
  return report.has_report_reversal() ? report.report_reversal().reverses_id().value() : report.key_id();
}

// What the MES had told it by.
std::string_view CarrierOf(const Envelope& report) {
  if (report.has_lot_disposition()) return "MaterialLot disposition";
  if (report.has_quality_test_result()) return "TestResult";
  return report.has_downtime_event() ? "Stop" : "SegmentResponse";
}

Document Acknowledge(const Feedback& feedback, const Envelope& report, const b2mml::AnswerHeader& header,
                     const b2mml::Version& version) {
  Performance performance;
  OperationsResponse response;
  // Only a stop is both processed and of quality or downtime, where the feedback names the line.
  const auto& order = report.has_downtime_event() ? report.downtime_event().order_id().value() : feedback.order_id();
  if (!order.empty()) response.add_order_id()->set_value(order);
  response.add_segment()->mutable_id()->set_value(SegmentIdOf(report));
  auto document = b2mml::MakeAnswer(VERB_CODE_ACKNOWLEDGE, OriginalOf(report), performance, {&response},
                                    OutcomeOf(feedback), header, version);
  if (feedback.erp_document().empty()) return document;
  auto& segment = *document.mutable_performance(0)->mutable_response(0)->mutable_segment(0);
  auto& data = *segment.add_data();
  data.mutable_id()->set_value(flows::words::kErpDocumentNumber);
  auto& value = *data.add_value();
  value.mutable_value()->set_value(feedback.erp_document());
  value.mutable_data_type()->set_value("Identifier");
  return document;
}

Document Confirm(const Feedback& feedback, const Envelope& report, const b2mml::AnswerHeader& header,
                 const b2mml::Version& version) {
  auto document = b2mml::MakeConfirm(OriginalOf(report), OutcomeOf(feedback), header, version);
  auto& bod = *document.mutable_bod(0);
  bod.add_note()->set_value(Cat(CarrierOf(report), " ", SegmentIdOf(report)));
  if (!feedback.erp_document().empty())
    bod.add_note()->set_value(Cat(flows::words::kErpDocumentNumber, " ", feedback.erp_document()));
  return document;
}

}  // namespace

std::string FeedbackBodIdOf(std::string_view site, uint64_t feedback_id) {
  return BodIdOf(Cat(site, "/feedback"), {feedback_id, 0});  // a mark that no site's own can be: an id has no slash
}

Document MakeFeedbackDocument(const ledger::StoredFeedback& feedback, const Envelope& report,
                              const contract::v1::SiteContract& contract, const b2mml::Version& version) {
  const auto& terms = contract.mes().b2mml();
  const b2mml::AnswerHeader header{FeedbackBodIdOf(contract.site().id(), feedback.id), contract.erp().logical_id(),
                                   InstantAt(feedback.feedback.at()), terms.release_id(),
                                   terms.noun() == "production" ? "production" : ""};
  return IsAcknowledged(report) ? Acknowledge(feedback.feedback, report, header, version)
                                : Confirm(feedback.feedback, report, header, version);
}

}  // namespace isa95::adapter
