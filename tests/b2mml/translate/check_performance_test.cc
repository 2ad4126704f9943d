// The content checks of the performance noun, each on a good report with one thing changed.
#include <gtest/gtest.h>

#include "tests/b2mml/translate/check_fixture.h"

namespace isa95::b2mml {
namespace {

constexpr const char* kGood = R"(<ProcessOperationsPerformance xmlns="http://www.mesa.org/xml/B2MML" releaseID="0701">
  <ApplicationArea>
    <Sender><LogicalID>MES-DEMO</LogicalID></Sender>
    <CreationDateTime>2026-11-25T12:10:00Z</CreationDateTime>
    <BODID>b-1</BODID>
  </ApplicationArea>
  <DataArea>
    <Process/>
    <OperationsPerformance>
      <ID>PERF-1</ID>
      <StartTime>2026-11-25T06:00:00Z</StartTime>
      <Endtime>2026-11-25T14:00:00Z</Endtime>
      <OperationsResponse>
        <ID>R-1</ID>
        <StartTime>2026-11-25T07:00:00Z</StartTime>
        <EndTime>2026-11-25T13:00:00Z</EndTime>
        <OperationsRequestID>1004711</OperationsRequestID>
        <SegmentResponse>
          <ID>CNF-1</ID>
          <ActualStartTime>2026-11-25T10:00:00Z</ActualStartTime>
          <ActualEndTime>2026-11-25T12:00:00Z</ActualEndTime>
          <EquipmentActual>
            <ID>1</ID>
            <Quantity><QuantityString>120</QuantityString><UnitOfMeasure>MIN</UnitOfMeasure></Quantity>
          </EquipmentActual>
          <MaterialActual>
            <ID>1</ID>
            <MaterialDefinitionID>FG-2001</MaterialDefinitionID>
            <MaterialLotID>B1</MaterialLotID>
            <MaterialUse>Produced</MaterialUse>
            <Quantity><QuantityString>488</QuantityString><UnitOfMeasure>C62</UnitOfMeasure></Quantity>
          </MaterialActual>
        </SegmentResponse>
      </OperationsResponse>
      <OperationsResponse><ID>R-2</ID><SegmentResponse><ID>CNF-2</ID></SegmentResponse></OperationsResponse>
    </OperationsPerformance>
  </DataArea>
</ProcessOperationsPerformance>)";

class CheckReports : public ContentChecks {
 protected:
  // The same in another verb.
  static std::string As(const std::string& verb) {
    auto xml = With(With(kGood, "<ProcessOperations", "<" + verb + "Operations"), "<Process/>", "<" + verb + "/>");
    return With(xml, "</ProcessOperations", "</" + verb + "Operations");
  }
};

TEST_F(CheckReports, AGoodOneHasNoFindings_ByProcessOrBySync) {
  EXPECT_TRUE(Parse(kGood)->findings.empty()) << ToJson(Parse(kGood)->findings);
  EXPECT_TRUE(Parse(As("Sync"))->findings.empty()) << ToJson(Parse(As("Sync"))->findings);
}

struct Case {
  const char *from, *to, *code;
};

const std::vector<Case> kCases = {
    {"<ID>CNF-1</ID>", "<ID/>", "MISSING_CONFIRMATION_ID"},
    {"T13:00:00Z", "T05:00:00Z", "END_BEFORE_START"},
    {"T12:00:00Z</ActualEndTime>", "T09:00:00Z</ActualEndTime>", "END_BEFORE_START"},
    {"T10:00:00Z", "T10:00:00", "TIME_WITHOUT_OFFSET"},
    {">488<", ">4,88 EA<", "NOT_A_DECIMAL"},
    {">488<", ">4.88E2<", "NOT_A_DECIMAL"},
    {">488<", ">-1<", "NEGATIVE_QUANTITY"},
    {">120<", ">two hours<", "NOT_A_DECIMAL"},
    {"<UnitOfMeasure>C62</UnitOfMeasure>", "", "MISSING_UNIT"},
    {">C62<", ">pieces<", "NON_REC20_UNIT"},
    {">Produced<", ">Other<", "OTHER_WITHOUT_VALUE"},
    {"<MaterialUse>Produced</MaterialUse>", "", "MISSING_MATERIAL_USE"},
    {"<MaterialLotID>", "<MaterialLotID>B0</MaterialLotID><MaterialLotID>", "SEVERAL_LOTS"},
    {"<MaterialDefinitionID>", "<MaterialDefinitionID>X</MaterialDefinitionID><MaterialDefinitionID>",
     "SEVERAL_MATERIALS"},
    {"<Quantity><QuantityString>488",
     "<Quantity><QuantityString>1</QuantityString><UnitOfMeasure>C62</UnitOfMeasure></Quantity>"
     "<Quantity><QuantityString>488",
     "SEVERAL_QUANTITIES"},
};

TEST_F(CheckReports, AFaultStaysWithItsResponse) {
  for (const auto& c : kCases) {
    const auto parsed = Parse(With(kGood, c.from, c.to));
    const auto* found = Find(*parsed, c.code);
    ASSERT_NE(found, nullptr) << c.code << ToJson(parsed->findings);
    EXPECT_EQ(found->severity(), flow::v1::SEVERITY_ERROR) << c.code;
    EXPECT_GT(found->line(), 0u) << c.code;
    const auto at = ResponseOf(*parsed, *found);
    EXPECT_EQ(at.performance, 0) << c.code << found->path();
    EXPECT_EQ(at.response, 0) << c.code << found->path();
    EXPECT_EQ(OrderOf(*parsed, *found).order, -1) << c.code;
  }
}

// What has no quantity to split may name several, as traceability does.
TEST_F(CheckReports, SeveralLotsWithoutAQuantity_AreNoFault) {
  auto xml = With(kGood, "<MaterialLotID>", "<MaterialLotID>B0</MaterialLotID><MaterialLotID>");
  xml = With(xml, "<Quantity><QuantityString>488</QuantityString><UnitOfMeasure>C62</UnitOfMeasure></Quantity>", "");
  EXPECT_TRUE(Parse(xml)->findings.empty());
}

TEST_F(CheckReports, AFaultOfThePerformanceItselfConcernsTheDocument) {
  for (const auto& [from, to, code] : std::vector<Case>{{"T14:00:00Z", "T05:00:00Z", "END_BEFORE_START"},
                                                        {"<BODID>b-1</BODID>", "", "MISSING_BOD_ID"},
                                                        {"\"0701\"", "\"\"", "EMPTY_RELEASE_ID"}}) {
    const auto parsed = Parse(With(kGood, from, to));
    const auto* found = Find(*parsed, code);
    ASSERT_NE(found, nullptr) << code;
    EXPECT_EQ(ResponseOf(*parsed, *found).response, -1) << code;
  }
}

TEST_F(CheckReports, SameConfirmationTwiceIsRefused_AtTheSecond) {
  const auto parsed = Parse(With(kGood, "CNF-2", "CNF-1"));
  const auto* found = Find(*parsed, "DUPLICATE_CONFIRMATION_ID");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(ResponseOf(*parsed, *found).response, 1);
}

TEST_F(CheckReports, ChildrenAreHeldToTheSame) {
  const auto child = "<SegmentResponseChild><ID>CNF-1</ID></SegmentResponseChild></SegmentResponse>";
  const auto parsed = Parse(With(kGood, "</SegmentResponse>", child));
  ASSERT_NE(Find(*parsed, "DUPLICATE_CONFIRMATION_ID"), nullptr);
}

TEST_F(CheckReports, MaterialUseIsATolerance) {
  contract::v1::Dialect dialect;
  dialect.set_missing_material_use(true);
  const auto parsed = Parse(With(kGood, "<MaterialUse>Produced</MaterialUse>", ""), dialect);
  EXPECT_FALSE(HasError(parsed->findings));
  ASSERT_NE(Find(*parsed, "MISSING_MATERIAL_USE"), nullptr);
}

// A question or a reversal names what it is about and no more.
TEST_F(CheckReports, OnlyReportsAreHeldToTheRulesForReports) {
  for (const char* verb : {"Get", "Cancel", "Acknowledge", "Respond", "Show", "Change"}) {
    const auto parsed = Parse(With(As(verb), "<ID>CNF-1</ID>", "<ID/>"));
    EXPECT_EQ(Find(*parsed, "MISSING_CONFIRMATION_ID"), nullptr) << verb;
  }
}

}  // namespace
}  // namespace isa95::b2mml
