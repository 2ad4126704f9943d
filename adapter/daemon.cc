#include "adapter/daemon.h"

#include <signal.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <filesystem>

#include "b2mml/http/client.h"
#include "grpc/model/contract.h"
#include "grpc/model/text.h"
#include "grpc/server/health_probe.h"

namespace isa95::adapter {
namespace {

constexpr uint32_t kGraceMs = 5'000;
constexpr unsigned kHttpThreads = 8;  // they share one synced commit

std::vector<std::string> SitesOf(const Contracts& contracts) {
  std::vector<std::string> sites;
  for (const auto& [site, terms] : contracts.Current()) sites.push_back(site);
  return sites;
}

std::string Absolute(const std::string& file) {
  std::error_code unknown;
  const auto path = std::filesystem::absolute(file, unknown);
  return unknown ? file : path.string();
}

// An address that listens on every interface is dialled on loopback.
std::string Dialled(std::string_view address, int port) {
  std::string host(address.substr(0, address.rfind(':')));
  if (host == "0.0.0.0" || host == "*") host = "127.0.0.1";
  if (host == "[::]") host = "[::1]";
  return Cat(host, ":", port);
}

}  // namespace

Daemon::Daemon(const Config& config, const Contracts& contracts, const ops::Log& log)
    : config_(config), contracts_(contracts), log_(log) {}

Daemon::~Daemon() = default;

std::optional<Daemon::Failure> Daemon::Start() {
  if (auto status = CheckAddresses(config_, contracts_.Current()); !status.ok()) return Failure{kConfiguration, status};
  if (auto failure = OpenStores()) return failure;
  BuildOps();
  BuildFlows();
  if (auto status = OpenPorts(); !status.ok()) return Failure{kConfiguration, status};
  folder_port_ = std::make_unique<FolderPort>(*intake_, folders_);
  if (config_.lab) spdlog::warn("--lab: plaintext is allowed on any address");
  health_->Ready();
  grpc_server_->SetServing(true);
  notify_.Tell("READY=1");
  StartWatchdog();
  StartWatch();
  spdlog::info("ready: http port {} grpc port {}", http_server_->port(), grpc_server_->port());
  return std::nullopt;
}

std::optional<Daemon::Failure> Daemon::OpenStores() {
  if (auto status = b2mml::SelfTest(); !status.ok()) return Failure{kConfiguration, status};
  auto versions = b2mml::Versions::BuiltIn();
  if (!versions.ok()) return Failure{kConfiguration, versions.status()};
  versions_ = *std::move(versions);
  auto ledger = ledger::OpenSqlite(config_.ledger);
  if (!ledger.ok()) return Failure{kLedger, ledger.status()};
  ledger_ = *std::move(ledger);
  // Counting on a connection of its own holds up nobody; a ledger in memory has but one.
  if (auto counted = ledger::OpenSqlite(config_.ledger, /*read_only=*/true); counted.ok())
    counted_ = *std::move(counted);
  auto folders = OpenSiteFolders(config_.folder, contracts_);
  if (!folders.ok()) return Failure{kConfiguration, folders.status()};
  folders_ = *std::move(folders);
  auto mes_folders = OpenMesFolders(config_.folder, contracts_);
  if (!mes_folders.ok()) return Failure{kConfiguration, mes_folders.status()};
  mes_folders_ = *std::move(mes_folders);
  return std::nullopt;
}

void Daemon::BuildOps() {
  metrics_ = std::make_unique<ops::Metrics>(SitesOf(contracts_), [this] { return log_.dropped(); });
  ledger_metrics_ =
      std::make_unique<ops::LedgerMetrics>(counted_ != nullptr ? *counted_ : *ledger_, SitesOf(contracts_));
  health_ = std::make_unique<ops::Health>([this] { return ledger_->Health(); });
  pages_ = std::make_unique<ops::Pages>(*health_, *metrics_, *ledger_metrics_);
}

std::function<void()> Daemon::StopOnFailure() {
  return [this] {
    ledger_failed_ = true;
    kill(getpid(), SIGTERM);
  };
}

void Daemon::BuildFlows() {
  const ops::Journal journal(*metrics_, log_.members());
  out_ = std::make_unique<AnswersOut>(contracts_, config_.erp_url, folders_);
  answers_ = std::make_unique<AnswerWorker>(
      *ledger_, contracts_, *versions_, [this](const ledger::OutboxEntry& answer) { return out_->Send(answer); },
      StopOnFailure(), journal);
  report_worker_ = std::make_unique<ReportWorker>(
      *ledger_, contracts_, *versions_, feedback_wakes_,
      [this](const std::string& site, const std::string& name, const std::string& text) {
        return out_->Send(site, name, text);
      },
      StopOnFailure(), journal);
  refusals_ = std::make_unique<Refusals>(*ledger_);
  reports_ = std::make_unique<Reports>(
      *ledger_, contracts_, feedback_wakes_, *refusals_, [this] { report_worker_->Nudge(); }, journal);
  const auto nudge = [this] { answers_->Nudge(); };
  exchange_ = std::make_unique<Exchange>(*ledger_, contracts_, orders_wakes_, nudge, journal);
  intake_ = std::make_unique<Intake>(
      *ledger_, contracts_, *versions_, orders_wakes_, nudge,
      [this](const auto& document, const auto& contract, std::string text) {
        return report_worker_->TakeAnswer(document, contract, std::move(text));
      },
      journal);
  mes_ = std::make_unique<MesDelivery>(*exchange_, *reports_, contracts_, *versions_, config_.mes_url, mes_folders_);
  mes_feedback_ = std::make_unique<MesFeedback>(*ledger_, contracts_, *versions_, feedback_wakes_, config_.mes_url,
                                                mes_folders_, StopOnFailure());
  port_ = std::make_unique<HttpPort>(*intake_, *answers_, *mes_, contracts_, *pages_);
}

absl::Status Daemon::OpenPorts() {
  if (auto status = OpenGrpc(); !status.ok()) return status;
  return OpenHttp();
}

absl::Status Daemon::OpenGrpc() {
  server::ExchangeServerOptions options;
  options.address = config_.grpc;
  options.serving = false;  // not before all is there
  options.reflection = config_.lab;
  options.hooks.ended = [this](std::string_view method, std::string_view code) { metrics_->GrpcEnded(method, code); };
  options.hooks.streams = [this](int change) { metrics_->GrpcStreams(change); };
  auto server = server::ExchangeServer::Start(options, *exchange_, reports_.get());
  if (!server.ok()) return server.status();
  grpc_server_ = *std::move(server);
  return absl::OkStatus();
}

absl::Status Daemon::OpenHttp() {
  http::ServerOptions options;
  options.address = config_.http;
  options.threads = kHttpThreads;
  options.answered = [this](unsigned status) { metrics_->HttpAnswered(status); };
  auto server = http::Server::Start(options, [this](http::Request request, http::Reply reply) {
    port_->Handle(std::move(request), std::move(reply));
  });
  if (!server.ok()) return server.status();
  http_server_ = *std::move(server);
  return absl::OkStatus();
}

void Daemon::StartWatchdog() {
  const auto limit = notify_.watchdog();
  if (limit.count() == 0) return;
  const auto each = std::chrono::duration_cast<std::chrono::milliseconds>(limit / 6);
  watchdog_ = std::make_unique<ops::Watchdog>(
      limit, [this, each] { return Look(each); }, [this] { notify_.Tell("WATCHDOG=1"); });
}

void Daemon::StartWatch() {
  std::vector<std::string> names;
  const auto add = [&](const char* name, ops::NoticeChannel::Deliver deliver) {
    channels_.push_back(std::make_unique<ops::NoticeChannel>(name, *ledger_, std::move(deliver)));
    names.push_back(name);
  };
  if (!config_.webhook.empty()) add("webhook", ops::ByWebhook(config_.webhook));
  if (!config_.notify_command.empty()) add("command", ops::ByCommand(config_.notify_command));
  // A command names the contract only where there is but one; without, all sites are looked at.
  ops::Places places{Absolute(config_.ledger),
                     config_.site_files.size() == 1 ? Absolute(config_.site_files.front()) : std::string()};
  escalation_ = std::make_unique<ops::EscalationWorker>(
      ops::EscalationWorker::Ties{*ledger_, counted_ != nullptr ? *counted_ : *ledger_, contracts_, *metrics_,
                                  log_.members(), std::move(places), std::move(names),
                                  [this] {
                                    for (const auto& channel : channels_) channel->Nudge();
                                  },
                                  StopOnFailure()});
  if (config_.heartbeat.empty()) return;
  heartbeat_ = std::make_unique<ops::Heartbeat>(*health_, config_.heartbeat,
                                                std::chrono::milliseconds(ParseSpanMillis(config_.heartbeat_every)));
}

absl::Status Daemon::Look(std::chrono::milliseconds each) const {
  const auto url = Cat("http://", Dialled(config_.http, http_server_->port()), "/healthz");
  const auto page = http::Get(url, static_cast<uint32_t>(each.count()));
  if (!page.ok()) return absl::UnavailableError(Cat("the HTTP port does not answer: ", Words(page.status())));
  if (page->status != 200) return absl::UnavailableError(Cat("/healthz says ", page->status, ": ", page->body));
  return server::ProbeHealth(Dialled(config_.grpc, grpc_server_->port()), each);
}

int Daemon::Drain() {
  spdlog::info("stopping");
  health_->Drain();
  notify_.Tell("STOPPING=1");
  grpc_server_->SetServing(false);
  watchdog_.reset();
  heartbeat_.reset();
  escalation_.reset();
  channels_.clear();
  folder_port_.reset();
  answers_->Drain();
  grpc_server_->Stop(kGraceMs);
  http_server_->Stop(kGraceMs);
  spdlog::info("stopped");
  return ledger_failed_ ? kLedger : 0;
}

}  // namespace isa95::adapter
