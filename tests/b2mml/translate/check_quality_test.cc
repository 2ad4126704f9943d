// The content checks of lots, test results and events, each on a good message with one thing changed.
#include <gtest/gtest.h>

#include "tests/b2mml/translate/check_fixture.h"

namespace isa95::b2mml {
namespace {

std::string Message(const std::string& root, const std::string& verb, const std::string& nouns) {
  return "<" + root + R"( xmlns="http://www.mesa.org/xml/B2MML" releaseID="0701">
  <ApplicationArea>
    <Sender><LogicalID>MES-DEMO</LogicalID></Sender>
    <CreationDateTime>2026-11-25T12:10:00Z</CreationDateTime>
    <BODID>b-1</BODID>
  </ApplicationArea>
  <DataArea><)" +
         verb + "/>" + nouns + "</DataArea>\n</" + root + ">";
}

constexpr const char* kLots = R"(
    <MaterialLot>
      <ID>B1</ID>
      <EffectiveStartDate>2026-11-25T10:00:00Z</EffectiveStartDate>
      <EffectiveEndDate>2027-11-25T10:00:00Z</EffectiveEndDate>
      <MaterialDefinitionID>FG-2001</MaterialDefinitionID>
      <Status>HOLD</Status>
      <Disposition>Restricted</Disposition>
      <MaterialSubLot>
        <ID>B1-1</ID>
        <Quantity><QuantityString>48</QuantityString><UnitOfMeasure>C62</UnitOfMeasure></Quantity>
      </MaterialSubLot>
      <Quantity><QuantityString>488</QuantityString><UnitOfMeasure>C62</UnitOfMeasure></Quantity>
    </MaterialLot>
    <MaterialLot><ID>B2</ID><MaterialDefinitionID>FG-2001</MaterialDefinitionID></MaterialLot>
  )";

constexpr const char* kResults = R"(
    <TestResult>
      <ID>TR-1</ID>
      <EvaluationDate>2026-11-25T10:00:00Z</EvaluationDate>
      <Expiration>2027-11-25T10:00:00Z</Expiration>
      <PropertyMeasurement>
        <ID>1</ID>
        <TestableObjectPropertyID>Core</TestableObjectPropertyID>
        <MeasurementDate>2026-11-25T09:00:00Z</MeasurementDate>
        <Value><ValueString>-3.2</ValueString><DataType>decimal</DataType><UnitOfMeasure>CEL</UnitOfMeasure></Value>
      </PropertyMeasurement>
    </TestResult>
    <TestResult><ID>TR-2</ID></TestResult>
  )";

constexpr const char* kEvents = R"(
    <OperationsEvent>
      <ID>DT-1</ID>
      <EffectiveTimeStamp>2026-11-25T10:41:00Z</EffectiveTimeStamp>
      <Priority>1</Priority>
      <OperationsEventType>Event</OperationsEventType>
      <OperationsEventRecord>
        <ID>R1</ID>
        <EffectiveTimestamp>2026-11-25T10:41:00Z</EffectiveTimestamp>
        <EffectiveEndDate>2026-11-25T11:05:12Z</EffectiveEndDate>
        <OperationsRecordEntry>
          <ID>1</ID>
          <ExternalReferenceID>1004711</ExternalReferenceID>
        </OperationsRecordEntry>
        <OperationsRecordSpecificationID>DOWNTIME-V1</OperationsRecordSpecificationID>
      </OperationsEventRecord>
    </OperationsEvent>
    <OperationsEvent><ID>DT-2</ID></OperationsEvent>
  )";

struct Case {
  const char *from, *to, *code;
  int item;
};

class CheckQuality : public ContentChecks {
 protected:
  // Each fault is found, at its place in the noun it is of.
  void Refuses(const std::string& good, const std::vector<Case>& cases) {
    ASSERT_TRUE(Parse(good)->findings.empty()) << ToJson(Parse(good)->findings);
    for (const auto& c : cases) {
      const auto parsed = Parse(With(good, c.from, c.to));
      const auto* found = Find(*parsed, c.code);
      ASSERT_NE(found, nullptr) << c.code << ToJson(parsed->findings);
      EXPECT_EQ(found->severity(), flow::v1::SEVERITY_ERROR) << c.code;
      EXPECT_GT(found->line(), 0u) << c.code;
      const auto at = QualityOf(*parsed, *found);
      EXPECT_EQ(at.information, 0) << c.code << found->path();
      EXPECT_EQ(at.item, c.item) << c.code << found->path();
      EXPECT_EQ(ResponseOf(*parsed, *found).response, -1) << c.code;
    }
  }

  const std::string lots_ = Message("SyncMaterialLot", "Sync", kLots);
  const std::string results_ = Message("SyncTestResult", "Sync", kResults);
  const std::string events_ = Message("NotifyOperationsEvent", "Sync", kEvents);
};

TEST_F(CheckQuality, AFaultStaysWithItsLot) {
  Refuses(lots_,
          {{"<ID>B1</ID>", "<ID/>", "MISSING_LOT_ID", 0},
           {"<ID>B1</ID>", "<ID> B1</ID>", "BLANKS_AROUND_ID", 0},
           {"<ID>B2</ID>", "<ID>B1</ID>", "DUPLICATE_LOT_ID", 1},
           {"<ID>B1-1</ID>", "<ID/>", "MISSING_SUBLOT_ID", 0},
           {"2027-11-25T10", "2025-11-25T10", "END_BEFORE_START", 0},
           {"2026-11-25T10:00:00Z", "2026-11-25T10:00:00", "TIME_WITHOUT_OFFSET", 0},
           {">Restricted<", ">Other<", "OTHER_WITHOUT_VALUE", 0},
           {">488<", ">4,88 EA<", "NOT_A_DECIMAL", 0},
           {">488<", ">-1<", "NEGATIVE_QUANTITY", 0},
           {">48<", ">4.8E1<", "NOT_A_DECIMAL", 0},
           {"488</QuantityString><UnitOfMeasure>C62</UnitOfMeasure>", "488</QuantityString>", "MISSING_UNIT", 0},
           {"488</QuantityString><UnitOfMeasure>C62", "488</QuantityString><UnitOfMeasure>pcs", "NON_REC20_UNIT", 0},
           {"</MaterialSubLot>", "</MaterialSubLot><Quantity><QuantityString>1</QuantityString></Quantity>",
            "SEVERAL_QUANTITIES", 0}});
}

// One lot number may stand for lots of several materials, and a free list of the site's own may have any word.
TEST_F(CheckQuality, TakesOneLotNumberOfTwoMaterials_AndStatusOther) {
  const auto two =
      With(With(lots_, "<ID>B2</ID><MaterialDefinitionID>FG-2001", "<ID>B1</ID><MaterialDefinitionID>FG-2002"),
           "<Status>HOLD", "<Status>Other");
  EXPECT_TRUE(Parse(two)->findings.empty()) << ToJson(Parse(two)->findings);
}

TEST_F(CheckQuality, AFaultStaysWithItsTestResult) {
  Refuses(results_, {{"<ID>TR-1</ID>", "<ID/>", "MISSING_TEST_RESULT_ID", 0},
                     {"<ID>TR-2</ID>", "<ID>TR-1</ID>", "DUPLICATE_TEST_RESULT_ID", 1},
                     {"2027-11-25T10", "2025-11-25T10", "END_BEFORE_START", 0},
                     {"T09:00:00Z", "T09:00:00", "TIME_WITHOUT_OFFSET", 0},
                     {">-3.2<", ">-3,2<", "NOT_A_DECIMAL", 0},
                     {"<UnitOfMeasure>CEL</UnitOfMeasure>", "", "MISSING_UNIT", 0},
                     {"<DataType>decimal</DataType><UnitOfMeasure>CEL</UnitOfMeasure>", "", "MISSING_UNIT", 0},
                     {">CEL<", ">degrees<", "NON_REC20_UNIT", 0},
                     {">CEL<", "><", "EMPTY_UNIT", 0}});
}

TEST_F(CheckQuality, WordsThatATestSaysHaveNoUnit) {
  for (const char* type : {"<DataType>string</DataType>", ""}) {
    const auto xml =
        With(results_, "<ValueString>-3.2</ValueString><DataType>decimal</DataType><UnitOfMeasure>CEL</UnitOfMeasure>",
             std::string("<ValueString>clear</ValueString>") + type);
    EXPECT_TRUE(Parse(xml)->findings.empty()) << ToJson(Parse(xml)->findings);
  }
}

TEST_F(CheckQuality, WhatOnlyTravelsWithAResultHasNoUnit) {
  const auto named =
      "</PropertyMeasurement><PropertyMeasurement><ID>SampleID</ID><Value><ValueString>12</ValueString>"
      "</Value></PropertyMeasurement>";
  const auto parsed = Parse(With(results_, "</PropertyMeasurement>", named));
  EXPECT_TRUE(parsed->findings.empty()) << ToJson(parsed->findings);
}

TEST_F(CheckQuality, AFaultStaysWithItsEvent) {
  Refuses(events_, {{"<ID>DT-1</ID>", "<ID/>", "MISSING_EVENT_ID", 0},
                    {"<ID>DT-2</ID>", "<ID>DT-1</ID>", "DUPLICATE_EVENT_ID", 1},
                    {"T11:05:12Z", "T10:05:12Z", "END_BEFORE_START", 0},
                    {"T11:05:12Z", "T11:05:12", "TIME_WITHOUT_OFFSET", 0},
                    {">1</Priority>", ">-1</Priority>", "NEGATIVE_QUANTITY", 0},
                    {">Event<", ">Other<", "OTHER_WITHOUT_VALUE", 0}});
}

TEST_F(CheckQuality, WithinAnInformationItIsTheSame) {
  const auto inside = [](const std::string& noun, const std::string& nouns) {
    const auto one = "<" + noun + "><ID>I</ID>";
    return Message("Sync" + noun, "Sync", one + "</" + noun + ">" + one + nouns + "</" + noun + ">");
  };
  for (const auto& [xml, code] :
       {std::pair{With(inside("OperationsTestInformation", kResults), "TR-2", "TR-1"), "DUPLICATE_TEST_RESULT_ID"},
        {With(inside("OperationsEventInformation", kEvents), "DT-2", "DT-1"), "DUPLICATE_EVENT_ID"}}) {
    const auto parsed = Parse(xml);
    const auto* found = Find(*parsed, code);
    ASSERT_NE(found, nullptr) << code << ToJson(parsed->findings);
    EXPECT_EQ(QualityOf(*parsed, *found).information, 1) << code;
    EXPECT_EQ(QualityOf(*parsed, *found).item, 1) << code;
  }
}

TEST_F(CheckQuality, ChildrenAreHeldToTheSame) {
  const auto child = "<TestResultChild><ID>TR-1</ID></TestResultChild><PropertyMeasurement>";
  EXPECT_NE(Find(*Parse(With(results_, "<PropertyMeasurement>", child)), "DUPLICATE_TEST_RESULT_ID"), nullptr);
  const auto event = "<OperationsEventChild><ID/></OperationsEventChild><OperationsEventRecord>";
  EXPECT_NE(Find(*Parse(With(events_, "<OperationsEventRecord>", event)), "MISSING_EVENT_ID"), nullptr);
  const auto sublot = "<MaterialSubLotChild><ID/></MaterialSubLotChild></MaterialSubLot>";
  EXPECT_NE(Find(*Parse(With(lots_, "</MaterialSubLot>", sublot)), "MISSING_SUBLOT_ID"), nullptr);
}

// A measured value of the older versions stands within the lot's property.
TEST_F(CheckQuality, ResultWithinAPropertyIsHeldToTheSame) {
  const std::string good = R"(<SyncMaterialLot xmlns="http://www.mesa.org/xml/B2MML-V0600" releaseID="0600">
  <ApplicationArea><Sender><LogicalID>M</LogicalID></Sender>
  <CreationDateTime>2026-11-25T12:10:00Z</CreationDateTime><BODID>b-1</BODID></ApplicationArea>
  <DataArea><Sync/><MaterialLot><ID>B1</ID><MaterialLotProperty><ID>P</ID>
  <MaterialLotProperty><ID>Q</ID><Value><ValueString>7</ValueString><UnitOfMeasure>KGM</UnitOfMeasure></Value><TestResult><TestDateTime>2026-11-25T10:00:00Z</TestDateTime>
  <Result><ValueString>3.2</ValueString><DataType>decimal</DataType><UnitOfMeasure>P1</UnitOfMeasure></Result>
  <ExpirationTime>2026-12-25T10:00:00Z</ExpirationTime></TestResult></MaterialLotProperty>
  </MaterialLotProperty></MaterialLot></DataArea></SyncMaterialLot>)";
  Refuses(good, {{"<UnitOfMeasure>P1</UnitOfMeasure>", "", "MISSING_UNIT", 0},
                 {"<UnitOfMeasure>KGM</UnitOfMeasure>", "", "MISSING_UNIT", 0},
                 {"2026-12-25", "2025-12-25", "END_BEFORE_START", 0}});
}

TEST_F(CheckQuality, MissingUnitIsATolerance) {
  contract::v1::Dialect dialect;
  dialect.set_missing_unit(true);
  const auto parsed = Parse(With(results_, "<UnitOfMeasure>CEL</UnitOfMeasure>", ""), dialect);
  EXPECT_FALSE(HasError(parsed->findings));
  ASSERT_NE(Find(*parsed, "MISSING_UNIT"), nullptr);
}

// A question or an answer names what it is about and no more.
TEST_F(CheckQuality, OnlyWhatIsSaidIsHeldToTheRules) {
  for (const std::string verb : {"Get", "Show", "Cancel", "Acknowledge", "Respond"}) {
    const auto parsed = Parse(With(Message(verb + "MaterialLot", verb, kLots), "<ID>B1</ID>", "<ID/>"));
    EXPECT_EQ(Find(*parsed, "MISSING_LOT_ID"), nullptr) << verb;
  }
  for (const std::string verb : {"Process", "Change", "Sync"}) {
    const auto parsed = Parse(With(Message(verb + "MaterialLot", verb, kLots), "<ID>B1</ID>", "<ID/>"));
    EXPECT_NE(Find(*parsed, "MISSING_LOT_ID"), nullptr) << verb;
  }
}

}  // namespace
}  // namespace isa95::b2mml
