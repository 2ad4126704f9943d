// A MES that speaks B2MML and the ERP, wired to each other by an adapter that adds nothing: what happened is what was
// told, in every version, and each defect of either side is named.
#include "simulators/reconcile/facts.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include "b2mml/translate.h"
#include "grpc/model/text.h"
#include "simulators/erp_sim/fact_desk.h"
#include "simulators/mes_sim/fact_document.h"
#include "simulators/mes_sim/report_book.h"
#include "simulators/mes_sim/shop_facts.h"
#include "tests/simulators/mes_sim/orders.h"

namespace isa95::sim {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using Lines = std::vector<RecordLine>;

const b2mml::Versions& Versions() {
  static const b2mml::XmlRuntime kXml;
  static const b2mml::Versions kVersions = *b2mml::Versions::BuiltIn();
  return kVersions;
}

struct Plant {
  Lines erp, mes;
};

class Floor {
 public:
  Floor(std::string version, std::string mes_mutant, std::string erp_mutant)
      : version_(*Versions().by_name(version)),
        has_results_(version == "V0701"),
        mes_mutant_(std::move(mes_mutant)),
        erp_mutant_(std::move(erp_mutant)) {
    std::remove(file_.c_str());
    record_ = *Record::Open(file_);
  }

  Plant Work() {
    erp_sim::FactDesk desk(erp_mutant_, "ERP", *record_, Versions(), {});
    for (const auto* id : {"LEI-0001", "LEI-0002", "LEI-0003", "LEI-0004", "LEI-0005", "LEI-0006"}) {
      mes_sim::ShiftTerms terms;
      terms.site = "LEI";
      terms.seed = 3;
      terms.start_ms = 1'795'672'800'000;
      terms.mutant = mes_mutant_;
      const auto facts = RunFacts(mes_sim::Order(id), terms);
      for (const auto& line : mes_sim::ReportBook::LinesOf(id, facts))
        plant_.mes.emplace_back(line.begin(), line.end());
      for (const auto& each : facts) Tell(each.report, desk);
    }
    plant_.erp = *ReadRecord(file_);
    return std::move(plant_);
  }

 private:
  void Tell(const exchange::v1::Report& report, erp_sim::FactDesk& desk) {
    const auto document = mes_sim::MakeFact(report, "MES-LEI", "", has_results_);
    const auto written = b2mml::WriteDocument(document, version_);
    const auto parsed = b2mml::ParseDocument(written.xml, Versions(), {});
    ASSERT_TRUE(parsed->shape_ok) << ToJson(written.findings) << ToJson(parsed->findings) << written.xml;
    ASSERT_TRUE(erp_sim::IsFact(parsed->document)) << written.xml;
    const auto answer = desk.Take(parsed->document);
    ASSERT_TRUE(answer.ok()) << answer.status();
    ASSERT_THAT(*answer, HasSubstr("ConfirmBOD"));
    const bool accepted = answer->find("Rejected") == std::string::npos;
    exchange::v1::Feedback feedback;
    feedback.set_report_id(mes_sim::IdOf(report));
    feedback.set_outcome(accepted ? exchange::v1::FEEDBACK_OUTCOME_POSTED : exchange::v1::FEEDBACK_OUTCOME_REJECTED);
    if (!accepted) feedback.set_reason_code("ERP_REFUSED");
    const auto line = mes_sim::ReportBook::LineOf(feedback);
    plant_.mes.emplace_back(line.begin(), line.end());
  }

  const b2mml::Version& version_;
  const bool has_results_;
  const std::string mes_mutant_, erp_mutant_;
  const std::string file_ = ::testing::TempDir() + "/isa95-facts-" + std::to_string(getpid()) + ".jsonl";
  std::unique_ptr<Record> record_;
  Plant plant_;
};

Plant Work(const std::string& mes_mutant = "none", const std::string& erp_mutant = "none",
           const std::string& version = "V0701") {
  return Floor(version, mes_mutant, erp_mutant).Work();
}

FactsReconciliation Reconciled(const Plant& plant) { return ReconcileFacts(plant.erp, plant.mes, {}); }
std::vector<std::string> Differences(const Plant& plant) { return Reconciled(plant).differences; }

class Facts : public ::testing::TestWithParam<const char*> {};

TEST_P(Facts, ReconcileToTheLastDigit_InEveryVersion) {
  const auto result = Reconciled(Work("none", "none", GetParam()));
  EXPECT_THAT(result.differences, IsEmpty());
  EXPECT_TRUE(result.reconciled);
  EXPECT_THAT(result.summary, testing::ContainsRegex("stops ([0-9]+ \\([0-9]+ open\\), [0-9.]+ s); ERP [0-9]+"));
  EXPECT_GE(result.slowest_ms, -1);
}
INSTANTIATE_TEST_SUITE_P(Versions, Facts, ::testing::Values("V0401", "V0600", "V0701"));

TEST(FactsReconciliation, SaysNothing_WhereNothingHappened) {
  const auto result = ReconcileFacts({}, {}, {});
  EXPECT_TRUE(result.reconciled);
  EXPECT_THAT(result.summary, IsEmpty());
}

TEST(FactsReconciliation, NamesTheStop_WhenOneMillisecondIsMissing) {
  auto plant = Work();
  for (auto& line : plant.erp) {
    if (FieldOf(line, "stop_id") != "LEI-STP-LEI-0002-003") continue;
    auto seconds = *ParseDecimal(line["seconds"]);
    seconds = Add(seconds, {-1, 3});
    line["seconds"] = FormatDecimal(seconds);
  }
  EXPECT_THAT(Differences(plant), testing::ElementsAre(testing::StartsWith("stop LEI-STP-LEI-0002-003: took ")));
}

TEST(FactsReconciliation, NamesWhatTheErpWasNeverTold_AndWhatNeverHappened) {
  auto plant = Work();
  std::erase_if(plant.erp, [](const auto& line) { return FieldOf(line, "stop_id") == "LEI-STP-LEI-0001-001"; });
  plant.erp.push_back({{"event", "result_told"}, {"result_id", "T-9"}});
  EXPECT_THAT(Differences(plant),
              testing::UnorderedElementsAre("stop LEI-STP-LEI-0001-001: LOST: the ERP was never told",
                                            "result T-9: told, but it never happened"));
}

TEST(FactsReconciliation, TellsTheSlowestFromAHoldToItsConsumer) {
  Lines mes{{{"event", "disposed"}, {"lot", "B1"}, {"disposition", "HOLD"}, {"at", "1000"}},
            {{"event", "report"}, {"report_id", "S1"}, {"kind", "stop"}, {"at", "1000"}}};
  Lines erp{{{"event", "stop_told"}, {"stop_id", "S1"}, {"at", "1200"}},
            {{"event", "lot_told"}, {"lot", "B1"}, {"disposition", "HOLD"}, {"stock", "RESTRICTED"}, {"at", "2750"}}};
  const auto result = ReconcileFacts(erp, mes, {});
  EXPECT_EQ(result.slowest_ms, 1750);
  EXPECT_EQ(result.slowest, "hold of lot B1");
}

TEST(FactMutants, M56_PassesAValueThatIsTheLimit) {
  EXPECT_THAT(Differences(Work("M56")), Contains("result LEI-TST-LEI-0001-001: verdict is Fail, told Pass"));
}

TEST(FactMutants, M58_OverwritesTheFirstResult) {
  const auto differences = Differences(Work("M58"));
  EXPECT_THAT(differences, Contains("result LEI-TST-LEI-0001-002: LOST: the ERP was never told"));
  EXPECT_THAT(differences, Contains("test_result LEI-TST-LEI-0001-001: parked: ERP_REFUSED"));
}

TEST(FactMutants, M61_NeverClosesAnOpenStop) {
  EXPECT_THAT(Differences(Work("M61")),
              Contains(testing::MatchesRegex("stop LEI-STP-LEI-0001-002: ended .*, but stands "
                                             "still at the ERP")));
}

TEST(FactMutants, M62_OpensASecondStopByClosing) {
  const auto differences = Differences(Work("M62"));
  EXPECT_THAT(differences, Contains(HasSubstr("stop LEI-STP-LEI-0001-002: ended ")));
  EXPECT_THAT(differences, Contains("stop LEI-STP-LEI-0001-002-C: parked: ERP_REFUSED"));
}

TEST(FactMutants, M57_PostsALotOnHoldAsUnrestricted) {
  EXPECT_THAT(Differences(Work("none", "M57")), Contains("lot LEI-B-LEI-0001: on hold, but posted as unrestricted"));
}

}  // namespace
}  // namespace isa95::sim
