// The contract's loader: what is wrong is refused with its place and the nearest word that is right.
#include "grpc/model/contract.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <fstream>

#include "grpc/model/contract_values.h"
#include "grpc/model/text.h"
#include "tests/shared.h"

namespace isa95 {
namespace {

std::string Good() { return test::Slurp(std::string(ISA95_SOURCE) + "/examples/site.yaml"); }

std::string With(const std::string& from, const std::string& to) {
  std::string text = Good();
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

const Finding* Find(const LoadedContract& loaded, const std::string& code) {
  for (const auto& finding : loaded.findings) {
    if (finding.code() == code) return &finding;
  }
  return nullptr;
}

TEST(Contract, LoadsTheExamples) {
  const auto loaded = ParseContract(Good(), "site.yaml");
  EXPECT_TRUE(loaded.findings.empty()) << ToJson(loaded.findings);
  EXPECT_EQ(loaded.contract.site().id(), "LEI");
  EXPECT_TRUE(
      LoadContract(std::string(ISA95_SOURCE) + "/examples/site-dialect.yaml").contract.erp().dialect().empty_unit());
}

TEST(Contract, NamesLineAndNearestKey_WhenAKeyIsUnknown) {
  const auto loaded = ParseContract(With("  time_zone:", "  timezone:"), "site.yaml");
  const auto* finding = Find(loaded, "CONTRACT_UNKNOWN_KEY");
  ASSERT_NE(finding, nullptr) << ToJson(loaded.findings);
  EXPECT_EQ(finding->path(), "site.timezone");
  EXPECT_EQ(finding->line(), 7u);
  EXPECT_NE(finding->mend().find("time_zone"), std::string::npos);
}

TEST(Contract, RefusesDuplicateKeys_InBothSpellings) {
  EXPECT_NE(Find(ParseContract(With("  id: LEI", "  id: LEI\n  id: XXX"), "f"), "CONTRACT_DUPLICATE_KEY"), nullptr);
  EXPECT_NE(Find(ParseContract(
                     With("  time_zone: Europe/Berlin", "  time_zone: Europe/Berlin\n  time-zone: Europe/Paris"), "f"),
                 "CONTRACT_DUPLICATE_KEY"),
            nullptr);
}

TEST(Contract, RefusesWhatIsMissingOrWrong) {
  EXPECT_NE(Find(ParseContract(With("    answer_within: 8h", ""), "f"), "CONTRACT_MISSING_KEY"), nullptr);
  EXPECT_NE(Find(ParseContract(With("Europe/Berlin", "Europe/Leipzig"), "f"), "CONTRACT_BAD_VALUE"), nullptr);
  EXPECT_NE(Find(ParseContract(With("version: 1}", "version: one}"), "f"), "CONTRACT_WRONG_TYPE"), nullptr);
  EXPECT_NE(Find(ParseContract(With("answer_within: 8h", "answer_within: soon"), "f"), "CONTRACT_BAD_VALUE"), nullptr);
  for (const char* text : {"", "[", "a: b\n---\nc: d\n", "just text"})
    EXPECT_TRUE(HasError(ParseContract(text, "f").findings)) << text;
  EXPECT_TRUE(HasError(LoadContract("/nowhere/site.yaml").findings));
}

// The example, and more at its end.
LoadedContract Plus(const std::string& yaml) { return ParseContract(Good() + "\n" + yaml, "site.yaml"); }

struct Wrong {
  std::string yaml, key, words, mend;  // of the only error; words and mend are parts of them
};

// Every one has file, line, key and what to do.
void ExpectRefused(const LoadedContract& loaded, const Wrong& wrong) {
  ASSERT_EQ(loaded.findings.size(), 1u) << wrong.yaml << ToJson(loaded.findings);
  const auto& finding = loaded.findings[0];
  EXPECT_EQ(finding.code(), "CONTRACT_BAD_VALUE");
  EXPECT_EQ(finding.path(), wrong.key);
  EXPECT_GT(finding.line(), 0u) << wrong.key;
  EXPECT_TRUE(finding.message().starts_with(Cat("site.yaml:", finding.line(), ": "))) << finding.message();
  EXPECT_NE(finding.message().find(wrong.words), std::string::npos) << finding.message();
  EXPECT_NE(finding.mend().find(wrong.mend), std::string::npos) << finding.mend();
}

TEST(ContractNames, AreRefused_WhereOneNameCouldMeanTwoThings) {
  for (const auto& wrong : std::vector<Wrong>{
           {"naming: {order: {letter_case: uper}}", "naming.order.letter_case", "uper", "'upper'"},
           {"naming: {order: {padding: {erp: 41}}}", "naming.order.padding.erp", "41", "40"},
           {"naming: {order: {created_by: mes}}", "naming.order.created_by", "batches", "Remove"},
           {"naming: {batch: {created_by: mse}}", "naming.batch.created_by", "mse", "'mes'"},
           {"naming: {line: {aliases: [A]}}", "naming.line.aliases", "own", "lines"},
           {"naming: {order: {pattern: '((a{1000}){1000})'}}", "naming.order.pattern", "a{1000}", "RE2"},
           {"naming: {order: {pattern: '(a)\\1'}}", "naming.order.pattern", "\\1", "backreferences"},
           {"naming: {product: {aliases: [A, A]}}", "naming.product.aliases[1].name", "twice", "Keep one"},
           {"naming: {product: {aliases: [{name: A, erp: X}, {name: B, erp: X}]}}", "naming.product.aliases[1].erp",
            "means A and B", "own name"},
           {"naming: {product: {aliases: [{name: A, mes: B}, {name: B, mes: C}]}}", "naming.product.aliases[0].mes",
            "circle", "Rename"},
           {"lines: [{id: L1, erp_work_center: P}, {id: L2, erp_work_center: P}]", "lines[1].erp_work_center",
            "L1 and L2", "own name"}}) {
    ExpectRefused(Plus(wrong.yaml), wrong);
  }
  EXPECT_TRUE(Plus("naming: {product: {pattern: '[A-Z]{1,20}', padding: {erp: 40}, aliases: [{name: A, erp: X, mes: "
                   "X}, {name: B, erp: B}]}}")
                  .findings.empty());
}

TEST(ContractUnits, AreTurnedOnce_ByAnExactFactor) {
  for (const auto& wrong : std::vector<Wrong>{
           {"units: {KGM: {}, GRM: {of: KGM, factor: '0'}}", "units.GRM.factor", "'0'", "1/1000"},
           {"units: {KGM: {}, GRM: {of: KGM, factor: '1/3'}}", "units.GRM.factor", "1/3", "no end"},
           {"units: {KGM: {}, GRM: {of: KGM}}", "units.GRM.of", "factor above 0", "1/1000"},
           {"units: {KGM: {factor: '2'}}", "units.KGM.factor", "`of`", "which unit"},
           {"units: {KGM: {}, GRM: {of: KGN, factor: '2'}}", "units.GRM.of", "no unit 'KGN'", "'KGM'"},
           {"units: {KGM: {}, GRM: {of: KGM, factor: '2'}, MGM: {of: GRM, factor: '2'}}", "units.MGM.of", "chain",
            "KGM"},
           {"units: {KGM: {}, GRM: {of: KGM, factor: '2', rounded: true}}", "units.GRM.rounded", "not booked", "KGM"},
           {"units: {KGM: {digits: 19}}", "units.KGM.digits", "decimals", "18"},
           {"units: {KGM: {erp: GRM}, GRM: {}}", "units.KGM.erp", "another unit", "one unit"},
           {"units: {GRM: {mes: w}, KGM: {mes: w}}", "units.KGM.mes", "GRM and KGM", "one unit"}}) {
    ExpectRefused(Plus(wrong.yaml), wrong);
  }
  EXPECT_TRUE(Plus("units: {KGM: {digits: 3, erp: KG}, GRM: {of: KGM, factor: '1/1000', mes: g}}").findings.empty());
}

TEST(ContractValues, AreRefused_WithTheNearestWord) {
  const std::string site = "  time_zone: Europe/Berlin", owner = "owner: {role: production,";
  for (const auto& [from, to, wrong] : std::vector<std::tuple<std::string, std::string, Wrong>>{
           {"Europe/Berlin", "Europe/Berlim", {"", "site.time_zone", "Berlim", "Europe/Berlin"}},
           {site, site + "\n  posting_date: production-day", {"", "site.posting_date", "", "'production_day'"}},
           {site, site + "\n  production_day_starts: '6:00'", {"", "site.production_day_starts", "6:00", "06:00"}},
           {site, site + "\n  allowed_clock_skew: 2", {"", "site.allowed_clock_skew", "'2'", "30s"}},
           {"version: 1}", "version: 1, effective: tomorrow}", {"", "contract.effective", "tomorrow", "2026"}},
           {"consumption: mes}",
            "consumpton: mes}",
            {"", "flows.material_consumption.system_of_record.consumpton", "", "'consumption'"}},
           {"consumption: mes}",
            "consumption: mez}",
            {"", "flows.material_consumption.system_of_record.consumption", "mez", "'mes'"}},
           {"    reporting: delta",
            "    reporting: delta\n    fields: {scrap: typed}",
            {"", "flows.execution_confirmation.fields.scrap", "type scrap", "reason"}},
           {"    reporting: delta",
            "    reporting: delta\n    fields: {scrap: machin}",
            {"", "flows.execution_confirmation.fields.scrap", "machin", "'machine'"}},
           {"after: 2h", "after: late", {"", "flows.execution_confirmation.escalation[1].after", "late", "15m"}},
           {"{behind_after: 15m}",
            "{behind_after: -1m}",
            {"", "flows.quality_downtime.watch.behind_after", "", "15m"}}}) {
    ExpectRefused(ParseContract(With(from, to), "site.yaml"), wrong);
  }
  for (const auto& wrong : std::vector<Wrong>{
           {"retention: {ledger: ever}", "retention.ledger", "ever", "400d"},
           {"retention: {people: psuedonym}", "retention.people", "", "'pseudonym'"},
           {"signoff: [{role: quality, date: 25.11.2026}]", "signoff[0].date", "25.11.2026", "2026-11-25"},
           {"signoff: [{role: quality, contract_hash: xyz}]", "signoff[0].contract_hash", "xyz", "12 to 64"}}) {
    ExpectRefused(Plus(wrong.yaml), wrong);
  }
}

TEST(ContractRisks, AreTold_WhereTheContractIsGoodAndShouldNotStaySo) {
  const auto risks = [](const std::string& yaml) {
    const auto loaded = ParseContract(yaml, "f");
    EXPECT_TRUE(loaded.findings.empty()) << ToJson(loaded.findings);
    std::string codes;
    for (const auto& risk : ContractRisks(loaded.contract, "1a2b3c4d5e6f00"))
      codes += risk.code + " " + risk.key + "\n";
    return codes;
  };
  const auto of = [&](const std::string& from, const std::string& to) { return risks(With(from, to)); };
  const std::string all = "CONTRACT_UNSIGNED signoff\n";
  EXPECT_EQ(risks(Good()), all);
  EXPECT_EQ(of("    escalation: [{after: 1h, to: shift lead}]\n", ""),
            "CONTRACT_NO_LADDER flows.material_consumption\n" + all);
  EXPECT_EQ(of("    watch: {behind_after: 15m}\n", ""), "CONTRACT_NOT_WATCHED flows.quality_downtime\n" + all);
  EXPECT_EQ(of("role: production,", "role: plant IT,"),
            "CONTRACT_OWNER_IT flows.execution_confirmation.owner.role\n" + all);
  EXPECT_EQ(of("role: production,", "role: production with IT,"), all);
  EXPECT_EQ(of("consumption: mes}", "consumption: mes, order: mes}"),
            "CONTRACT_TWO_SYSTEMS flows.material_consumption.system_of_record.order\n" + all);
  EXPECT_EQ(risks(Good() + "lines: [{id: PACK-01}, {id: Pack-001}, {id: PACK-10}, {id: PACK-100}]\n"),
            "CONTRACT_LINES_COLLIDE lines[1]\n" + all);
  std::string papers = "signoff:\n";
  for (const char* role : {"shift lead", "maintenance", "quality", "planner"})
    papers += Cat("  - {role: ", role, ", name: A. Person, date: 2026-11-25, contract_hash: 1a2b3c4d5e6f}\n");
  EXPECT_EQ(risks(Good() + papers), "");
  EXPECT_EQ(risks(Good() + papers.replace(papers.rfind("1a2b"), 4, "0000")),
            "CONTRACT_SIGNED_OTHER signoff[3].contract_hash\n");
}

// What tries to take the adapter's time or memory is refused at once.
TEST(ContractFile, IsRefusedQuickly_WhateverIsInIt) {
  const auto begun = std::chrono::steady_clock::now();
  std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c < 'j'; ++c) {
    const std::string last = Cat("*", static_cast<char>(c - 1));
    bomb += Cat(c, ": &", c, " [", last, ", ", last, ", ", last, ", ", last, ", ", last, ", ", last, "]\n");
  }
  const auto exploding = ParseContract(bomb, "f");
  ASSERT_NE(Find(exploding, "CONTRACT_NOT_YAML"), nullptr);
  EXPECT_EQ(exploding.findings[0].line(), 1u);
  EXPECT_NE(exploding.findings[0].message().find("anchor"), std::string::npos);
  for (const std::string open : {"[", "{", "{a: ", "- ", "? "}) {
    std::string deep = "contract: ";
    while (deep.size() < 1'000'000) deep += open;
    const auto refused = ParseContract(deep, "f");
    ASSERT_TRUE(HasError(refused.findings)) << open;
    EXPECT_GT(refused.findings[0].line(), 0u);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
}

TEST(ContractFile, IsNotReadToItsEnd_WhenItIsLarge) {
  const std::string file = Cat(::testing::TempDir(), "/isa95-", getpid(), "-large.yaml");
  std::ofstream(file).close();
  ASSERT_EQ(truncate(file.c_str(), 100'000'000), 0);
  const auto begun = std::chrono::steady_clock::now();
  const auto loaded = LoadContract(file);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(2));
  const auto* finding = Find(loaded, "CONTRACT_UNREADABLE");
  ASSERT_NE(finding, nullptr);
  EXPECT_NE(finding->message().find("1 MiB"), std::string::npos);
  unlink(file.c_str());
}

TEST(ContractFile, NamesTheKeyInAMap_ThatStandsTwice) {
  const auto loaded = Plus("units:\n  KGM: {digits: 3}\n  KGM: {digits: 2}\n");
  const auto* finding = Find(loaded, "CONTRACT_DUPLICATE_KEY");
  ASSERT_NE(finding, nullptr) << ToJson(loaded.findings);
  EXPECT_EQ(finding->path(), "units.KGM");
  EXPECT_EQ(finding->line(), loaded.lines.at("units") + 2);
}

}  // namespace
}  // namespace isa95
