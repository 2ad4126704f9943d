// A MES that speaks B2MML and the ERP, wired to each other: what the one reports the other posts, in every version.
#include <gmock/gmock.h>
#include <unistd.h>

#include "b2mml/translate.h"
#include "simulators/erp_sim/posting_desk.h"
#include "simulators/mes_sim/performance_document.h"
#include "simulators/mes_sim/report_book.h"
#include "simulators/reconcile/reports.h"
#include "tests/simulators/mes_sim/orders.h"

namespace isa95::sim {
namespace {

class Wire : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(Wire, WhatIsReportedIsPosted) {
  const auto& [name, noun] = GetParam();
  const b2mml::XmlRuntime xml;
  const auto versions = *b2mml::Versions::BuiltIn();
  const auto file = ::testing::TempDir() + "/isa95-wire-" + std::to_string(getpid()) + ".jsonl";
  std::remove(file.c_str());
  const auto record = *Record::Open(file);
  erp_sim::DeskTerms desk_terms;
  desk_terms.logical_id = "ERP";
  erp_sim::PostingDesk desk(desk_terms, *record, versions, [](const auto&) { return erp_sim::OrderFacts{}; }, {});

  std::vector<RecordLine> mes;
  for (uint32_t seed = 1; seed <= 5; ++seed) {
    mes_sim::ShiftTerms terms;
    terms.site = "LEI";
    terms.seed = seed;
    terms.start_ms = 1'795'672'800'000;
    const auto id = "LEI-000" + std::to_string(seed);
    const auto shift = RunShift(mes_sim::Order(id), terms);
    for (const auto& line : mes_sim::ReportBook::LinesOf(id, shift)) mes.emplace_back(line.begin(), line.end());
    for (const auto& each : shift) {
      const auto written =
          b2mml::WriteDocument(mes_sim::MakePerformance(each.report, "MES-LEI", noun), *versions.by_name(name));
      const auto parsed = b2mml::ParseDocument(written.xml, versions, {});
      ASSERT_TRUE(parsed->shape_ok) << ToJson(written.findings) << ToJson(parsed->findings) << written.xml;
      const auto answer = desk.Take(parsed->document);
      ASSERT_TRUE(answer.ok()) << answer.status();
      EXPECT_THAT(answer->xml, testing::HasSubstr("actionCode=\"Accepted\"")) << written.xml;
    }
  }
  const auto result = ReconcileReports(*ReadRecord(file), mes, {});
  EXPECT_THAT(result.differences, testing::IsEmpty());
  EXPECT_THAT(result.summary, testing::HasSubstr("posted "));
}

INSTANTIATE_TEST_SUITE_P(Versions, Wire,
                         ::testing::Values(std::pair{"V0401", ""}, std::pair{"V0600", ""},
                                           std::pair{"V0600", "production"}, std::pair{"V0701", ""}));

}  // namespace
}  // namespace isa95::sim
