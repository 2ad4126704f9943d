// The MES side for a MES that speaks B2MML instead of gRPC: orders go out as documents, by HTTP or into a folder, and
// its answers and its reports come back in the response, by POST, or as files. The same ledger and promises as by gRPC:
// at least once, in order per order id, an answer names its attempt. Threads: one of its own; Receive is safe.
// Ownership: borrows everything but the thread.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "adapter/config.h"
#include "adapter/exchange.h"
#include "adapter/mes_port/mes_document.h"
#include "adapter/reports.h"
#include "b2mml/folder/folder.h"
#include "b2mml/translate.h"

namespace isa95::adapter {

class MesDelivery {
 public:
  using Urls = std::map<std::string, std::string, std::less<>>;
  using Folders = std::map<std::string, std::unique_ptr<folder::Folder>, std::less<>>;

  MesDelivery(Exchange& exchange, Reports& reports, const Contracts& contracts, const b2mml::Versions& versions,
              const Urls& mes_url, const Folders& folders);
  ~MesDelivery();  // stops and joins

  // A document from the MES, an answer or reports. Empty = durably taken; else why not. What is no business of this
  // interface is counted.
  Findings Receive(const contract::v1::SiteContract& contract, std::string_view xml);
  // Of a document, from whichever side, for a site that is not served here.
  void CountUnknownSite(std::string_view site);

 private:
  struct Sent {
    exchange::v1::OrderDelivery delivery;
    bool handed_over = false;  // the MES has it and has to answer
    uint32_t tries = 0;
    int64_t next_ms = 0;
  };
  using Open = std::map<uint64_t, Sent>;  // by delivery id

  void Run();
  void Serve(const contract::v1::SiteContract& contract);
  void TakeNew(const contract::v1::SiteContract& contract, Open& open);
  void SendOne(const contract::v1::SiteContract& contract, Sent& sent);
  // OK: handed over. By HTTP the answer may come at once.
  absl::Status HandOver(const contract::v1::SiteContract& contract, const Sent& sent, const std::string& xml);
  void ReadFolder(const contract::v1::SiteContract& contract, folder::Folder& folder);
  Findings Take(const b2mml::Parsed& parsed, const contract::v1::SiteContract& contract);
  Findings TakeReports(const flow::v1::Document& document, const contract::v1::SiteContract& contract);
  void ForgetDecided(const std::string& site, Open& open);

  Exchange& exchange_;
  Reports& reports_;
  const Contracts& contracts_;
  const b2mml::Versions& versions_;
  const Urls& mes_url_;
  const Folders& folders_;
  std::map<std::string, Open> open_;  // by site; of the thread alone

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  bool woken_ = false;
  std::set<std::pair<std::string, uint64_t>> decided_;  // told since the thread last looked
  std::vector<std::unique_ptr<server::ExchangeHandler::Subscription>> subscriptions_;
  std::thread thread_;
};

// One folder a site whose contract says `mes.port: b2mml-folder`: ROOT/SITE/mes, `out` to the MES, `in` from it.
absl::StatusOr<MesDelivery::Folders> OpenMesFolders(const std::string& root, const Contracts& contracts);

}  // namespace isa95::adapter
