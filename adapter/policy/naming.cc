#include "adapter/policy/naming.h"

#include <re2/re2.h>

#include <algorithm>

#include "grpc/model/text.h"

namespace isa95::policy {
namespace {

constexpr std::array<std::string_view, kNameKinds> kWords = {"order", "product", "batch", "line"};
constexpr std::array<std::string_view, kParties> kPartyWords = {"ERP", "MES"};

bool IsNumeric(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string Unpadded(std::string_view name) {
  const auto first = name.find_first_not_of('0');
  return std::string(first == std::string_view::npos ? "0" : name.substr(first));
}

std::string Folded(std::string_view name, std::string_view letter_case) {
  if (letter_case == "lower") return Lower(name);
  std::string out(name);
  if (letter_case != "upper") return out;
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

NameProblem Refused(std::string code, std::string words, std::string mend) {
  return {std::move(code), std::move(words), std::move(mend), true};
}

}  // namespace

std::string_view WordOf(NameKind kind) { return kWords[static_cast<size_t>(kind)]; }

Names::Names(const contract::v1::SiteContract& contract) {
  const auto& naming = contract.naming();
  if (naming.has_order()) Take(NameKind::kOrder, naming.order());
  if (naming.has_product()) Take(NameKind::kProduct, naming.product());
  if (naming.has_batch()) Take(NameKind::kBatch, naming.batch());
  if (naming.has_line()) Take(NameKind::kLine, naming.line());
  auto& lines = RuleOf(NameKind::kLine);
  for (const auto& line : contract.lines()) {
    empty_ = false;
    lines.closed = true;
    lines.known.emplace(line.id(), line.id());
    AddAlias(NameKind::kLine, Party::kErp, line.erp_work_center(), line.id());
    AddAlias(NameKind::kLine, Party::kMes, line.mes_id(), line.id());
  }
  for (auto& rule : rules_) {
    rule.tables[0].mixed_padding = contract.erp().dialect().mixed_padding();
    rule.tables[1].mixed_padding = contract.mes().dialect().mixed_padding();
  }
}

Names::~Names() = default;
Names::Names(Names&&) noexcept = default;
Names& Names::operator=(Names&&) noexcept = default;

void Names::Take(NameKind kind, const contract::v1::NameRule& from) {
  empty_ = false;
  auto& rule = RuleOf(kind);
  rule.letter_case = from.letter_case();
  rule.pattern_text = from.pattern();
  if (!from.pattern().empty()) {
    re2::RE2::Options options(re2::RE2::Quiet);
    options.set_max_mem(1 << 20);
    rule.pattern = std::make_unique<re2::RE2>(from.pattern(), options);
  }
  rule.tables[0].width = from.padding().erp();
  rule.tables[1].width = from.padding().mes();
  for (const auto& alias : from.aliases()) {
    AddAlias(kind, Party::kErp, alias.erp(), alias.name());
    AddAlias(kind, Party::kMes, alias.mes(), alias.name());
  }
}

void Names::AddAlias(NameKind kind, Party party, const std::string& theirs, const std::string& name) {
  if (theirs.empty() || theirs == name) return;
  auto& table = RuleOf(kind).tables[static_cast<size_t>(party)];
  table.to_standard.emplace(theirs, name);
  table.to_party.emplace(name, theirs);
}

std::string Names::Understood(NameKind kind, Party party, std::string_view theirs) const {
  const auto& rule = RuleOf(kind);
  const auto& table = rule.tables[static_cast<size_t>(party)];
  const bool padded = table.width > 0 && theirs.size() == table.width && IsNumeric(theirs);
  const std::string name = padded ? Unpadded(theirs) : std::string(theirs);
  const auto alias = table.to_standard.find(name);
  return alias != table.to_standard.end() ? alias->second : Folded(name, rule.letter_case);
}

StandardName Names::ToStandard(NameKind kind, Party party, std::string_view theirs) const {
  if (empty_ || theirs.empty()) return {std::string(theirs), {}};
  StandardName result{Understood(kind, party, theirs), {}};
  result.problem = Judge(kind, party, theirs, result.name);
  return result;
}

NameProblem Names::Judge(NameKind kind, Party party, std::string_view theirs, const std::string& name) const {
  const auto& rule = RuleOf(kind);
  const auto word = WordOf(kind);
  if (rule.pattern && !re2::RE2::FullMatch(name, *rule.pattern))
    return Refused("NAME_PATTERN",
                   Cat("'", theirs, "' is no ", word, " as this site names them (", rule.pattern_text, ")."),
                   Cat("Send the ", word, " under its name, or correct naming.", word, " in the contract."));
  if (rule.closed && !rule.known.contains(name))
    return Refused("NAME_UNKNOWN", Cat("The contract knows no ", word, " '", theirs, "'."),
                   "Send one of those it lists under lines, or add this one there.");
  for (const auto other : {Party::kErp, Party::kMes}) {
    const auto told = ToParty(kind, other, name);
    const auto meant = Understood(kind, other, told);
    if (meant == name) continue;
    return Refused("NAME_TAKEN",
                   Cat("'", theirs, "' would go to the ", kPartyWords[static_cast<size_t>(other)], " as '", told,
                       "', which is its name for '", meant, "'."),
                   Cat("Use the right ", word, ", or correct its aliases and padding in the contract."));
  }
  const auto back = ToParty(kind, party, name);
  if (back == theirs) return {};
  const auto& table = rule.tables[static_cast<size_t>(party)];
  if (IsNumeric(theirs) && theirs.size() < table.width)
    return {"NAME_NOT_PADDED",
            Cat("'", theirs, "' is not filled with zeros to ", table.width, " digits; it goes back as '", back, "'."),
            "Write ids of digits at their full width, or allow mixed_padding in the contract's dialect.",
            !table.mixed_padding};
  if (Folded(theirs, rule.letter_case) != theirs)
    return {"NAME_CASE", Cat("'", theirs, "' was taken as '", name, "'."),
            Cat("Write each ", word, " in ", rule.letter_case, " case."), false};
  return {"NAME_NOT_OWN", Cat("'", theirs, "' was taken as '", name, "', which goes back as '", back, "'."),
          Cat("Send '", back, "'."), false};
}

std::string Names::ToParty(NameKind kind, Party party, std::string_view standard) const {
  std::string name(standard);
  if (empty_ || name.empty()) return name;
  const auto& table = RuleOf(kind).tables[static_cast<size_t>(party)];
  if (const auto alias = table.to_party.find(standard); alias != table.to_party.end()) name = alias->second;
  if (table.width > name.size() && IsNumeric(name)) name.insert(0, table.width - name.size(), '0');
  return name;
}

}  // namespace isa95::policy
