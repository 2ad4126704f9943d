// Quality and downtime on their way to the ERP in each version, and as a MES that speaks B2MML tells them.
#include <functional>

#include "adapter/mes_port/feedback_document.h"
#include "tests/adapter/flows/report_travel.h"

namespace isa95::flows {
namespace {

using namespace flow::v1;
using test::kCarriers;

class FactDocuments : public test::ReportDocuments {
 protected:
  void SetUp() override {
    ReportDocuments::SetUp();
    test::AddQualityDowntime(contract_);
    past_.order.clear();
  }
};

TEST_F(FactDocuments, StopComesBackAsItWas_InEachVersionAndNoun) {
  for (const auto& carrier : kCarriers) {
    for (const auto phase : {DOWNTIME_PHASE_CODE_OPENED, DOWNTIME_PHASE_CODE_CLOSED, DOWNTIME_PHASE_CODE_COMPLETE}) {
      ExpectSame(test::FullStop(phase), carrier);
      auto together = test::FullStop(phase);
      if (phase != DOWNTIME_PHASE_CODE_COMPLETE) continue;
      together.mutable_downtime()->set_stop_count(7);
      together.mutable_downtime()->mutable_stopped()->set_value("PT12M30S");
      ExpectSame(together, carrier);
    }
  }
}

TEST_F(FactDocuments, DispositionComesBackAsItWas_InEachVersion) {
  for (const auto& carrier : kCarriers) {
    for (const auto code : {DISPOSITION_CODE_HOLD, DISPOSITION_CODE_RELEASED}) {
      ExpectSame(test::FullDisposition(code), carrier);
      auto little = test::FullDisposition(code);
      auto& disposition = *little.mutable_lot_disposition();
      disposition.clear_order_id();
      disposition.clear_quantity();
      disposition.clear_material_definition_id();
      disposition.clear_reason_code();
      disposition.clear_relevance();
      disposition.clear_operator_note();
      ExpectSame(little, carrier);
    }
  }
}

TEST_F(FactDocuments, TestResultComesBackAsItWas_InEachVersion_AlsoOfAnOrderAlone) {
  for (const auto& carrier : kCarriers) {
    ExpectSame(test::FullResult(), carrier);
    auto of_order = test::FullResult();
    of_order.mutable_test_result()->clear_material_lot_id();
    ExpectSame(of_order, carrier);
    auto little = test::FullResult();
    auto& result = *little.mutable_test_result();
    result.clear_order_id();
    result.clear_low();
    result.clear_high();
    result.clear_retest_of();
    result.clear_operator_note();
    ExpectSame(little, carrier);
  }
}

TEST_F(FactDocuments, LotIsChanged_AndSaysSoInDispositionAndStatus) {
  for (const auto& carrier : kCarriers) {
    const auto document = Make(test::FullDisposition(DISPOSITION_CODE_HOLD), carrier);
    EXPECT_EQ(document.noun(), NOUN_CODE_MATERIAL_LOT);
    EXPECT_EQ(document.noun_form(), "");
    EXPECT_EQ(document.verb().code(), VERB_CODE_SYNC);
    EXPECT_EQ(document.verb().criteria(0).expression(0).action_code(), "Change");
    EXPECT_EQ(document.application_area().sender().confirmation_code().value(), "Always");
    EXPECT_EQ(document.material_lot(0).status().value(), "QUALITY_HOLD");
    const bool newest = std::string(carrier.version) == "V0701";
    EXPECT_EQ(document.material_lot(0).disposition().value(), newest ? "Restricted" : "");
    EXPECT_EQ(Make(test::FullResult(), carrier).noun(), newest ? NOUN_CODE_TEST_RESULT : NOUN_CODE_MATERIAL_LOT);
    EXPECT_EQ(Make(test::FullResult(), carrier).verb().criteria(0).expression(0).action_code(), "Add");
  }
  EXPECT_EQ(Make(test::FullDisposition(DISPOSITION_CODE_RELEASED), kCarriers[3]).material_lot(0).disposition().value(),
            "UnRestricted");
}

TEST_F(FactDocuments, StopOfNoOrderTravelsToo) {
  auto stop = test::FullStop(DOWNTIME_PHASE_CODE_COMPLETE);
  stop.mutable_downtime()->clear_order_id();
  for (const auto& carrier : kCarriers) ExpectSame(stop, carrier);
}

TEST_F(FactDocuments, StopIsASegmentDowntime_SyncedAndConfirmed) {
  const auto document = Make(test::FullStop(DOWNTIME_PHASE_CODE_COMPLETE), kCarriers[3]);
  EXPECT_EQ(document.verb().code(), VERB_CODE_SYNC);
  EXPECT_EQ(document.verb().criteria(0).expression(0).action_code(), "Add");
  EXPECT_EQ(document.application_area().sender().confirmation_code().value(), "Always");
  EXPECT_EQ(document.application_area().sender().task_id().value(), "DOWNTIME");
  const auto& segment = document.performance(0).response(0).segment(0);
  EXPECT_EQ(segment.process_segment_id(0).value(), "DOWNTIME");
  std::map<std::string, std::string> items;
  for (const auto& item : segment.data()) items[item.id().value()] = item.value(0).value().value();
  EXPECT_EQ(items, (std::map<std::string, std::string>{{"BusinessRelevance", "FINANCIAL"},
                                                       {"DowntimeDuration", "PT1H24M11.5S"},
                                                       {"DowntimeKind", "UNPLANNED"},
                                                       {"DowntimeReasonCode", "UNPLANNED.JAM"},
                                                       {"PartOf", "DT-0"}}));
  const auto closing = Make(test::FullStop(DOWNTIME_PHASE_CODE_CLOSED), kCarriers[3]);
  EXPECT_EQ(closing.verb().criteria(0).expression(0).action_code(), "Change");
  EXPECT_EQ(Make(test::FullStop(DOWNTIME_PHASE_CODE_OPENED), kCarriers[3])
                .performance(0)
                .response(0)
                .segment(0)
                .state()
                .code(),
            ORDER_STATE_CODE_RUNNING);
}

TEST_F(FactDocuments, ConfirmBodSettlesThem) {
  const auto sent = Make(test::FullStop(DOWNTIME_PHASE_CODE_COMPLETE), kCarriers[3]);
  Document answer;
  answer.set_noun(NOUN_CODE_BOD);
  answer.mutable_verb()->set_code(VERB_CODE_CONFIRM);
  *answer.mutable_verb()->mutable_original_application_area() = sent.application_area();
  auto& expression = *answer.mutable_verb()->add_criteria()->add_expression();
  expression.set_action_code("Accepted");
  EXPECT_EQ(ReadErpAnswer(answer, contract_, 0).outcome.state, exchange::v1::REPORT_STATE_POSTED);
  expression.set_action_code("Rejected");
  const auto rejected = ReadErpAnswer(answer, contract_, 0).outcome;
  EXPECT_EQ(rejected.state, exchange::v1::REPORT_STATE_PARKED);
  EXPECT_EQ(rejected.who_acts, "quality and maintenance");
}

TEST_F(FactDocuments, MesIsToldByConfirmBod_WhateverItToldThemBy) {
  ledger::StoredFeedback feedback;
  feedback.feedback.set_order_id("line LINE-08");
  feedback.feedback.set_outcome(exchange::v1::FEEDBACK_OUTCOME_POSTED);
  const auto& version = *versions_.by_name("V0701");
  for (const auto verb : {VERB_CODE_SYNC, VERB_CODE_NOTIFY}) {
    auto report = test::Stored(test::FullStop(DOWNTIME_PHASE_CODE_COMPLETE)).envelope;
    report.set_verb(verb);
    const auto told = adapter::MakeFeedbackDocument(feedback, report, contract_, version);
    EXPECT_EQ(told.verb().code(), VERB_CODE_CONFIRM);
    EXPECT_EQ(told.bod(0).note(0).value(), "Stop DT-1");
  }
  auto processed = test::Stored(test::FullStop(DOWNTIME_PHASE_CODE_COMPLETE)).envelope;
  processed.set_verb(VERB_CODE_PROCESS);
  const auto told = adapter::MakeFeedbackDocument(feedback, processed, contract_, version);
  EXPECT_EQ(told.verb().code(), VERB_CODE_ACKNOWLEDGE);
  EXPECT_EQ(told.performance(0).response(0).order_id(0).value(), "1004711");
}

class FactsOfMes : public isa95::test::NeedsShared {
 protected:
  FactsOfMes() {
    contract_.mutable_mes()->set_logical_id("MES-DE01");
    test::AddQualityDowntime(contract_);
  }
  Document Parse(const std::string& file) {
    const auto parsed =
        b2mml::ParseDocument(isa95::test::Slurp(isa95::test::SharedPath("examples/" + file)), versions_, {});
    EXPECT_TRUE(parsed->shape_ok) << ToJson(parsed->findings);
    return parsed->document;
  }
  MesReports Read(const Document& document) { return ReadMesReports(document, contract_); }
  static std::string CodeOf(const MesReports& read) {
    for (const auto& finding : read.findings) {
      if (finding.severity() == SEVERITY_ERROR) return finding.code();
    }
    return "";
  }
  static SegmentResponse& SegmentIn(Document& document) {
    return *document.mutable_performance(0)->mutable_response(0)->mutable_segment(0);
  }
  static void AddItem(SegmentResponse& segment, const std::string& name, const std::string& text) {
    auto& item = *segment.add_data();
    item.mutable_id()->set_value(name);
    item.add_value()->mutable_value()->set_value(text);
  }

  b2mml::XmlRuntime runtime_;
  b2mml::Versions versions_ = *b2mml::Versions::BuiltIn();
  contract::v1::SiteContract contract_ = test::ReportContract();
};

constexpr const char* kStops[] = {"V0701/SyncOperationsPerformance-downtime-segment.xml",
                                  "V0600/SyncOperationsPerformance-downtime-segment.xml",
                                  "V0401/SyncProductionPerformance-downtime-segment.xml"};

TEST_F(FactsOfMes, StopOfTheExamples_IsTaken_OnceItSaysToWhomItMatters) {
  for (const auto* file : kStops) {
    SCOPED_TRACE(file);
    auto document = Parse(file);
    EXPECT_EQ(CodeOf(Read(document)), "NOT_BUSINESS_RELEVANT");
    EXPECT_TRUE(Read(document).reports.empty());
    AddItem(SegmentIn(document), "BusinessRelevance", "FINANCIAL");
    const auto read = Read(document);
    EXPECT_TRUE(read.findings.empty()) << ToJson(read.findings);
    ASSERT_EQ(read.reports.size(), 1u);
    const auto& stop = read.reports[0].downtime();
    EXPECT_EQ(stop.id().value(), "DT-LINE08-20261125-0003");
    EXPECT_EQ(stop.phase(), DOWNTIME_PHASE_CODE_COMPLETE);
    EXPECT_EQ(stop.equipment_id().value(), "LINE-08");
    EXPECT_EQ(stop.order_id().value(), "1004711");
    EXPECT_EQ(FormatInstant(stop.start_time()), "2026-11-25T10:41:00Z");
    EXPECT_EQ(FormatInstant(stop.end_time()), "2026-11-25T11:05:12Z");
    EXPECT_EQ(stop.reason_code().value(), "UNPLANNED.JAM");
    EXPECT_EQ(stop.kind(), DOWNTIME_KIND_CODE_UNPLANNED) << "by the contract's reason";
    EXPECT_EQ(stop.relevance(), RELEVANCE_CODE_FINANCIAL);
    EXPECT_FALSE(stop.has_stopped());
    SegmentIn(document).clear_actual_end_time();
    EXPECT_EQ(Read(document).reports.at(0).downtime().phase(), DOWNTIME_PHASE_CODE_OPENED);
  }
}

TEST_F(FactsOfMes, SyncThatChangesClosesAStop_AndNothingElse) {
  auto document = Parse(kStops[0]);
  AddItem(SegmentIn(document), "BusinessRelevance", "RELEASE");
  document.mutable_verb()->mutable_criteria(0)->mutable_expression(0)->set_action_code("Change");
  EXPECT_EQ(Read(document).reports.at(0).downtime().phase(), DOWNTIME_PHASE_CODE_CLOSED);
  SegmentIn(document).mutable_process_segment_id(0)->set_value("PACK");
  EXPECT_EQ(CodeOf(Read(document)), "REPORT_CHANGED");
}

TEST_F(FactsOfMes, WhatTheInterfaceDoesNotName_IsRefused_UnlessTheContractLetsItRide) {
  const auto confirmation = Parse("V0701/ProcessOperationsPerformance-confirmation.xml");
  EXPECT_EQ(CodeOf(Read(confirmation)), "");
  auto stop = Parse(kStops[0]);
  AddItem(SegmentIn(stop), "BusinessRelevance", "FINANCIAL");
  const auto spoiled = [&](const std::function<void(SegmentResponse&)>& spoil) {
    auto bad = confirmation;
    spoil(SegmentIn(bad));
    return bad;
  };
  auto hot_stop = stop;
  AddItem(SegmentIn(hot_stop), "Temperature", "85.2");
  const std::vector<Document> bad = {
      hot_stop,
      spoiled([](auto& segment) { AddItem(segment, "Temperature", "85.2"); }),
      spoiled([](auto& segment) { segment.mutable_data(0)->add_child()->mutable_id()->set_value("Temperature"); }),
      spoiled(
          [](auto& segment) { segment.mutable_material(0)->add_property()->mutable_id()->set_value("Temperature"); }),
      spoiled([](auto& segment) { segment.add_equipment()->add_property()->mutable_id()->set_value("Temperature"); }),
  };
  for (const auto& document : bad) {
    EXPECT_EQ(CodeOf(Read(document)), "NOT_BUSINESS_RELEVANT") << document.ShortDebugString();
    EXPECT_TRUE(Read(document).reports.empty());
  }
  EXPECT_EQ(CodeOf(Read(spoiled([](auto& segment) { segment.add_extension()->set_name("UserArea"); }))),
            "NOT_BUSINESS_RELEVANT");
  contract_.mutable_flows()->mutable_quality_downtime()->add_allowed_items("Temperature");
  for (const auto& document : bad) EXPECT_EQ(CodeOf(Read(document)), "") << document.ShortDebugString();
}

TEST_F(FactsOfMes, LotOfTheExamplesIsAHold) {
  const auto newest = Read(Parse("V0701/SyncMaterialLot-disposition.xml"));
  EXPECT_TRUE(newest.findings.empty()) << ToJson(newest.findings);
  ASSERT_EQ(newest.reports.size(), 1u);
  const auto& hold = newest.reports[0].lot_disposition();
  EXPECT_EQ(hold.id().value(), "B20261125A/2026-11-25T14:58:40Z");
  EXPECT_EQ(hold.material_lot_id().value(), "B20261125A");
  EXPECT_EQ(hold.order_id().value(), "1004711");
  EXPECT_EQ(hold.disposition(), DISPOSITION_CODE_HOLD);
  EXPECT_EQ(hold.reason_code().value(), "QH-LEAK");
  EXPECT_EQ(FormatInstant(hold.effective_time()), "2026-11-25T14:58:40Z");
  EXPECT_EQ(hold.quantity().value().value(), "488");
  for (const auto* file : {"V0600/SyncMaterialLot-hold.xml", "V0401/SyncMaterialLot-hold.xml"}) {
    SCOPED_TRACE(file);
    const auto read = Read(Parse(file));
    EXPECT_TRUE(read.findings.empty()) << ToJson(read.findings);
    ASSERT_EQ(read.reports.size(), 2u);
    EXPECT_EQ(read.reports[0].lot_disposition().disposition(), DISPOSITION_CODE_HOLD);
    EXPECT_EQ(FormatInstant(read.reports[0].lot_disposition().effective_time()), "2026-11-25T15:00:00Z");
    const auto& result = read.reports[1].test_result();
    EXPECT_EQ(result.id().value(), "TR-77812");
    EXPECT_EQ(result.material_lot_id().value(), "B20261125A");
    EXPECT_EQ(result.property_id().value(), "SealIntegrity");
    EXPECT_EQ(result.value().value().value(), "3.2");
    EXPECT_EQ(result.value().unit().value(), "P1");
    EXPECT_EQ(result.verdict(), VERDICT_CODE_FAIL);
    EXPECT_EQ(FormatInstant(result.measured_at()), "2026-11-25T14:55:00Z");
    EXPECT_EQ(result.relevance(), RELEVANCE_CODE_CUSTOMER_RELEASE) << "by the contract's characteristic";
  }
}

TEST_F(FactsOfMes, TestResultOfTheExamples) {
  for (const auto* file : {"V0701/SyncTestResult.xml", "V0701/SyncOperationsTestInformation.xml"}) {
    SCOPED_TRACE(file);
    const auto read = Read(Parse(file));
    EXPECT_TRUE(read.findings.empty()) << ToJson(read.findings);
    ASSERT_EQ(read.reports.size(), 1u);
    const auto& result = read.reports[0].test_result();
    EXPECT_EQ(result.id().value(), "TR-77812");
    EXPECT_EQ(result.material_lot_id().value(), "B20261125A");
    EXPECT_EQ(result.property_id().value(), "SealIntegrity");
    EXPECT_EQ(result.value().value().value(), "3.2");
    EXPECT_EQ(result.value().unit().value(), "P1");
    EXPECT_EQ(result.verdict(), VERDICT_CODE_FAIL);
    EXPECT_EQ(FormatInstant(result.measured_at()), "2026-11-25T14:55:00Z");
  }
}

TEST_F(FactsOfMes, EventOfTheExamplesIsAStop) {
  for (const auto* file :
       {"V0701/NotifyOperationsEvent-downtime.xml", "V0701/SyncOperationsEventInformation-downtime.xml"}) {
    SCOPED_TRACE(file);
    const auto read = Read(Parse(file));
    EXPECT_TRUE(read.findings.empty()) << ToJson(read.findings);
    ASSERT_EQ(read.reports.size(), 1u);
    const auto& stop = read.reports[0].downtime();
    EXPECT_EQ(stop.id().value(), "DT-LINE08-20261125-0003");
    EXPECT_EQ(stop.phase(), DOWNTIME_PHASE_CODE_COMPLETE);
    EXPECT_EQ(stop.equipment_id().value(), "LINE-08");
    EXPECT_EQ(stop.order_id().value(), "1004711");
    EXPECT_EQ(FormatInstant(stop.start_time()), "2026-11-25T10:41:00Z");
    EXPECT_EQ(FormatInstant(stop.end_time()), "2026-11-25T11:05:12Z");
    EXPECT_EQ(stop.reason_code().value(), "UNPLANNED.JAM");
    EXPECT_EQ(stop.kind(), DOWNTIME_KIND_CODE_UNPLANNED);
    EXPECT_EQ(stop.relevance(), RELEVANCE_CODE_FINANCIAL);
  }
}

TEST_F(FactsOfMes, EventPassesTheGate_OnlyAsAnEventOfLevel3Or4_ForFinanceOrRelease) {
  const auto good = Parse("V0701/NotifyOperationsEvent-downtime.xml");
  const auto told = [&](const std::function<void(OperationsEvent&)>& change) {
    auto document = good;
    change(*document.mutable_operations_event(0));
    return Read(document);
  };
  const auto code = [&](const std::function<void(OperationsEvent&)>& change) { return CodeOf(told(change)); };
  const char* kRefused = "NOT_BUSINESS_RELEVANT";
  EXPECT_EQ(code([](auto& event) { event.mutable_event_level()->set_value("Level 4"); }), "");
  EXPECT_EQ(code([](auto& event) { event.mutable_event_level()->set_value("Level 2"); }), kRefused);
  EXPECT_EQ(code([](auto& event) { event.clear_event_level(); }), kRefused);
  for (const auto* type : {"Alert", "Alarm", "Other"})
    EXPECT_EQ(code([&](auto& event) { event.mutable_event_type()->set_value(type); }), kRefused);
  EXPECT_EQ(code([](auto& event) { event.clear_event_type(); }), kRefused);
  EXPECT_EQ(code([](auto& event) { event.mutable_enterprise_function()->set_value("Maintenance management"); }),
            kRefused);
  EXPECT_EQ(code([](auto& event) { event.clear_enterprise_function(); }), kRefused);
  const auto release =
      told([](auto& event) { event.mutable_enterprise_function()->set_value("Product shipping administration"); });
  EXPECT_EQ(release.reports.at(0).downtime().relevance(), RELEVANCE_CODE_CUSTOMER_RELEASE);
  const auto open = told([](auto& event) { event.mutable_record(0)->clear_effective_end_date(); });
  EXPECT_EQ(open.reports.at(0).downtime().phase(), DOWNTIME_PHASE_CODE_OPENED);
}

TEST_F(FactsOfMes, LotThatSaysNothingOfRelease_OrCarriesMore_IsRefused) {
  const auto good = Parse("V0701/SyncMaterialLot-disposition.xml");
  auto moved = good;
  moved.mutable_material_lot(0)->clear_disposition();
  moved.mutable_material_lot(0)->mutable_status()->set_value("IN_TRANSIT");
  EXPECT_EQ(CodeOf(Read(moved)), "NOT_BUSINESS_RELEVANT");
  auto hot = good;
  auto& property = *hot.mutable_material_lot(0)->add_property();
  property.mutable_id()->set_value("Temperature");
  property.add_value()->mutable_value()->set_value("85.2");
  EXPECT_EQ(CodeOf(Read(hot)), "NOT_BUSINESS_RELEVANT");
  EXPECT_TRUE(Read(hot).reports.empty());
  auto free = good;
  free.mutable_material_lot(0)->mutable_disposition()->set_value("UnRestricted");
  EXPECT_EQ(Read(free).reports.at(0).lot_disposition().disposition(), DISPOSITION_CODE_RELEASED);
  auto test = Parse("V0701/SyncTestResult.xml");
  test.mutable_test_result(0)->add_measurement()->mutable_id()->set_value("Temperature");
  EXPECT_EQ(CodeOf(Read(test)), "NOT_BUSINESS_RELEVANT");
}

}  // namespace
}  // namespace isa95::flows
