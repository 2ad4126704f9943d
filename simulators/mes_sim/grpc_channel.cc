#include <grpcpp/grpcpp.h>

#include <chrono>

#include "grpc/model/text.h"
#include "isa95/exchange/v1/report.grpc.pb.h"
#include "simulators/mes_sim/dial.h"
#include "simulators/mes_sim/reporter.h"

namespace isa95::mes_sim {
namespace {

using namespace exchange::v1;

absl::Status ToStatus(const grpc::Status& status) {
  if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED)
    return absl::InvalidArgumentError(status.error_message());  // the same again is as large
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

class GrpcChannel final : public ReportChannel {
 public:
  GrpcChannel(const std::string& adapter, std::string site)
      : site_(std::move(site)), stub_(ReportExchangeService::NewStub(Dial(adapter))) {}

  absl::StatusOr<std::vector<Receipt>> Send(const std::vector<Report>& reports) override {
    return reports.size() == 1 ? SendOne(reports.front()) : SendAll(reports);
  }

  absl::StatusOr<std::vector<Feedback>> Fetch(const std::string& cursor) override {
    grpc::ClientContext context;
    SetDeadline(context);
    FetchFeedbackRequest request;
    request.set_site(site_);
    request.set_cursor(cursor);
    request.mutable_wait()->set_seconds(1);
    FetchFeedbackResponse response;
    const auto status = stub_->FetchFeedback(&context, request, &response);
    if (!status.ok()) return ToStatus(status);
    return std::vector<Feedback>(response.feedback().begin(), response.feedback().end());
  }

 private:
  static void SetDeadline(grpc::ClientContext& context) {
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  }

  template <typename Request, typename Response>
  absl::StatusOr<std::vector<Receipt>> Call(grpc::Status (ReportExchangeService::Stub::*method)(grpc::ClientContext*,
                                                                                                const Request&,
                                                                                                Response*),
                                            Request& request, const Report& report) {
    grpc::ClientContext context;
    SetDeadline(context);
    request.set_site(site_);
    request.set_order_sequence(report.order_sequence());
    Response response;
    const auto status = (stub_.get()->*method)(&context, request, &response);
    if (!status.ok()) return ToStatus(status);
    return std::vector<Receipt>{response.receipt()};
  }

  absl::StatusOr<std::vector<Receipt>> SendOne(const Report& report) {
    using Stub = ReportExchangeService::Stub;
    if (report.has_confirmation()) {
      ReportConfirmationRequest request;
      *request.mutable_confirmation() = report.confirmation();
      return Call<ReportConfirmationRequest, ReportConfirmationResponse>(&Stub::ReportConfirmation, request, report);
    }
    if (report.has_consumption()) {
      ReportConsumptionRequest request;
      *request.mutable_consumption() = report.consumption();
      return Call<ReportConsumptionRequest, ReportConsumptionResponse>(&Stub::ReportConsumption, request, report);
    }
    if (report.has_lot_disposition()) {
      ReportLotDispositionRequest request;
      *request.mutable_lot_disposition() = report.lot_disposition();
      return Call<ReportLotDispositionRequest, ReportLotDispositionResponse>(&Stub::ReportLotDisposition, request,
                                                                             report);
    }
    if (report.has_test_result()) {
      ReportTestResultRequest request;
      *request.mutable_test_result() = report.test_result();
      return Call<ReportTestResultRequest, ReportTestResultResponse>(&Stub::ReportTestResult, request, report);
    }
    if (report.has_downtime()) {
      ReportDowntimeRequest request;
      *request.mutable_downtime() = report.downtime();
      return Call<ReportDowntimeRequest, ReportDowntimeResponse>(&Stub::ReportDowntime, request, report);
    }
    ReverseReportRequest request;
    *request.mutable_reversal() = report.reversal();
    return Call<ReverseReportRequest, ReverseReportResponse>(&Stub::ReverseReport, request, report);
  }

  absl::StatusOr<std::vector<Receipt>> SendAll(const std::vector<Report>& reports) {
    grpc::ClientContext context;
    SetDeadline(context);
    ReportBatchRequest request;
    request.set_site(site_);
    for (const auto& report : reports) *request.add_report() = report;
    ReportBatchResponse response;
    const auto status = stub_->ReportBatch(&context, request, &response);
    if (!status.ok()) return ToStatus(status);
    if (static_cast<size_t>(response.receipt_size()) != reports.size())
      return absl::InternalError("the adapter did not give one receipt a report");
    return std::vector<Receipt>(response.receipt().begin(), response.receipt().end());
  }

  const std::string site_;
  const std::unique_ptr<ReportExchangeService::Stub> stub_;
};

}  // namespace

std::unique_ptr<ReportChannel> MakeGrpcChannel(const std::string& adapter, const std::string& site) {
  return std::make_unique<GrpcChannel>(adapter, site);
}

}  // namespace isa95::mes_sim
