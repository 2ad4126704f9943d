#include "adapter/mes_port/mes_delivery.h"

#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "adapter/flows/report_document.h"
#include "adapter/ids.h"
#include "b2mml/http/client.h"
#include "b2mml/translate.h"
#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

constexpr uint32_t kWindow = 32;  // requests that the MES has not answered
constexpr uint32_t kPostTimeoutMs = 10'000;
constexpr auto kPause = std::chrono::milliseconds(100);
constexpr int64_t kMaxBackOffMs = 30'000;

// By its root element where that is what is wrong; else by its noun.
std::string WhatOf(const Finding& finding, const flow::v1::Document& document) {
  const auto path = std::string_view(finding.path());
  if (path.starts_with('/')) return std::string(path.substr(1, path.find_first_of("/[", 1) - 1));
  return Lower(flow::v1::NounCode_Name(document.noun()).substr(sizeof("NOUN_CODE_") - 1));
}

std::string InWords(const Findings& findings) {
  std::string text;
  for (const auto& finding : findings) text += ToText(finding);
  return text;
}

int64_t SteadyMs() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace

MesDelivery::MesDelivery(Exchange& exchange, Reports& reports, const Contracts& contracts,
                         const b2mml::Versions& versions, const Urls& mes_url, const Folders& folders)
    : exchange_(exchange),
      reports_(reports),
      contracts_(contracts),
      versions_(versions),
      mes_url_(mes_url),
      folders_(folders) {
  const auto wake = [this] {
    std::lock_guard lock(mutex_);
    woken_ = true;
    changed_.notify_all();
  };
  for (const auto& [site, terms] : contracts_.Current()) {
    if (SpeaksB2mml(terms.contract.mes())) subscriptions_.push_back(exchange_.Subscribe(site, wake));
  }
  thread_ = std::thread([this] { Run(); });
}

MesDelivery::~MesDelivery() {
  subscriptions_.clear();
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void MesDelivery::Run() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, kPause, [this] { return stopping_ || woken_; });
      if (stopping_) return;
      woken_ = false;
    }
    for (const auto& [site, terms] : contracts_.Current()) {
      if (SpeaksB2mml(terms.contract.mes())) Serve(terms.contract);
    }
  }
}

void MesDelivery::Serve(const contract::v1::SiteContract& contract) {
  const auto& site = contract.site().id();
  if (const auto folder = folders_.find(site); folder != folders_.end()) ReadFolder(contract, *folder->second);
  auto& open = open_[site];
  ForgetDecided(site, open);
  TakeNew(contract, open);
  for (auto& [id, sent] : open) {
    if (!sent.handed_over && sent.next_ms <= NowMillis()) SendOne(contract, sent);
  }
  ForgetDecided(site, open);
}

void MesDelivery::ForgetDecided(const std::string& site, Open& open) {
  std::lock_guard lock(mutex_);
  std::erase_if(open, [&](const auto& entry) { return decided_.erase({site, entry.first}) > 0; });
}

void MesDelivery::TakeNew(const contract::v1::SiteContract& contract, Open& open) {
  if (open.size() >= kWindow) return;
  std::vector<uint64_t> exclude;
  for (const auto& [id, sent] : open) exclude.push_back(id);
  const auto room = static_cast<uint32_t>(kWindow - open.size());
  auto taken = exchange_.TakeOrders(contract.site().id(), "", room, exclude);
  if (!taken.ok()) return spdlog::error("orders for the MES: {}", taken.status().ToString());
  for (auto& delivery : *taken) open[delivery.delivery_id()].delivery = std::move(delivery);
}

void MesDelivery::SendOne(const contract::v1::SiteContract& contract, Sent& sent) {
  const auto* version = versions_.by_name(contract.mes().b2mml().write());
  const auto written = b2mml::WriteDocument(MakeMesRequest(sent.delivery, contract, *version, NowMillis()), *version);
  absl::Status status = absl::FailedPreconditionError(Cat("cannot be written: ", ToJson(written.findings)));
  if (!written.xml.empty()) status = HandOver(contract, sent, written.xml);
  sent.handed_over = status.ok();
  if (status.ok()) return;
  const int64_t wait = std::min<int64_t>(kMaxBackOffMs, int64_t{200} << std::min(sent.tries++, 10u));
  sent.next_ms = NowMillis() + wait;
  spdlog::warn("order {} not handed to the MES of site {}: {}; next try in {} ms", sent.delivery.envelope().key_id(),
               contract.site().id(), Words(status), wait);
}

absl::Status MesDelivery::HandOver(const contract::v1::SiteContract& contract, const Sent& sent,
                                   const std::string& xml) {
  const auto& site = contract.site().id();
  if (contract.mes().port() == "b2mml-folder")
    return folders_.at(site)->WriteOut(Cat("order-", sent.delivery.delivery_id(), "-", sent.delivery.attempt(), ".xml"),
                                       xml);
  const auto url = mes_url_.find(site);
  if (url == mes_url_.end()) return absl::FailedPreconditionError("no --mes-url for this site");
  const auto response = http::Post(url->second, "application/xml", xml, kPostTimeoutMs);
  if (!response.ok()) return response.status();
  const bool taken = response->status >= 200 && response->status < 300;
  if (response->body.empty() || (!taken && response->status != 422))
    return taken ? absl::OkStatus() : absl::UnavailableError(Cat("HTTP ", response->status));
  const auto findings = Receive(contract, response->body);
  if (findings.empty()) return absl::OkStatus();
  return absl::UnavailableError(Cat("its answer cannot be used: ", InWords(findings)));
}

void MesDelivery::ReadFolder(const contract::v1::SiteContract& contract, folder::Folder& folder) {
  auto files = folder.Scan(SteadyMs());
  if (!files.ok()) return spdlog::error("folder of the MES: {}", files.status().ToString());
  for (const auto& file : *files) {
    const auto findings = file.refusal.empty() ? Receive(contract, file.bytes) : file.refusal;
    const bool later = !findings.empty() && findings.front().code() == "NOT_RECEIVED";
    if (later) return;
    const auto moved = findings.empty() ? folder.MoveToDone(file) : folder.MoveToError(file, InWords(findings));
    if (!moved.ok()) spdlog::error("folder of the MES: {}", moved.ToString());
  }
}

Findings MesDelivery::Receive(const contract::v1::SiteContract& contract, std::string_view xml) {
  const auto parsed = b2mml::ParseDocument(xml, versions_, TermsOf(contract.mes()));
  auto findings = Take(*parsed, contract);
  const auto noise = std::find_if(findings.begin(), findings.end(),
                                  [](const auto& finding) { return finding.code() == "NOT_BUSINESS_RELEVANT"; });
  if (noise != findings.end())
    reports_.CountRefused(contract.site().id(), WhatOf(*noise, parsed->document), noise->code());
  return findings;
}

void MesDelivery::CountUnknownSite(std::string_view site) {
  reports_.CountRefused("(none)", Cat("document for ", site), "SITE_UNKNOWN");
}

Findings MesDelivery::Take(const b2mml::Parsed& parsed, const contract::v1::SiteContract& contract) {
  if (flows::IsMesReport(parsed.document))
    return parsed.shape_ok ? TakeReports(parsed.document, contract) : parsed.findings;
  if (HasError(parsed.findings)) return parsed.findings;
  auto answer = ReadMesAnswer(parsed.document, contract);
  if (!answer.findings.empty() || answer.pending) return answer.findings;
  const auto done = exchange_.AcknowledgeOrder(answer.decision);
  const auto code = done.status().code();
  if (code == absl::StatusCode::kAborted || code == absl::StatusCode::kNotFound ||
      code == absl::StatusCode::kFailedPrecondition)
    return {Error("ANSWER_NOT_CURRENT", "", 0, Words(done.status()), "Answer the latest request for this order.",
                  "MES vendor")};
  if (!done.ok())
    return {Error("NOT_RECEIVED", "", 0, Words(done.status()), "Send the same answer again.", "site integrator")};
  std::lock_guard lock(mutex_);
  decided_.emplace(contract.site().id(), answer.decision.delivery_id());
  woken_ = true;
  changed_.notify_all();
  return {};
}

// What is wrong with a fact's content is the flow's matter, which parks it.
Findings MesDelivery::TakeReports(const flow::v1::Document& document, const contract::v1::SiteContract& contract) {
  auto read = flows::ReadMesReports(document, contract);
  if (HasError(read.findings)) return read.findings;
  const auto receipts = reports_.ReportByDocument(contract.site().id(), std::move(read.reports), document);
  if (receipts.ok()) return {};
  const bool flow_missing = receipts.status().code() == absl::StatusCode::kFailedPrecondition;
  return {Error(flow_missing ? "FLOW_NOT_ENABLED" : "NOT_RECEIVED", "", 0, Words(receipts.status()),
                flow_missing ? "Add the flow to the contract, or do not report it." : "Send the same document again.",
                flow_missing ? "PMO" : "site integrator")};
}

absl::StatusOr<MesDelivery::Folders> OpenMesFolders(const std::string& root, const Contracts& contracts) {
  MesDelivery::Folders folders;
  for (const auto& [site, terms] : contracts.Current()) {
    if (terms.contract.mes().port() != "b2mml-folder") continue;
    if (root.empty())
      return absl::FailedPreconditionError(
          Cat("site ", site, " has the MES port b2mml-folder: say where, with --folder"));
    for (const auto& path : {root, Cat(root, "/", site)}) {
      if (mkdir(path.c_str(), 0770) != 0 && errno != EEXIST)
        return absl::FailedPreconditionError(Cat("the folder ", path, " cannot be made"));
    }
    auto opened = folder::Folder::Open(Cat(root, "/", site, "/mes"), {});
    if (!opened.ok()) return opened.status();
    folders.emplace(site, *std::move(opened));
  }
  return folders;
}

}  // namespace isa95::adapter
