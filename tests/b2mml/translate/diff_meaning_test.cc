// What counts as a difference, and what does not.
#include <gtest/gtest.h>

#include "b2mml/diff.h"

namespace isa95::b2mml {
namespace {

using flow::v1::Document;

// One order with one material line of 104.5 KGM, starting 05:00 UTC written as 06:00+01:00.
Document Sample() {
  Document document;
  document.set_b2mml_version("V0701");
  auto& order = *document.add_schedule()->add_order();
  order.mutable_id()->set_value("1004711");
  order.mutable_start_time()->mutable_utc()->set_seconds(1795582800);
  order.mutable_start_time()->set_offset_minutes(60);
  auto& material = *order.add_segment()->add_material();
  material.add_material_definition_id()->set_value("A");
  auto& quantity = *material.add_quantity();
  quantity.mutable_value()->set_value("104.5");
  quantity.mutable_unit()->set_value("KGM");
  auto& extension = *order.add_extension();
  extension.set_name("Any");
  extension.set_xml("<Any><x>1</x></Any>");
  return document;
}

flow::v1::ProductionOrder& OrderIn(Document& document) { return *document.mutable_schedule(0)->mutable_order(0); }
flow::v1::MaterialRequirement& MaterialIn(Document& document) {
  return *OrderIn(document).mutable_segment(0)->mutable_material(0);
}

TEST(Diff, FindsNothing_BetweenEqualDocuments) { EXPECT_TRUE(Diff(Sample(), Sample()).empty()); }

TEST(Diff, PassesOverCarrierAndSpelling) {
  auto other = Sample();
  other.set_b2mml_version("V0401");
  other.set_release_id("something else");
  MaterialIn(other).mutable_quantity(0)->mutable_value()->set_value("0104.500");
  OrderIn(other).mutable_extension(0)->set_xml("<Any>\n  <x>1</x>\n</Any>");
  OrderIn(other).mutable_extension(0)->set_b2mml_version("V0401");
  EXPECT_TRUE(Diff(Sample(), other).empty());
}

TEST(Diff, NamesTheField_WithBothSides) {
  auto other = Sample();
  MaterialIn(other).mutable_quantity(0)->mutable_value()->set_value("104.51");
  const auto found = Diff(Sample(), other);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].path, "schedule[0].order[0].segment[0].material[0].quantity[0].value");
  EXPECT_EQ(found[0].left, "104.5");
  EXPECT_EQ(found[0].right, "104.51");
}

TEST(Diff, TellsAbsentFromEmptyFromZeroFromNil) {
  const auto with = [](auto change) {
    auto document = Sample();
    change(*MaterialIn(document).mutable_quantity(0));
    return document;
  };
  const std::vector<Document> all = {with([](auto& q) { q.clear_value(); }),
                                     with([](auto& q) { q.mutable_value()->set_value(""); }),
                                     with([](auto& q) { q.mutable_value()->set_value("0"); }), with([](auto& q) {
                                       q.mutable_value()->set_value("");
                                       q.mutable_value()->set_nil(true);
                                     })};
  for (size_t i = 0; i < all.size(); ++i) {
    for (size_t j = 0; j < all.size(); ++j) EXPECT_EQ(Diff(all[i], all[j]).empty(), i == j) << i << " " << j;
  }
}

TEST(Diff, SameInstantWithAnotherOffsetDiffers) {
  auto other = Sample();
  OrderIn(other).mutable_start_time()->set_offset_minutes(0);
  const auto found = Diff(Sample(), other);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].left, "2026-11-25T06:00:00+01:00");
  EXPECT_EQ(found[0].right, "2026-11-25T05:00:00Z");
}

TEST(Diff, OrderOfLinesMatters_AndAMissingLineIsNamed) {
  auto left = Sample(), right = Sample();
  MaterialIn(left).add_material_definition_id()->set_value("B");
  auto found = Diff(left, right);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].path, "schedule[0].order[0].segment[0].material[0].material_definition_id[1]");
  EXPECT_EQ(found[0].left, "B");
  EXPECT_EQ(found[0].right, "");
  MaterialIn(right).mutable_material_definition_id(0)->set_value("B");
  MaterialIn(right).add_material_definition_id()->set_value("A");
  EXPECT_EQ(Diff(left, right).size(), 2u);
}

TEST(Diff, KeptAttributesAndExtensionsCount) {
  auto other = Sample();
  OrderIn(other).mutable_extension(0)->set_xml("<Any><x>2</x></Any>");
  auto& attribute = *OrderIn(other).mutable_id()->add_other_attributes();
  attribute.set_name("schemeAgencyID");
  attribute.set_value("X");
  EXPECT_EQ(Diff(Sample(), other).size(), 2u);
}

}  // namespace
}  // namespace isa95::b2mml
