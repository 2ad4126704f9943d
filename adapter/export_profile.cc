#include "adapter/export_profile.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "adapter/ids.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string Element(std::string_view name, std::string_view text) {
  return Cat("<", name, ">", Escaped(text), "</", name, ">\n");
}

std::string NamespaceOf(std::string_view version) {
  if (version == "V0401") return "http://www.wbf.org/xml/B2MML-V0401";
  if (version == "V0600") return "http://www.mesa.org/xml/B2MML-V0600";
  return "http://www.mesa.org/xml/B2MML";
}

// What the interface does with one verb and noun, as the schema of a version names them.
struct Action {
  std::string verb, noun, why;
  bool sends = false;  // else: takes
};

// The schemas list some nouns only; another one is said as Other.
std::string NounElement(const std::string& noun, std::string_view version) {
  static const std::set<std::string> kLater = {"OPERATIONS EVENT"};
  static const std::set<std::string> kNever = {"TEST RESULT"};
  const bool listed = !kNever.contains(noun) && (!kLater.contains(noun) || version == "V0701");
  return listed ? Element("TransactionNoun", noun)
                : Cat("<TransactionNoun OtherValue=\"", Escaped(noun), "\">Other</TransactionNoun>\n");
}

std::vector<Action> ActionsOf(const contract::v1::SiteContract& c, std::string_view version) {
  const bool production = version == "V0401" || (version == "V0600" && c.erp().b2mml().noun() == "production");
  const std::string schedule = production ? "PRODUCTION SCHEDULE" : "OPERATIONS SCHEDULE",
                    performance = production ? "PRODUCTION PERFORMANCE" : "OPERATIONS PERFORMANCE";
  const auto& flows = c.flows();
  std::vector<Action> actions;
  for (const char* verb : {"PROCESS", "CHANGE", "CANCEL"})
    actions.push_back({verb, schedule, flows.production_order().reason(), false});
  if (c.erp().dialect().sync_releases_order())
    actions.push_back({"SYNC CHANGE", schedule, flows.production_order().reason(), false});
  const std::string report = flows.execution_confirmation().verb() == "sync" ? "SYNC ADD" : "PROCESS";
  if (flows.has_execution_confirmation())
    actions.push_back({report, performance, flows.execution_confirmation().reason(), true});
  if (flows.has_material_consumption())
    actions.push_back({report, performance, flows.material_consumption().reason(), true});
  if (flows.has_quality_downtime()) {
    for (const char* noun : {"MATERIAL LOT", "TEST RESULT", "OPERATIONS EVENT"})
      actions.push_back({"SYNC ADD", noun, flows.quality_downtime().reason(), true});
  }
  return actions;
}

std::string ActionElement(const Action& action, size_t number, std::string_view version, std::string_view release) {
  return Cat("<SupportedAction releaseID=\"", release, "\">\n", Element("ID", std::to_string(number)),
             Element("Description", action.why), Element("TransactionVerb", action.verb),
             NounElement(action.noun, version), Element("InformationSender", action.sends ? "true" : "false"),
             Element("InformationReceiver", action.sends ? "false" : "true"), "</SupportedAction>\n");
}

std::string ReleaseOf(const contract::v1::SiteContract& c, std::string_view version) {
  const auto& own = c.erp().b2mml().release_id();
  return Escaped(own.empty() || version != c.erp().b2mml().write() ? version.substr(1) : std::string_view(own));
}

// Of V0401 a sender has no receiver, and its schema asks for a Get where this message has its Show.
std::string Head(const contract::v1::SiteContract& c, const std::string& at, std::string_view bod_id,
                 std::string_view version) {
  const bool old = version == "V0401";
  const std::string receiver =
      old ? "" : Cat("<Receiver>", Element("LogicalID", c.erp().logical_id()), "</Receiver>\n");
  return Cat("<ApplicationArea>\n<Sender>", Element("LogicalID", c.mes().logical_id()), "</Sender>\n", receiver,
             Element("CreationDateTime", at), Element("BODID", bod_id), "</ApplicationArea>\n<DataArea>\n",
             old ? "<Get/>" : "<Show/>", "\n");
}

std::string Known(std::string_view name, std::string_view id, std::string_view description) {
  return Cat("<", name, ">", Element("ID", id), Element("Description", description), "</", name, ">\n");
}

std::string UnitWords(const contract::v1::Unit& unit, const std::string& code) {
  std::string words = Cat(unit.erp().empty() ? code : unit.erp(), " in the ERP, ",
                          unit.mes().empty() ? code : unit.mes(), " in the MES");
  if (!unit.of().empty()) words += Cat("; 1 ", code, " is ", unit.factor(), " ", unit.of());
  return words;
}

std::string Code(std::string_view object, std::string_view element, std::string_view value, std::string_view words) {
  return Cat("<OtherEnumeration>\n", Element("InformationObjectName", object), Element("EnumElementName", element),
             Element("OtherEnumValue", value), Element("Description", words), "</OtherEnumeration>\n");
}

std::string CodesOf(const contract::v1::Flows& flows) {
  std::string out;
  for (const auto& reason : flows.execution_confirmation().reasons())
    out += Code("OperationsPerformance", "ReasonCode", reason, "reason of scrap or rework");
  for (const auto& reason : flows.quality_downtime().hold_reasons())
    out += Code("MaterialLot", "ReasonCode", reason, "reason of a hold");
  for (const auto& reason : flows.quality_downtime().downtime_reasons())
    out += Code("OperationsEvent", "ReasonCode", reason.code(), reason.text());
  return out;
}

}  // namespace

std::string TransactionProfile(const contract::v1::SiteContract& c, std::string_view version, int64_t now_ms,
                               std::string_view bod_id) {
  const std::string release = ReleaseOf(c, version), at = FormatInstant(InstantOf(now_ms));
  std::string actions;
  size_t number = 0;
  for (const auto& action : ActionsOf(c, version)) actions += ActionElement(action, ++number, version, release);
  return Cat("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ShowTransactionProfile xmlns=\"", NamespaceOf(version),
             "\" releaseID=\"", release, "\">\n", Head(c, at, bod_id, version), "<TransactionProfile releaseID=\"",
             release, "\">\n", Element("ID", Cat(c.contract().id(), "-", c.contract().version())),
             Element("Description", Cat("Interface of site ", c.site().id(), " between ERP and MES")),
             Element("PublishedDate", at), actions, "</TransactionProfile>\n</DataArea>\n</ShowTransactionProfile>\n");
}

std::string MasterDataProfile(const contract::v1::SiteContract& c, int64_t now_ms) {
  std::string path, units, materials, lines;
  for (const auto& part : c.site().path()) path += Cat(path.empty() ? "" : "/", part);
  for (const auto& [code, unit] : std::map(c.units().begin(), c.units().end()))
    units += Known("UnitOfMeasure", code, UnitWords(unit, code));
  for (const auto& alias : c.naming().product().aliases())
    materials += Known("MaterialDefinition", alias.name(),
                       Cat(alias.erp().empty() ? alias.name() : alias.erp(), " in the ERP, ",
                           alias.mes().empty() ? alias.name() : alias.mes(), " in the MES"));
  for (const auto& line : c.lines())
    lines += Known("Equipment", line.id(), line.description().empty() ? line.id() : line.description());
  return Cat(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<MasterDataProfile xmlns=\"", NamespaceOf("V0701"),
      "\">\n<Header>\n", Element("ID", c.contract().id()), Element("Version", std::to_string(c.contract().version())),
      Element("PublishedDate", FormatInstant(InstantOf(now_ms))),
      Element("Name", Cat("Names and codes of site ", c.site().id())), path.empty() ? "" : Element("Scope", path),
      "</Header>\n", units, CodesOf(c.flows()), materials, lines, "</MasterDataProfile>\n");
}

int ExportProfile(const Config& config, std::ostream& out, std::ostream& trouble) {
  const auto usage = [&](std::string_view words) { return trouble << "b2mml-adapter: " << words << "\n", 2; };
  const std::set<std::string> versions = {"", "V0401", "V0600", "V0701"};
  if (!versions.contains(config.b2mml_version)) return usage("--b2mml-version is V0401, V0600 or V0701");
  const bool master = config.kind == "master-data";
  if (!master && config.kind != "transaction") return usage("--kind is transaction or master-data");
  if (master && !config.b2mml_version.empty() && config.b2mml_version != "V0701")
    return usage("only B2MML V0701 has a MasterDataProfile");
  const auto set = LoadContracts(config.site_files);
  for (const auto& finding : set.findings) {
    if (finding.severity() == flow::v1::SEVERITY_ERROR) trouble << ToText(finding);
  }
  if (HasError(set.findings)) return 3;
  if (set.contracts.size() != 1) return usage("export-profile takes one --site");
  const auto& contract = set.contracts.begin()->second.contract;
  const auto version = config.b2mml_version.empty() ? contract.erp().b2mml().write() : config.b2mml_version;
  out << (master ? MasterDataProfile(contract, NowMillis())
                 : TransactionProfile(contract, version, NowMillis(), NewUuid()));
  return 0;
}

}  // namespace isa95::adapter
