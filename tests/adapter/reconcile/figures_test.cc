// Figures are there where the confirmations carry every input, and say what they come from.
#include "adapter/figures.h"

#include <gtest/gtest.h>

namespace isa95::adapter {
namespace {

ExactDecimal D(const char* text) { return *ParseDecimal(text); }

OrderReconciliation Made(const char* good, const char* scrap, const char* rework) {
  OrderReconciliation order;
  order.ordered = D("120");
  order.unit = "C62";
  SegmentSum first, last;
  first.segment_id = "10";
  first.good = D("200");
  first.unit = last.unit = "C62";
  last.segment_id = "20";
  last.delivers = true;
  last.good = D(good);
  last.scrap = D(scrap);
  last.rework = D(rework);
  order.segments = {first, last};
  return order;
}

TEST(Figures, AreOfTheDeliveringSegment_EachWithItsBasis) {
  const auto figures = FiguresOf(Made("95", "4", "1"));
  ASSERT_EQ(figures.size(), 4u);
  EXPECT_EQ(figures[0].value, "0.95");
  EXPECT_EQ(figures[0].basis, "ISO 22400-2: good 95 / produced 100 of segment 20; rework is not good");
  EXPECT_EQ(figures[1].value, "0.04");
  EXPECT_EQ(figures[2].value, "0.01");
  EXPECT_EQ(figures[3].name, "order fulfilment");
  EXPECT_EQ(figures[3].value, "0.7917");
  EXPECT_EQ(figures[3].basis, "not ISO 22400: good 95 / ordered 120");
}

TEST(Figures, AreNotThere_WhereNothingWasMade_OrInTwoUnits) {
  const auto nothing = FiguresOf(Made("0", "0", "0"));
  ASSERT_EQ(nothing.size(), 1u);
  EXPECT_EQ(nothing[0].name, "order fulfilment");
  auto two = Made("95", "4", "1");
  two.segments.push_back(two.segments.back());
  two.segments.back().unit = "KGM";
  EXPECT_TRUE(FiguresOf(two).empty());
}

}  // namespace
}  // namespace isa95::adapter
