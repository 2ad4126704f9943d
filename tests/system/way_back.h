// A plant seen from the way back: an adapter process, an ERP of the test's own that books what it takes under one
// document a report, and a MES that reports by gRPC. Each side has its own books. Not thread-safe, but for the ERP's
// own thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "b2mml/http/server.h"
#include "b2mml/version.h"
#include "isa95/exchange/v1/exchange.grpc.pb.h"
#include "isa95/exchange/v1/report.grpc.pb.h"
#include "tests/system/process.h"

namespace isa95::test {

class WayBack {
 public:
  // What the ERP says to the `nth` sight of a report (from 1); null = books and accepts it.
  using Says = std::function<std::optional<http::Response>(const flow::v1::Document& request, const std::string& report,
                                                           int nth)>;

  // `more`: options of the adapter.
  explicit WayBack(std::string site_file, Says says = {}, std::string site = "LEI", std::vector<std::string> more = {});

  void StartAdapter();
  void KillAdapter();
  int StopAdapter();
  std::string Log() const { return ReadAll(dir_ / "adapter.log"); }

  // Posts examples/order.xml under this id: the HTTP status. `prefer` as in http::Post.
  unsigned Release(const std::string& order_id, const std::string& prefer = {});
  // The same, and accepts it as the MES.
  void ReleaseAndAccept(const std::string& order_id);
  // The receipt; sent again until there is one.
  exchange::v1::Receipt Report(const exchange::v1::Report& report);
  // The last feedback of the report, once it is of this kind; else what there is after `timeout_ms`.
  exchange::v1::Feedback AwaitFeedback(const std::string& report_id, exchange::v1::FeedbackOutcome outcome,
                                       int timeout_ms = 10'000);
  std::vector<exchange::v1::Feedback> AllFeedback();
  // How the ERP saw each report: how often it came, and under which document it is booked.
  struct Booking {
    int seen = 0;
    std::string document;
    std::string verb;
  };
  std::map<std::string, Booking> Books();
  // An Acknowledge for what the ERP has seen last of the report, posted to the adapter: the HTTP status.
  unsigned PostAnswer(const std::string& report_id, const std::string& action, const std::string& document);
  int Reconcile(const std::string& format, std::string& out);

  std::string Url() const { return "http://127.0.0.1:" + std::to_string(http_port_) + "/b2mml/" + site_; }
  std::string Http() const { return "http://127.0.0.1:" + std::to_string(http_port_); }
  std::string Grpc() const { return "127.0.0.1:" + std::to_string(grpc_port_); }
  std::string ledger() const { return dir_ / "ledger.db"; }
  Process& adapter() { return *adapter_; }
  exchange::v1::ReportExchangeService::Stub& reports() { return *reports_; }

 private:
  http::Response Take(const std::string& xml);
  std::string AnswerTo(const flow::v1::Document& request, const std::string& action, const std::string& document);

  b2mml::XmlRuntime runtime_;
  b2mml::Versions versions_;
  TempDir dir_;
  std::string site_file_, site_;
  std::vector<std::string> more_;
  Says says_;
  std::mutex mutex_;
  std::map<std::string, Booking> books_;
  std::map<std::string, flow::v1::Document> last_;  // request by report
  int documents_ = 0;
  int http_port_ = 0, grpc_port_ = 0;
  std::unique_ptr<http::Server> erp_;
  std::unique_ptr<Process> adapter_;
  std::unique_ptr<exchange::v1::ReportExchangeService::Stub> reports_;
  std::unique_ptr<exchange::v1::OrderExchangeService::Stub> orders_;
};

// A confirmation of the example order's only segment.
exchange::v1::Report Confirmation(const std::string& id, const std::string& order_id, uint64_t sequence,
                                  flow::v1::ConfirmationTypeCode type, const std::string& good);

}  // namespace isa95::test
