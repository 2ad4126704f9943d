#include "grpc/server/report_server.h"

#include <grpcpp/grpcpp.h>

#include "grpc/model/text.h"
#include "grpc/server/cursor_fetch.h"
#include "grpc/server/cursor_stream.h"
#include "grpc/server/report_check.h"
#include "grpc/server/wire.h"
#include "isa95/exchange/v1/report.grpc.pb.h"

namespace isa95::server {

namespace {

using namespace exchange::v1;
using grpc::ByteBuffer;
using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;

constexpr size_t kSmall = 4'096;  // bytes of a call that is read and checked in some microseconds

using Receipts = absl::StatusOr<std::vector<Receipt>>;

// What the calls that report have in common: the reports in a request, and the receipts in a response.
template <typename Request>
Report Numbered(const Request& request) {
  Report report;
  report.set_order_sequence(request.order_sequence());
  return report;
}
std::vector<Report> Reports(ReportConfirmationRequest& request) {
  std::vector<Report> reports{Numbered(request)};
  reports.front().mutable_confirmation()->Swap(request.mutable_confirmation());
  return reports;
}
std::vector<Report> Reports(ReportConsumptionRequest& request) {
  std::vector<Report> reports{Numbered(request)};
  reports.front().mutable_consumption()->Swap(request.mutable_consumption());
  return reports;
}
std::vector<Report> Reports(ReverseReportRequest& request) {
  std::vector<Report> reports{Numbered(request)};
  reports.front().mutable_reversal()->Swap(request.mutable_reversal());
  return reports;
}
std::vector<Report> Reports(ReportLotDispositionRequest& request) {
  std::vector<Report> reports{Numbered(request)};
  reports.front().mutable_lot_disposition()->Swap(request.mutable_lot_disposition());
  return reports;
}
std::vector<Report> Reports(ReportTestResultRequest& request) {
  std::vector<Report> reports{Numbered(request)};
  reports.front().mutable_test_result()->Swap(request.mutable_test_result());
  return reports;
}
std::vector<Report> Reports(ReportDowntimeRequest& request) {
  std::vector<Report> reports{Numbered(request)};
  reports.front().mutable_downtime()->Swap(request.mutable_downtime());
  return reports;
}
std::vector<Report> Reports(ReportBatchRequest& request) {
  return {std::make_move_iterator(request.mutable_report()->begin()),
          std::make_move_iterator(request.mutable_report()->end())};
}

template <typename Response>
ByteBuffer Answer(std::vector<Receipt>&& receipts, Response response) {
  response.mutable_receipt()->Swap(&receipts.front());
  return ToWire(response);
}
ByteBuffer Answer(std::vector<Receipt>&& receipts, ReportBatchResponse response) {
  for (auto& receipt : receipts) response.add_receipt()->Swap(&receipt);
  return ToWire(response);
}

// A request as it should be, or why it is not.
template <typename Request>
grpc::Status Read(const ByteBuffer& bytes, Request& request) {
  if (auto unread = FromWire(bytes, request); !unread.ok()) return unread;
  if (auto fault = Fault(request); !fault.empty()) return {grpc::StatusCode::INVALID_ARGUMENT, fault};
  return grpc::Status::OK;
}

class Stream : public CursorStream<Feedback, ByteBuffer> {
 public:
  Stream(ReportHandler& handler, Pump& pump, const StreamFeedbackRequest& request, uint32_t window)
      : CursorStream(pump), handler_(handler), site_(request.site()), window_(window), cursor_(request.cursor()) {}

 protected:
  std::unique_ptr<ExchangeHandler::Subscription> Subscribe(std::function<void()> wake) override {
    return handler_.SubscribeFeedback(site_, std::move(wake));
  }
  absl::StatusOr<std::vector<Feedback>> Take() override {
    auto taken = handler_.TakeFeedback(site_, cursor_, window_);
    if (taken.ok() && !taken->empty()) cursor_ = taken->back().cursor();
    return taken;
  }
  void Put(Feedback&& feedback, ByteBuffer& response) override {
    StreamFeedbackResponse message;
    message.mutable_feedback()->Swap(&feedback);
    response = ToWire(message);
  }

 private:
  ReportHandler& handler_;
  const std::string site_;
  const uint32_t window_;
  std::string cursor_;  // of the last one taken; the pump's
};

// A stream that is over before it began.
class Refused : public grpc::ServerWriteReactor<ByteBuffer> {
 public:
  explicit Refused(const grpc::Status& status) { Finish(status); }
  void OnDone() override { delete this; }
};

class Fetch : public CursorFetch<Feedback> {
 public:
  Fetch(ReportHandler& handler, Pump& pump, FetchFeedbackRequest&& request, ByteBuffer& response,
        const CallbackServerContext& context, ServerUnaryReactor& reactor)
      : CursorFetch(pump, request.wait(), context, reactor),
        handler_(handler),
        request_(std::move(request)),
        response_(response) {}

 protected:
  std::unique_ptr<ExchangeHandler::Subscription> Subscribe(std::function<void()> wake) override {
    return handler_.SubscribeFeedback(request_.site(), std::move(wake));
  }
  absl::StatusOr<std::vector<Feedback>> Take() override {
    return handler_.TakeFeedback(request_.site(), request_.cursor(),
                                 request_.max_feedback() == 0 ? kDefaultFetch : request_.max_feedback());
  }
  void Answer(std::vector<Feedback>&& taken) override {
    FetchFeedbackResponse message;
    message.set_next_cursor(taken.empty() ? request_.cursor() : taken.back().cursor());
    for (auto& feedback : taken) message.add_feedback()->Swap(&feedback);
    response_ = ToWire(message);
  }

 private:
  ReportHandler& handler_;
  const FetchFeedbackRequest request_;
  ByteBuffer& response_;
};

// Takes the bytes of all its methods, so that the limits are ours and a call that cannot be read hears why.
template <typename Base>
using Raw = ReportExchangeService::WithRawCallbackMethod_ReportConfirmation<
    ReportExchangeService::WithRawCallbackMethod_ReportConsumption<
        ReportExchangeService::WithRawCallbackMethod_ReportLotDisposition<
            ReportExchangeService::WithRawCallbackMethod_ReportTestResult<
                ReportExchangeService::WithRawCallbackMethod_ReportDowntime<
                    ReportExchangeService::WithRawCallbackMethod_ReverseReport<
                        ReportExchangeService::WithRawCallbackMethod_ReportBatch<
                            ReportExchangeService::WithRawCallbackMethod_StreamFeedback<
                                ReportExchangeService::WithRawCallbackMethod_FetchFeedback<Base>>>>>>>>>;

class Service : public Raw<ReportExchangeService::Service>, public ReportServer {
 public:
  Service(ReportHandler& handler, const ReportServerOptions& options)
      : handler_(handler),
        options_(options),
        workers_(options.workers),
        room_(options.workers.max_jobs, options.workers.max_bytes) {}

  ServerUnaryReactor* ReportConfirmation(CallbackServerContext* context, const ByteBuffer* request,
                                         ByteBuffer* response) override {
    return Post<ReportConfirmationRequest, ReportConfirmationResponse>(*context, *request, *response);
  }
  ServerUnaryReactor* ReportConsumption(CallbackServerContext* context, const ByteBuffer* request,
                                        ByteBuffer* response) override {
    return Post<ReportConsumptionRequest, ReportConsumptionResponse>(*context, *request, *response);
  }
  ServerUnaryReactor* ReportLotDisposition(CallbackServerContext* context, const ByteBuffer* request,
                                           ByteBuffer* response) override {
    return Post<ReportLotDispositionRequest, ReportLotDispositionResponse>(*context, *request, *response);
  }
  ServerUnaryReactor* ReportTestResult(CallbackServerContext* context, const ByteBuffer* request,
                                       ByteBuffer* response) override {
    return Post<ReportTestResultRequest, ReportTestResultResponse>(*context, *request, *response);
  }
  ServerUnaryReactor* ReportDowntime(CallbackServerContext* context, const ByteBuffer* request,
                                     ByteBuffer* response) override {
    return Post<ReportDowntimeRequest, ReportDowntimeResponse>(*context, *request, *response);
  }
  ServerUnaryReactor* ReverseReport(CallbackServerContext* context, const ByteBuffer* request,
                                    ByteBuffer* response) override {
    return Post<ReverseReportRequest, ReverseReportResponse>(*context, *request, *response);
  }
  ServerUnaryReactor* ReportBatch(CallbackServerContext* context, const ByteBuffer* request,
                                  ByteBuffer* response) override {
    return Post<ReportBatchRequest, ReportBatchResponse>(*context, *request, *response);
  }

  grpc::ServerWriteReactor<ByteBuffer>* StreamFeedback(CallbackServerContext*, const ByteBuffer* bytes) override {
    StreamFeedbackRequest request;
    if (auto status = Read(*bytes, request); !status.ok()) return new Refused(status);
    auto stream = std::make_shared<Stream>(handler_, pump_, request, options_.stream_window);
    auto* reactor = stream.get();
    stream->Begin();
    return reactor;
  }

  ServerUnaryReactor* FetchFeedback(CallbackServerContext* context, const ByteBuffer* bytes,
                                    ByteBuffer* response) override {
    auto* reactor = context->DefaultReactor();
    FetchFeedbackRequest request;
    if (auto status = Read(*bytes, request); !status.ok())
      reactor->Finish(status);
    else
      Fetch::Begin(std::make_shared<Fetch>(handler_, pump_, std::move(request), *response, *context, *reactor));
    return reactor;
  }

  grpc::Service& service() override { return *this; }
  void Stop() override { pump_.Stop(); }

 private:
  // One that reports; gRPC keeps all of it until the reactor has finished.
  struct Call {
    const CallbackServerContext& context;
    const ByteBuffer& request;
    ByteBuffer& response;
    ServerUnaryReactor* reactor;
  };

  template <typename Request, typename Response>
  ServerUnaryReactor* Post(CallbackServerContext& context, const ByteBuffer& request, ByteBuffer& response) {
    const Call call{context, request, response, context.DefaultReactor()};
    const size_t bytes = request.Length();
    const bool room = room_.Enter(bytes);
    // To wake a thread for a small report would cost more than the report.
    if (room && bytes <= kSmall && !handler_.waits()) return Take<Request, Response>(call), call.reactor;
    if (room && workers_.Post(bytes, [this, call] { Take<Request, Response>(call); })) return call.reactor;
    if (room) room_.Leave(bytes);
    call.reactor->Finish(
        {grpc::StatusCode::UNAVAILABLE, "nothing is stored: too many reports wait; send it again later"});
    return call.reactor;
  }

  template <typename Request, typename Response>
  void Take(const Call& call) {
    Request request;
    auto status = TooLate(call.context);
    if (status.ok()) status = Read(call.request, request);
    if (status.ok()) status = TooLate(call.context);
    if (!status.ok()) return End(call, status);
    const auto reports = Reports(request);
    handler_.ReportThen(request.site(), reports, [this, call, count = reports.size()](Receipts told) {
      const size_t bytes = call.request.Length();
      // The next commit waits for who tells of this one: the answer is written elsewhere.
      const auto receipts = std::make_shared<Receipts>(std::move(told));
      answers_.Post([call, count, receipts] { Finish<Response>(call, count, std::move(*receipts)); });
      room_.Leave(bytes);
    });
  }

  void End(const Call& call, const grpc::Status& status) {
    const size_t bytes = call.request.Length();
    call.reactor->Finish(status);
    room_.Leave(bytes);
  }

  // OK only with one receipt a report, and after the handler has them stored.
  template <typename Response>
  static void Finish(const Call& call, size_t count, Receipts receipts) {
    if (!receipts.ok()) return call.reactor->Finish(ToGrpc(receipts.status()));
    if (receipts->size() != count)
      return call.reactor->Finish(ToGrpc(absl::InternalError("the handler's receipts are not one a report")));
    call.response = Answer(*std::move(receipts), Response());
    call.reactor->Finish(grpc::Status::OK);
  }

  ReportHandler& handler_;
  const ReportServerOptions options_;
  Pump pump_;
  Swarm answers_{workers_};
  Workers workers_;
  Room room_;  // goes first, after the last call has left
};

}  // namespace

std::unique_ptr<ReportServer> ReportServer::Make(ReportHandler& handler, const ReportServerOptions& options) {
  return std::make_unique<Service>(handler, options);
}

}  // namespace isa95::server
