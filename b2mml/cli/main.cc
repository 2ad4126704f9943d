// b2mml: judges, translates and compares messages. Exit codes: validate 0 valid, 1 findings of severity error, 2 usage
// or I/O; translate the same; diff 0 equal, 1 different, 2 trouble.
#include <google/protobuf/util/delimited_message_util.h>

#include <boost/program_options.hpp>
#include <iostream>

#include "b2mml/cli/io.h"
#include "b2mml/cli/suggest.h"
#include "b2mml/diff.h"
#include "b2mml/official_schema.h"
#include "grpc/model/contract.h"
#include "grpc/model/text.h"

namespace isa95::b2mml::cli {
namespace {

namespace po = boost::program_options;
constexpr int kTrouble = 2;

struct Options {
  std::string verb, site, schema_dir, to = "json", version, noun, format = "text";
  bool allow_findings = false, suggest_dialect = false, help = false, print_version = false;
  std::vector<std::string> files;
};

constexpr const char* kHelp =
    "b2mml validate FILE... [--site site.yaml] [--schema-dir DIR] [--format text|json]\n"
    "    judge messages: 0 all valid, 1 an error was found, 2 usage or I/O. --schema-dir adds the schemas MESA "
    "publishes:\n"
    "    a folder with the .xsd files of a version, or with a folder of them per version (V0401, V0600, V0701)\n"
    "    Example: b2mml validate --site site.yaml order.xml\n"
    "b2mml validate --suggest-dialect FILE|FOLDER... [--site site.yaml]\n"
    "    read what one sender really sends and propose the smallest dialect and the name patterns that take it, as "
    "part\n"
    "    of a contract; what no dialect takes is listed with its finding: 0 all taken, 1 not all, 2 usage or I/O.\n"
    "    Times without offset are read in the site's zone, else UTC. Example: b2mml validate --suggest-dialect inbox/\n"
    "b2mml translate FILE [--to json|xml|binary] [--b2mml-version V0401|V0600|V0701] [--noun operations|production]\n"
    "                     [--site site.yaml] [--allow-findings]\n"
    "    XML to canonical JSON (one document a line) and back; '-' is standard input; binary is length-delimited.\n"
    "    XML is written in the document's own version unless --b2mml-version says otherwise; --noun chooses between\n"
    "    V0600's two. Findings go to standard\n"
    "    error; an error among them refuses the document (1) unless --allow-findings is given and its shape is sound\n"
    "    Example: b2mml translate order.xml --to json | b2mml translate - --to xml --b2mml-version V0401\n"
    "b2mml diff A B [--site site.yaml] [--format text|json]\n"
    "    compare by meaning, XML or JSON on either side: 0 equal, 1 different, 2 trouble\n"
    "    Example: b2mml diff order.xml order.json\n\n"
    "Without --site the strict rules hold. Files may have 64 MiB.\n";

int Trouble(std::string_view words) {
  std::cerr << "b2mml: " << words << "\n";
  return kTrouble;
}

void PrintFindings(const Findings& findings, bool json, std::ostream& out) {
  for (const auto& finding : findings) out << (json ? ToJson(finding) + "\n" : ToText(finding));
}

// Compiled when the first document of a version comes by.
class OfficialSchemas {
 public:
  explicit OfficialSchemas(std::string folder) : folder_(std::move(folder)) {}

  // Adds what the published schema finds; nothing where the version is not known.
  absl::Status Check(const std::string& bytes, const Versions& versions, Parsed& parsed) {
    const auto* version = versions.by_name(parsed.document.b2mml_version());
    if (version == nullptr) return absl::OkStatus();
    auto& schema = schemas_[version->name()];
    if (schema == nullptr) {
      auto loaded = LoadOfficialSchema(folder_, version->name(), version->table().target_namespace());
      if (!loaded.ok()) return loaded.status();
      schema = *std::move(loaded);
    }
    for (auto& finding : ValidateOfficially(bytes, *schema)) parsed.findings.push_back(std::move(finding));
    return absl::OkStatus();
  }

 private:
  const std::string folder_;
  std::map<std::string, std::unique_ptr<ProfileSchema>> schemas_;
};

int Validate(const Options& options, const Versions& versions, const contract::v1::Erp& erp) {
  bool all_valid = true;
  OfficialSchemas schemas(options.schema_dir);
  for (const auto& name : options.files) {
    const auto bytes = ReadFile(name);
    if (!bytes.ok()) return Trouble(Words(bytes.status()));
    const auto parsed = ParseDocument(*bytes, versions, erp);
    if (!options.schema_dir.empty()) {
      const auto status = schemas.Check(*bytes, versions, *parsed);
      if (!status.ok()) return Trouble(Words(status));
    }
    const bool valid = !HasError(parsed->findings);
    all_valid = all_valid && valid;
    if (options.format == "json") {
      Finding name_holder = Info("", name, 0, "", "");  // for its quoting
      const std::string quoted = ToJson(name_holder);
      const auto from = quoted.find("\"path\":") + 7;
      std::cout << Cat("{\"file\":", quoted.substr(from, quoted.find(",\"line\"") - from),
                       ",\"valid\":", valid ? "true" : "false", ",", ToJson(parsed->findings).substr(1), "\n");
    } else {
      PrintFindings(parsed->findings, false, std::cout);
      std::cout << name << ": " << (valid ? "valid" : "not valid") << "\n";
    }
  }
  return all_valid ? 0 : 1;
}

int Suggest(const Options& options, const Versions& versions, const contract::v1::Erp& erp, const std::string& zone) {
  const auto messages = MessagesIn(options.files);
  if (!messages.ok()) return Trouble(Words(messages.status()));
  const auto suggestion = SuggestDialect(*messages, ReadFile, versions, erp, zone.empty() ? "Etc/UTC" : zone);
  if (!suggestion.ok()) return Trouble(Words(suggestion.status()));
  std::cout << SuggestionAsYaml(*suggestion);
  return suggestion->refused.empty() ? 0 : 1;
}

int WriteAs(const Options& options, const flow::v1::Document& document, const Versions& versions) {
  if (options.to == "json") {
    const auto json = ToCanonicalJson(document);
    if (!json.ok()) return Trouble(Words(json.status()));
    std::cout << *json << "\n";
    return 0;
  }
  if (options.to == "binary") {
    return google::protobuf::util::SerializeDelimitedToOstream(document, &std::cout) ? 0 : Trouble("cannot write");
  }
  const auto* version = versions.by_name(options.version.empty() ? document.b2mml_version() : options.version);
  if (version == nullptr) return Trouble("no such B2MML version; use V0401, V0600 or V0701");
  const auto written = WriteDocument(document, *version);
  PrintFindings(written.findings, options.format == "json", std::cerr);
  std::cout << written.xml;
  return written.xml.empty() ? 1 : 0;
}

int Translate(const Options& options, const Versions& versions, const contract::v1::Erp& erp) {
  if (options.files.size() != 1) return Trouble("translate takes one file");
  const auto bytes = ReadFile(options.files.front());
  if (!bytes.ok()) return Trouble(Words(bytes.status()));
  const auto parsed = ReadDocument(*bytes, versions, erp);
  if (!parsed.ok()) return Trouble(Words(parsed.status()));
  PrintFindings((*parsed)->findings, options.format == "json", std::cerr);
  if (!(*parsed)->shape_ok || (HasError((*parsed)->findings) && !options.allow_findings)) return 1;
  auto& document = (*parsed)->document;
  if (!options.noun.empty()) document.set_noun_form(options.noun == "production" ? "production" : "");
  return WriteAs(options, document, versions);
}

int Compare(const Options& options, const Versions& versions, const contract::v1::Erp& erp) {
  if (options.files.size() != 2) return Trouble("diff takes two files");
  std::vector<std::unique_ptr<Parsed>> sides;
  for (const auto& name : options.files) {
    const auto bytes = ReadFile(name);
    if (!bytes.ok()) return Trouble(Words(bytes.status()));
    auto parsed = ReadDocument(*bytes, versions, erp);
    if (!parsed.ok()) return Trouble(Words(parsed.status()));
    if (!(*parsed)->shape_ok) return Trouble(Cat(name, " is not a document that can be compared"));
    sides.push_back(*std::move(parsed));
  }
  const auto differences = Diff(sides[0]->document, sides[1]->document);
  for (const auto& difference : differences) {
    if (options.format == "json") {
      std::cout << ToJson(Info("DIFFERENT", difference.path, 0, difference.left, difference.right)) << "\n";
    } else {
      std::cout << difference.path << ": '" << difference.left << "' against '" << difference.right << "'\n";
    }
  }
  return differences.empty() ? 0 : 1;
}

// False: the words for it are on standard error.
bool Parse(int argc, char** argv, Options& options) {
  po::options_description description("Options");
  auto add = description.add_options();
  add("help,h", po::bool_switch(&options.help), "");
  add("version", po::bool_switch(&options.print_version), "");
  add("verb", po::value(&options.verb), "");
  add("file", po::value(&options.files), "");
  add("site", po::value(&options.site), "");
  add("schema-dir", po::value(&options.schema_dir), "");
  add("suggest-dialect", po::bool_switch(&options.suggest_dialect), "");
  add("allow-findings", po::bool_switch(&options.allow_findings), "");
  add("to", po::value(&options.to), "");
  add("b2mml-version", po::value(&options.version), "");
  add("noun", po::value(&options.noun), "");
  add("format", po::value(&options.format), "");
  po::positional_options_description positional;
  positional.add("verb", 1).add("file", -1);
  // No guessing: an abbreviated option could change its meaning with the next release.
  const auto style = po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
  try {
    po::variables_map values;
    po::store(po::command_line_parser(argc, argv).options(description).positional(positional).style(style).run(),
              values);
    po::notify(values);
  } catch (const std::exception& error) {
    Trouble(error.what());
    return false;
  }
  return true;
}

int Run(const Options& options) {
  contract::v1::Erp erp;
  std::string zone;
  if (!options.site.empty()) {
    const auto loaded = LoadContract(options.site);
    if (HasError(loaded.findings)) return PrintFindings(loaded.findings, false, std::cerr), kTrouble;
    erp = loaded.contract.erp();
    zone = loaded.contract.site().time_zone();
  }
  XmlRuntime xml;
  const auto versions = Versions::BuiltIn();
  if (!versions.ok()) return Trouble(Words(versions.status()));
  if (options.suggest_dialect) return Suggest(options, *versions, erp, zone);
  if (options.verb == "validate") return Validate(options, *versions, erp);
  if (options.verb == "translate") return Translate(options, *versions, erp);
  if (options.verb == "diff") return Compare(options, *versions, erp);
  return Trouble(Cat("there is no command '", options.verb, "'; see b2mml --help"));
}

int Main(int argc, char** argv) {
  Options options;
  if (!Parse(argc, argv, options)) return kTrouble;
  if (options.help) return std::cout << kHelp, 0;
  if (options.print_version) return std::cout << "b2mml 0.1.0\n", 0;
  if (options.verb.empty()) return std::cerr << kHelp, kTrouble;
  if (options.files.empty()) return Trouble(Cat(options.verb, " needs a file; see b2mml --help"));
  if (options.to != "json" && options.to != "xml" && options.to != "binary")
    return Trouble("--to takes json, xml or binary");
  if (!options.noun.empty() && options.noun != "operations" && options.noun != "production")
    return Trouble("--noun takes operations or production");
  if (options.format != "text" && options.format != "json") return Trouble("--format takes text or json");
  if (!options.schema_dir.empty() && options.verb != "validate") return Trouble("--schema-dir goes with validate");
  if (options.suggest_dialect && options.verb != "validate") return Trouble("--suggest-dialect goes with validate");
  const int code = Run(options);
  // A full disk or a closed pipe: what was asked for did not arrive whole.
  return std::cout.flush() ? code : Trouble("standard output cannot be written");
}

}  // namespace
}  // namespace isa95::b2mml::cli

int main(int argc, char** argv) { return isa95::b2mml::cli::Main(argc, argv); }
