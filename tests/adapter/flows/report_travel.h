// Reports written for the ERP in each version, held against the published schemas, and read back as a MES's.
#pragma once

#include <google/protobuf/util/message_differencer.h>

#include <map>
#include <memory>
#include <string>

#include "b2mml/official_schema.h"
#include "b2mml/translate.h"
#include "tests/adapter/flows/report_fixture.h"

namespace isa95::flows::test {

class ReportDocuments : public isa95::test::NeedsShared {
 protected:
  void SetUp() override {
    NeedsShared::SetUp();
    if (IsSkipped() || HasFailure()) return;
    for (const auto& version : versions_.all()) {
      auto schema = b2mml::LoadOfficialSchema(isa95::test::SharedPath("b2mml"), version->name(),
                                              version->table().target_namespace());
      ASSERT_TRUE(schema.ok()) << schema.status();
      official_[version->name()] = *std::move(schema);
    }
    auto& item = past_.order.emplace_back();
    const auto order =
        b2mml::ParseDocument(isa95::test::Slurp(std::string(ISA95_SOURCE) + "/examples/order.xml"), versions_, {});
    item.envelope.mutable_schedule()->mutable_id()->set_value("SCH-1");
    *item.envelope.mutable_production_order() = order->document.schedule(0).order(0);
  }

  flow::v1::Document Make(const exchange::v1::Report& report, const Carrier& carrier) {
    contract_.mutable_erp()->mutable_b2mml()->set_noun(carrier.noun);
    return MakeReportDocument(Stored(report), past_, contract_, *versions_.by_name(carrier.version), 1'700'000);
  }

  // Written, valid officially, without a loss, and read again.
  std::unique_ptr<b2mml::Parsed> Travel(const exchange::v1::Report& report, const Carrier& carrier) {
    SCOPED_TRACE(std::string(carrier.version) + " " + carrier.noun);
    const auto written = b2mml::WriteDocument(Make(report, carrier), *versions_.by_name(carrier.version));
    // Nothing has to be justified: every field goes into an element or a data item. Filled in are only the nil units
    // that V0401 demands of every value.
    for (const auto& finding : written.findings) {
      EXPECT_EQ(finding.code(), "SYNTHESISED") << ToText(finding);
      EXPECT_TRUE(finding.path().ends_with(".unit")) << ToText(finding);
      EXPECT_STREQ(carrier.version, "V0401") << ToText(finding);
    }
    const auto findings = b2mml::ValidateOfficially(written.xml, *official_[carrier.version]);
    EXPECT_TRUE(findings.empty()) << ToJson(findings) << written.xml;
    auto parsed = b2mml::ParseDocument(written.xml, versions_, {});
    EXPECT_TRUE(parsed->shape_ok);
    EXPECT_TRUE(parsed->findings.empty()) << ToJson(parsed->findings) << written.xml;
    return parsed;
  }

  // What is given up on the way there and back: schemes of identifiers that travel as data items or properties, list
  // and scheme of codes that do. The sequence number is not told to the ERP, which gets reports in their order.
  void ExpectSame(const exchange::v1::Report& report, const Carrier& carrier) {
    const auto parsed = Travel(report, carrier);
    const auto read = ReadMesReports(parsed->document, contract_);
    EXPECT_TRUE(read.findings.empty()) << ToJson(read.findings);
    ASSERT_EQ(read.reports.size(), 1u);
    std::string difference;
    google::protobuf::util::MessageDifferencer differencer;
    differencer.ReportDifferencesToString(&difference);
    auto expected = report;
    if (expected.has_reversal()) {  // a Cancel has no number but its BODID
      expected.mutable_reversal()->mutable_id()->set_value(ReportBodIdOf("LEI", {7, 2}) + "/DE01-CNF-000000123");
    }
    EXPECT_TRUE(differencer.Compare(expected, read.reports[0])) << carrier.version << carrier.noun << difference;
  }

  b2mml::XmlRuntime runtime_;
  b2mml::Versions versions_ = *b2mml::Versions::BuiltIn();
  std::map<std::string, std::unique_ptr<b2mml::ProfileSchema>> official_;
  contract::v1::SiteContract contract_ = ReportContract();
  ledger::OrderPast past_;
};

}  // namespace isa95::flows::test
