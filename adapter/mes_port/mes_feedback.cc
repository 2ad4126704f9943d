#include "adapter/mes_port/mes_feedback.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "adapter/mes_port/feedback_document.h"
#include "b2mml/http/client.h"
#include "b2mml/translate.h"
#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

constexpr uint32_t kBatch = 100;
constexpr uint32_t kPostTimeoutMs = 5'000;
constexpr int64_t kIdleMs = 500;  // some feedback wakes nobody: that of a report whose window is over
constexpr int64_t kMaxBackOffMs = 30'000;

int64_t BackOffMs(uint32_t tries) { return std::min<int64_t>(kMaxBackOffMs, int64_t{200} << std::min(tries - 1, 10u)); }

// It will not be otherwise the next time.
bool IsRefusal(unsigned http_status) {
  return http_status >= 400 && http_status < 500 && http_status != 408 && http_status != 429;
}

}  // namespace

MesFeedback::MesFeedback(ledger::ReportLedger& ledger, const Contracts& contracts, const b2mml::Versions& versions,
                         Wakes& feedback, const MesDelivery::Urls& mes_url, const MesDelivery::Folders& folders,
                         std::function<void()> ledger_failed)
    : ledger_(ledger),
      contracts_(contracts),
      versions_(versions),
      mes_url_(mes_url),
      folders_(folders),
      ledger_failed_(std::move(ledger_failed)) {
  for (const auto& [site, terms] : contracts.Current()) {
    if (!SpeaksB2mml(terms.contract.mes())) continue;
    subscriptions_.push_back(feedback.Subscribe(site, [this, &site = site] {
      std::lock_guard lock(mutex_);
      woken_.insert(site);
      changed_.notify_all();
    }));
    threads_.emplace_back([this, &site = site] { Run(site); });
  }
}

MesFeedback::~MesFeedback() {
  subscriptions_.clear();
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
}

bool MesFeedback::Wait(const std::string& site, uint32_t tries) {
  std::unique_lock lock(mutex_);
  const auto pause = std::chrono::milliseconds(tries == 0 ? kIdleMs : BackOffMs(tries));
  changed_.wait_for(lock, pause, [&] { return stopping_ || (tries == 0 && woken_.contains(site)); });
  woken_.erase(site);
  return !stopping_;
}

bool MesFeedback::Stopping() {
  std::lock_guard lock(mutex_);
  return stopping_;
}

void MesFeedback::Run(const std::string& site) {
  uint32_t tries = 0;
  while (Wait(site, tries)) {
    const auto status = TellNew(contracts_.Find(site)->contract, tries);
    if (status.code() == absl::StatusCode::kAborted) return ledger_failed_();
    if (status.ok()) continue;
    ++tries;
    spdlog::warn("feedback not told to the MES of site {}: {}; next try in {} ms", site, Words(status),
                 BackOffMs(tries));
  }
}

absl::Status MesFeedback::TellNew(const contract::v1::SiteContract& contract, uint32_t& tries) {
  const auto& site = contract.site().id();
  for (;;) {
    const auto told = ledger_.FeedbackTold(site);
    if (!told.ok()) return told.status();
    const auto news = ledger_.FeedbackAfter(site, *told, kBatch);
    if (!news.ok()) return news.status();
    for (const auto& feedback : *news) {
      if (Stopping()) return absl::OkStatus();
      if (auto status = TellOne(contract, feedback); !status.ok()) return status;
      if (auto status = ledger_.SetFeedbackTold(site, feedback.id); !status.ok()) return status;
      tries = 0;
    }
    if (news->empty()) {
      tries = 0;
      return absl::OkStatus();
    }
  }
}

absl::Status MesFeedback::TellOne(const contract::v1::SiteContract& contract, const ledger::StoredFeedback& feedback) {
  const auto& site = contract.site().id();
  const auto& report_id = feedback.feedback.report_id();
  auto reports = ledger_.ReportsById(site, report_id);
  if (!reports.ok()) return reports.status();
  auto report =
      std::find_if(reports->begin(), reports->end(), [&](const auto& each) { return each.id == feedback.report_id; });
  if (report == reports->end()) return absl::DataLossError(Cat("the ledger has no report '", report_id, "'"));
  const auto& version = *versions_.by_name(contract.mes().b2mml().write());
  auto told = feedback;
  if (const auto* terms = contracts_.Find(site)) {
    terms->normalizer->ToParty(policy::Party::kMes, report->envelope);
    auto& order = *told.feedback.mutable_order_id();
    order = terms->normalizer->names().ToParty(policy::NameKind::kOrder, policy::Party::kMes, order);
  }
  const auto written = b2mml::WriteDocument(MakeFeedbackDocument(told, report->envelope, contract, version), version);
  if (!written.xml.empty()) return HandOver(contract, feedback.id, written.xml);
  // The ones behind it do not wait for ever; it can be fetched and traced.
  spdlog::error("feedback to report {} of site {} cannot be written: {}", report_id, site, ToJson(written.findings));
  return absl::OkStatus();
}

absl::Status MesFeedback::HandOver(const contract::v1::SiteContract& contract, uint64_t id, const std::string& xml) {
  const auto& site = contract.site().id();
  if (contract.mes().port() == "b2mml-folder") {
    char name[40];  // sorted by name they are in order
    std::snprintf(name, sizeof name, "feedback-%012llu.xml", static_cast<unsigned long long>(id));
    return folders_.at(site)->WriteOut(name, xml);
  }
  const auto url = mes_url_.find(site);
  if (url == mes_url_.end()) return absl::FailedPreconditionError("no --mes-url for this site");
  const auto response = http::Post(url->second, "application/xml", xml, kPostTimeoutMs);
  if (!response.ok()) return absl::UnavailableError(Words(response.status()));
  if (response->status >= 200 && response->status < 300) return absl::OkStatus();
  if (!IsRefusal(response->status)) return absl::UnavailableError(Cat("HTTP ", response->status));
  spdlog::warn("the MES of site {} refused feedback {} with HTTP {}: it is not told again", site, id, response->status);
  return absl::OkStatus();
}

}  // namespace isa95::adapter
