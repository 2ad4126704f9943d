// What a contract may say and should not leave so.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "grpc/model/contract_values.h"
#include "grpc/model/text.h"

namespace isa95 {
namespace {

class Risks {
 public:
  void Add(std::string_view code, std::string key, std::string words, std::string_view mend) {
    found_.push_back({std::move(key), std::move(words), std::string(mend), std::string(code)});
  }
  std::vector<BadValue> Take() { return std::move(found_); }

 private:
  std::vector<BadValue> found_;
};

// "plant IT on call", "IT and MES support": nobody of the shop floor among them.
bool IsOnlyIt(std::string_view role) {
  std::string words = " ";
  for (const char c : Lower(role)) words += (c >= 'a' && c <= 'z') || c == ' ' ? c : ' ';
  words += ' ';
  static constexpr std::array kOthers = {" production",  " planning",  " planner",      " quality",
                                         " maintenance", " shift ",    " operations",   " controlling",
                                         " logistics",   " line lead", " plant manager"};
  const bool other =
      std::any_of(kOthers.begin(), kOthers.end(), [&](auto word) { return words.find(word) != std::string::npos; });
  static constexpr std::array kIt = {" it ", " ict ", " edp ", " software ", " helpdesk ", " sysadmin "};
  return !other &&
         std::any_of(kIt.begin(), kIt.end(), [&](auto word) { return words.find(word) != std::string::npos; });
}

using Records = std::map<std::string, std::map<std::string, std::string>>;  // data type -> system -> first flow

template <typename Terms>
void RisksOfFlow(const std::string& at, const Terms& terms, Records& records, Risks& risks) {
  if (terms.escalation().empty())
    risks.Add("CONTRACT_NO_LADDER", at, "Nobody is told when its owner does not act.",
              "Add escalation: [{after: 30m, to: shift lead}].");
  if (terms.watch().silent_after().empty() && terms.watch().behind_after().empty())
    risks.Add("CONTRACT_NOT_WATCHED", at, "Nobody notices when nothing comes any more, or something waits.",
              "Add watch: {silent_after: 8h, behind_after: 15m}.");
  if (IsOnlyIt(terms.owner().role()))
    risks.Add("CONTRACT_OWNER_IT", at + ".owner.role",
              Cat("Its owner is '", terms.owner().role(), "': whoever can decide what is right is not named."),
              "Name an operational role, with IT beside it.");
  const std::map sorted(terms.system_of_record().begin(), terms.system_of_record().end());
  for (const auto& [type, system] : sorted) records[type].emplace(system, Cat(at, ".system_of_record.", type));
}

void RisksOfFlows(const contract::v1::Flows& flows, Risks& risks) {
  Records records;
  if (flows.has_production_order()) RisksOfFlow("flows.production_order", flows.production_order(), records, risks);
  if (flows.has_execution_confirmation())
    RisksOfFlow("flows.execution_confirmation", flows.execution_confirmation(), records, risks);
  if (flows.has_material_consumption())
    RisksOfFlow("flows.material_consumption", flows.material_consumption(), records, risks);
  if (flows.has_quality_downtime()) RisksOfFlow("flows.quality_downtime", flows.quality_downtime(), records, risks);
  for (const auto& [type, systems] : records) {
    if (systems.size() < 2) continue;
    risks.Add("CONTRACT_TWO_SYSTEMS", systems.at("mes"),
              Cat("Of ", type, " the MES is the system of record here and the ERP in ", systems.at("erp"), "."),
              "Let one system own one kind of data.");
  }
}

// As somebody might write it in a hurry: without regard to case and to zeros in front of a number.
std::string Careless(std::string_view name) {
  std::string out;
  for (const char c : Lower(name)) {
    const bool within_number = !out.empty() && out.back() >= '0' && out.back() <= '9';
    if (c != '0' || within_number) out += c;
  }
  return out;
}

void RisksOfLines(const contract::v1::SiteContract& c, Risks& risks) {
  std::map<std::string, std::pair<int, std::string>> seen;  // careless name -> line, as written
  for (int i = 0; i < c.lines_size(); ++i) {
    const auto& line = c.lines(i);
    for (const auto& name : std::set{line.id(), line.erp_work_center(), line.mes_id()}) {
      if (name.empty()) continue;
      const auto [first, fresh] = seen.emplace(Careless(name), std::pair(i, name));
      if (fresh || first->second.first == i) continue;
      risks.Add("CONTRACT_LINES_COLLIDE", Cat("lines[", i, "]"),
                Cat("'", name, "' of ", line.id(), " and '", first->second.second, "' of ",
                    c.lines(first->second.first).id(), " differ only by case or by zeros in front."),
                "Rename one of them before somebody mixes them up.");
    }
  }
}

void RisksOfSigning(const contract::v1::SiteContract& c, std::string_view hash, Risks& risks) {
  std::string missing;
  for (const std::string_view role : {"shift lead", "maintenance", "quality", "planner"}) {
    const bool is_signed = std::any_of(c.signoff().begin(), c.signoff().end(), [&](const auto& one) {
      return Lower(one.role()) == role && !one.name().empty() && !one.date().empty() && !one.contract_hash().empty();
    });
    if (!is_signed) missing += Cat(missing.empty() ? "" : ", ", role);
  }
  if (!missing.empty())
    risks.Add("CONTRACT_UNSIGNED", "signoff", Cat("It is not signed by: ", missing, "."),
              "Let them read `b2mml-adapter contract show --plain`, and enter name, date and hash under signoff.");
  for (int i = 0; i < c.signoff_size(); ++i) {
    const auto& one = c.signoff(i);
    if (one.contract_hash().empty() || hash.starts_with(one.contract_hash())) continue;
    risks.Add("CONTRACT_SIGNED_OTHER", Cat("signoff[", i, "].contract_hash"),
              Cat("The ", one.role(), " has signed another contract than this one, which has the hash ",
                  hash.substr(0, 12), "."),
              "Show them what was changed (`contract diff`), and let them sign again.");
  }
}

}  // namespace

std::vector<BadValue> ContractRisks(const contract::v1::SiteContract& contract, std::string_view hash) {
  Risks risks;
  RisksOfFlows(contract.flows(), risks);
  RisksOfLines(contract, risks);
  RisksOfSigning(contract, hash, risks);
  return risks.Take();
}

}  // namespace isa95
