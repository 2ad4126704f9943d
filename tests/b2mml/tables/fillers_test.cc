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

flow::v1::Document Begin(flow::v1::NounCode noun) {
  flow::v1::Document document;
  document.set_noun(noun);
  document.mutable_verb()->set_code(flow::v1::VERB_CODE_PROCESS);
  document.mutable_application_area()->mutable_creation_date_time()->mutable_utc()->set_seconds(1'800'000'000);
  document.mutable_application_area()->mutable_creation_date_time()->set_offset_minutes(0);
  return document;
}

template <typename Segment>
void AddBareLines(Segment& segment) {
  segment.add_equipment()->add_property()->add_value()->mutable_value()->set_value("5");
  for (int line = 0; line < 2; ++line) {
    auto* material = segment.add_material();
    material->add_quantity()->mutable_value()->set_value("1.5");
    material->add_property()->add_value();
  }
  segment.add_child();
}

// As bare as V0401 allows: lines, properties and parameters without ids, quantities without unit.
flow::v1::Document BareOrder() {
  auto document = Begin(flow::v1::NOUN_CODE_SCHEDULE);
  auto* order = document.add_schedule()->add_order();
  order->mutable_id()->set_value("4711");
  auto* segment = order->add_segment();
  segment->add_parameter()->add_value()->mutable_value()->set_value("10");
  AddBareLines(*segment);
  return document;
}

// The same of a report, and a response that says nothing of any segment.
flow::v1::Document BareReport() {
  auto document = Begin(flow::v1::NOUN_CODE_PERFORMANCE);
  auto* response = document.add_performance()->add_response();
  response->mutable_id()->set_value("R");
  auto* segment = response->add_segment();
  segment->add_data()->add_value()->mutable_value()->set_value("10");
  AddBareLines(*segment);
  document.mutable_performance(0)->add_response();
  return document;
}

// A lot of an older version whose result has neither type nor unit.
flow::v1::Document BareLot() {
  auto document = Begin(flow::v1::NOUN_CODE_MATERIAL_LOT);
  auto* lot = document.add_material_lot();
  lot->mutable_id()->set_value("B1");
  auto* property = lot->add_property();
  property->mutable_id()->set_value("P");
  property->add_test_result()->add_result()->mutable_value()->set_value("Fail");
  return document;
}

// What is measured and recorded without numbers of its own.
flow::v1::Document BareResult() {
  auto document = Begin(flow::v1::NOUN_CODE_TEST_RESULT);
  auto* result = document.add_test_result();
  result->mutable_id()->set_value("T");
  for (int i = 0; i < 2; ++i) result->add_measurement()->mutable_value()->mutable_value()->set_value("3.2");
  return document;
}

flow::v1::Document BareEvent() {
  auto document = Begin(flow::v1::NOUN_CODE_OPERATIONS_EVENT);
  document.mutable_verb()->set_code(flow::v1::VERB_CODE_NOTIFY);
  auto* event = document.add_operations_event();
  event->mutable_id()->set_value("V");
  auto* record = event->add_record();
  record->add_entry()->mutable_external_reference_id()->set_value("4711");
  record->mutable_operations_record_specification_id()->set_value("DOWNTIME-V1");
  return document;
}

TEST_F(Fillers, MakeBareLotsResultsAndEventsValid) {
  for (const auto& [bare, name] : {std::pair{BareLot(), "V0401"}, {BareResult(), "V0701"}, {BareEvent(), "V0701"}}) {
    const auto& version = *versions_.by_name(name);
    const test::Official official(isa95::test::SharedPath("b2mml/" + version.name()),
                                  version.table().target_namespace());
    const auto written = WriteDocument(bare, version);
    ASSERT_FALSE(written.xml.empty()) << ToJson(written.findings);
    EXPECT_TRUE(official.Accepts(written.xml)) << written.xml;
    EXPECT_TRUE(std::any_of(written.findings.begin(), written.findings.end(),
                            [](const auto& finding) { return finding.code() == "SYNTHESISED"; }));
  }
}

TEST_F(Fillers, MakeBareMessagesValid_AndAreAllTold) {
  for (const auto& version : versions_.all()) {
    const test::Official official(isa95::test::SharedPath("b2mml/" + version->name()),
                                  version->table().target_namespace());
    for (const auto& bare : {BareOrder(), BareReport()}) {
      const auto written = WriteDocument(bare, *version);
      ASSERT_FALSE(written.xml.empty()) << ToJson(written.findings);
      EXPECT_TRUE(official.Accepts(written.xml)) << version->name() << "\n" << written.xml;
      EXPECT_TRUE(std::any_of(written.findings.begin(), written.findings.end(),
                              [](const auto& finding) { return finding.code() == "SYNTHESISED"; }));
    }
  }
}

TEST_F(Fillers, NumberLinesUnderTheirParent) {
  const auto expect = [&](const flow::v1::Document& bare, std::initializer_list<const char*> ids) {
    const auto written = WriteDocument(bare, *versions_.by_name("V0701"));
    for (const char* id : ids)
      EXPECT_NE(written.xml.find("<ID>" + std::string(id) + "</ID>"), std::string::npos) << id << "\n" << written.xml;
  };
  expect(BareOrder(), {"4711-S1", "4711-S1-P1", "4711-S1-E1", "4711-S1-E1-P1", "4711-S1-M1", "4711-S1-M2",
                       "4711-S1-M2-P1", "4711-S1-S1"});
  expect(BareReport(),
         {"*", "R-S1", "R-S1-D1", "R-S1-E1", "R-S1-E1-P1", "R-S1-M2", "R-S1-M2-P1", "R-S1-S1", "*-R2", "*-R2-S1"});
  expect(BareResult(), {"T-M1", "T-M2"});
  expect(BareEvent(), {"V-R1", "V-R1-E1"});
}

}  // namespace
}  // namespace isa95::b2mml
