// Tells a MES that speaks B2MML what became of its reports: each feedback as one document, in order, at least once, and
// twice only where the adapter dies between hand-over and commit. Up to where it was told is in the ledger. Threads:
// one a site, so that neither orders nor another site's feedback wait for a MES that does not answer. Ownership:
// borrows all; `ledger_failed` is called once nothing can be promised any more.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "adapter/ledger/report_ledger.h"
#include "adapter/mes_port/mes_delivery.h"
#include "adapter/wakes.h"

namespace isa95::adapter {

class MesFeedback {
 public:
  MesFeedback(ledger::ReportLedger& ledger, const Contracts& contracts, const b2mml::Versions& versions,
              Wakes& feedback, const MesDelivery::Urls& mes_url, const MesDelivery::Folders& folders,
              std::function<void()> ledger_failed);
  ~MesFeedback();  // stops and joins

 private:
  void Run(const std::string& site);
  // False: stopping. A failed try is not made again before its time, whatever is new.
  bool Wait(const std::string& site, uint32_t tries);
  bool Stopping();
  absl::Status TellNew(const contract::v1::SiteContract& contract, uint32_t& tries);
  absl::Status TellOne(const contract::v1::SiteContract& contract, const ledger::StoredFeedback& feedback);
  absl::Status HandOver(const contract::v1::SiteContract& contract, uint64_t id, const std::string& xml);

  ledger::ReportLedger& ledger_;
  const Contracts& contracts_;
  const b2mml::Versions& versions_;
  const MesDelivery::Urls& mes_url_;
  const MesDelivery::Folders& folders_;
  std::function<void()> ledger_failed_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::set<std::string, std::less<>> woken_;  // sites
  std::vector<std::unique_ptr<Wakes::Handle>> subscriptions_;
  std::vector<std::thread> threads_;
};

}  // namespace isa95::adapter
