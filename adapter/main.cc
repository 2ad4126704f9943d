// b2mml-adapter: reads its settings, runs a verb, or builds the daemon and waits for a signal.
#include <spdlog/spdlog.h>

#include <csignal>
#include <fstream>
#include <iostream>

#include "adapter/config.h"
#include "adapter/contract_show.h"
#include "adapter/daemon.h"
#include "adapter/export_profile.h"
#include "adapter/ops/log.h"
#include "adapter/reconcile.h"
#include "adapter/rehearse/rehearse.h"
#include "adapter/reload.h"
#include "adapter/trace.h"
#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

constexpr int kUsage = 2;

int Fail(int code, const absl::Status& status) {
  std::cerr << "b2mml-adapter: " << Words(status) << "\n";
  return code;
}

// Blocks the signals in every thread started later, so that only the wait below takes them.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

void LogFindings(const Findings& findings) {
  for (const auto& finding : findings) {
    const auto words = Cat(finding.code(), " ", finding.path(), ": ", finding.message(), " ", finding.mend());
    if (finding.severity() == flow::v1::SEVERITY_ERROR)
      spdlog::error("{}", words);
    else
      spdlog::warn("{}", words);
  }
}

void ReloadAndSay(const Config& config, Contracts& contracts) {
  const auto findings = Reload(config, contracts);
  LogFindings(findings);
  if (HasError(findings)) return spdlog::error("reload refused: the contracts that ran still hold");
  for (const auto& [site, terms] : contracts.Current())
    spdlog::info("reloaded: site {} contract version {} hash {}", site, terms.contract.contract().version(),
                 terms.hash.substr(0, 12));
}

int RunDaemon(const Config& config, Contracts& contracts, const Findings& risks) {
  const sigset_t signals = BlockSignals();
  const ops::Log log;
  LogFindings(risks);
  Daemon daemon(config, contracts, log);
  if (const auto failure = daemon.Start()) return Fail(failure->code, failure->status);
  int received = 0;
  while (sigwait(&signals, &received) == 0 && received == SIGHUP) ReloadAndSay(config, contracts);
  return daemon.Drain();
}

int RunRehearsal(const Config& config, const Contracts& contracts) {
  std::ifstream file(config.traffic, std::ios::binary);
  if (!file) return Fail(kUsage, absl::InvalidArgumentError("rehearse needs --traffic FILE, which can be read"));
  const auto traffic = ReadTraffic(file);
  if (!traffic.ok()) return Fail(kUsage, traffic.status());
  const b2mml::XmlRuntime xml;
  const auto versions = b2mml::Versions::BuiltIn();
  if (!versions.ok()) return Fail(kConfiguration, versions.status());
  const auto rehearsal = Rehearse(*traffic, contracts, *versions);
  if (!rehearsal.ok()) return Fail(kConfiguration, rehearsal.status());
  return PrintRehearsal(*rehearsal, config.format, std::cout) ? 1 : 0;
}

int RunExport(ledger::Ledgers& ledger, const Contracts& contracts) {
  if (contracts.Current().size() != 1)
    return Fail(kUsage, absl::InvalidArgumentError("export-traffic takes one --site FILE: a file is of one site"));
  const auto traffic = TrafficOf(ledger, contracts.Current().begin()->first);
  if (!traffic.ok()) return Fail(kLedger, traffic.status());
  const auto written = WriteTraffic(*traffic, std::cout);
  return written.ok() ? 0 : Fail(kLedger, written);
}

int RunVerb(const Config& config, ContractSet set) {
  if (config.verb == "check-config") return CheckConfig(set, config, std::cout);
  if (config.verb == "reconcile" && set.contracts.empty())
    return Fail(kUsage, absl::InvalidArgumentError("reconcile needs --site FILE: the contract says what is compared"));
  if (config.verb == "trace" && config.order.empty())
    return Fail(kUsage, absl::InvalidArgumentError("trace needs --order ID"));
  const Contracts contracts(std::move(set.contracts));
  if (config.verb == "rehearse") return RunRehearsal(config, contracts);
  const auto ledger = ledger::OpenSqlite(config.ledger, /*read_only=*/true);
  if (!ledger.ok()) return Fail(kLedger, ledger.status());
  if (config.verb == "export-traffic") return RunExport(**ledger, contracts);
  if (config.verb == "reconcile") return Reconcile(**ledger, contracts, config, std::cout);
  return config.verb == "trace" ? TraceOrder(**ledger, contracts, config, std::cout)
                                : Audit(**ledger, config, std::cout);
}

int Main(int argc, char** argv) {
  const auto config = ParseConfig(argc, argv);
  if (!config.ok()) return Fail(kUsage, config.status());
  if (config->help) return std::cout << HelpText(), 0;
  if (config->print_config) return std::cout << SettingsText(*config), 0;
  if (config->verb == "export-profile") return ExportProfile(*config, std::cout, std::cerr);
  if (config->verb == "contract") return ContractVerb(*config, std::cout, std::cerr);
  if (config->version) return std::cout << "b2mml-adapter 0.1.0\n", 0;
  const bool looks = config->verb == "trace" || config->verb == "audit" || config->verb == "reconcile" ||
                     config->verb == "rehearse" || config->verb == "export-traffic";
  if (!config->verb.empty() && !looks && config->verb != "check-config") {
    return Fail(kUsage, absl::InvalidArgumentError("no such verb: " + config->verb + "; see --help"));
  }
  ContractSet set;
  if (!looks || !config->site_files.empty()) set = LoadContracts(config->site_files);
  if (config->verb.empty() || looks) {
    // What is risky is told where somebody looks for it: by check-config, and in the daemon's log.
    for (const auto& finding : set.findings) {
      if (finding.severity() == flow::v1::SEVERITY_ERROR) std::cerr << ToText(finding);
    }
    if (HasError(set.findings)) return kConfiguration;
  }
  if (!config->verb.empty()) return RunVerb(*config, std::move(set));
  Contracts contracts(std::move(set.contracts));
  return RunDaemon(*config, contracts, set.findings);
}

}  // namespace
}  // namespace isa95::adapter

int main(int argc, char** argv) { return isa95::adapter::Main(argc, argv); }
