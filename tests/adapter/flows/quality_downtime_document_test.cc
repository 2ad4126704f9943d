// Quality and downtime on their way to the ERP in each version, and as a MES that speaks B2MML tells them.
#include <functional>

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

}  // namespace
}  // namespace isa95::flows
