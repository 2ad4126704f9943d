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

// What the four calls that report have in common: the reports in a request, and the receipts in a response.
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
        ReportExchangeService::WithRawCallbackMethod_ReverseReport<
            ReportExchangeService::WithRawCallbackMethod_ReportBatch<
                ReportExchangeService::WithRawCallbackMethod_StreamFeedback<
                    ReportExchangeService::WithRawCallbackMethod_FetchFeedback<Base>>>>>>;

class Service : public Raw<ReportExchangeService::Service>, public ReportServer {
 public:
  Service(ReportHandler& handler, const ReportServerOptions& options)
      : handler_(handler), options_(options), workers_(options.workers) {}

  ServerUnaryReactor* ReportConfirmation(CallbackServerContext* context, const ByteBuffer* request,
                                         ByteBuffer* response) override {
    return Post<ReportConfirmationRequest, ReportConfirmationResponse>(*context, *request, *response);
  }
  ServerUnaryReactor* ReportConsumption(CallbackServerContext* context, const ByteBuffer* request,
                                        ByteBuffer* response) override {
    return Post<ReportConsumptionRequest, ReportConsumptionResponse>(*context, *request, *response);
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
  // gRPC keeps context, request and response until the reactor has finished.
  template <typename Request, typename Response>
  ServerUnaryReactor* Post(CallbackServerContext& context, const ByteBuffer& request, ByteBuffer& response) {
    auto* reactor = context.DefaultReactor();
    const bool posted = workers_.Post(request.Length(), [this, &context, &request, &response, reactor] {
      reactor->Finish(Take<Request, Response>(context, request, response));
    });
    if (!posted)
      reactor->Finish({grpc::StatusCode::UNAVAILABLE, "nothing is stored: too many reports wait; send it again later"});
    return reactor;
  }

  // OK only with one receipt a report, and after the handler has them stored.
  template <typename Request, typename Response>
  grpc::Status Take(const CallbackServerContext& context, const ByteBuffer& bytes, ByteBuffer& response) {
    if (auto late = TooLate(context); !late.ok()) return late;
    Request request;
    if (auto status = Read(bytes, request); !status.ok()) return status;
    const auto reports = Reports(request);
    if (auto late = TooLate(context); !late.ok()) return late;
    auto receipts = handler_.Report(request.site(), reports);
    if (!receipts.ok()) return ToGrpc(receipts.status());
    if (receipts->size() != reports.size())
      return ToGrpc(absl::InternalError("the handler's receipts are not one a report"));
    response = Answer(*std::move(receipts), Response());
    return grpc::Status::OK;
  }

  ReportHandler& handler_;
  const ReportServerOptions options_;
  Pump pump_;
  Workers workers_;
};

}  // namespace

std::unique_ptr<ReportServer> ReportServer::Make(ReportHandler& handler, const ReportServerOptions& options) {
  return std::make_unique<Service>(handler, options);
}

}  // namespace isa95::server
