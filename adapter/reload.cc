#include "adapter/reload.h"

#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

Finding Refused(const ContractSet& next, const std::string& site, std::string_view key, std::string_view words,
                std::string_view mend) {
  const auto source = next.sources.find(site);
  const uint64_t line = source == next.sources.end() ? 0 : LineOfKey(source->second.loaded, key);
  const std::string place = source == next.sources.end() ? "" : Cat(source->second.file, ":", line, ": ");
  return Error("CONTRACT_RELOAD_REFUSED", key, line, Cat(place, words), mend, "PMO");
}

void JudgeSite(const Terms& running, const Terms& next, const std::string& site, const ContractSet& set,
               Findings& findings) {
  const auto& was = running.contract;
  const auto& is = next.contract;
  const auto port = [&](std::string_view key, std::string_view before, std::string_view after) {
    if (before == after) return;
    findings.push_back(Refused(set, site, key,
                               Cat("The port of site ", site, " was ", before, " and is now ", after, "."),
                               "A port is changed by a restart; or set it back."));
  };
  const auto erp = [](const auto& contract) { return contract.erp().port().empty() ? "http" : contract.erp().port(); };
  port("erp.port", erp(was), erp(is));
  port("mes.port", was.mes().port(), is.mes().port());
  if (running.hash != next.hash && is.contract().version() <= was.contract().version())
    findings.push_back(Refused(set, site, "contract.version",
                               Cat("The contract of site ", site, " was changed and its version is still ",
                                   is.contract().version(), ", where ", was.contract().version(), " runs."),
                               Cat("Write version: ", was.contract().version() + 1, " or more.")));
}

}  // namespace

Findings ReloadRefusals(const Contracts::Generation& running, const ContractSet& next) {
  Findings findings;
  for (const auto& [site, terms] : next.contracts) {
    const auto found = running.find(site);
    if (found == running.end())
      findings.push_back(Refused(next, site, "site.id", Cat("Site ", site, " is none of those that run."),
                                 "Sites come and go by a restart; give the site its id back."));
    else
      JudgeSite(found->second, terms, site, next, findings);
  }
  for (const auto& [site, terms] : running) {
    if (!next.contracts.contains(site))
      findings.push_back(Error("CONTRACT_RELOAD_REFUSED", "site.id", 0,
                               Cat("Site ", site, " runs and has no contract any more."),
                               "Sites come and go by a restart; give the site its id back.", "PMO"));
  }
  return findings;
}

Findings Reload(const Config& config, Contracts& contracts) {
  ContractSet next = LoadContracts(config.site_files);
  if (HasError(next.findings)) return std::move(next.findings);
  for (auto& finding : ReloadRefusals(contracts.Current(), next)) next.findings.push_back(std::move(finding));
  if (const auto status = CheckAddresses(config, next.contracts); !status.ok())
    next.findings.push_back(Error("CONTRACT_RELOAD_REFUSED", "contract.production", 0, Words(status),
                                  "Start the adapter without --lab.", "PMO"));
  if (!HasError(next.findings)) contracts.Swap(std::move(next.contracts));
  return std::move(next.findings);
}

}  // namespace isa95::adapter
