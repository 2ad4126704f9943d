#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "b2mml/bod.h"
#include "b2mml/check.h"
#include "b2mml/diff.h"
#include "grpc/model/contract.h"
#include "tests/b2mml/translate/translate_fixture.h"
#include "tests/shared.h"

namespace isa95::b2mml {
namespace {

using test::SharedPath;
using test::Slurp;

class Examples : public Translate {
 protected:
  // Those of the folders of the versions whose message a table knows: "V0701/GetOperationsSchedule.xml".
  std::vector<std::string> All() {
    std::vector<std::string> names;
    for (const auto& version : versions_.all()) {
      for (const auto& entry : std::filesystem::directory_iterator(SharedPath("examples/" + version->name()))) {
        if (Parse(entry.path())->document.noun() != flow::v1::NOUN_CODE_UNSPECIFIED)
          names.push_back(version->name() + "/" + entry.path().filename().string());
      }
    }
    return names;
  }
  static bool HasNoun(const Version& version, flow::v1::NounCode noun) {
    const auto& messages = version.table().message();
    return std::any_of(messages.begin(), messages.end(),
                       [&](const auto& message) { return message.noun() == flow::v1::NounCode_Name(noun); });
  }
  std::vector<std::pair<std::string, std::string>> AllAndOtherVersions() {
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const auto& name : All()) {
      for (const auto& version : versions_.all()) {
        if (!name.starts_with(version->name())) pairs.emplace_back(name, version->name());
      }
    }
    return pairs;
  }
};

TEST_F(Examples, OfEachNounAreAllTried) {
  std::map<flow::v1::NounCode, int> nouns;
  for (const auto& name : All()) ++nouns[Parse(SharedPath("examples/" + name))->document.noun()];
  EXPECT_EQ(nouns[flow::v1::NOUN_CODE_SCHEDULE], 14);
  EXPECT_EQ(nouns[flow::v1::NOUN_CODE_PERFORMANCE], 15);
  EXPECT_EQ(nouns[flow::v1::NOUN_CODE_BOD], 3);
  EXPECT_EQ(nouns[flow::v1::NOUN_CODE_MATERIAL_LOT], 3);
  EXPECT_EQ(nouns[flow::v1::NOUN_CODE_TEST_RESULT], 1);
  EXPECT_EQ(nouns[flow::v1::NOUN_CODE_OPERATIONS_TEST_INFORMATION], 1);
  EXPECT_EQ(nouns[flow::v1::NOUN_CODE_OPERATIONS_EVENT], 1);
  EXPECT_EQ(nouns[flow::v1::NOUN_CODE_OPERATIONS_EVENT_INFORMATION], 1);
}

TEST_F(Examples, ComeBackEqual_ThroughJson) {
  for (const auto& name : All()) {
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

TEST_F(Examples, GoToTheOtherVersions_AndLossesAreNamed) {
  int refused = 0;
  for (const auto& [name, target] : AllAndOtherVersions()) {
    SCOPED_TRACE(name + " to " + target);
    const auto parsed = Parse(SharedPath("examples/" + name));
    const auto& version = *versions_.by_name(target);
    const auto written = WriteDocument(parsed->document, version);
    if (!HasNoun(version, parsed->document.noun())) {
      EXPECT_TRUE(written.xml.empty() && Has(written.findings, "CANNOT_WRITE")) << ToJson(written.findings);
      ++refused;
      continue;
    }
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
  EXPECT_EQ(refused, 8);  // tests and events, into the two versions that have neither
}

TEST_F(Translate, NounThatAVersionDoesNotHave_IsNamedWithTheVersion) {
  const auto parsed = Parse(SharedPath("examples/V0701/SyncTestResult.xml"));
  const auto written = WriteDocument(parsed->document, *versions_.by_name("V0600"));
  ASSERT_EQ(written.findings.size(), 1u);
  EXPECT_EQ(written.findings[0].message(), "B2MML V0600 has no message for VERB_CODE_SYNC of NOUN_CODE_TEST_RESULT.");
  EXPECT_NE(written.findings[0].mend().find("version"), std::string::npos);
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

// What names the step has no place in the older nouns; the flow moves it into data items, the tables do not.
TEST_F(Translate, V0701ReportInTheOlderVersions_NamesEachFieldThatIsLost) {
  const auto parsed = Parse(SharedPath("examples/V0701/ProcessOperationsPerformance-confirmation.xml"));
  const std::string segment = "performance[0].response[0].segment[0].";
  for (const auto& [version, form, fields] :
       std::vector<std::tuple<const char*, const char*, std::vector<const char*>>>{
           {"V0600", "", {"segment_requirement_id", "operations_segment_id", "posting_date", "order_id"}},
           {"V0600", "production", {"segment_requirement_id", "posting_date", "material[0].storage_location"}},
           {"V0401", "", {"segment_requirement_id", "posting_date", "published_date", "equipment[0].id"}}}) {
    auto document = parsed->document;
    document.set_noun_form(form);
    const auto written = WriteDocument(document, *versions_.by_name(version));
    ValidOfficially(written.xml, version);
    for (const char* field : fields) {
      EXPECT_TRUE(std::any_of(written.findings.begin(), written.findings.end(),
                              [&](const auto& f) { return f.code() == "NOT_CARRIED" && f.path() == segment + field; }))
          << version << form << field;
    }
  }
}

TEST_F(Translate, StatesOfReports_GoByTheirMeaning) {
  auto document = Parse(SharedPath("examples/V0701/ProcessOperationsPerformance-confirmation.xml"))->document;
  auto& state = *document.mutable_performance(0)->mutable_response(0)->mutable_state();
  struct Case {
    flow::v1::OrderStateCode code;
    const char *v0401, *v0600, *v0701;
  };
  for (const auto& c : {Case{flow::v1::ORDER_STATE_CODE_HELD, ">Holding<", ">Holding<", ">Held<"},
                        {flow::v1::ORDER_STATE_CODE_PAUSED, "\"paused\">Other<", ">Paused<", ">Paused<"},
                        {flow::v1::ORDER_STATE_CODE_CLOSED, "\"closed\">Other<", "\"closed\">Other<", ">Closed<"},
                        {flow::v1::ORDER_STATE_CODE_CANCELLED, "\"cancelled\">Other<", "\"cancelled\">Other<",
                         "\"cancelled\">Other<"}}) {
    state.set_code(c.code);
    for (const auto& [version, text] : {std::pair{"V0401", c.v0401}, {"V0600", c.v0600}, {"V0701", c.v0701}}) {
      const auto xml = WriteDocument(document, *versions_.by_name(version)).xml;
      EXPECT_NE(xml.find(text), std::string::npos) << version << text;
      EXPECT_EQ(ParseDocument(xml, versions_, {})->document.performance(0).response(0).state().code(), c.code);
    }
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

// expected.csv: file,outcome,code,reason. Every file of both folders stands in it; no code, no finding.
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
      const auto& code = expected[name].second;
      EXPECT_TRUE(code.empty() ? parsed->findings.empty() : Has(parsed->findings, code))
          << name << ToJson(parsed->findings);
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
                                         {">104.5<", "><", "EMPTY_QUANTITY"},
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
  EXPECT_TRUE(Has(ParseDocument("<SyncMaterialClass xmlns='http://www.mesa.org/xml/B2MML'/>", versions_, {})->findings,
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
