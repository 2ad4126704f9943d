// What names and units of a contract may say: each party's name leads to one thing, and back.
#include <re2/re2.h>

#include <map>

#include "grpc/model/contract_checks.h"
#include "grpc/model/factor.h"
#include "grpc/model/nearest.h"
#include "grpc/model/text.h"

namespace isa95 {
namespace {

constexpr uint32_t kWidest = 40;            // of an id filled with zeros
constexpr uint32_t kMostDigits = 18;        // in which anybody books
constexpr int64_t kPatternBytes = 1 << 20;  // what a compiled pattern may take: as the names' policy has it

// A row of a table of aliases, wherever it stands.
struct Row {
  std::string key;  // dotted, of the row
  std::string name, erp, mes;
  std::string erp_key, mes_key;
};

// Both ways have to lead back, or a message reaches another thing than it was sent for.
void CheckRows(const std::vector<Row>& rows, Checks& checks) {
  std::map<std::string, const Row*> names;
  for (const auto& row : rows)
    checks.Demand(names.emplace(row.name, &row).second, row.key, Cat("The name '", row.name, "' stands here twice."),
                  "Keep one of them.");
  const auto party = [&](std::string_view who, const std::string Row::*theirs, const std::string Row::*key) {
    std::map<std::string, const Row*> seen;
    for (const auto& row : rows) {
      if ((row.*theirs).empty()) continue;
      const auto [first, fresh] = seen.emplace(row.*theirs, &row);
      checks.Demand(fresh, row.*key,
                    Cat("The ", who, "'s name '", row.*theirs, "' means ", first->second->name, " and ", row.name, "."),
                    "Give each its own name.");
      const auto other = names.find(row.*theirs);
      checks.Demand(other == names.end() || other->second->name == row.name, row.*key,
                    Cat("The ", who, "'s name '", row.*theirs, "' of ", row.name,
                        " is the standard name of another row: the names go in a circle."),
                    "Rename one of the two, so that a name has one meaning.");
    }
  };
  party("ERP", &Row::erp, &Row::erp_key);
  party("MES", &Row::mes, &Row::mes_key);
}

void CheckPattern(const std::string& key, const std::string& pattern, Checks& checks) {
  if (pattern.empty()) return;
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_max_mem(kPatternBytes);
  const re2::RE2 compiled(pattern, options);
  checks.Demand(
      compiled.ok(), key,
      Cat("'", std::string_view(pattern).substr(0, 60), "' is no pattern that can be used: ", compiled.error(), "."),
      "Write it in RE2's syntax, without backreferences, and small: [A-Z0-9-]{1,20}.");
}

void CheckRule(const std::string& at, const contract::v1::NameRule& rule, Checks& checks) {
  CheckPattern(at + ".pattern", rule.pattern(), checks);
  checks.OneOfOrNone(at + ".letter_case", rule.letter_case(), {"upper", "lower", "keep"});
  for (const auto& [who, width] : {std::pair("erp", rule.padding().erp()), std::pair("mes", rule.padding().mes())})
    checks.Demand(width <= kWidest, Cat(at, ".padding.", who), Cat("No id is ", width, " digits wide."),
                  Cat("Write at most ", kWidest, "."));
  std::vector<Row> rows;
  for (int i = 0; i < rule.aliases_size(); ++i) {
    const auto key = Cat(at, ".aliases[", i, "]");
    const auto& one = rule.aliases(i);
    rows.push_back({key + ".name", one.name(), one.erp(), one.mes(), key + ".erp", key + ".mes"});
  }
  CheckRows(rows, checks);
}

void CheckUnit(const std::string& code, const contract::v1::SiteContract& c, Checks& checks) {
  const auto& unit = c.units().at(code);
  const auto at = Cat("units.", code, ".");
  checks.Demand(unit.digits() <= kMostDigits, at + "digits", "Nobody books so many decimals.",
                Cat("Write at most ", kMostDigits, "."));
  if (unit.of().empty()) {
    checks.Demand(unit.factor().empty(), at + "factor", "A factor without `of` turns it into nothing.",
                  "Say of which unit it is: {of: KGM, factor: \"1/1000\"}.");
    return;
  }
  const auto base = c.units().find(unit.of());
  std::vector<std::string> bases;
  for (const auto& [name, one] : c.units()) {
    if (one.of().empty()) bases.push_back(name);
  }
  const auto nearest = Nearest(unit.of(), bases);
  checks.Demand(base != c.units().end() && base->second.of().empty(), at + "of",
                base == c.units().end() ? Cat("The table has no unit '", unit.of(), "'.")
                                        : Cat(unit.of(), " is itself turned into ", base->second.of(),
                                              ": units are turned once, never in a chain or a circle."),
                nearest.empty() ? "Name a unit of this table that has no `of`." : Cat("Did you mean '", nearest, "'?"));
  checks.Demand(ParseFactor(unit.factor()).has_value(), at + (unit.factor().empty() ? "of" : "factor"),
                Cat("'", unit.factor(), "' is no exact factor above 0."),
                "Write it like \"1000\", \"0.45359237\" or \"1/1000\"; a third has no end and cannot be one.");
  checks.Demand(!unit.rounded(), at + "rounded", "A unit that is turned into another is not booked itself.",
                Cat("Give digits and rounded to ", unit.of(), "."));
}

void CheckUnitWords(const contract::v1::SiteContract& c, Checks& checks) {
  const std::map units(c.units().begin(), c.units().end());
  const auto party = [&](std::string_view who, std::string_view key, const auto& word_of) {
    std::map<std::string, std::string> seen;  // word -> code
    for (const auto& [code, unit] : units) {
      const std::string& word = word_of(unit);
      if (word.empty() || word == code) continue;
      const auto at = Cat("units.", code, ".", key);
      checks.Demand(!units.contains(word), at, Cat("The ", who, "'s word '", word, "' is the code of another unit."),
                    "Use words that mean one unit.");
      const auto [first, fresh] = seen.emplace(word, code);
      checks.Demand(fresh, at, Cat("The ", who, "'s word '", word, "' means ", first->second, " and ", code, "."),
                    "Use words that mean one unit.");
    }
  };
  party("ERP", "erp", [](const auto& unit) -> const std::string& { return unit.erp(); });
  party("MES", "mes", [](const auto& unit) -> const std::string& { return unit.mes(); });
}

}  // namespace

void CheckNaming(const contract::v1::SiteContract& c, Checks& checks) {
  const auto& naming = c.naming();
  for (const auto& [kind, rule] : {std::pair("order", &naming.order()), std::pair("product", &naming.product()),
                                   std::pair("batch", &naming.batch()), std::pair("line", &naming.line())}) {
    const auto at = Cat("naming.", kind);
    CheckRule(at, *rule, checks);
    if (rule == &naming.batch())
      checks.OneOfOrNone(at + ".created_by", rule->created_by(), {"erp", "mes"});
    else
      checks.Demand(rule->created_by().empty(), at + ".created_by", "Only of batches it is said who names them.",
                    "Remove it: orders and products are named by the ERP, lines by this contract.");
  }
  checks.Demand(naming.line().aliases().empty(), "naming.line.aliases", "Lines have a table of their own.",
                "Move these names to lines: [{id: ..., erp_work_center: ..., mes_id: ...}].");
  std::vector<Row> rows;
  for (int i = 0; i < c.lines_size(); ++i) {
    const auto key = Cat("lines[", i, "]");
    const auto& line = c.lines(i);
    rows.push_back(
        {key + ".id", line.id(), line.erp_work_center(), line.mes_id(), key + ".erp_work_center", key + ".mes_id"});
  }
  CheckRows(rows, checks);
}

void CheckUnits(const contract::v1::SiteContract& c, Checks& checks) {
  std::map<std::string, const contract::v1::Unit*> in_order;
  for (const auto& [code, unit] : c.units()) in_order.emplace(code, &unit);
  for (const auto& [code, unit] : in_order) CheckUnit(code, c, checks);
  CheckUnitWords(c, checks);
}

}  // namespace isa95
