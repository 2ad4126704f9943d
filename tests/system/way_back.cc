#include "tests/system/way_back.h"

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "b2mml/bod.h"
#include "b2mml/http/client.h"
#include "b2mml/translate.h"
#include "grpc/model/instant.h"
#include "tests/system/plant.h"

namespace isa95::test {
namespace {

using namespace exchange::v1;

std::string Bin(const std::string& name) { return std::string(ISA95_BIN) + "/" + name; }
std::string Loopback(int port) { return "127.0.0.1:" + std::to_string(port); }

std::string ReportOf(const flow::v1::Document& request) {
  if (request.performance_size() == 0 || request.performance(0).response_size() == 0) return {};
  const auto& response = request.performance(0).response(0);
  return response.segment_size() == 0 ? std::string() : response.segment(0).id().value();
}

void Deadline(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
}

}  // namespace

WayBack::WayBack(std::string site_file, Says says, std::string site, std::vector<std::string> more)
    : versions_(*b2mml::Versions::BuiltIn()),
      site_file_(std::move(site_file)),
      site_(std::move(site)),
      more_(std::move(more)),
      says_(std::move(says)) {
  http_port_ = FreePort();
  grpc_port_ = FreePort();
  http::ServerOptions options;
  options.address = Loopback(0);
  erp_ = *http::Server::Start(options, [this](http::Request request, http::Reply reply) { reply(Take(request.body)); });
  // Both find a restarted adapter again by themselves.
  grpc::ChannelArguments soon;
  soon.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  soon.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
  const auto channel = grpc::CreateCustomChannel(Loopback(grpc_port_), grpc::InsecureChannelCredentials(), soon);
  reports_ = ReportExchangeService::NewStub(channel);
  orders_ = OrderExchangeService::NewStub(channel);
  StartAdapter();
}

void WayBack::StartAdapter() {
  std::vector<std::string> arguments{Bin("b2mml-adapter"),
                                     "--site",
                                     site_file_,
                                     "--ledger",
                                     dir_ / "ledger.db",
                                     "--http",
                                     Loopback(http_port_),
                                     "--grpc",
                                     Loopback(grpc_port_),
                                     "--erp-url",
                                     site_ + "=http://" + Loopback(erp_->port()) + "/"};
  arguments.insert(arguments.end(), more_.begin(), more_.end());
  // The line that says it is ready is to be this one's.
  std::error_code none_yet;
  std::filesystem::rename(dir_ / "adapter.log", dir_ / "adapter.log.before", none_yet);
  adapter_ = std::make_unique<Process>(arguments, dir_ / "adapter.log");
  ASSERT_NE(AwaitNumber(dir_ / "adapter.log", "http port ", 20'000), 0) << Log();
}

void WayBack::KillAdapter() {
  adapter_->Signal(SIGKILL);
  adapter_->Wait(10'000);
}

// Idle clients of this process would not notice that the adapter says goodbye, and it waits for them.
int WayBack::StopAdapter() {
  reports_.reset();
  orders_.reset();
  adapter_->Signal(SIGTERM);
  return adapter_->Wait(20'000);
}

unsigned WayBack::Release(const std::string& order_id, const std::string& prefer) {
  std::string xml = ReadAll(SiteFile("order.xml"));
  xml.replace(xml.find("1004711"), 7, order_id);
  xml.replace(xml.find("6f1c2a1e"), 8 + 28, "bod-of-" + order_id);
  const auto posted = http::Post(Url(), "application/xml", xml, 15'000, prefer);
  return posted.ok() ? posted->status : 0;
}

void WayBack::ReleaseAndAccept(const std::string& order_id) {
  ASSERT_EQ(Release(order_id), 202u) << Log();
  FetchOrdersRequest request;
  request.set_site(site_);
  request.mutable_wait()->set_seconds(5);
  FetchOrdersResponse orders;
  grpc::ClientContext context;
  ASSERT_TRUE(orders_->FetchOrders(&context, request, &orders).ok());
  for (const auto& delivery : orders.delivery()) {
    AcknowledgeOrderRequest accept;
    accept.set_site(site_);
    accept.set_delivery_id(delivery.delivery_id());
    accept.set_attempt(delivery.attempt());
    accept.set_decision(ORDER_DECISION_ACCEPTED);
    AcknowledgeOrderResponse accepted;
    grpc::ClientContext own;
    ASSERT_TRUE(orders_->AcknowledgeOrder(&own, accept, &accepted).ok());
  }
}

Receipt WayBack::Report(const exchange::v1::Report& report) {
  ReportBatchRequest request;
  request.set_site(site_);
  *request.add_report() = report;
  ReportBatchResponse response;
  for (int i = 0; i < 1'000; ++i) {
    grpc::ClientContext context;
    Deadline(context);
    const auto status = reports_->ReportBatch(&context, request, &response);
    if (status.ok()) return response.receipt(0);
    if (status.error_code() != grpc::StatusCode::UNAVAILABLE) {
      ADD_FAILURE() << status.error_message();
      return {};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  ADD_FAILURE() << "no receipt";
  return {};
}

std::vector<Feedback> WayBack::AllFeedback() {
  FetchFeedbackRequest request;
  request.set_site(site_);
  request.set_max_feedback(500);
  std::vector<Feedback> all;
  for (;;) {
    FetchFeedbackResponse response;
    grpc::ClientContext context;
    Deadline(context);
    if (!reports_->FetchFeedback(&context, request, &response).ok() || response.feedback().empty()) return all;
    all.insert(all.end(), response.feedback().begin(), response.feedback().end());
    request.set_cursor(response.next_cursor());
  }
}

Feedback WayBack::AwaitFeedback(const std::string& report_id, FeedbackOutcome outcome, int timeout_ms) {
  Feedback last;
  for (int waited = 0; waited <= timeout_ms; waited += 50) {
    for (const auto& feedback : AllFeedback()) {
      if (feedback.report_id() == report_id) last = feedback;
    }
    if (last.outcome() == outcome) return last;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return last;
}

std::map<std::string, WayBack::Booking> WayBack::Books() {
  std::lock_guard lock(mutex_);
  return books_;
}

std::string WayBack::AnswerTo(const flow::v1::Document& request, const std::string& action,
                              const std::string& document) {
  const auto& version = *versions_.by_name(request.b2mml_version());
  b2mml::AnswerHeader header;
  header.bod_id = "answer-" + std::to_string(++documents_);
  header.logical_id = "ERP-DEMO";
  header.creation_date_time = InstantOf(1'795'000'000'000);
  header.noun_form = request.noun_form();
  const bool accepted = action == "Accepted";
  const b2mml::Outcome outcome{accepted ? "Accepted" : action.substr(0, action.find(' ')),
                               accepted ? "" : action.substr(action.find(' ') + 1), accepted ? "" : "in words", ""};
  const auto& original = request.application_area();
  if (request.verb().code() != flow::v1::VERB_CODE_PROCESS)
    return b2mml::WriteDocument(b2mml::MakeConfirm(original, outcome, header, version), version).xml;
  const auto& performance = request.performance(0);
  auto answer = b2mml::MakeAnswer(flow::v1::VERB_CODE_ACKNOWLEDGE, original, performance, {&performance.response(0)},
                                  outcome, header, version);
  if (!document.empty()) {
    auto& data = *answer.mutable_performance(0)->mutable_response(0)->mutable_segment(0)->add_data();
    data.mutable_id()->set_value("ERPDocumentNumber");
    data.add_value()->mutable_value()->set_value(document);
  }
  return b2mml::WriteDocument(answer, version).xml;
}

http::Response WayBack::Take(const std::string& xml) {
  const auto parsed = b2mml::ParseDocument(xml, versions_, {});
  if (HasError(parsed->findings)) return {400, "application/json", ToJson(parsed->findings), 0};
  const auto& request = parsed->document;
  if (request.noun() != flow::v1::NOUN_CODE_PERFORMANCE) return {202, "", "", 0};  // an answer to an order
  const auto report = ReportOf(request);
  std::lock_guard lock(mutex_);
  auto& booking = books_[report];
  booking.verb += flow::v1::VerbCode_Name(request.verb().code()).substr(10, 1);
  last_[report] = request;
  const auto said = says_ ? says_(request, report, ++booking.seen) : (++booking.seen, std::nullopt);
  if (said && said->status != 0) return *said;
  if (booking.document.empty()) booking.document = "DOC-" + std::to_string(++documents_);
  if (said) return {503, "", "", 0};  // booked, and the answer is lost
  return {200, "application/xml", AnswerTo(request, "Accepted", booking.document), 0};
}

unsigned WayBack::PostAnswer(const std::string& report_id, const std::string& action, const std::string& document) {
  std::string xml;
  {
    std::lock_guard lock(mutex_);
    xml = AnswerTo(last_.at(report_id), action, document);
  }
  const auto posted = http::Post(Url(), "application/xml", xml, 10'000);
  return posted.ok() ? posted->status : 0;
}

int WayBack::Reconcile(const std::string& format, std::string& out) {
  Process verb(
      {Bin("b2mml-adapter"), "reconcile", "--site", site_file_, "--ledger", dir_ / "ledger.db", "--format", format},
      dir_ / "reconcile.out");
  const int code = verb.Wait(20'000);
  out = ReadAll(dir_ / "reconcile.out");
  return code;
}

Report Confirmation(const std::string& id, const std::string& order_id, uint64_t sequence,
                    flow::v1::ConfirmationTypeCode type, const std::string& good) {
  exchange::v1::Report report;
  report.set_order_sequence(sequence);
  auto& confirmation = *report.mutable_confirmation();
  confirmation.mutable_id()->set_value(id);
  confirmation.mutable_order_id()->set_value(order_id);
  confirmation.mutable_segment_requirement_id()->set_value("0010");
  confirmation.mutable_operations_segment_id()->set_value("0010");
  confirmation.set_type(type);
  *confirmation.mutable_actual_start_time() = *ParseInstant("2026-11-24T06:00:00+01:00");
  *confirmation.mutable_actual_end_time() = *ParseInstant("2026-11-24T07:00:00+01:00");
  auto& output = *confirmation.add_output();
  output.set_kind(flow::v1::OUTPUT_KIND_CODE_GOOD);
  output.mutable_material_definition_id()->set_value("BOTTLE-500");
  output.mutable_quantity()->mutable_value()->set_value(good);
  output.mutable_quantity()->mutable_unit()->set_value("C62");
  return report;
}

}  // namespace isa95::test
