// Names and units of whole messages.
#include "adapter/policy/normalize.h"

#include <gtest/gtest.h>

#include <set>

#include "isa95/exchange/v1/report.pb.h"
#include "isa95/flow/v1/document.pb.h"

namespace isa95::policy {
namespace {

contract::v1::SiteContract Contract() {
  contract::v1::SiteContract contract;
  contract.mutable_naming()->mutable_order()->mutable_padding()->set_erp(12);
  auto& alias = *contract.mutable_naming()->mutable_product()->add_aliases();
  alias.set_name("BOTTLE");
  alias.set_erp("4711");
  auto& line = *contract.add_lines();
  line.set_id("LE01-PACK-01");
  line.set_erp_work_center("PACK01");
  auto& units = *contract.mutable_units();
  units["KGM"].set_digits(3);
  units["GRM"].set_of("KGM");
  units["GRM"].set_factor("1/1000");
  return contract;
}

flow::v1::ProductionOrder Order() {
  flow::v1::ProductionOrder order;
  order.mutable_id()->set_value("000001004711");
  auto& scope = *order.mutable_hierarchy_scope();
  scope.mutable_equipment_id()->set_value("LEI");
  scope.mutable_equipment_level()->set_value("Site");
  scope.mutable_child()->mutable_equipment_id()->set_value("PACK01");
  scope.mutable_child()->mutable_equipment_level()->set_value("ProductionLine");
  auto& segment = *order.add_segment();
  segment.mutable_id()->set_value("0010");
  segment.add_equipment()->add_equipment_id()->set_value("PACK01");
  auto& material = *segment.add_material();
  material.add_material_definition_id()->set_value("4711");
  auto& quantity = *material.add_quantity();
  quantity.mutable_value()->set_value("480000");
  quantity.mutable_unit()->set_value("GRM");
  auto& property = *material.add_property()->add_quantity();
  property.mutable_value()->set_value("5");
  property.mutable_unit()->set_value("GRM");
  return order;
}

TEST(Normalizer, TurnsNamesAndQuantities_AndLeavesStepsPropertiesAndPlacesAlone) {
  const Normalizer normalizer(Contract());
  auto order = Order();
  const auto findings = normalizer.ToStandard(Party::kErp, order);
  EXPECT_TRUE(findings.empty()) << ToJson(findings);
  EXPECT_EQ(order.id().value(), "1004711");
  EXPECT_EQ(order.hierarchy_scope().equipment_id().value(), "LEI");
  EXPECT_EQ(order.hierarchy_scope().child().equipment_id().value(), "LE01-PACK-01");
  EXPECT_EQ(order.segment(0).id().value(), "0010");
  EXPECT_EQ(order.segment(0).equipment(0).equipment_id(0).value(), "LE01-PACK-01");
  EXPECT_EQ(order.segment(0).material(0).material_definition_id(0).value(), "BOTTLE");
  EXPECT_EQ(order.segment(0).material(0).quantity(0).value().value(), "480");
  EXPECT_EQ(order.segment(0).material(0).quantity(0).unit().value(), "KGM");
  EXPECT_EQ(order.segment(0).material(0).property(0).quantity(0).value().value(), "5");
  const auto once = order.SerializeAsString();
  normalizer.ToParty(Party::kErp, order);
  EXPECT_EQ(order.id().value(), "000001004711");
  EXPECT_EQ(order.segment(0).material(0).material_definition_id(0).value(), "4711");
  normalizer.ToStandard(Party::kErp, order);
  EXPECT_EQ(order.SerializeAsString(), once);
}

TEST(Normalizer, SaysWhichFieldOfAReportCannotBeTaken) {
  const Normalizer normalizer(Contract());
  flow::v1::ExecutionConfirmation report;
  report.mutable_order_id()->set_value("1004711");
  report.mutable_equipment_id()->set_value("LINE-9");
  report.add_output()->mutable_material_definition_id()->set_value("BOTTLE");
  report.add_output()->mutable_quantity()->mutable_unit()->set_value("TNE");
  const auto findings = normalizer.ToStandard(Party::kMes, report);
  ASSERT_EQ(findings.size(), 2u) << ToJson(findings);
  EXPECT_EQ(findings[0].code(), "NAME_UNKNOWN");
  EXPECT_EQ(findings[0].path(), "equipment_id");
  EXPECT_EQ(findings[1].code(), "UNIT_UNKNOWN");
  EXPECT_EQ(findings[1].path(), "output[1].quantity");
  EXPECT_EQ(findings[1].who_acts(), "MES vendor");
  EXPECT_EQ(report.equipment_id().value(), "LINE-9");
}

void Collect(const google::protobuf::Descriptor& type, std::set<const google::protobuf::Descriptor*>& seen,
             std::vector<const google::protobuf::FieldDescriptor*>& identifiers) {
  if (!seen.insert(&type).second) return;
  for (int i = 0; i < type.field_count(); ++i) {
    const auto* part = type.field(i)->message_type();
    if (part == flow::v1::Identifier::descriptor()) identifiers.push_back(type.field(i));
    if (part != nullptr) Collect(*part, seen, identifiers);
  }
}

// A new Identifier that is in neither table would pass every plant's naming unseen.
TEST(Normalizer, KnowsOfEachIdentifierOfTheModelWhetherItIsAName) {
  std::set<const google::protobuf::Descriptor*> seen;
  std::vector<const google::protobuf::FieldDescriptor*> identifiers;
  Collect(*flow::v1::Document::descriptor(), seen, identifiers);
  Collect(*flow::v1::Envelope::descriptor(), seen, identifiers);
  Collect(*exchange::v1::Report::descriptor(), seen, identifiers);
  EXPECT_GT(identifiers.size(), 60u);
  for (const auto* field : identifiers)
    EXPECT_TRUE(KindOf(*field).has_value() != IsOwnName(*field)) << field->full_name();
}

}  // namespace
}  // namespace isa95::policy
