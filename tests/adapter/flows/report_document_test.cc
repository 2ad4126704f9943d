// Reports on their way to the ERP, held against the published schemas, and read back as a MES's.
#include "adapter/flows/report_document.h"

#include <set>

#include "tests/adapter/flows/report_travel.h"

namespace isa95::flows {
namespace {

using test::ReportDocuments;

using namespace flow::v1;
using test::Carrier;
using test::kCarriers;

TEST(ReportBodId, NamesReportAndAttempt_AndIsNeverADeliverys) {
  for (const auto& name : {adapter::DeliveryName{1, 1}, {281'474'976'710'655, 70'000}, {42, 4'096}}) {
    const auto id = ReportBodIdOf("LEI", name);
    const auto read = ParseReportBodId("LEI", id);
    ASSERT_TRUE(read.has_value()) << id;
    EXPECT_EQ(read->delivery_id, name.delivery_id);
    EXPECT_EQ(read->attempt, name.attempt);
    EXPECT_FALSE(ParseReportBodId("MUC", id).has_value());
    EXPECT_FALSE(adapter::ParseBodId("LEI", id).has_value());
    EXPECT_FALSE(ParseReportBodId("LEI", adapter::BodIdOf("LEI", name)).has_value());
  }
  EXPECT_FALSE(ParseReportBodId("LEI", "").has_value());
}

TEST(ReportBodId, OfTenThousandSites_NoneMeetsItsOwnDeliveries) {
  for (int i = 0; i < 10'000; ++i) {
    const std::string site = "S" + std::to_string(i);
    ASSERT_NE(ReportBodIdOf(site, {1, 1}), adapter::BodIdOf(site, {1, 1}));
  }
}

TEST_F(ReportDocuments, ConfirmationComesBackAsItWas_InEachVersionAndNoun) {
  for (const auto& carrier : kCarriers) {
    for (const auto type :
         {CONFIRMATION_TYPE_CODE_PARTIAL, CONFIRMATION_TYPE_CODE_FINAL, CONFIRMATION_TYPE_CODE_AUTO_FINAL})
      ExpectSame(test::FullConfirmation(type), carrier);
  }
}

TEST_F(ReportDocuments, ConsumptionAndReversalComeBackAsTheyWere) {
  for (const auto& carrier : kCarriers) {
    ExpectSame(test::FullConsumption(), carrier);
    ExpectSame(test::FullReversal(), carrier);
  }
}

TEST_F(ReportDocuments, LittleIsEnough) {
  exchange::v1::Report bare;
  bare.mutable_confirmation()->mutable_id()->set_value("C-1");
  bare.mutable_confirmation()->mutable_order_id()->set_value("O-1");
  bare.mutable_confirmation()->set_type(CONFIRMATION_TYPE_CODE_PARTIAL);
  past_.order.clear();
  for (const auto& carrier : kCarriers) ExpectSame(bare, carrier);
}

TEST_F(ReportDocuments, ByRandomParts_WhatIsThereComesBack_AndWhatIsNotDoesNot) {
  for (uint32_t seed = 1; seed <= 50 && !HasFailure(); ++seed) {
    std::srand(seed);
    auto report = seed % 2 == 0 ? test::FullConfirmation(CONFIRMATION_TYPE_CODE_FINAL) : test::FullConsumption();
    google::protobuf::Message& inner = seed % 2 == 0
                                           ? static_cast<google::protobuf::Message&>(*report.mutable_confirmation())
                                           : *report.mutable_consumption();
    const std::set<std::string> kept = {"id", "order_id", "type", "consumed", "output"};
    for (int i = 0; i < inner.GetDescriptor()->field_count(); ++i) {
      const auto* field = inner.GetDescriptor()->field(i);
      if (!kept.contains(field->name()) && std::rand() % 2 == 0) inner.GetReflection()->ClearField(&inner, field);
    }
    for (const auto& carrier : kCarriers) ExpectSame(report, carrier);
  }
}

TEST_F(ReportDocuments, EnvelopeIsAsTheContractHasIt) {
  const auto process = Travel(test::FullConfirmation(CONFIRMATION_TYPE_CODE_FINAL), kCarriers[3]);
  const auto& area = process->document.application_area();
  EXPECT_EQ(area.sender().logical_id().value(), "MES-LEI");
  EXPECT_EQ(area.receiver(0).logical_id().value(), "ERP-DEMO");
  EXPECT_EQ(area.bod_id().value(), ReportBodIdOf("LEI", {7, 2}));
  EXPECT_EQ(process->document.release_id(), "0701");
  EXPECT_EQ(process->document.verb().response_code(), "Always");
  EXPECT_FALSE(area.sender().has_confirmation_code());
  EXPECT_EQ(process->document.performance(0).schedule_id().value(), "SCH-1");
  contract_.mutable_flows()->mutable_execution_confirmation()->set_verb("sync");
  contract_.mutable_erp()->mutable_b2mml()->set_release_id("0701-LEI");
  for (const auto& carrier : kCarriers) {
    const auto sync = Make(test::FullConsumption(), carrier);
    EXPECT_EQ(sync.verb().code(), VERB_CODE_SYNC);
    EXPECT_EQ(sync.verb().criteria(0).expression(0).action_code(), "Add");
    EXPECT_EQ(sync.verb().response_code(), "");
    EXPECT_EQ(sync.application_area().sender().confirmation_code().value(), "Always");
    EXPECT_EQ(sync.release_id(), "0701-LEI");
    contract_.mutable_erp()->mutable_b2mml()->clear_release_id();
    ExpectSame(test::FullConsumption(), carrier);
    contract_.mutable_erp()->mutable_b2mml()->set_release_id("0701-LEI");
  }
}

TEST_F(ReportDocuments, CancelGivesReason_AndTheErpsOwnKeyOfWhatItTakesBack) {
  auto& posted = past_.reports.emplace_back(test::Stored(test::FullConfirmation(CONFIRMATION_TYPE_CODE_FINAL), 3, 1));
  posted.erp_document = "0000081234/00000001";
  for (const auto& carrier : kCarriers) {
    const auto document = Travel(test::FullReversal(), carrier);
    EXPECT_EQ(document->document.verb().code(), VERB_CODE_CANCEL);
    EXPECT_EQ(document->document.application_area().sender().confirmation_code().value(), "Always");
    const auto& segment = document->document.performance(0).response(0).segment(0);
    EXPECT_EQ(segment.id().value(), "DE01-CNF-000000123");
    EXPECT_EQ(segment.data(0).id().value(), "ERPDocumentNumber");
    EXPECT_EQ(segment.data(0).value(0).value().value(), "0000081234/00000001");
    const bool by_verb = document->document.verb().criteria_size() > 0;
    EXPECT_EQ(by_verb, std::string(carrier.version) != "V0401");
    if (!by_verb) continue;
    EXPECT_EQ(document->document.verb().criteria(0).change_status().reason_code().value(), "OPERATOR_ERROR");
  }
}

TEST_F(ReportDocuments, StateSaysWhetherMoreIsToCome) {
  const auto state = [&](ConfirmationTypeCode type) {
    return Make(test::FullConfirmation(type), kCarriers[3]).performance(0).response(0).segment(0).state().code();
  };
  EXPECT_EQ(state(CONFIRMATION_TYPE_CODE_FINAL), ORDER_STATE_CODE_COMPLETED);
  EXPECT_EQ(state(CONFIRMATION_TYPE_CODE_PARTIAL), ORDER_STATE_CODE_RUNNING);
  EXPECT_EQ(state(CONFIRMATION_TYPE_CODE_AUTO_FINAL), ORDER_STATE_CODE_RUNNING);
}

}  // namespace
}  // namespace isa95::flows
