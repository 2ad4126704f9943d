#include "adapter/contract_show.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver_util.h>

#include <algorithm>
#include <map>
#include <memory>

#include "adapter/contract_diff.h"
#include "adapter/print.h"
#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

constexpr size_t kSomeRows = 3;  // of a long table: by example
constexpr size_t kShownHash = 12;

std::string Or(const std::string& text, std::string_view otherwise) {
  return text.empty() ? std::string(otherwise) : text;
}

template <typename Words>
std::string Joined(const Words& words) {
  std::string out;
  for (const auto& word : words) out += Cat(out.empty() ? "" : ", ", word);
  return out;
}

template <typename Terms>
std::string FlowWords(std::string_view title, const Terms& terms) {
  std::string out = Cat("\n", title, "\n  why: ", terms.reason(), "\n  used by: ", terms.used_by().role(),
                        ", to decide: ", terms.used_by().decision(), " (within ", Or(terms.latency(), "60s"),
                        ")\n  owner: ", terms.owner().role(), ", ", terms.owner().contact(), "\n");
  for (const auto& step : terms.escalation())
    out += Cat("  if nothing is done within ", step.after(), ": ", step.to(), step.contact().empty() ? "" : ", ",
               step.contact(), "\n");
  if (!terms.watch().silent_after().empty())
    out += Cat("  the owner is told when nothing came for ", terms.watch().silent_after(), "\n");
  if (!terms.watch().behind_after().empty())
    out += Cat("  the owner is told when something waits for ", terms.watch().behind_after(), "\n");
  for (const std::string_view system : {"erp", "mes"}) {
    std::vector<std::string> types;
    for (const auto& [type, owner] : std::map(terms.system_of_record().begin(), terms.system_of_record().end())) {
      if (owner == system) types.push_back(type);
    }
    if (!types.empty())
      out += Cat("  the ", system == "erp" ? "ERP" : "MES", " has the last word on: ", Joined(types), "\n");
  }
  for (const auto& [field, source] : std::map(terms.fields().begin(), terms.fields().end())) {
    if (source.source() == "typed") out += Cat("  typed by hand: ", field, ", because ", source.reason(), "\n");
  }
  return out;
}

std::string FlowsWords(const contract::v1::Flows& flows) {
  std::string out = "\nWHAT FLOWS, AND WHY\n", absent;
  const auto flow = [&](bool there, std::string_view title, const auto& terms) {
    if (there)
      out += FlowWords(title, terms);
    else
      absent += Cat("  ", title, ": this site does not use it\n");
  };
  flow(flows.has_production_order(), "Production orders, ERP to MES", flows.production_order());
  flow(flows.has_execution_confirmation(), "Confirmations, MES to ERP", flows.execution_confirmation());
  flow(flows.has_material_consumption(), "Material used, MES to ERP", flows.material_consumption());
  flow(flows.has_quality_downtime(), "Quality and downtime, MES to ERP", flows.quality_downtime());
  out +=
      "\nWHAT IS REFUSED\n" + absent + "  whatever this contract does not name, and names and units it does not know\n";
  if (flows.has_execution_confirmation()) {
    const auto& terms = flows.execution_confirmation();
    out +=
        Cat("  more than ", Or(terms.tolerance().over(), "0%"), " beyond the ordered quantity waits for its owner\n");
  }
  if (!flows.material_consumption().backflush().empty())
    out += Cat("  reports of ", Joined(flows.material_consumption().backflush()), ": the ERP issues these itself\n");
  if (flows.has_quality_downtime())
    out += Cat("  stops shorter than ", Or(flows.quality_downtime().micro_stop_below(), "0s"), ", and what is not ",
               Joined(flows.quality_downtime().relevant_when()), "\n");
  return out;
}

void RuleWords(std::string_view kind, const contract::v1::NameRule& rule, std::string& out) {
  if (!rule.pattern().empty()) out += Cat("  ", kind, " names look like ", rule.pattern(), "\n");
  if (rule.padding().erp() > 0)
    out += Cat("  the ERP fills ", kind, " numbers with zeros to ", rule.padding().erp(), "\n");
  if (rule.padding().mes() > 0)
    out += Cat("  the MES fills ", kind, " numbers with zeros to ", rule.padding().mes(), "\n");
  for (size_t i = 0; i < std::min<size_t>(kSomeRows, static_cast<size_t>(rule.aliases_size())); ++i) {
    const auto& alias = rule.aliases(static_cast<int>(i));
    out += Cat("  ", kind, " ", alias.name(), " is ", Or(alias.erp(), alias.name()), " in the ERP and ",
               Or(alias.mes(), alias.name()), " in the MES\n");
  }
  if (static_cast<size_t>(rule.aliases_size()) > kSomeRows) out += Cat("  and ", rule.aliases_size() - 3, " more\n");
}

std::string NamesWords(const contract::v1::SiteContract& c) {
  std::string out;
  for (size_t i = 0; i < std::min<size_t>(kSomeRows, static_cast<size_t>(c.lines_size())); ++i) {
    const auto& line = c.lines(static_cast<int>(i));
    out += Cat("  line ", line.id(), " is ", Or(line.erp_work_center(), line.id()), " in the ERP and ",
               Or(line.mes_id(), line.id()), " in the MES\n");
  }
  if (static_cast<size_t>(c.lines_size()) > kSomeRows) out += Cat("  and ", c.lines_size() - 3, " lines more\n");
  RuleWords("order", c.naming().order(), out);
  RuleWords("product", c.naming().product(), out);
  RuleWords("batch", c.naming().batch(), out);
  RuleWords("line", c.naming().line(), out);
  if (c.naming().has_batch())
    out += Cat("  a new batch is named by the ", c.naming().batch().created_by() == "erp" ? "ERP" : "MES", "\n");
  for (const auto& [code, unit] : std::map(c.units().begin(), c.units().end())) {
    out += Cat("  unit ", code, ": ", Or(unit.erp(), code), " in the ERP, ", Or(unit.mes(), code), " in the MES");
    if (!unit.of().empty()) out += Cat("; 1 ", code, " is ", unit.factor(), " ", unit.of());
    if (unit.rounded()) out += Cat("; booked to ", unit.digits(), " decimals");
    out += "\n";
  }
  return Cat("\nNAMES AND UNITS\n", Or(out, "  pass as they are\n"));
}

std::string SigningWords(const Terms& terms) {
  std::string out = Cat("\nSIGNED (contract hash ", terms.hash.substr(0, kShownHash), ")\n");
  for (const std::string role : {"shift lead", "maintenance", "quality", "planner"}) {
    const auto& all = terms.contract.signoff();
    const auto one = std::find_if(all.begin(), all.end(), [&](const auto& sign) { return Lower(sign.role()) == role; });
    const bool valid =
        one != all.end() && !one->contract_hash().empty() && terms.hash.starts_with(one->contract_hash());
    out += Cat("  ", role, std::string(13 - role.size(), ' '),
               valid ? Cat(one->name(), ", ", one->date()) : "________________________  date ______________", "\n");
  }
  return out;
}

bool Readable(const std::string& file, const ContractSet& set, std::ostream& trouble) {
  for (const auto& finding : set.findings) {
    if (finding.severity() == flow::v1::SEVERITY_ERROR) trouble << ToText(finding);
  }
  if (HasError(set.findings)) trouble << file << " cannot be used\n";
  return !HasError(set.findings);
}

int Diff(const Config& config, std::ostream& out, std::ostream& trouble) {
  const ContractSet before = LoadContracts({config.arguments[1]}), now = LoadContracts({config.arguments[2]});
  const bool readable = Readable(config.arguments[1], before, trouble);
  if (!Readable(config.arguments[2], now, trouble) || !readable) return 3;
  const auto changes = DiffContracts(before.contracts.begin()->second.contract, now.contracts.begin()->second.contract);
  out << (config.format == "json" ? DiffJson(changes) : DiffText(changes));
  return changes.empty() ? 0 : 1;
}

}  // namespace

std::string PlainPage(const Terms& terms) {
  const auto& c = terms.contract;
  return Cat("Contract ", c.contract().id(), ", version ", c.contract().version(), ", of site ", c.site().id(), " (",
             Joined(c.site().path()), ")\n", c.contract().effective().empty() ? "" : "holds from ",
             c.contract().effective(), c.contract().effective().empty() ? "" : "\n", "between ",
             Or(c.erp().system(), "the ERP"), " and ", Or(c.mes().product(), "the MES"), " of ",
             Or(c.mes().vendor(), "its vendor"), "; times are those of ", c.site().time_zone(), "\n",
             FlowsWords(c.flows()), NamesWords(c), SigningWords(terms));
}

std::string CanonicalJson(const contract::v1::SiteContract& contract) {
  std::string bytes, json;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);  // or maps come in another order each time
    contract.SerializeToCodedStream(&coded);
  }
  const std::string prefix = "type.googleapis.com";
  const std::unique_ptr<google::protobuf::util::TypeResolver> types(
      google::protobuf::util::NewTypeResolverForDescriptorPool(prefix, contract.GetDescriptor()->file()->pool()));
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  const auto status = google::protobuf::util::BinaryToJsonString(
      types.get(), Cat(prefix, "/", contract.GetDescriptor()->full_name()), bytes, &json, options);
  return status.ok() ? json : "{}";
}

int ContractVerb(const Config& config, std::ostream& out, std::ostream& trouble) {
  const auto& words = config.arguments;
  if (words.size() == 3 && words[0] == "diff") return Diff(config, out, trouble);
  if (words.size() != 1 || words[0] != "show") {
    trouble << "b2mml-adapter: it is `contract show [--plain] --site FILE` or `contract diff OLD NEW`\n";
    return 2;
  }
  const auto set = LoadContracts(config.site_files);
  if (!Readable(Joined(config.site_files), set, trouble)) return 3;
  for (const auto& [site, terms] : set.contracts)
    out << (config.plain ? PlainPage(terms) : CanonicalJson(terms.contract) + "\n");
  return 0;
}

}  // namespace isa95::adapter
