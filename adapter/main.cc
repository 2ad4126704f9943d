// b2mml-adapter: builds every object, hands out references, and waits for a signal.
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <csignal>
#include <iostream>

#include "adapter/answer_worker.h"
#include "adapter/b2mml_port/folder_port.h"
#include "adapter/b2mml_port/http_port.h"
#include "adapter/config.h"
#include "adapter/exchange.h"
#include "adapter/intake.h"
#include "adapter/ledger/report_ledger.h"
#include "adapter/mes_port/mes_feedback.h"
#include "adapter/reconcile.h"
#include "adapter/report_worker.h"
#include "adapter/reports.h"
#include "adapter/trace.h"
#include "b2mml/http/server.h"
#include "grpc/model/text.h"
#include "grpc/server/exchange_server.h"

namespace isa95::adapter {
namespace {

constexpr int kUsage = 2, kConfiguration = 3, kLedger = 4;
constexpr uint32_t kGraceMs = 5'000;
constexpr unsigned kHttpThreads = 8;  // they share one synced commit

int Fail(int code, const absl::Status& status) {
  std::cerr << "b2mml-adapter: " << Words(status) << "\n";
  return code;
}

// The message as the inside of a JSON string.
class JsonMessage : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    for (const char c : message.payload) {
      if (c == '"' || c == '\\') out.push_back('\\');
      out.push_back(static_cast<unsigned char>(c) < 0x20 ? ' ' : c);
    }
  }
  std::unique_ptr<spdlog::custom_flag_formatter> clone() const override { return std::make_unique<JsonMessage>(); }
};

void SetUpLog() {
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  formatter->add_flag<JsonMessage>('*').set_pattern(R"({"at":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":"%*"})");
  auto log = spdlog::stderr_logger_mt("adapter");
  log->set_formatter(std::move(formatter));
  spdlog::set_default_logger(log);
}

// Blocks the signals in every thread started later, so that only the wait below takes them.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

int RunDaemon(const Config& config, const Contracts& contracts) {
  if (auto status = CheckAddresses(config, contracts); !status.ok()) return Fail(kConfiguration, status);
  const sigset_t signals = BlockSignals();
  b2mml::XmlRuntime xml;
  if (auto status = b2mml::SelfTest(); !status.ok()) return Fail(kConfiguration, status);
  const auto versions = b2mml::Versions::BuiltIn();
  if (!versions.ok()) return Fail(kConfiguration, versions.status());
  const auto ledger = ledger::OpenSqlite(config.ledger);
  if (!ledger.ok()) return Fail(kLedger, ledger.status());

  Wakes wakes;
  std::atomic<bool> ledger_failed{false};
  const auto folders = OpenSiteFolders(config.folder, contracts);
  if (!folders.ok()) return Fail(kConfiguration, folders.status());
  const AnswersOut out(contracts, config.erp_url, *folders);
  const auto stop_on_failure = [&ledger_failed] {
    ledger_failed = true;
    kill(getpid(), SIGTERM);
  };
  AnswerWorker worker(
      **ledger, contracts, *versions, [&out](const ledger::OutboxEntry& answer) { return out.Send(answer); },
      stop_on_failure);
  Wakes feedback;
  ReportWorker report_worker(
      **ledger, contracts, *versions, feedback,
      [&out](const std::string& site, const std::string& name, const std::string& text) {
        return out.Send(site, name, text);
      },
      stop_on_failure);
  Refusals refusals(**ledger);
  Reports reports(**ledger, contracts, feedback, refusals, [&report_worker] { report_worker.Nudge(); });
  const auto nudge = [&worker] { worker.Nudge(); };
  Exchange exchange(**ledger, contracts, wakes, nudge);
  Intake intake(**ledger, contracts, *versions, wakes, nudge,
                [&report_worker](const auto& document, const auto& contract, std::string text) {
                  return report_worker.TakeAnswer(document, contract, std::move(text));
                });
  const auto mes_folders = OpenMesFolders(config.folder, contracts);
  if (!mes_folders.ok()) return Fail(kConfiguration, mes_folders.status());
  MesDelivery mes(exchange, reports, contracts, *versions, config.mes_url, *mes_folders);
  MesFeedback mes_feedback(**ledger, contracts, *versions, feedback, config.mes_url, *mes_folders, stop_on_failure);
  HttpPort port(intake, worker, mes, contracts);

  server::ExchangeServerOptions grpc_options;
  grpc_options.address = config.grpc;
  const auto grpc_server = server::ExchangeServer::Start(grpc_options, exchange, &reports);
  if (!grpc_server.ok()) return Fail(kConfiguration, grpc_server.status());
  http::ServerOptions http_options;
  http_options.address = config.http;
  http_options.threads = kHttpThreads;
  const auto http_server = http::Server::Start(http_options, [&port](http::Request request, http::Reply reply) {
    port.Handle(std::move(request), std::move(reply));
  });
  if (!http_server.ok()) return Fail(kConfiguration, http_server.status());

  auto folder_port = std::make_unique<FolderPort>(intake, *folders);
  if (config.lab) spdlog::warn("--lab: plaintext is allowed on any address");
  spdlog::info("ready: http port {} grpc port {}", (*http_server)->port(), (*grpc_server)->port());
  int received = 0;
  sigwait(&signals, &received);
  spdlog::info("stopping");
  folder_port.reset();
  worker.Drain();
  (*http_server)->Stop(kGraceMs);
  (*grpc_server)->Stop(kGraceMs);
  return ledger_failed ? kLedger : 0;
}

int RunVerb(const Config& config, const ContractSet& set) {
  if (config.verb == "check-config") return CheckConfig(set, config, std::cout);
  if (config.verb == "reconcile" && set.contracts.empty())
    return Fail(kUsage, absl::InvalidArgumentError("reconcile needs --site FILE: the contract says what is compared"));
  if (config.verb == "trace" && config.order.empty())
    return Fail(kUsage, absl::InvalidArgumentError("trace needs --order ID"));
  const auto ledger = ledger::OpenSqlite(config.ledger, /*read_only=*/true);
  if (!ledger.ok()) return Fail(kLedger, ledger.status());
  if (config.verb == "reconcile") return Reconcile(**ledger, set.contracts, config, std::cout);
  return config.verb == "trace" ? TraceOrder(**ledger, set.contracts, config, std::cout)
                                : Audit(**ledger, config, std::cout);
}

int Main(int argc, char** argv) {
  const auto config = ParseConfig(argc, argv);
  if (!config.ok()) return Fail(kUsage, config.status());
  if (config->help) return std::cout << HelpText(), 0;
  if (config->version) return std::cout << "b2mml-adapter 0.1.0\n", 0;
  const bool looks = config->verb == "trace" || config->verb == "audit" || config->verb == "reconcile";
  if (!config->verb.empty() && !looks && config->verb != "check-config") {
    return Fail(kUsage, absl::InvalidArgumentError("no such verb: " + config->verb + "; see --help"));
  }
  ContractSet set;
  if (!looks || !config->site_files.empty()) set = LoadContracts(config->site_files);
  if (config->verb.empty() || looks) {
    for (const auto& finding : set.findings) std::cerr << ToText(finding);
    if (HasError(set.findings)) return kConfiguration;
  }
  if (!config->verb.empty()) return RunVerb(*config, set);
  SetUpLog();
  return RunDaemon(*config, set.contracts);
}

}  // namespace
}  // namespace isa95::adapter

int main(int argc, char** argv) { return isa95::adapter::Main(argc, argv); }
