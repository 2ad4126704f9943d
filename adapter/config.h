// Deployment settings of the daemon and its verbs: flags over environment over file. The site contracts are not
// settings: they are loaded here because nothing starts without them. Errors: Findings for contracts, InvalidArgument
// for flags.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "adapter/contracts.h"
#include "grpc/model/contract.h"
#include "grpc/model/finding.h"

namespace isa95::adapter {

struct Config {
  std::string verb;                    // empty = run the daemon
  std::vector<std::string> arguments;  // contract show, contract diff OLD NEW
  std::vector<std::string> site_files;
  std::string ledger = "adapter.db";  // path, or sqlite:PATH
  std::string http = "127.0.0.1:8080";
  std::string grpc = "127.0.0.1:50051";
  std::map<std::string, std::string, std::less<>> erp_url;  // site -> URL the answers go to
  std::map<std::string, std::string, std::less<>> mes_url;  // site -> URL of a MES that speaks B2MML over HTTP
  std::string folder;                                       // root of the sites' folders
  std::string order;                                        // trace --order, reconcile --order
  std::string traffic;                                      // rehearse: recorded days
  std::string format = "text";                              // text | json; reconcile also csv
  std::string webhook;                                      // URL notices are posted to
  std::string notify_command;                               // a program that gets each notice
  std::string heartbeat;                                    // URL called while the adapter takes work
  std::string heartbeat_every = "30s";
  std::string kind, b2mml_version;  // export-profile
  bool plain = false;               // contract show --plain
  bool print_config = false;
  bool lab = false;
  bool help = false;
  bool version = false;
  std::map<std::string, std::string, std::less<>> origins;  // option -> where its value comes from; absent = default
};

// Reads flags, then ISA95_* environment variables, then --config FILE (key=value lines) for what is still unset.
absl::StatusOr<Config> ParseConfig(int argc, const char* const* argv);
std::string HelpText();
// Each deployment setting, its value and where that comes from; passwords within addresses are left out.
std::string SettingsText(const Config& config);

struct ContractSource {
  std::string file;
  LoadedContract loaded;  // for its lines
};
struct ContractSet {
  Contracts::Generation contracts;
  Findings findings;
  std::map<std::string, ContractSource, std::less<>> sources;  // by site id
};
ContractSet LoadContracts(const std::vector<std::string>& files);

// Plaintext only where nobody from the street listens: loopback, or with --lab and no production contract anywhere.
absl::Status CheckAddresses(const Config& config, const Contracts::Generation& contracts);

}  // namespace isa95::adapter
