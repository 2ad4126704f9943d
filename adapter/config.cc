#include "adapter/config.h"

#include <unistd.h>

#include <boost/program_options.hpp>
#include <fstream>
#include <sstream>

#include "grpc/model/contract.h"
#include "grpc/model/contract_values.h"
#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

namespace po = boost::program_options;

po::options_description Options(Config& config) {
  po::options_description options("Options");
  options.add_options()                                                                                              //
      ("help,h", po::bool_switch(&config.help), "this text")                                                         //
      ("version", po::bool_switch(&config.version), "the version of this program")                                   //
      ("site", po::value(&config.site_files)->composing()->multitoken(), "site contract; repeat for several sites")  //
      ("ledger", po::value(&config.ledger), "ledger: a file name or sqlite:FILE (default adapter.db)")               //
      ("http", po::value(&config.http), "ERP port (default 127.0.0.1:8080)")                                         //
      ("grpc", po::value(&config.grpc), "MES port (default 127.0.0.1:50051)")                                        //
      ("erp-url", po::value<std::vector<std::string>>()->composing(), "SITE=URL to which answers are sent")          //
      ("mes-url", po::value<std::vector<std::string>>()->composing(), "SITE=URL of a MES that speaks B2MML")         //
      ("folder", po::value(&config.folder), "root of the folders SITE/in, out, done, error")                         //
      ("config", po::value<std::string>(), "file with further options, one key=value a line")                        //
      ("order", po::value(&config.order), "order id, for trace and reconcile")                                       //
      ("traffic", po::value(&config.traffic), "recorded traffic, for rehearse; see export-traffic")                  //
      ("format", po::value(&config.format), "text or json; reconcile also csv")                                      //
      ("webhook", po::value(&config.webhook), "URL to which notices about flows are posted as JSON")                 //
      ("notify-command", po::value(&config.notify_command), "program that gets each notice as JSON on its input")    //
      ("heartbeat", po::value(&config.heartbeat), "URL called again and again while the adapter takes work")         //
      ("heartbeat-every", po::value(&config.heartbeat_every), "how often, e.g. 30s (default)")                       //
      ("kind", po::value(&config.kind), "export-profile: transaction or master-data")                                //
      ("b2mml-version", po::value(&config.b2mml_version), "export-profile: V0401, V0600 or V0701")                   //
      ("plain", po::bool_switch(&config.plain), "contract show: one page for people")                                //
      ("print-config", po::bool_switch(&config.print_config), "print each setting and where it comes from")          //
      ("lab", po::bool_switch(&config.lab), "allow plaintext on private networks; never with a production contract");
  return options;
}

// ISA95_ERP_URL -> erp-url; unknown names in the environment are none of ours.
std::string EnvironmentName(const po::options_description& options, const std::string& name) {
  if (!name.starts_with("ISA95_")) return {};
  std::string key = name.substr(6);
  for (char& c : key) c = c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return options.find_nothrow(key, false) != nullptr ? key : std::string();
}

// --erp-url and --mes-url.
absl::Status TakeUrls(const po::variables_map& values, const char* option,
                      std::map<std::string, std::string, std::less<>>& urls) {
  if (values.count(option) == 0) return absl::OkStatus();
  for (const auto& text : values[option].as<std::vector<std::string>>()) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || !text.substr(equals + 1).starts_with("http://")) {
      return absl::InvalidArgumentError(Cat("--", option, " '", text, "' is not SITE=http://HOST:PORT/PATH"));
    }
    urls[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return absl::OkStatus();
}

// Where the adapter tells how it stands. A URL may hold a secret: it is not repeated.
absl::Status CheckTelling(const Config& config) {
  for (const auto& [option, url] : {std::pair{"webhook", &config.webhook}, {"heartbeat", &config.heartbeat}}) {
    if (!url->empty() && !url->starts_with("http://"))
      return absl::InvalidArgumentError(Cat("--", option, " is not http://HOST:PORT/PATH; this release has no TLS"));
  }
  if (ParseSpanMillis(config.heartbeat_every) <= 0)
    return absl::InvalidArgumentError(
        Cat("--heartbeat-every '", config.heartbeat_every, "' is no span; write 30s or 5m"));
  if (!config.notify_command.empty() && access(config.notify_command.c_str(), X_OK) != 0)
    return absl::InvalidArgumentError(Cat("--notify-command '", config.notify_command,
                                          "' is no program that can be run; it is a file, without arguments"));
  return absl::OkStatus();
}

// The first that gives a value keeps it.
void NoteOrigins(const po::variables_map& values, const std::string& origin, Config& config) {
  for (const auto& [name, value] : values) {
    if (!value.defaulted()) config.origins.emplace(name, origin);
  }
}

std::string Urls(const std::map<std::string, std::string, std::less<>>& urls) {
  std::string out;
  for (const auto& [site, url] : urls) {
    const auto slashes = url.find("//"), at = url.find('@');
    const bool secret = slashes != std::string::npos && at != std::string::npos && at < url.find('/', slashes + 2);
    out +=
        Cat(out.empty() ? "" : " ", site, "=", secret ? Cat(url.substr(0, slashes + 2), "***", url.substr(at)) : url);
  }
  return out;
}

bool IsLoopback(std::string_view address) {
  return address.starts_with("127.") || address.starts_with("[::1]") || address.starts_with("localhost:");
}

}  // namespace

std::string HelpText() {
  Config config;
  std::ostringstream out;
  out << "b2mml-adapter: carries production orders from an ERP (B2MML, over HTTP or folders) to a MES (gRPC, or "
         "B2MML over HTTP or folders), and the answers, confirmations and consumption back.\n\n"
         "  b2mml-adapter --site site.yaml [--ledger FILE] [--http ADDR] [--grpc ADDR] [--erp-url SITE=URL]   the "
         "daemon\n"
         "  b2mml-adapter check-config --site site.yaml                    explain what is wrong with a contract\n"
         "  b2mml-adapter contract show [--plain] --site site.yaml         one page to read and sign, or JSON\n"
         "  b2mml-adapter contract diff OLD NEW [--format text|json]       what changes, for whom; 0 nothing, 1 "
         "something\n"
         "  b2mml-adapter export-profile --kind transaction|master-data --site FILE   the interface in B2MML's own "
         "words\n"
         "  b2mml-adapter trace --order ID [--ledger FILE] [--site FILE]   what became of an order\n"
         "  b2mml-adapter reconcile --site FILE [--order ID] [--ledger FILE] [--format text|json|csv]   planned, made "
         "and "
         "posted\n"
         "  b2mml-adapter export-traffic --site FILE [--ledger FILE]       what went over the wires, as traffic.jsonl\n"
         "  b2mml-adapter rehearse --site NEW.yaml --traffic FILE          what another contract would post otherwise\n"
         "  b2mml-adapter audit [--ledger FILE] [--site FILE]              counts per state\n\n"
      << Options(config)
      << "\nExample:\n  b2mml-adapter --site examples/site.yaml --ledger /var/lib/isa95/adapter.db "
         "--erp-url LEI=http://127.0.0.1:9080/\n\n"
         "Owners are told of silent, late and parked things in the log, and by --webhook or --notify-command.\n\n"
         "SIGHUP reads the contracts again: all of them hold, or the old ones stay and the log says why.\n"
         "Exit: 0 done, 1 something is wrong with the data, 2 usage, 3 configuration, 4 ledger\n";
  return out.str();
}

std::string SettingsText(const Config& config) {
  std::string sites;
  for (const auto& file : config.site_files) sites += Cat(sites.empty() ? "" : " ", file);
  const std::vector<std::pair<std::string, std::string>> settings = {
      {"site", sites},           {"ledger", config.ledger},         {"http", config.http},
      {"grpc", config.grpc},     {"erp-url", Urls(config.erp_url)}, {"mes-url", Urls(config.mes_url)},
      {"folder", config.folder}, {"format", config.format},         {"lab", config.lab ? "true" : "false"}};
  std::string out;
  for (const auto& [name, value] : settings) {
    const auto origin = config.origins.find(name);
    out += Cat(name, " = ", value, "  (", origin == config.origins.end() ? "default" : origin->second, ")\n");
  }
  return out;
}

absl::StatusOr<Config> ParseConfig(int argc, const char* const* argv) {
  Config config;
  auto options = Options(config);
  options.add_options()("verb", po::value(&config.verb), "")("argument", po::value(&config.arguments), "");
  po::positional_options_description positional;
  positional.add("verb", 1).add("argument", -1);
  try {
    po::variables_map values;
    po::store(po::command_line_parser(argc, argv).options(options).positional(positional).run(), values);
    NoteOrigins(values, "flag", config);
    po::store(po::parse_environment(options, [&](const std::string& name) { return EnvironmentName(options, name); }),
              values);
    NoteOrigins(values, "environment", config);
    if (values.count("config") != 0) {
      std::ifstream file(values["config"].as<std::string>());
      if (!file) return absl::InvalidArgumentError("--config: the file cannot be read");
      po::store(po::parse_config_file(file, options), values);
      NoteOrigins(values, Cat("file ", values["config"].as<std::string>()), config);
    }
    po::notify(values);
    if (auto status = TakeUrls(values, "erp-url", config.erp_url); !status.ok()) return status;
    if (auto status = TakeUrls(values, "mes-url", config.mes_url); !status.ok()) return status;
  } catch (const std::exception& error) {
    return absl::InvalidArgumentError(error.what());
  }
  if (auto status = CheckTelling(config); !status.ok()) return status;
  if (!config.arguments.empty() && config.verb != "contract")
    return absl::InvalidArgumentError(Cat("'", config.arguments[0], "' is not understood here"));
  const bool csv = config.format == "csv" && config.verb == "reconcile";
  if (config.format != "text" && config.format != "json" && !csv)
    return absl::InvalidArgumentError("--format is text or json; reconcile also takes csv");
  if (config.ledger.starts_with("sqlite:")) config.ledger.erase(0, 7);
  return config;
}

namespace {

void AddRisks(const LoadedContract& loaded, const std::string& file, std::string_view hash, Findings& findings) {
  for (const auto& risk : ContractRisks(loaded.contract, hash)) {
    const auto line = LineOfKey(loaded, risk.key);
    findings.push_back(Warning(risk.code, risk.key, line, Cat(file, line == 0 ? "" : Cat(":", line), ": ", risk.words),
                               risk.mend, "PMO"));
  }
}

}  // namespace

ContractSet LoadContracts(const std::vector<std::string>& files) {
  ContractSet set;
  for (const auto& file : files) {
    LoadedContract loaded = LoadContract(file);
    for (const auto& finding : loaded.findings) set.findings.push_back(finding);
    if (HasError(loaded.findings)) continue;
    const std::string site = loaded.contract.site().id();
    auto terms = MakeTerms(loaded.contract);
    set.sources.emplace(site, ContractSource{file, loaded});
    AddRisks(loaded, file, terms.hash, set.findings);
    if (!set.contracts.emplace(site, std::move(terms)).second) {
      set.findings.push_back(Error("CONTRACT_SITE_TWICE", "site.id", 0,
                                   Cat("Site ", site, " has two contracts; the second is ", file, "."),
                                   "Give each site one contract.", "PMO"));
    }
  }
  if (files.empty()) {
    set.findings.push_back(Error("CONTRACT_MISSING", "", 0, "No site contract was given.",
                                 "Name one with --site; examples/site.yaml shows its shape.", "site integrator"));
  }
  return set;
}

absl::Status CheckAddresses(const Config& config, const Contracts::Generation& contracts) {
  if (config.lab) {
    for (const auto& [site, terms] : contracts) {
      if (terms.contract.contract().production()) {
        return absl::FailedPreconditionError(Cat("--lab is refused: site ", site, " has a production contract"));
      }
    }
    return absl::OkStatus();
  }
  for (const auto& address : {config.http, config.grpc}) {
    if (!IsLoopback(address)) {
      return absl::FailedPreconditionError(
          Cat(address,
              " is not a loopback address and this release has no TLS: use 127.0.0.1, or --lab on a private network"));
    }
  }
  return absl::OkStatus();
}

}  // namespace isa95::adapter
