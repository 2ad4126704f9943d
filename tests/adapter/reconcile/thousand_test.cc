// A thousand partial issues of a third: sums are exact to the last digit, and no residue gathers (MC-09).
#include "tests/adapter/reconcile/reconciling.h"

namespace isa95::adapter {
namespace {

constexpr int kIssues = 1'000;

// `planned` kg for 500 bottles, all of them made; the issues as `issue` writes them.
template <typename Issue>
OrderReconciliation Issued(const std::string& planned, const Issue& issue) {
  flows::Story story;
  auto& order = *story.past.order[0].envelope.mutable_production_order();
  order.mutable_segment(0)->mutable_material(0)->mutable_quantity(0)->mutable_value()->set_value(planned);
  story.TellAll({flows::Good("A", "500")});
  for (int i = 0; i < kIssues; ++i) EXPECT_EQ(story.Tell(flows::Used(Cat("U", i), issue(i), Cat("L", i % 7))), "") << i;
  story.Post();
  return Reconciled(story);
}

ExactDecimal SumOfLots(const OrderReconciliation& order) {
  ExactDecimal sum;
  for (const auto& row : order.components) {
    if (!row.lot.empty()) sum = Add(sum, row.used);
  }
  return sum;
}

// As a scale weighs them: 0.333, 0.333, 0.334, so that three make a kilogram; the last one is 0.333.
TEST(Reconciliation, ThousandThirds_AsWeighed_MakeTheWhole) {
  const auto issue = [](int i) { return std::string(i % 3 == 2 ? "0.334" : "0.333"); };
  const auto order = Issued("333.333", issue);
  const auto& row = ComponentIn(order, "RM-100");
  EXPECT_EQ(Used(row), "333.333 | 333.333");
  EXPECT_EQ(FormatDecimal(SumOfLots(order)), "333.333");
  EXPECT_EQ(FormatDecimal(row.expected), "333.333");
  EXPECT_EQ(row.against_expected, 0);
  EXPECT_TRUE(order.differences.empty());
}

TEST(Reconciliation, ThousandThirds_AreNotExpected_WhereOneLastDigitIsMissing) {
  const auto issue = [](int i) { return std::string(i % 3 == 2 && i != 500 ? "0.334" : "0.333"); };
  const auto row = ComponentIn(Issued("333.333", issue), "RM-100");
  EXPECT_EQ(FormatDecimal(row.used), "333.332");
  EXPECT_EQ(row.against_expected, -1);
}

TEST(Reconciliation, ThousandThirds_WithLongDecimals_KeepEveryDigit) {
  const auto third = [](int) { return std::string("0.333333333"); };
  const auto order = Issued("333.333333", third);
  EXPECT_EQ(Used(ComponentIn(order, "RM-100")), "333.333333000 | 333.333333000");
  EXPECT_EQ(ComponentIn(order, "RM-100").against_expected, 0);
  EXPECT_TRUE(order.differences.empty());

  const auto longest = [](int) { return "0." + std::string(60, '3'); };
  const auto row = ComponentIn(Issued("333.333", longest), "RM-100");
  EXPECT_EQ(FormatDecimal(row.used), "333." + std::string(57, '3') + "000");
  EXPECT_EQ(row.against_expected, 1);
}

// Of 1,000 / 3 kg the sum of any decimals is short or over, and judged so.
TEST(Reconciliation, ThousandThirds_OfAPlanOfAThird_AreJudgedExactly) {
  const auto against = [](const std::string& first) {
    flows::Story story;
    auto& order = *story.past.order[0].envelope.mutable_production_order();
    order.mutable_segment(0)->mutable_material(0)->mutable_quantity(0)->mutable_value()->set_value("1000");
    order.mutable_segment(1)->mutable_material(0)->mutable_quantity(0)->mutable_value()->set_value("3");
    story.TellAll({flows::Good("A", "1"), flows::Used("U0", first)});
    for (int i = 1; i < kIssues; ++i) EXPECT_EQ(story.Tell(flows::Used(Cat("U", i), "0.333333333")), "");
    story.Post();
    return *ComponentIn(Reconciled(story), "RM-100").against_expected;
  };
  EXPECT_EQ(against("0.333333333"), -1);
  EXPECT_EQ(against("0.333333666"), -1);  // 333.333333333
  EXPECT_EQ(against("0.333333667"), 1);   // 333.333333334
}

}  // namespace
}  // namespace isa95::adapter
