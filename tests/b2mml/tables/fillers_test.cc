// What a version demands and the sender did not say is filled by the table so that the published schema takes it.
#include <gtest/gtest.h>

#include <algorithm>

#include "b2mml/translate.h"
#include "tests/b2mml/tables/official.h"
#include "tests/shared.h"

namespace isa95::b2mml {
namespace {

class Fillers : public isa95::test::NeedsShared {
 protected:
  XmlRuntime runtime_;
  Versions versions_ = *Versions::BuiltIn();
};

// As bare as V0401 allows: lines, properties and parameters without ids, quantities without unit.
flow::v1::Document BareOrder() {
  flow::v1::Document document;
  document.set_noun(flow::v1::NOUN_CODE_SCHEDULE);
  document.mutable_verb()->set_code(flow::v1::VERB_CODE_PROCESS);
  document.mutable_application_area()->mutable_creation_date_time()->mutable_utc()->set_seconds(1'800'000'000);
  document.mutable_application_area()->mutable_creation_date_time()->set_offset_minutes(0);
  auto* order = document.add_schedule()->add_order();
  order->mutable_id()->set_value("4711");
  auto* segment = order->add_segment();
  segment->add_parameter()->add_value()->mutable_value()->set_value("10");
  segment->add_equipment()->add_property()->add_value()->mutable_value()->set_value("5");
  for (int line = 0; line < 2; ++line) {
    auto* material = segment->add_material();
    material->add_quantity()->mutable_value()->set_value("1.5");
    material->add_property()->add_value();
  }
  segment->add_child();
  return document;
}

TEST_F(Fillers, MakeABareOrderValid_AndAreAllTold) {
  for (const auto& version : versions_.all()) {
    const test::Official official(isa95::test::SharedPath("b2mml/" + version->name()),
                                  version->table().target_namespace());
    const auto written = WriteDocument(BareOrder(), *version);
    ASSERT_FALSE(written.xml.empty()) << ToJson(written.findings);
    EXPECT_TRUE(official.Accepts(written.xml)) << version->name() << "\n" << written.xml;
    EXPECT_TRUE(std::any_of(written.findings.begin(), written.findings.end(),
                            [](const auto& finding) { return finding.code() == "SYNTHESISED"; }));
  }
}

TEST_F(Fillers, NumberLinesUnderTheirParent) {
  const auto written = WriteDocument(BareOrder(), *versions_.by_name("V0701"));
  for (const char* id : {"4711-S1", "4711-S1-P1", "4711-S1-E1", "4711-S1-E1-P1", "4711-S1-M1", "4711-S1-M2",
                         "4711-S1-M2-P1", "4711-S1-S1"}) {
    EXPECT_NE(written.xml.find("<ID>" + std::string(id) + "</ID>"), std::string::npos) << id << "\n" << written.xml;
  }
}

}  // namespace
}  // namespace isa95::b2mml
