// Naming: one thing has one standard name, and each party its own for it. Here a party's name becomes the standard one
// and back. Pure; safe for use by many threads. Source: DESIGN §7; the requirements NAM-*.
//
// Both ways have to lead back to where they began. What a party is told it must understand as the same thing, and what
// it says must be what it would be told; else there is a finding, and where two things could be meant the name is
// refused. Nothing is cut, nothing is made up, and a leading zero is kept unless the contract says that the party fills
// with zeros.
//
//   naming: {order: {padding: {erp: 12}}}     000001004711 of the ERP is 1004711, and goes back as 000001004711
//   lines: [{id: LE01-PACK-01, erp_work_center: PACK01}]
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "isa95/contract/v1/contract.pb.h"

namespace re2 {
class RE2;
}

namespace isa95::policy {

enum class Party { kErp, kMes };
enum class NameKind { kOrder, kProduct, kBatch, kLine };
constexpr size_t kParties = 2, kNameKinds = 4;

// "order", "product", "batch", "line".
std::string_view WordOf(NameKind kind);

struct NameProblem {
  std::string code;  // empty = none
  std::string words, mend;
  bool refuses = false;  // false: taken, and somebody should look
};

struct StandardName {
  std::string name;
  NameProblem problem;
};

class Names {
 public:
  explicit Names(const contract::v1::SiteContract& contract);
  ~Names();
  Names(Names&&) noexcept;
  Names& operator=(Names&&) noexcept;

  // Nothing is declared: every name passes as it is.
  bool empty() const { return empty_; }
  // Of what a party says. An empty name stays empty: whether one is needed is not asked here.
  StandardName ToStandard(NameKind kind, Party party, std::string_view theirs) const;
  // What the party calls it.
  std::string ToParty(NameKind kind, Party party, std::string_view standard) const;

 private:
  struct Table {
    std::map<std::string, std::string, std::less<>> to_standard;  // a party's name -> standard name
    std::map<std::string, std::string, std::less<>> to_party;     // and back
    uint32_t width = 0;                                           // numeric names are filled to it; 0 = they are not
    bool mixed_padding = false;                                   // names without the zeros are taken, with a warning
  };
  struct Rule {
    std::string pattern_text;
    std::unique_ptr<re2::RE2> pattern;  // null = any
    std::string letter_case;
    bool closed = false;  // only names of the table
    std::map<std::string, std::string, std::less<>> known;
    std::array<Table, kParties> tables;
  };

  const Rule& RuleOf(NameKind kind) const { return rules_[static_cast<size_t>(kind)]; }
  Rule& RuleOf(NameKind kind) { return rules_[static_cast<size_t>(kind)]; }
  std::string Understood(NameKind kind, Party party, std::string_view theirs) const;
  NameProblem Judge(NameKind kind, Party party, std::string_view theirs, const std::string& name) const;
  void Take(NameKind kind, const contract::v1::NameRule& rule);
  void AddAlias(NameKind kind, Party party, const std::string& theirs, const std::string& name);

  bool empty_ = true;
  std::array<Rule, kNameKinds> rules_;
};

}  // namespace isa95::policy
