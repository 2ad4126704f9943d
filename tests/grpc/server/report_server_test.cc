// The report service over an in-memory handler, on a real loopback connection.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "grpc/server/exchange_server.h"
#include "grpc/server/workers.h"
#include "isa95/exchange/v1/report.grpc.pb.h"
#include "tests/grpc/server/fake_reports.h"
#include "tests/grpc/server/report_samples.h"

namespace isa95::server {
namespace {

using namespace exchange::v1;
using grpc::StatusCode;

constexpr uint32_t kWindow = 4;

void Limit(grpc::ClientContext& context, int ms = 20'000) {
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(ms));
}

// A call under way, with all that it needs until it is done.
struct Call {
  grpc::ClientContext context;
  ReportConfirmationRequest request;
  ReportConfirmationResponse response;
  std::promise<grpc::Status> done;
};

class ReportService : public ::testing::Test {
 protected:
  void SetUp() override {
    ExchangeServerOptions options;
    options.address = "127.0.0.1:0";
    options.stream_window = kWindow;
    server_ = *ExchangeServer::Start(options, orders_, &reports_);
    stub_ = ReportExchangeService::NewStub(Connect());
  }
  void TearDown() override { reports_.Open(); }

  // A connection of its own each time, as from another client.
  std::shared_ptr<grpc::Channel> Connect() {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(server_->port()), grpc::InsecureChannelCredentials(),
                                     arguments);
  }

  static ReportConfirmationRequest Request(const std::string& id = "C-1") {
    ReportConfirmationRequest request;
    request.set_site("LEI");
    request.set_order_sequence(7);
    *request.mutable_confirmation() = Confirmation(id);
    return request;
  }
  grpc::Status Send(const ReportConfirmationRequest& request) {
    grpc::ClientContext context;
    Limit(context);
    ReportConfirmationResponse response;
    return stub_->ReportConfirmation(&context, request, &response);
  }
  std::unique_ptr<Call> Start(ReportExchangeService::Stub& stub, const std::string& id, int ms = 20'000) {
    auto call = std::make_unique<Call>();
    call->request = Request(id);
    Limit(call->context, ms);
    stub.async()->ReportConfirmation(&call->context, &call->request, &call->response,
                                     [raw = call.get()](grpc::Status status) { raw->done.set_value(status); });
    return call;
  }
  grpc::Status SendBytes(const std::string& bytes, const std::string& method = "ReportConfirmation") {
    grpc::ClientContext context;
    Limit(context);
    const grpc::Slice slice(bytes);
    grpc::ByteBuffer request(&slice, 1), response;
    std::promise<grpc::Status> done;
    grpc::GenericStub(Connect()).UnaryCall(&context, "/isa95.exchange.v1.ReportExchangeService/" + method, {}, &request,
                                           &response, [&](grpc::Status status) { done.set_value(status); });
    return done.get_future().get();
  }
  static std::string Cursor(grpc::ClientReader<StreamFeedbackResponse>& reader) {
    StreamFeedbackResponse response;
    return reader.Read(&response) ? response.feedback().cursor() : "over";
  }
  static StreamFeedbackRequest From(const std::string& cursor, const std::string& site = "LEI") {
    StreamFeedbackRequest request;
    request.set_site(site);
    request.set_cursor(cursor);
    return request;
  }

  NoOrders orders_;
  FakeReports reports_;
  std::unique_ptr<ExchangeServer> server_;
  std::unique_ptr<ReportExchangeService::Stub> stub_;
};

TEST_F(ReportService, EachKindIsHandedOverAsItCame_AndGetsItsReceipt) {
  grpc::ClientContext contexts[6];
  for (auto& context : contexts) Limit(context);
  ReportConfirmationResponse confirmed;
  ASSERT_TRUE(stub_->ReportConfirmation(&contexts[0], Request(), &confirmed).ok());
  EXPECT_EQ(confirmed.receipt().report_id(), "C-1");
  EXPECT_EQ(confirmed.receipt().code(), RECEIPT_CODE_DURABLE);

  ReportConsumptionRequest consumption;
  consumption.set_site("LEI");
  *consumption.mutable_consumption() = Consumption();
  ReportConsumptionResponse consumed;
  ASSERT_TRUE(stub_->ReportConsumption(&contexts[1], consumption, &consumed).ok());
  EXPECT_EQ(consumed.receipt().report_id(), "M-1");

  ReverseReportRequest reversal;
  reversal.set_site("LEI");
  *reversal.mutable_reversal() = Reversal();
  ReverseReportResponse reversed;
  ASSERT_TRUE(stub_->ReverseReport(&contexts[2], reversal, &reversed).ok());
  EXPECT_EQ(reversed.receipt().report_id(), "R-1");

  ReportLotDispositionRequest hold;
  hold.set_site("LEI");
  *hold.mutable_lot_disposition() = Hold();
  ReportLotDispositionResponse held;
  ASSERT_TRUE(stub_->ReportLotDisposition(&contexts[3], hold, &held).ok());
  EXPECT_EQ(held.receipt().report_id(), "H-1");

  ReportTestResultRequest result;
  result.set_site("LEI");
  *result.mutable_test_result() = TestResult();
  ReportTestResultResponse tested;
  ASSERT_TRUE(stub_->ReportTestResult(&contexts[4], result, &tested).ok());
  EXPECT_EQ(tested.receipt().report_id(), "T-1");

  ReportDowntimeRequest stop;
  stop.set_site("LEI");
  *stop.mutable_downtime() = Downtime();
  ReportDowntimeResponse stopped;
  ASSERT_TRUE(stub_->ReportDowntime(&contexts[5], stop, &stopped).ok());
  EXPECT_EQ(stopped.receipt().report_id(), "DT-1");

  const auto stored = reports_.stored();
  EXPECT_EQ(stored.at("H-1").lot_disposition().SerializeAsString(), Hold().SerializeAsString());
  EXPECT_EQ(stored.at("T-1").test_result().SerializeAsString(), TestResult().SerializeAsString());
  EXPECT_EQ(stored.at("DT-1").downtime().SerializeAsString(), Downtime().SerializeAsString());
  EXPECT_EQ(stored.at("C-1").order_sequence(), 7u);
  EXPECT_EQ(stored.at("C-1").confirmation().SerializeAsString(), Confirmation().SerializeAsString());
  EXPECT_EQ(stored.at("M-1").consumption().SerializeAsString(), Consumption().SerializeAsString());
  EXPECT_EQ(stored.at("R-1").reversal().SerializeAsString(), Reversal().SerializeAsString());
}

TEST_F(ReportService, ABatchGetsOneReceiptAReport_InTheirOrder) {
  auto batch = Batch();
  *batch.add_report() = batch.report(0);
  batch.mutable_report(1)->set_order_sequence(2);
  grpc::ClientContext context;
  Limit(context);
  ReportBatchResponse response;
  ASSERT_TRUE(stub_->ReportBatch(&context, batch, &response).ok());
  ASSERT_EQ(response.receipt_size(), 4);
  EXPECT_EQ(response.receipt(1).report_id(), "M-1");
  EXPECT_EQ(response.receipt(2).report_id(), "R-1");
  EXPECT_EQ(response.receipt(3).code(), RECEIPT_CODE_DUPLICATE);
  EXPECT_EQ(reports_.stored().at("M-1").order_sequence(), 2u);
}

TEST_F(ReportService, OneMalformedReportRefusesItsBatch) {
  auto batch = Batch();
  batch.mutable_report(2)->mutable_reversal()->clear_order_id();
  grpc::ClientContext context;
  Limit(context);
  ReportBatchResponse response;
  const auto status = stub_->ReportBatch(&context, batch, &response);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message().rfind("report[2].reversal.order_id.value: ", 0), 0u) << status.error_message();
  EXPECT_TRUE(reports_.stored().empty());
}

// Each field is tried in report_check_test.cc; here, that a fault of each kind reaches the client.
TEST_F(ReportService, AMalformedCallHearsWhichField_AndTheNextGoodOnePasses) {
  const std::pair<const char*, std::function<void(ReportConfirmationRequest&)>> faults[] = {
      {"site: ", [](auto& r) { r.clear_site(); }},
      {"confirmation: ", [](auto& r) { r.clear_confirmation(); }},
      {"confirmation.id.value: ", [](auto& r) { r.mutable_confirmation()->mutable_id()->set_value("\n"); }},
      {"confirmation.type: 99 ",
       [](auto& r) { r.mutable_confirmation()->set_type(static_cast<flow::v1::ConfirmationTypeCode>(99)); }},
      {"confirmation.output[2].kind: ", [](auto& r) { r.mutable_confirmation()->mutable_output(2)->clear_kind(); }},
      {"confirmation.output[2].quantity.value: ",
       [](auto& r) { r.mutable_confirmation()->mutable_output(2)->clear_quantity(); }},
  };
  for (const auto& [words, change] : faults) {
    auto request = Request();
    change(request);
    const auto status = Send(request);
    EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT) << words;
    EXPECT_EQ(status.error_message().rfind(words, 0), 0u) << status.error_message();
    EXPECT_TRUE(Send(Request()).ok());
  }
}

TEST_F(ReportService, BytesThatAreNoMessageAreRefused_AndTheNextGoodCallPasses) {
  const auto good = Request().SerializeAsString();
  const auto nested = [&](int depth) {
    std::string bytes = good;
    for (int i = 0; i < depth; ++i) bytes += "\xA3\x06";  // field 100, a group
    for (int i = 0; i < depth; ++i) bytes += "\xA4\x06";
    return bytes;
  };
  auto no_utf8 = good;
  no_utf8[no_utf8.find("1004711")] = '\xFF';
  EXPECT_TRUE(SendBytes(good).ok());
  EXPECT_TRUE(SendBytes(nested(30)).ok());
  for (const auto& bytes : {no_utf8, good.substr(0, good.size() - 1), good + "\xA3\x06", good + "\xA4\x06", good + '\0',
                            nested(33), nested(99), nested(200'000)}) {
    const auto status = SendBytes(bytes);
    EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT) << status.error_message();
    EXPECT_NE(status.error_message().find("ReportConfirmationRequest"), std::string::npos);
    EXPECT_TRUE(Send(Request()).ok());
  }
  EXPECT_EQ(SendBytes("").error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(SendBytes("\xFF", "FetchFeedback").error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(SendBytes("\xFF", "StreamFeedback").error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST_F(ReportService, TooLargeIsResourceExhausted_AndPackedIsNotUnpacked) {
  auto request = Request();
  request.mutable_confirmation()->mutable_operator_note()->set_value(std::string(5u << 20, 'n'));
  EXPECT_EQ(Send(request).error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(Send(Request()).ok());

  grpc::ClientContext context;
  Limit(context);
  context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  ReportConfirmationResponse response;
  const auto status = stub_->ReportConfirmation(&context, request, &response);
  EXPECT_EQ(status.error_code(), StatusCode::UNIMPLEMENTED);
  EXPECT_NE(status.error_message().find("gzip"), std::string::npos) << status.error_message();
  EXPECT_TRUE(Send(Request()).ok());
}

TEST_F(ReportService, AHandlersErrorIsNeverOk) {
  for (const auto& [error, code] :
       {std::pair(absl::NotFoundError("no such site"), StatusCode::NOT_FOUND),
        std::pair(absl::FailedPreconditionError("no flow"), StatusCode::FAILED_PRECONDITION),
        std::pair(absl::UnavailableError("disk full"), StatusCode::UNAVAILABLE),
        std::pair(absl::InternalError("a secret"), StatusCode::INTERNAL)}) {
    reports_.Answer(error);
    const auto status = Send(Request());
    EXPECT_EQ(status.error_code(), code);
    EXPECT_EQ(status.error_message().find("secret"), std::string::npos);
  }
  reports_.Answer(absl::OkStatus());
  reports_.LoseAReceipt();
  EXPECT_EQ(Send(Request()).error_code(), StatusCode::INTERNAL);
}

TEST_F(ReportService, NoReceiptBeforeTheHandlerHasReturned) {
  reports_.Close();
  auto call = Start(*stub_, "C-1");
  reports_.AwaitInside(1);
  auto done = call->done.get_future();
  EXPECT_EQ(done.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
  reports_.Open();
  EXPECT_TRUE(done.get().ok());
}

TEST_F(ReportService, ACallWhoseDeadlineIsOverIsNotHandedOver) {
  reports_.Close();
  std::vector<std::unique_ptr<Call>> calls;
  const size_t threads = WorkersOptions().threads;
  for (size_t i = 0; i < threads; ++i) calls.push_back(Start(*stub_, "C-" + std::to_string(i)));
  reports_.AwaitInside(threads);
  auto late = Start(*stub_, "late", 100);
  EXPECT_EQ(late->done.get_future().get().error_code(), StatusCode::DEADLINE_EXCEEDED);
  std::this_thread::sleep_for(std::chrono::milliseconds(500));  // the client's clock may be over before the server's
  reports_.Open();
  for (auto& call : calls) EXPECT_TRUE(call->done.get_future().get().ok());
  server_->Stop(10'000);
  EXPECT_EQ(reports_.stored().count("late"), 0u);
  EXPECT_EQ(reports_.stored().size(), threads);
}

TEST_F(ReportService, AFloodOfReportsDoesNotHoldUpAnothersFeedback) {
  reports_.Close();
  const auto flooder = ReportExchangeService::NewStub(Connect());
  std::vector<std::unique_ptr<Call>> flood;
  for (int i = 0; i < 200; ++i) flood.push_back(Start(*flooder, "C-" + std::to_string(i)));
  reports_.AwaitInside(WorkersOptions().threads);

  // All that is asked for now is answered while not one report of the flood is.
  grpc::ClientContext stream_context, fetch_context;
  Limit(stream_context);
  Limit(fetch_context);
  auto reader = stub_->StreamFeedback(&stream_context, From(""));
  for (uint64_t number = 1; number <= 100; ++number) {
    reports_.AddFeedback("LEI", 1);
    ASSERT_EQ(Cursor(*reader), std::to_string(number));
  }
  FetchFeedbackRequest fetch;
  fetch.set_site("LEI");
  FetchFeedbackResponse fetched;
  EXPECT_TRUE(stub_->FetchFeedback(&fetch_context, fetch, &fetched).ok());
  EXPECT_EQ(fetched.feedback_size(), 100);
  EXPECT_TRUE(reports_.stored().empty());

  reports_.Open();
  for (auto& call : flood) EXPECT_TRUE(call->done.get_future().get().ok());
  stream_context.TryCancel();
}

TEST_F(ReportService, AStreamGoesOnAfterABreak_FromWhatTheClientStored) {
  reports_.AddFeedback("LEI", 10);
  {
    grpc::ClientContext context;
    Limit(context);
    auto reader = stub_->StreamFeedback(&context, From(""));
    for (const char* cursor : {"1", "2", "3"}) ASSERT_EQ(Cursor(*reader), cursor);
    context.TryCancel();
    EXPECT_EQ(reader->Finish().error_code(), StatusCode::CANCELLED);
  }
  reports_.AwaitSubscribers(0);  // the broken one leaves nothing behind
  grpc::ClientContext context;
  Limit(context);
  auto reader = stub_->StreamFeedback(&context, From("2"));
  for (int number = 3; number <= 10; ++number) ASSERT_EQ(Cursor(*reader), std::to_string(number));
  reports_.AddFeedback("LEI", 1);
  EXPECT_EQ(Cursor(*reader), "11");
  EXPECT_EQ(reports_.most_asked(), kWindow);
  context.TryCancel();
}

// What is not read stays with the handler, and nobody else waits for it.
TEST_F(ReportService, ASlowReaderHoldsUpItselfAlone) {
  constexpr uint64_t kMany = 20'000;  // of 4 kB: 80 MB
  reports_.AddFeedback("ULM", kMany, std::string(4'000, 't'));
  reports_.AddFeedback("LEI", 1'000, std::string(4'000, 't'));
  grpc::ClientContext slow_context, context;
  Limit(slow_context);
  Limit(context);
  const auto slow = ReportExchangeService::NewStub(Connect());
  auto unread = slow->StreamFeedback(&slow_context, From("", "ULM"));
  ASSERT_EQ(Cursor(*unread), "1");
  auto reader = stub_->StreamFeedback(&context, From(""));
  for (int number = 1; number <= 1'000; ++number) ASSERT_EQ(Cursor(*reader), std::to_string(number));
  EXPECT_LT(reports_.taken("ULM"), kMany);
  slow_context.TryCancel();
  context.TryCancel();
}

TEST_F(ReportService, AStreamThatCannotBeHearsWhy) {
  for (const auto& [site, code] :
       {std::pair("XXX", StatusCode::NOT_FOUND), std::pair("", StatusCode::INVALID_ARGUMENT)}) {
    grpc::ClientContext context;
    Limit(context);
    auto reader = stub_->StreamFeedback(&context, From("", site));
    EXPECT_EQ(Cursor(*reader), "over");
    EXPECT_EQ(reader->Finish().error_code(), code);
  }
}

TEST_F(ReportService, StopEndsStreamsAndFetches_AndFinishesReports) {
  grpc::ClientContext stream_context, fetch_context;
  Limit(stream_context);
  Limit(fetch_context);
  reports_.AddFeedback("LEI", 1);
  auto reader = stub_->StreamFeedback(&stream_context, From(""));
  ASSERT_EQ(Cursor(*reader), "1");
  FetchFeedbackRequest fetch;
  fetch.set_site("LEI");
  fetch.set_cursor("1");
  fetch.mutable_wait()->set_seconds(15);
  FetchFeedbackResponse fetched;
  auto waiting = std::async(std::launch::async,
                            [&] { return stub_->FetchFeedback(&fetch_context, fetch, &fetched).error_code(); });
  reports_.AwaitSubscribers(2);
  reports_.Close();
  auto call = Start(*stub_, "C-1");
  reports_.AwaitInside(1);

  std::thread stop([this] { server_->Stop(10'000); });
  EXPECT_EQ(Cursor(*reader), "over");
  EXPECT_EQ(reader->Finish().error_code(), StatusCode::UNAVAILABLE);
  EXPECT_EQ(waiting.get(), StatusCode::OK);
  EXPECT_EQ(fetched.next_cursor(), "1");
  reports_.Open();
  EXPECT_TRUE(call->done.get_future().get().ok());
  stop.join();
}

TEST_F(ReportService, AFetchWaitsForTheFirst_AndSaysWhereToGoOn) {
  FetchFeedbackRequest request;
  request.set_site("LEI");
  request.mutable_wait()->set_seconds(15);
  FetchFeedbackResponse response;
  {
    grpc::ClientContext context;
    Limit(context);
    auto waiting = std::async(std::launch::async, [&] { return stub_->FetchFeedback(&context, request, &response); });
    reports_.AwaitSubscribers(1);
    reports_.AddFeedback("LEI", 600);
    EXPECT_TRUE(waiting.get().ok());
    EXPECT_EQ(response.feedback_size(), 100);  // unless told otherwise
    EXPECT_EQ(response.next_cursor(), "100");
  }
  {
    grpc::ClientContext context;
    Limit(context);
    request.set_cursor("50");
    request.set_max_feedback(500);
    EXPECT_TRUE(stub_->FetchFeedback(&context, request, &response).ok());
    EXPECT_EQ(response.feedback_size(), 500);
    EXPECT_EQ(response.feedback(0).cursor(), "51");
    EXPECT_EQ(response.next_cursor(), "550");
  }
  grpc::ClientContext context;
  Limit(context);
  request.set_cursor("600");
  request.clear_wait();
  EXPECT_TRUE(stub_->FetchFeedback(&context, request, &response).ok());
  EXPECT_EQ(response.feedback_size(), 0);
  EXPECT_EQ(response.next_cursor(), "600");
}

TEST_F(ReportService, AFetchThatAsksForTooMuchIsRefused) {
  for (const auto& [max, seconds, words] :
       {std::tuple(501, 0, "max_feedback: "), std::tuple(1, 31, "wait: "), std::tuple(1, -1, "wait: ")}) {
    grpc::ClientContext context;
    Limit(context);
    FetchFeedbackRequest request;
    request.set_site("LEI");
    request.set_max_feedback(max);
    request.mutable_wait()->set_seconds(seconds);
    FetchFeedbackResponse response;
    const auto status = stub_->FetchFeedback(&context, request, &response);
    EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(status.error_message().rfind(words, 0), 0u) << status.error_message();
  }
}

TEST(ReportServiceAbsent, IsUnimplemented_WhereTheAdapterCarriesNoReports) {
  NoOrders orders;
  ExchangeServerOptions options;
  options.address = "127.0.0.1:0";
  const auto server = *ExchangeServer::Start(options, orders);
  const auto stub = ReportExchangeService::NewStub(
      grpc::CreateChannel("127.0.0.1:" + std::to_string(server->port()), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  Limit(context);
  ReportBatchResponse response;
  EXPECT_EQ(stub->ReportBatch(&context, Batch(), &response).error_code(), StatusCode::UNIMPLEMENTED);
}

}  // namespace
}  // namespace isa95::server
