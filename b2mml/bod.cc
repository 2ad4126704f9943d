#include "b2mml/bod.h"

#include <algorithm>

#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

AnswerWish::When WhenOf(std::string_view code) {
  if (code == "Always") return AnswerWish::When::kAlways;
  return code == "OnError" ? AnswerWish::When::kOnError : AnswerWish::When::kNever;
}

bool Carries(const Version& version, std::string_view type, std::string_view field) {
  const auto* complex = version.complex_type(type);
  return complex != nullptr && std::any_of(complex->row().begin(), complex->row().end(),
                                           [&](const auto& row) { return row.field() == field; });
}

void FillHeader(flow::v1::Document& answer, const flow::v1::ApplicationArea& original, const AnswerHeader& header,
                const Version& version) {
  answer.set_b2mml_version(version.name());
  answer.set_release_id(header.release_id.empty() ? version.table().release_id() : header.release_id);
  auto& area = *answer.mutable_application_area();
  area.mutable_sender()->mutable_logical_id()->set_value(header.logical_id);
  if (original.sender().has_logical_id() && Carries(version, "TransApplicationAreaType", "receiver")) {
    *area.add_receiver()->mutable_logical_id() = original.sender().logical_id();
  }
  *area.mutable_creation_date_time() = header.creation_date_time;
  area.mutable_bod_id()->set_value(header.bod_id);
}

// xsd:token: no line breaks, no double blanks.
std::string Token(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (blank && (out.empty() || out.back() == ' ')) continue;
    out += blank ? ' ' : c;
  }
  return std::string(Trim(out));
}

void FillVerb(flow::v1::Verb& verb, flow::v1::VerbCode code, const flow::v1::ApplicationArea& original,
              const Outcome& outcome, const Version& version) {
  verb.set_code(code);
  auto& echo = *verb.mutable_original_application_area();
  echo = original;
  if (!Carries(version, "TransApplicationAreaType", "receiver")) echo.clear_receiver();
  echo.clear_extension();
  auto& criteria = *verb.add_criteria();
  auto& expression = *criteria.add_expression();
  expression.set_action_code(outcome.action_code);
  expression.set_value(outcome.path.empty() ? "/" : Token(outcome.path));
  if (outcome.reason_code.empty()) return;
  if (!version.table().structured_reason()) {
    expression.set_value(Token(Cat(outcome.reason_code, " ", outcome.reason_text)));
    return;
  }
  auto& status = *criteria.mutable_change_status();
  status.mutable_code()->set_value(outcome.reason_code);
  status.mutable_code()->set_list_id("ADAPTER-ERR");
  status.add_description()->set_value(outcome.reason_text);
}

// What identifies a segment; its materials and equipment are not repeated.
void EchoSegments(const google::protobuf::RepeatedPtrField<flow::v1::SegmentRequirement>& from,
                  google::protobuf::RepeatedPtrField<flow::v1::SegmentRequirement>& to) {
  for (const auto& segment : from) {
    auto& echo = *to.Add();
    if (segment.has_id()) *echo.mutable_id() = segment.id();
    if (segment.has_process_segment_id()) *echo.mutable_process_segment_id() = segment.process_segment_id();
    if (segment.has_operations_definition_id())
      *echo.mutable_operations_definition_id() = segment.operations_definition_id();
    if (segment.has_operations_segment_id()) *echo.mutable_operations_segment_id() = segment.operations_segment_id();
    EchoSegments(segment.child(), *echo.mutable_child());
  }
}

flow::v1::ProductionOrder Echo(const flow::v1::ProductionOrder& order) {
  flow::v1::ProductionOrder echo;
  if (order.has_id()) *echo.mutable_id() = order.id();
  if (order.has_version()) *echo.mutable_version() = order.version();
  *echo.mutable_operations_definition_id() = order.operations_definition_id();
  if (order.has_state()) *echo.mutable_state() = order.state();
  EchoSegments(order.segment(), *echo.mutable_segment());
  return echo;
}

void EchoSchedule(const flow::v1::Schedule& schedule, flow::v1::Schedule& echo) {
  if (schedule.has_id()) *echo.mutable_id() = schedule.id();
  if (schedule.has_published_date()) *echo.mutable_published_date() = schedule.published_date();
  if (schedule.has_hierarchy_scope()) *echo.mutable_hierarchy_scope() = schedule.hierarchy_scope();
  if (schedule.has_state()) *echo.mutable_state() = schedule.state();
}

// What identifies a confirmation and says how it stands; its times, data and materials are not repeated.
void EchoSegments(const google::protobuf::RepeatedPtrField<flow::v1::SegmentResponse>& from,
                  google::protobuf::RepeatedPtrField<flow::v1::SegmentResponse>& to) {
  for (const auto& segment : from) {
    auto& echo = *to.Add();
    if (segment.has_id()) *echo.mutable_id() = segment.id();
    *echo.mutable_process_segment_id() = segment.process_segment_id();
    *echo.mutable_order_id() = segment.order_id();
    *echo.mutable_segment_requirement_id() = segment.segment_requirement_id();
    *echo.mutable_operations_segment_id() = segment.operations_segment_id();
    if (segment.has_state()) *echo.mutable_state() = segment.state();
    EchoSegments(segment.child(), *echo.mutable_child());
  }
}

flow::v1::OperationsResponse Echo(const flow::v1::OperationsResponse& response) {
  flow::v1::OperationsResponse echo;
  if (response.has_id()) *echo.mutable_id() = response.id();
  if (response.has_version()) *echo.mutable_version() = response.version();
  *echo.mutable_order_id() = response.order_id();
  if (response.has_state()) *echo.mutable_state() = response.state();
  EchoSegments(response.segment(), *echo.mutable_segment());
  return echo;
}

void EchoPerformance(const flow::v1::Performance& performance, flow::v1::Performance& echo) {
  if (performance.has_id()) *echo.mutable_id() = performance.id();
  if (performance.has_published_date()) *echo.mutable_published_date() = performance.published_date();
  if (performance.has_hierarchy_scope()) *echo.mutable_hierarchy_scope() = performance.hierarchy_scope();
  if (performance.has_schedule_id()) *echo.mutable_schedule_id() = performance.schedule_id();
  if (performance.has_state()) *echo.mutable_state() = performance.state();
}

flow::v1::Document BeginAnswer(flow::v1::NounCode noun, flow::v1::VerbCode verb,
                               const flow::v1::ApplicationArea& original, const Outcome& outcome,
                               const AnswerHeader& header, const Version& version) {
  flow::v1::Document answer;
  answer.set_noun(noun);
  FillHeader(answer, original, header, version);
  answer.set_noun_form(header.noun_form);
  FillVerb(*answer.mutable_verb(), verb, original, outcome, version);
  return answer;
}

}  // namespace

AnswerWish WishOf(const flow::v1::Document& request) {
  AnswerWish wish;
  const auto verb = request.verb().code();
  if (verb == flow::v1::VERB_CODE_PROCESS || verb == flow::v1::VERB_CODE_CHANGE)
    wish.answer = WhenOf(request.verb().response_code());
  if (verb == flow::v1::VERB_CODE_GET) wish.answer = AnswerWish::When::kAlways;
  wish.confirm = WhenOf(request.application_area().sender().confirmation_code().value());
  return wish;
}

flow::v1::VerbCode AnswerVerbOf(flow::v1::VerbCode request) {
  switch (request) {
    case flow::v1::VERB_CODE_PROCESS:
      return flow::v1::VERB_CODE_ACKNOWLEDGE;
    case flow::v1::VERB_CODE_CHANGE:
      return flow::v1::VERB_CODE_RESPOND;
    case flow::v1::VERB_CODE_GET:
      return flow::v1::VERB_CODE_SHOW;
    default:
      return flow::v1::VERB_CODE_UNSPECIFIED;
  }
}

flow::v1::Document MakeAnswer(flow::v1::VerbCode verb, const flow::v1::ApplicationArea& original,
                              const flow::v1::Schedule& schedule,
                              const std::vector<const flow::v1::ProductionOrder*>& orders, const Outcome& outcome,
                              const AnswerHeader& header, const Version& version) {
  auto answer = BeginAnswer(flow::v1::NOUN_CODE_SCHEDULE, verb, original, outcome, header, version);
  auto& echo = *answer.add_schedule();
  EchoSchedule(schedule, echo);
  for (const auto* order : orders) *echo.add_order() = Echo(*order);
  return answer;
}

flow::v1::Document MakeAnswer(flow::v1::VerbCode verb, const flow::v1::ApplicationArea& original,
                              const flow::v1::Performance& performance,
                              const std::vector<const flow::v1::OperationsResponse*>& responses, const Outcome& outcome,
                              const AnswerHeader& header, const Version& version) {
  auto answer = BeginAnswer(flow::v1::NOUN_CODE_PERFORMANCE, verb, original, outcome, header, version);
  auto& echo = *answer.add_performance();
  EchoPerformance(performance, echo);
  for (const auto* response : responses) *echo.add_response() = Echo(*response);
  return answer;
}

flow::v1::Document MakeShow(const flow::v1::ApplicationArea& original, const flow::v1::Schedule& asked,
                            const std::vector<const flow::v1::ProductionOrder*>& orders, const Outcome& outcome,
                            const AnswerHeader& header, const Version& version) {
  auto answer = BeginAnswer(flow::v1::NOUN_CODE_SCHEDULE, flow::v1::VERB_CODE_SHOW, original, outcome, header, version);
  auto& shown = *answer.add_schedule();
  EchoSchedule(asked, shown);
  for (const auto* order : orders) *shown.add_order() = *order;
  if (!orders.empty()) return answer;
  auto& nothing = *shown.add_order();
  if (asked.order_size() > 0) nothing = Echo(asked.order(0));
  nothing.mutable_state()->set_code(flow::v1::ORDER_STATE_CODE_OTHER);
  nothing.mutable_state()->set_other_value("NOT_FOUND");
  return answer;
}

flow::v1::Document MakeConfirm(const flow::v1::ApplicationArea& original, const Outcome& outcome,
                               const AnswerHeader& header, const Version& version) {
  flow::v1::Document answer;
  answer.set_noun(flow::v1::NOUN_CODE_BOD);
  FillHeader(answer, original, header, version);
  FillVerb(*answer.mutable_verb(), flow::v1::VERB_CODE_CONFIRM, original, outcome, version);
  auto& bod = *answer.add_bod();
  *bod.mutable_original_application_area() = answer.verb().original_application_area();
  if (!outcome.reason_text.empty()) bod.add_description()->set_value(outcome.reason_text);
  if (!outcome.reason_code.empty()) bod.add_note()->set_value(outcome.reason_code);
  return answer;
}

}  // namespace isa95::b2mml
