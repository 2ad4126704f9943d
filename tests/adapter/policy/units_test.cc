// Units: exact there and back, rounded once, nothing left over.
#include "adapter/policy/units.h"

#include <gtest/gtest.h>

#include "grpc/model/factor.h"

namespace isa95::policy {
namespace {

contract::v1::SiteContract Contract() {
  contract::v1::SiteContract contract;
  auto& units = *contract.mutable_units();
  units["KGM"].set_digits(3);
  units["KGM"].set_rounded(true);
  units["KGM"].set_erp("KG");
  units["KGM"].set_mes("kg");
  units["GRM"].set_of("KGM");
  units["GRM"].set_factor("1/1000");
  units["GRM"].set_mes("g");
  units["LBR"].set_of("KGM");
  units["LBR"].set_factor("0.45359237");
  units["C62"].set_digits(0);
  return contract;
}

flow::v1::Quantity Of(const std::string& value, const std::string& unit) {
  flow::v1::Quantity quantity;
  quantity.mutable_value()->set_value(value);
  quantity.mutable_unit()->set_value(unit);
  return quantity;
}

std::string Text(const flow::v1::Quantity& quantity) {
  return quantity.value().value() + " " + quantity.unit().value();
}

TEST(Units, AreTurnedExactly_FromEachPartysWord) {
  const Units units(Contract());
  for (const auto& [value, unit, party, expected] :
       std::vector<std::tuple<std::string, std::string, Party, std::string>>{
           {"480000", "g", Party::kMes, "480 KGM"},
           {"1", "GRM", Party::kErp, "0.001 KGM"},
           {"0.1", "LBR", Party::kErp, "0.045359237 KGM"},
           {"480.50", "KG", Party::kErp, "480.50 KGM"},
           {"0", "g", Party::kMes, "0 KGM"},
           {"7", "C62", Party::kMes, "7 C62"}}) {
    auto quantity = Of(value, unit);
    EXPECT_EQ(units.ToStandard(party, quantity).code, "");
    EXPECT_EQ(Text(quantity), expected);
    const auto once = Text(quantity);
    EXPECT_EQ(units.ToStandard(party, quantity).code, "");
    EXPECT_EQ(Text(quantity), once) << "twice is once";
  }
}

TEST(Units, AreWrittenInThePartysWord) {
  const Units units(Contract());
  auto quantity = Of("480", "KGM");
  units.ToParty(Party::kErp, quantity);
  EXPECT_EQ(Text(quantity), "480 KG");
}

TEST(Units, ThatTheContractDoesNotKnow_AreRefusedAsTheyAre) {
  const Units units(Contract());
  auto quantity = Of("1", "TNE");
  const auto problem = units.ToStandard(Party::kErp, quantity);
  EXPECT_EQ(problem.code, "UNIT_UNKNOWN");
  EXPECT_TRUE(problem.refuses);
  EXPECT_EQ(Text(quantity), "1 TNE");
}

TEST(Factors, AreExactOrNone) {
  for (const auto& [text, expected] : std::vector<std::pair<std::string, std::string>>{{"1000", "1000"},
                                                                                       {"1/1000", "0.001"},
                                                                                       {"3/8", "0.375"},
                                                                                       {"0.45359237", "0.45359237"},
                                                                                       {"0.5/0.02", "25"},
                                                                                       {"6/3", "2"}}) {
    const auto factor = ParseFactor(text);
    ASSERT_TRUE(factor.has_value()) << text;
    EXPECT_EQ(FormatDecimal(*factor), expected);
  }
  for (const auto* text : {"", "0", "-1", "1/0", "1/3", "x", "1/", "/2", "1e3", "1/2/3"})
    EXPECT_FALSE(ParseFactor(text).has_value()) << text;
}

TEST(Factors, ThereAndBackIsTheSameNumber) {
  for (const auto* text : {"1/1000", "0.45359237", "1/1024", "12", "144/125"}) {
    const auto factor = ParseFactor(text);
    for (const auto* value : {"1", "0.001", "123456789.987654321", "99999999999999999999"}) {
      const auto there = Multiply(*ParseDecimal(value), *factor);
      const auto back = Divide(there, *factor, 40);
      EXPECT_EQ(Compare(back, *ParseDecimal(value)), 0) << value << " by " << text;
    }
  }
}

}  // namespace
}  // namespace isa95::policy
