// What a MES that speaks B2MML reports, as reports.
#include "b2mml/translate.h"
#include "tests/adapter/flows/report_fixture.h"

namespace isa95::flows {
namespace {

using namespace flow::v1;

class MesReportsOfExamples : public isa95::test::NeedsShared {
 protected:
  MesReports Read(const std::string& file) {
    const auto parsed =
        b2mml::ParseDocument(isa95::test::Slurp(isa95::test::SharedPath("examples/" + file)), versions_, {});
    EXPECT_TRUE(parsed->shape_ok) << ToJson(parsed->findings);
    return ReadMesReports(parsed->document, contract_);
  }

  b2mml::XmlRuntime runtime_;
  b2mml::Versions versions_ = *b2mml::Versions::BuiltIn();
  contract::v1::SiteContract contract_ = [] {
    auto contract = test::ReportContract();
    contract.mutable_mes()->set_logical_id("MES-DE01");
    return contract;
  }();
};

bool Has(const Findings& findings, const std::string& code) {
  return std::any_of(findings.begin(), findings.end(), [&](const auto& finding) { return finding.code() == code; });
}

TEST_F(MesReportsOfExamples, ConfirmationWithAllItsQuantities) {
  for (const char* verb : {"Process", "Sync"}) {
    const auto read = Read(std::string("V0701/") + verb + "OperationsPerformance-confirmation.xml");
    ASSERT_EQ(read.reports.size(), 1u);
    const auto& confirmation = read.reports[0].confirmation();
    EXPECT_EQ(confirmation.id().value(), "DE01-CNF-000000123");
    EXPECT_EQ(confirmation.order_id().value(), "1004711");
    EXPECT_EQ(confirmation.segment_requirement_id().value(), "1004711-0030");
    EXPECT_EQ(confirmation.type(), CONFIRMATION_TYPE_CODE_FINAL);
    ASSERT_EQ(confirmation.output_size(), 3);
    EXPECT_EQ(confirmation.output(1).kind(), OUTPUT_KIND_CODE_SCRAP);
    EXPECT_EQ(confirmation.output(1).reason_code().value(), "SC-LEAK");
    EXPECT_EQ(confirmation.output(0).quantity().value().value(), "488");
    EXPECT_TRUE(Has(read.findings, "DATA_ITEM_NOT_TAKEN")) << "SetupTime";
    EXPECT_FALSE(HasError(read.findings));
  }
}

TEST_F(MesReportsOfExamples, UsedMaterialAlone_IsNoConfirmation_ThoughTheSegmentHasAState) {
  const auto read = Read("V0701/ProcessOperationsPerformance-consumption.xml");
  ASSERT_EQ(read.reports.size(), 1u);
  const auto& consumption = read.reports[0].consumption();
  EXPECT_EQ(consumption.id().value(), "DE01-GI-000000077");
  ASSERT_EQ(consumption.consumed_size(), 2);
  EXPECT_EQ(consumption.consumed(1).material_lot_id().value(), "RM100-L0457");
  EXPECT_EQ(consumption.consumed(1).material_requirement_id().value(), "1004711-C001");
}

TEST_F(MesReportsOfExamples, OlderVersionsGiveReportsToo) {
  for (const char* file : {"V0401/ProcessProductionPerformance.xml", "V0600/ProcessOperationsPerformance.xml",
                           "V0600/ProcessProductionPerformance.xml"}) {
    SCOPED_TRACE(file);
    const auto read = Read(file);
    EXPECT_FALSE(HasError(read.findings)) << ToJson(read.findings);
    EXPECT_GE(read.reports.size(), 1u);
    EXPECT_FALSE(Has(read.findings, "NO_ONE_ORDER")) << ToJson(read.findings);
  }
}

TEST_F(MesReportsOfExamples, CancelIsAReversal) {
  const auto read = Read("V0701/CancelOperationsPerformance-reversal.xml");
  ASSERT_EQ(read.reports.size(), 1u);
  const auto& reversal = read.reports[0].reversal();
  EXPECT_EQ(reversal.id().value(), "c4bc7303-4591-53fe-ba01-04f2239e3728/DE01-CNF-000000123");
  EXPECT_EQ(reversal.reverses_id().value(), "DE01-CNF-000000123");
  EXPECT_EQ(reversal.reason_code().value(), "OPERATOR_ERROR");
  EXPECT_EQ(FormatInstant(reversal.reversed_at()), "2026-11-25T13:00:00Z");
}

TEST_F(MesReportsOfExamples, StopThatDoesNotSayToWhomItMatters_IsRefused) {
  for (const char* file :
       {"V0701/SyncOperationsPerformance-downtime-segment.xml", "V0600/SyncOperationsPerformance-downtime-segment.xml",
        "V0401/SyncProductionPerformance-downtime-segment.xml"}) {
    const auto read = Read(file);
    EXPECT_TRUE(read.reports.empty());
    EXPECT_TRUE(Has(read.findings, "NOT_BUSINESS_RELEVANT")) << ToJson(read.findings);
  }
}

class MesReportsOfDocuments : public ::testing::Test {
 protected:
  void SetUp() override {
    document_.set_noun(NOUN_CODE_PERFORMANCE);
    document_.mutable_verb()->set_code(VERB_CODE_PROCESS);
    document_.mutable_application_area()->mutable_bod_id()->set_value("B");
    auto& response = *document_.add_performance()->add_response();
    response.add_order_id()->set_value("O-1");
    segment_ = response.add_segment();
    segment_->mutable_id()->set_value("X");
  }
  MesReports Read() { return ReadMesReports(document_, contract_); }
  MaterialActual& Line(MaterialUseCode code, const std::string& other = {}) {
    auto& line = *segment_->add_material();
    line.mutable_material_use()->set_code(code);
    line.mutable_material_use()->set_other_value(other);
    test::Set(*line.add_quantity(), "1", "C62");
    return line;
  }
  void Data(const std::string& name, const std::string& text) {
    auto& item = *segment_->add_data();
    item.mutable_id()->set_value(name);
    item.add_value()->mutable_value()->set_value(text);
  }

  Document document_;
  SegmentResponse* segment_ = nullptr;
  contract::v1::SiteContract contract_ = test::ReportContract();
};

TEST_F(MesReportsOfDocuments, OneSegmentWithBoth_IsTwoReportsThatBelongTogether) {
  Line(MATERIAL_USE_CODE_PRODUCED);
  Line(MATERIAL_USE_CODE_CONSUMED).mutable_id()->set_value("L");
  Line(MATERIAL_USE_CODE_OTHER, "Returned");
  Data("ConfirmationType", "PARTIAL");
  Data("OrderSequence", "12");
  const auto read = Read();
  EXPECT_TRUE(read.findings.empty()) << ToJson(read.findings);
  ASSERT_EQ(read.reports.size(), 2u);
  EXPECT_EQ(read.reports[0].confirmation().id().value(), "X");
  EXPECT_EQ(read.reports[0].order_sequence(), 12u);
  EXPECT_EQ(read.reports[1].consumption().id().value(), "X-C");
  EXPECT_EQ(read.reports[1].consumption().confirmation_id().value(), "X");
  ASSERT_EQ(read.reports[1].consumption().consumed_size(), 2);
  EXPECT_EQ(read.reports[1].consumption().consumed(1).kind(), CONSUMPTION_KIND_CODE_RETURNED);
}

TEST_F(MesReportsOfDocuments, TypeIsTakenFromState_WhereNoneIsSaid_AndNeverGuessed) {
  Line(MATERIAL_USE_CODE_PRODUCED);
  EXPECT_EQ(Read().reports.at(0).confirmation().type(), CONFIRMATION_TYPE_CODE_UNSPECIFIED);
  EXPECT_TRUE(Has(Read().findings, "NO_CONFIRMATION_TYPE"));
  segment_->mutable_state()->set_code(ORDER_STATE_CODE_RUNNING);
  EXPECT_EQ(Read().reports.at(0).confirmation().type(), CONFIRMATION_TYPE_CODE_PARTIAL);
  segment_->mutable_state()->set_code(ORDER_STATE_CODE_COMPLETED);
  EXPECT_EQ(Read().reports.at(0).confirmation().type(), CONFIRMATION_TYPE_CODE_FINAL);
  Data("ConfirmationType", "PARTIAL");
  EXPECT_EQ(Read().reports.at(0).confirmation().type(), CONFIRMATION_TYPE_CODE_PARTIAL);
  EXPECT_TRUE(Has(Read().findings, "TYPE_AGAINST_STATE"));
  segment_->mutable_data(0)->mutable_value(0)->mutable_value()->set_value("final");
  EXPECT_EQ(Read().reports.at(0).confirmation().type(), CONFIRMATION_TYPE_CODE_UNSPECIFIED);
}

TEST_F(MesReportsOfDocuments, ChildrenReportToo) {
  Line(MATERIAL_USE_CODE_PRODUCED);
  auto& child = *segment_->add_child();
  child.mutable_id()->set_value("Y");
  *child.mutable_actual_end_time() = InstantOf(0);
  child.mutable_state()->set_code(ORDER_STATE_CODE_COMPLETED);
  const auto read = Read();
  ASSERT_EQ(read.reports.size(), 2u);
  EXPECT_EQ(read.reports[1].confirmation().id().value(), "Y");
  EXPECT_EQ(read.reports[1].confirmation().order_id().value(), "O-1");
}

TEST_F(MesReportsOfDocuments, WhatIsNotUnderstood_IsNamed) {
  Line(MATERIAL_USE_CODE_PRODUCED).add_property()->mutable_id()->set_value("Temperature");
  Line(MATERIAL_USE_CODE_CONSUMABLE);
  Line(MATERIAL_USE_CODE_PRODUCED).add_quantity();
  Data("OrderSequence", "twelve");
  Data("MachineState", "3");
  contract_.mutable_flows()->mutable_quality_downtime()->add_allowed_items("Temperature");
  contract_.mutable_flows()->mutable_quality_downtime()->add_allowed_items("MachineState");
  const auto read = Read();
  for (const char* code :
       {"PROPERTY_NOT_TAKEN", "MATERIAL_USE_NOT_TAKEN", "SEVERAL_IN_ONE_LINE", "BAD_DATA_ITEM", "DATA_ITEM_NOT_TAKEN"})
    EXPECT_TRUE(Has(read.findings, code)) << code;
  EXPECT_FALSE(HasError(read.findings)) << "a fact is not refused for that";
  EXPECT_FALSE(read.reports.at(0).confirmation().output(1).has_quantity());
}

TEST_F(MesReportsOfDocuments, CancelWithoutReason_SaysSo) {
  document_.mutable_verb()->set_code(VERB_CODE_CANCEL);
  const auto read = Read();
  EXPECT_EQ(read.reports.at(0).reversal().reason_code().value(), "NOT_GIVEN");
  EXPECT_TRUE(Has(read.findings, "NOT_GIVEN"));
  document_.mutable_application_area()->clear_bod_id();
  EXPECT_TRUE(Has(Read().findings, "NO_BOD_ID"));
}

TEST_F(MesReportsOfDocuments, WhatIsNoReportIsRefusedWhole) {
  EXPECT_TRUE(Has(Read().findings, "NOTHING_REPORTED"));
  document_.mutable_performance(0)->clear_response();
  EXPECT_TRUE(Has(Read().findings, "NO_REPORT"));
  document_.mutable_verb()->set_code(VERB_CODE_SYNC);
  document_.mutable_verb()->add_criteria()->add_expression()->set_action_code("Change");
  EXPECT_TRUE(Has(Read().findings, "REPORT_CHANGED"));
  document_.mutable_verb()->set_code(VERB_CODE_CHANGE);
  EXPECT_TRUE(Has(Read().findings, "WRONG_DIRECTION"));
  document_.mutable_verb()->set_code(VERB_CODE_PROCESS);
  document_.set_noun(NOUN_CODE_SCHEDULE);
  EXPECT_TRUE(Has(Read().findings, "WRONG_DIRECTION"));
}

}  // namespace
}  // namespace isa95::flows
