// The way back, on the MES's side: reports into the ledger, feedback out of it. Threads: safe. Ownership: borrows
// ledger, contracts, wakes and the counts of refusals; `stored` is called after each commit that may have left
// something to deliver.
#pragma once

#include <functional>

#include "adapter/config.h"
#include "adapter/ledger/report_ledger.h"
#include "adapter/ops/journal.h"
#include "adapter/refusals.h"
#include "adapter/wakes.h"
#include "grpc/server/report_handler.h"

namespace isa95::adapter {

class Reports : public server::ReportHandler {
 public:
  Reports(ledger::ReportLedger& ledger, const Contracts& contracts, Wakes& feedback, Refusals& refusals,
          std::function<void()> stored, ops::Journal journal = {});

  absl::StatusOr<std::vector<exchange::v1::Receipt>> Report(std::string_view site,
                                                            const std::vector<exchange::v1::Report>& reports) override;
  void ReportThen(std::string_view site, const std::vector<exchange::v1::Report>& reports, Reported done) override;
  bool waits() const override { return false; }
  // The same, as they were read from `document`: without the ids that its MES knows from this adapter alone, and with
  // what names the document, since the MES hears of it under that name.
  absl::StatusOr<std::vector<exchange::v1::Receipt>> ReportByDocument(std::string_view site,
                                                                      std::vector<exchange::v1::Report> reports,
                                                                      const flow::v1::Document& document);
  // For the ports: something that never became a report.
  void CountRefused(const std::string& site, std::string_view what, std::string_view code);
  absl::StatusOr<std::vector<exchange::v1::Feedback>> TakeFeedback(std::string_view site, std::string_view cursor,
                                                                   uint32_t max) override;
  std::unique_ptr<server::ExchangeHandler::Subscription> SubscribeFeedback(std::string_view site,
                                                                           std::function<void()> wake) override;

 private:
  absl::StatusOr<std::vector<exchange::v1::Receipt>> Store(std::string_view site,
                                                           const std::vector<exchange::v1::Report>& reports,
                                                           const flow::v1::Document* document);
  void StoreThen(std::string_view site, const std::vector<exchange::v1::Report>& reports,
                 const flow::v1::Document* document, Reported done);

  exchange::v1::Receipt Refuse(const std::string& site, const exchange::v1::Report& report, Finding finding);

  ledger::ReportLedger& ledger_;
  const Contracts& contracts_;
  Wakes& feedback_;
  Refusals& refusals_;
  std::function<void()> stored_;
  const ops::Journal journal_;
};

}  // namespace isa95::adapter
