// Names: one thing, one standard name, each party its own.
#include "adapter/policy/naming.h"

#include <gtest/gtest.h>

#include <random>

#include "grpc/model/contract.h"

namespace isa95::policy {
namespace {

contract::v1::SiteContract Contract(const std::string& more) {
  const auto loaded = ParseContract(
      "contract: {id: t, version: 1}\nsite: {id: LEI, time_zone: Europe/Berlin}\n"
      "erp: {logical_id: E, b2mml: {write: V0701}" +
          std::string(more.find("mixed") == 0 ? ", dialect: {mixed_padding: true}" : "") +
          "}\nmes: {logical_id: M, port: grpc}\n"
          "flows: {production_order: {reason: r, used_by: {role: r, decision: d}, owner: {role: r, contact: c}, "
          "answer_within: 1h}}\n" +
          (more.find("mixed") == 0 ? more.substr(6) : more),
      "t.yaml");
  for (const auto& finding : loaded.findings)
    EXPECT_NE(finding.severity(), flow::v1::SEVERITY_ERROR) << ToText(finding);
  return loaded.contract;
}

constexpr char kOrders[] = "naming: {order: {padding: {erp: 12}}}\n";

TEST(Names, PassAsTheyAre_WhereNothingIsDeclared) {
  const Names names(Contract(""));
  EXPECT_TRUE(names.empty());
  EXPECT_EQ(names.ToStandard(NameKind::kOrder, Party::kErp, " 007 ").name, " 007 ");
  EXPECT_EQ(names.ToParty(NameKind::kOrder, Party::kErp, "007"), "007");
}

TEST(Names, LoseTheZerosOfAFullWidthOnly_AndGetThemBack) {
  const Names names(Contract(kOrders));
  const auto standard = names.ToStandard(NameKind::kOrder, Party::kErp, "000001004711");
  EXPECT_EQ(standard.name, "1004711");
  EXPECT_EQ(standard.problem.code, "");
  EXPECT_EQ(names.ToParty(NameKind::kOrder, Party::kErp, "1004711"), "000001004711");
  EXPECT_EQ(names.ToParty(NameKind::kOrder, Party::kMes, "1004711"), "1004711");
}

TEST(Names, KeepLeadingZeros_WhereThePartyDoesNotFill) {
  const Names names(Contract("naming: {order: {pattern: '[0-9]+'}}\n"));
  EXPECT_EQ(names.ToStandard(NameKind::kOrder, Party::kErp, "0012").name, "0012");
  EXPECT_EQ(names.ToParty(NameKind::kOrder, Party::kMes, "0012"), "0012");
}

TEST(Names, RefuseAnIdThatIsNotFilled_UnlessTheDialectTakesIt) {
  const Names strict(Contract(kOrders));
  const auto refused = strict.ToStandard(NameKind::kOrder, Party::kErp, "1004711");
  EXPECT_EQ(refused.problem.code, "NAME_NOT_PADDED");
  EXPECT_TRUE(refused.problem.refuses);
  const Names mixed(Contract(std::string("mixed ") + kOrders));
  const auto taken = mixed.ToStandard(NameKind::kOrder, Party::kErp, "1004711");
  EXPECT_EQ(taken.name, "1004711");
  EXPECT_EQ(taken.problem.code, "NAME_NOT_PADDED");
  EXPECT_FALSE(taken.problem.refuses);
}

TEST(Names, RefuseWhatAnotherPartyWouldUnderstandAsSomethingElse) {
  // To the ERP both 12 and 0012 would go as 000000000012.
  const Names padded(Contract(kOrders));
  EXPECT_EQ(padded.ToStandard(NameKind::kOrder, Party::kMes, "0012").problem.code, "NAME_TAKEN");
  EXPECT_EQ(padded.ToStandard(NameKind::kOrder, Party::kMes, "12").problem.code, "");
  // 4711 of the ERP is the bottle; a MES's own 4711 would become one there.
  const Names aliased(Contract("naming: {product: {aliases: [{name: BOTTLE-500, erp: '4711'}]}}\n"));
  EXPECT_EQ(aliased.ToStandard(NameKind::kProduct, Party::kErp, "4711").name, "BOTTLE-500");
  const auto taken = aliased.ToStandard(NameKind::kProduct, Party::kMes, "4711");
  EXPECT_EQ(taken.problem.code, "NAME_TAKEN");
  EXPECT_TRUE(taken.problem.refuses);
}

TEST(Names, FindAnAliasBehindItsZeros) {
  const Names names(
      Contract("naming: {product: {padding: {erp: 18}, aliases: [{name: BOTTLE-500, erp: '4711', mes: b500}]}}\n"));
  EXPECT_EQ(names.ToStandard(NameKind::kProduct, Party::kErp, "000000000000004711").name, "BOTTLE-500");
  EXPECT_EQ(names.ToParty(NameKind::kProduct, Party::kErp, "BOTTLE-500"), "000000000000004711");
  EXPECT_EQ(names.ToParty(NameKind::kProduct, Party::kMes, "BOTTLE-500"), "b500");
  EXPECT_EQ(names.ToStandard(NameKind::kProduct, Party::kMes, "BOTTLE-500").problem.code, "NAME_NOT_OWN");
}

TEST(Names, KnowNoLineButTheContracts) {
  const Names names(Contract("lines: [{id: LE01-PACK-01, erp_work_center: PACK01}, {id: LE01-PACK-02}]\n"));
  EXPECT_EQ(names.ToStandard(NameKind::kLine, Party::kErp, "PACK01").name, "LE01-PACK-01");
  EXPECT_EQ(names.ToParty(NameKind::kLine, Party::kErp, "LE01-PACK-01"), "PACK01");
  EXPECT_EQ(names.ToStandard(NameKind::kLine, Party::kMes, "LE01-PACK-02").problem.code, "");
  EXPECT_EQ(names.ToStandard(NameKind::kLine, Party::kMes, "LE01-PACK-03").problem.code, "NAME_UNKNOWN");
}

TEST(Names, FoldCase_AndSaySo) {
  const Names names(Contract("naming: {batch: {letter_case: upper, pattern: '[A-Z0-9-]{1,20}'}}\n"));
  const auto folded = names.ToStandard(NameKind::kBatch, Party::kMes, "lot-7");
  EXPECT_EQ(folded.name, "LOT-7");
  EXPECT_EQ(folded.problem.code, "NAME_CASE");
  EXPECT_FALSE(folded.problem.refuses);
  EXPECT_EQ(names.ToStandard(NameKind::kBatch, Party::kMes, "LOT_7").problem.code, "NAME_PATTERN");
  EXPECT_EQ(names.ToStandard(NameKind::kBatch, Party::kMes, "ABCDEFGHIJKLMNOPQRSTU").problem.code, "NAME_PATTERN");
}

// Whatever a party says and is taken without a word goes back to it as it came, and is standard already.
TEST(Names, LeadBackToWhereTheyBegan_ForAnyNameThatIsTaken) {
  const Names names(Contract(
      "naming: {product: {letter_case: upper, padding: {erp: 6, mes: 4}, aliases: [{name: BOTTLE, erp: '47', mes: b5}, "
      "{name: CAP, erp: k-1}, {name: '12', mes: A12}]}}\n"));
  std::mt19937 random(20261125);
  const std::string letters = "0047125bBkKAC-";
  int taken = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string name;
    for (size_t n = 1 + random() % 6; n > 0; --n) name += letters[random() % letters.size()];
    for (const auto party : {Party::kErp, Party::kMes}) {
      const auto once = names.ToStandard(NameKind::kProduct, party, name);
      if (once.problem.refuses) continue;
      for (const auto other : {Party::kErp, Party::kMes}) {
        const auto told = names.ToParty(NameKind::kProduct, other, once.name);
        const auto again = names.ToStandard(NameKind::kProduct, other, told);
        ASSERT_EQ(again.name, once.name) << name << " told as " << told;
        ASSERT_EQ(again.problem.code, "") << name << " told as " << told << ": " << again.problem.words;
      }
      if (!once.problem.code.empty()) continue;
      ++taken;
      ASSERT_EQ(names.ToParty(NameKind::kProduct, party, once.name), name);
      ASSERT_EQ(names.ToStandard(NameKind::kProduct, party, once.name).name, once.name) << name;
    }
  }
  EXPECT_GT(taken, 10'000);
}

}  // namespace
}  // namespace isa95::policy
