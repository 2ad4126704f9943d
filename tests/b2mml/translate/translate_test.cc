#include "b2mml/translate.h"

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "b2mml/bod.h"
#include "b2mml/check.h"
#include "b2mml/diff.h"
#include "grpc/model/contract.h"
#include "tests/shared.h"

namespace isa95::b2mml {
namespace {

using test::SharedPath;
using test::Slurp;

class Translate : public test::NeedsShared {
 protected:
  std::unique_ptr<Parsed> Parse(const std::string& file, const contract::v1::Erp& erp = {}) {
    return ParseDocument(Slurp(file), versions_, erp);
  }

  static bool ValidOfficially(const std::string& xml, const std::string& version) {
    const std::string file = ::testing::TempDir() + "/isa95-written-" + std::to_string(getpid()) + ".xml";
    std::ofstream(file) << xml;
    const std::string command = "xmllint --noout --nonet --schema " + SharedPath("b2mml/" + version + "/Entry.xsd") +
                                " " + file + " >" + file + ".log 2>&1";
    const bool valid = std::system(command.c_str()) == 0;
    EXPECT_TRUE(valid) << Slurp(file + ".log") << xml;
    return valid;
  }

  static bool Has(const Findings& findings, const std::string& code) {
    return std::any_of(findings.begin(), findings.end(), [&](const auto& finding) { return finding.code() == code; });
  }

  XmlRuntime runtime_;
  Versions versions_ = *Versions::BuiltIn();
};

const std::vector<std::string> kExamples = {"V0701/ProcessOperationsSchedule.xml",
                                            "V0701/AcknowledgeOperationsSchedule-accept.xml",
                                            "V0701/AcknowledgeOperationsSchedule-reject.xml",
                                            "V0701/ChangeOperationsSchedule.xml",
                                            "V0701/RespondOperationsSchedule-replaced.xml",
                                            "V0701/CancelOperationsSchedule.xml",
                                            "V0701/GetOperationsSchedule.xml",
                                            "V0701/ShowOperationsSchedule.xml",
                                            "V0600/ProcessOperationsSchedule.xml",
                                            "V0600/ProcessProductionSchedule.xml",
                                            "V0600/AcknowledgeOperationsSchedule-reject.xml",
                                            "V0600/ConfirmBOD-rejected.xml",
                                            "V0600/GetOperationsSchedule.xml",
                                            "V0701/ConfirmBOD-accepted.xml",
                                            "V0701/ConfirmBOD-rejected.xml",
                                            "V0401/ProcessProductionSchedule.xml",
                                            "V0401/AcknowledgeProductionSchedule-reject.xml"};

std::vector<std::pair<std::string, std::string>> ExamplesAndOtherVersions() {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& name : kExamples) {
    for (const char* version : {"V0401", "V0600", "V0701"}) {
      if (!name.starts_with(version)) pairs.emplace_back(name, version);
    }
  }
  return pairs;
}

TEST_F(Translate, ExamplesComeBackEqual_ThroughJson) {
  for (const auto& name : kExamples) {
    const auto parsed = Parse(SharedPath("examples/" + name));
    ASSERT_TRUE(parsed->shape_ok && !HasError(parsed->findings)) << name << ToJson(parsed->findings);
    std::string json;
    ASSERT_TRUE(google::protobuf::util::MessageToJsonString(parsed->document, &json).ok());
    flow::v1::Document document;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(json, &document).ok());
    const auto written = WriteDocument(document, *versions_.by_name(name.substr(0, 5)));
    ASSERT_FALSE(written.xml.empty()) << ToJson(written.findings);
    EXPECT_FALSE(Has(written.findings, "NOT_CARRIED") || Has(written.findings, "SYNTHESISED"))
        << ToJson(written.findings);
    ValidOfficially(written.xml, name.substr(0, 5));
    const auto again = ParseDocument(written.xml, versions_, {});
    const auto differences = Diff(parsed->document, again->document);
    EXPECT_TRUE(differences.empty()) << name << " " << differences.front().path << " " << differences.front().left
                                     << " " << differences.front().right;
  }
}

TEST_F(Translate, ExamplesGoToTheOtherVersions_AndLossesAreNamed) {
  for (const auto& [name, target] : ExamplesAndOtherVersions()) {
    SCOPED_TRACE(name + " to " + target);
    const auto parsed = Parse(SharedPath("examples/" + name));
    const auto written = WriteDocument(parsed->document, *versions_.by_name(target));
    ASSERT_FALSE(written.xml.empty()) << ToJson(written.findings);
    ValidOfficially(written.xml, target);
    const auto again = ParseDocument(written.xml, versions_, {});
    EXPECT_TRUE(again->shape_ok) << ToJson(again->findings);
    // Nothing differs that no finding told of.
    size_t told = 0;
    for (const auto& finding : written.findings)
      told += finding.code() == "NOT_CARRIED" || finding.code() == "SYNTHESISED";
    for (const auto& difference : Diff(parsed->document, again->document))
      EXPECT_GT(told, 0u) << name << " " << difference.path;
  }
}

TEST_F(Translate, V0701OrderInV0401_NamesEachFieldThatIsLost) {
  const auto parsed = Parse(SharedPath("examples/V0701/ProcessOperationsSchedule.xml"));
  const auto written = WriteDocument(parsed->document, *versions_.by_name("V0401"));
  for (const char* path : {"application_area.receiver", "schedule[0].order[0].version",
                           "schedule[0].order[0].segment[2].material[0].storage_location",
                           "schedule[0].order[0].segment[0].material[0].id"}) {
    EXPECT_TRUE(std::any_of(written.findings.begin(), written.findings.end(), [&](const auto& f) {
      return f.code() == "NOT_CARRIED" && f.path() == path;
    })) << path;
  }
}

TEST_F(Translate, RealOrderKeepsEveryLine_AndStaysAsItIs) {
  const auto loaded = LoadContract(std::string(ISA95_SOURCE) + "/examples/site-dialect.yaml");
  const auto file = SharedPath("corpus/v0401/courbon-PRO-20121210181416-27942.xml");
  const auto parsed = Parse(file, loaded.contract.erp());
  ASSERT_FALSE(HasError(parsed->findings)) << ToJson(parsed->findings);
  const auto& outer = parsed->document.schedule(0).order(0).segment(0);
  const auto& weighing = outer.child(0);
  ASSERT_EQ(weighing.material_size(), 4);
  EXPECT_EQ(weighing.material(0).material_definition_id(0).value(),
            weighing.material(2).material_definition_id(0).value());
  EXPECT_EQ(weighing.material(2).quantity(0).value().value(), "811.000");
  EXPECT_EQ(weighing.child(0).material(1).material_sublot_id(0).value(), "412345670021003212");
  const auto written = WriteDocument(parsed->document, *versions_.by_name("V0401"));
  ValidOfficially(written.xml, "V0401");
  EXPECT_TRUE(Diff(parsed->document, ParseDocument(written.xml, versions_, loaded.contract.erp())->document).empty());
  EXPECT_FALSE(WriteDocument(parsed->document, *versions_.by_name("V0701")).xml.empty());
}

// What other people wrote comes back as it is, whatever the rules for orders say of it.
TEST_F(Translate, CorpusOrdersComeBack_AndGoToTheOtherVersions) {
  contract::v1::Erp lenient;
  for (int i = 0; i < contract::v1::Dialect::descriptor()->field_count(); ++i) {
    const auto* field = contract::v1::Dialect::descriptor()->field(i);
    if (field->type() == google::protobuf::FieldDescriptor::TYPE_BOOL)
      lenient.mutable_dialect()->GetReflection()->SetBool(lenient.mutable_dialect(), field, true);
  }
  lenient.mutable_dialect()->set_zoneless_times("Europe/Paris");
  int orders = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(SharedPath("corpus"))) {
    if (entry.path().extension() != ".xml") continue;
    SCOPED_TRACE(entry.path().string());
    const auto parsed = Parse(entry.path().string(), lenient);
    if (!parsed->shape_ok || parsed->document.noun() != flow::v1::NOUN_CODE_SCHEDULE) continue;
    ++orders;
    for (const auto& version : versions_.all()) {
      const auto written = WriteDocument(parsed->document, *version);
      const bool own = version->name() == parsed->document.b2mml_version();
      if (written.xml.empty()) {  // such as no order at all, which V0701 cannot say
        EXPECT_TRUE(!own && Has(written.findings, "CANNOT_WRITE")) << ToJson(written.findings);
        continue;
      }
      ValidOfficially(written.xml, version->name());
      const auto again = ParseDocument(written.xml, versions_, lenient);
      const auto differences = Diff(parsed->document, again->document);
      EXPECT_TRUE(differences.empty() || !own) << differences.front().path;
      EXPECT_TRUE(differences.empty() || Has(written.findings, "NOT_CARRIED") || Has(written.findings, "SYNTHESISED"));
    }
  }
  EXPECT_GE(orders, 3);
}

TEST_F(Translate, EveryCorpusFileIsReadOrRefused_WithWords) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(SharedPath("corpus"))) {
    if (entry.path().extension() != ".xml") continue;
    const auto parsed = Parse(entry.path());
    for (const auto& finding : parsed->findings)
      EXPECT_FALSE(finding.message().empty() || finding.mend().empty()) << entry.path();
    EXPECT_TRUE(parsed->shape_ok || HasError(parsed->findings)) << entry.path();
  }
}

// expected.csv: file,outcome,code,reason. Every file of both folders stands in it.
TEST_F(Translate, WrongFilesGetWhatExpectedCsvSays) {
  std::map<std::string, std::pair<std::string, std::string>> expected;
  std::ifstream csv(std::string(ISA95_SOURCE) + "/tests/b2mml/translate/expected.csv");
  for (std::string line; std::getline(csv, line);) {
    const auto a = line.find(','), b = line.find(',', a + 1), c = line.find(',', b + 1);
    expected[line.substr(0, a)] = {line.substr(a + 1, b - a - 1), line.substr(b + 1, c - b - 1)};
  }
  for (const char* folder : {"V0701-invalid", "V0701-schema-valid-but-wrong"}) {
    for (const auto& entry : std::filesystem::directory_iterator(SharedPath(std::string("examples/") + folder))) {
      const std::string name = entry.path().filename();
      ASSERT_TRUE(expected.contains(name)) << name << " is not in expected.csv";
      const auto parsed = Parse(entry.path());
      EXPECT_EQ(HasError(parsed->findings) ? "refused" : "accepted", expected[name].first)
          << name << ToJson(parsed->findings);
      EXPECT_TRUE(Has(parsed->findings, expected[name].second)) << name << ToJson(parsed->findings);
    }
  }
}

// One defect in a good order each: the order is refused for it, at its own path.
TEST_F(Translate, BadContentIsFound_WhereItStands) {
  const std::string good = Slurp(std::string(ISA95_SOURCE) + "/examples/order.xml");
  ASSERT_TRUE(ParseDocument(good, versions_, {})->findings.empty())
      << ToJson(ParseDocument(good, versions_, {})->findings);
  struct Case {
    const char *from, *to, *code;
  };
  for (const auto& c : std::vector<Case>{{">104.5<", ">1,5<", "NOT_A_DECIMAL"},
                                         {">104.5<", ">4,88 EA<", "NOT_A_DECIMAL"},
                                         {">104.5<", ">4.88E2<", "NOT_A_DECIMAL"},
                                         {">104.5<", ">-1<", "NEGATIVE_QUANTITY"},
                                         {">104.5<", "><", "NOT_A_DECIMAL"},
                                         {"<ID>1004711</ID>", "<ID></ID>", "MISSING_ORDER_ID"},
                                         {"<ID>1004711</ID>", "<ID> 1004711</ID>", "BLANKS_AROUND_ID"},
                                         {"T06:00:00+01:00", "T06:00:00", "TIME_WITHOUT_OFFSET"},
                                         {"T14:00:00+01:00", "T05:00:00+01:00", "END_BEFORE_START"},
                                         {"T14:00:00+01:00", "T24:00:00+01:00", "TIME_INVALID"},
                                         {">KGM<", ">KG<", "NON_REC20_UNIT"},
                                         {"<UnitOfMeasure>KGM</UnitOfMeasure>", "", "MISSING_UNIT"},
                                         {">Produced<", ">Other<", "OTHER_WITHOUT_VALUE"},
                                         {">Produced<", ">Consumed<", "NO_SINGLE_ORDER_QUANTITY"},
                                         {"<RequestState>Released</RequestState>", "", "MISSING_ORDER_STATE"}}) {
    std::string bad = good;
    bad.replace(bad.find(c.from), std::string(c.from).size(), c.to);
    const auto parsed = ParseDocument(bad, versions_, {});
    EXPECT_TRUE(parsed->shape_ok) << c.code << ToJson(parsed->findings);
    const auto found = std::find_if(parsed->findings.begin(), parsed->findings.end(),
                                    [&](const auto& f) { return f.code() == c.code; });
    ASSERT_NE(found, parsed->findings.end()) << c.code << ToJson(parsed->findings);
    EXPECT_EQ(OrderOf(*parsed, *found).order, 0) << c.code;
    EXPECT_GT(found->line(), 0u) << c.code;
  }
}

TEST_F(Translate, ShapeErrorsRefuseTheDocument) {
  const std::string good = Slurp(std::string(ISA95_SOURCE) + "/examples/order.xml");
  std::string no_id = good;
  no_id.replace(no_id.find("<ID>1004711</ID>"), 16, "");
  EXPECT_FALSE(ParseDocument(no_id, versions_, {})->shape_ok);
  EXPECT_TRUE(Has(ParseDocument("<X xmlns='urn:x'/>", versions_, {})->findings, "UNKNOWN_VERSION"));
  EXPECT_TRUE(Has(ParseDocument("<SyncWorkAlert xmlns='http://www.mesa.org/xml/B2MML'/>", versions_, {})->findings,
                  "NOT_BUSINESS_RELEVANT"));
  EXPECT_TRUE(Has(ParseDocument("<SyncMaterialLot xmlns='http://www.mesa.org/xml/B2MML'/>", versions_, {})->findings,
                  "UNKNOWN_NOUN"));
}

TEST_F(Translate, ZonelessTimesAreResolved_WhenTheContractDeclaresTheZone) {
  std::string local = Slurp(std::string(ISA95_SOURCE) + "/examples/order.xml");
  local.replace(local.find("T06:00:00+01:00"), 15, "T06:00:00");
  contract::v1::Erp erp;
  erp.mutable_dialect()->set_zoneless_times("Europe/Berlin");
  const auto parsed = ParseDocument(local, versions_, erp);
  EXPECT_FALSE(HasError(parsed->findings)) << ToJson(parsed->findings);
  EXPECT_TRUE(Has(parsed->findings, "ZONELESS_TIMES"));
  EXPECT_EQ(parsed->document.schedule(0).order(0).start_time().offset_minutes(), 60);
}

TEST_F(Translate, AnswersAreValid_InBothVersions) {
  const auto request = Parse(SharedPath("examples/V0701/ProcessOperationsSchedule.xml"));
  const auto& schedule = request->document.schedule(0);
  const Outcome rejected{"Rejected", "UNKNOWN_MATERIAL", "RM-200 is not known", ""};
  for (const auto& version : versions_.all()) {
    const AnswerHeader header{"b1", "MES-LEI", request->document.application_area().creation_date_time()};
    for (const auto& document : {MakeAnswer(flow::v1::VERB_CODE_ACKNOWLEDGE, request->document.application_area(),
                                            schedule, {&schedule.order(0)}, rejected, header, *version),
                                 MakeConfirm(request->document.application_area(), rejected, header, *version)}) {
      const auto written = WriteDocument(document, *version);
      ValidOfficially(written.xml, version->name());
      EXPECT_NE(written.xml.find("UNKNOWN_MATERIAL"), std::string::npos);
      EXPECT_NE(written.xml.find(request->document.application_area().bod_id().value()), std::string::npos);
    }
  }
}

TEST_F(Translate, DiffComparesByMeaning) {
  const auto a = Parse(std::string(ISA95_SOURCE) + "/examples/order.xml"),
             b = Parse(std::string(ISA95_SOURCE) + "/examples/order.xml");
  auto& quantity = *b->document.mutable_schedule(0)
                        ->mutable_order(0)
                        ->mutable_segment(0)
                        ->mutable_material(0)
                        ->mutable_quantity(0)
                        ->mutable_value();
  quantity.set_value("104.50");
  EXPECT_TRUE(Diff(a->document, b->document).empty());
  quantity.set_value("104.51");
  ASSERT_EQ(Diff(a->document, b->document).size(), 1u);
  EXPECT_EQ(Diff(a->document, b->document)[0].path, "schedule[0].order[0].segment[0].material[0].quantity[0].value");
}

}  // namespace
}  // namespace isa95::b2mml
