// Each tolerance of the shape both ways: an error that names it without it, the message it is meant to be with it.
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "b2mml/diff.h"
#include "b2mml/tolerance_log.h"
#include "grpc/model/text.h"
#include "tests/b2mml/translate/check_fixture.h"
#include "tests/shared.h"

namespace isa95::b2mml {
namespace {

using contract::v1::Dialect;

constexpr const char* kNs = "xmlns=\"http://www.mesa.org/xml/B2MML\"";
constexpr const char* kSoap = "http://schemas.xmlsoap.org/soap/envelope/";

std::string InSoap(const std::string& xml, const std::string& soap = kSoap) {
  const auto at = xml.find("?>");
  return Cat("<S:Envelope xmlns:S=\"", soap, "\"><S:Header><T xmlns=\"urn:t\">1</T></S:Header><S:Body>\n",
             at == std::string::npos ? xml : xml.substr(at + 2), "</S:Body></S:Envelope>");
}

class Tolerances : public ContentChecks {
 protected:
  static std::string Good() { return test::Slurp(std::string(ISA95_SOURCE) + "/examples/order.xml"); }
  static std::string Bare() {
    const auto good = Good();
    const std::string open = "<OperationsSchedule>", close = "</OperationsSchedule>";
    const auto from = good.find(open), to = good.find(close) + close.size();
    return With(good.substr(from, to - from), open, Cat("<OperationsSchedule ", kNs, ">"));
  }
  // Whatever its shape.
  std::unique_ptr<Parsed> Read(const std::string& xml, const Dialect& dialect = {}) {
    contract::v1::Erp erp;
    *erp.mutable_dialect() = dialect;
    erp.set_logical_id("ERP-DEMO");
    erp.mutable_b2mml()->set_write("V0701");
    return ParseDocument(xml, versions_, erp);
  }
  // A report of one produced line with these quantities.
  static std::string Report(const std::string& quantities, const std::string& use = "Produced") {
    return Cat("<ProcessOperationsPerformance ", kNs, " releaseID=\"0701\"><ApplicationArea><Sender><LogicalID>M",
               "</LogicalID></Sender><CreationDateTime>2026-11-25T12:00:00Z</CreationDateTime><BODID>b1</BODID>",
               "</ApplicationArea><DataArea><Process/><OperationsPerformance><ID>P</ID><OperationsResponse><ID>R</ID>",
               "<OperationsRequestID>1004711</OperationsRequestID><SegmentResponse><ID>C-1</ID><MaterialActual><ID>1",
               "</ID><MaterialDefinitionID>BOTTLE-500</MaterialDefinitionID><MaterialUse>", use, "</MaterialUse>",
               quantities,
               "</MaterialActual></SegmentResponse></OperationsResponse></OperationsPerformance></DataArea>",
               "</ProcessOperationsPerformance>");
  }
  static std::string Quantity(const std::string& value, const std::string& key) {
    return Cat("<Quantity><QuantityString>", value, "</QuantityString><UnitOfMeasure>C62</UnitOfMeasure>",
               key.empty() ? "" : Cat("<Key>", key, "</Key>"), "</Quantity>");
  }
  static Dialect ByKey() {
    Dialect dialect;
    dialect.set_quantity_by_key(true);
    return dialect;
  }
};

struct Case {
  std::string xml, name, strict_code;
  std::function<void(Dialect&)> allow;
  bool same = true;  // what is meant is the good order
};

TEST_F(Tolerances, EachIsAnErrorThatNamesIt_AndTheMeantMessageWhereAllowed) {
  const auto good = Good();
  const std::string consumed = "<Quantity><QuantityString>104.5</QuantityString><UnitOfMeasure>KGM</UnitOfMeasure>";
  const std::vector<Case> cases = {
      {InSoap(good), "soap_body", "SOAP_BODY", [](auto& d) { d.set_soap_body(true); }},
      {InSoap(good, "http://www.w3.org/2003/05/soap-envelope"), "soap_body", "SOAP_BODY",
       [](auto& d) { d.set_soap_body(true); }},
      {Bare(), "bare_noun", "BARE_NOUN", [](auto& d) { d.set_bare_noun(true); }, false},
      {With(good, kNs, ""), "missing_namespace", "MISSING_NAMESPACE", [](auto& d) { d.set_missing_namespace(true); }},
      {With(good, kNs, "xmlns=\"urn:acme\""), "private_namespace", "UNKNOWN_VERSION",
       [](auto& d) { d.set_private_namespace("urn:acme"); }},
      {With(good, " releaseID=\"0701\"", ""), "missing_release_id", "MISSING_RELEASE_ID",
       [](auto& d) { d.set_missing_release_id(true); }},
      {With(good, "2026-11-25T06:00:00+01:00", "20261125060000"), "compact_times", "COMPACT_TIMES",
       [](auto& d) {
         d.set_compact_times(true);
         d.set_zoneless_times("Europe/Berlin");
       }},
      {With(good, "<ID>1004711</ID>", "<ID> 1004711\t</ID>"), "blanks_around_id", "BLANKS_AROUND_ID",
       [](auto& d) { d.set_blanks_around_id(true); }},
      {With(good, consumed, "<Quantity><QuantityString> </QuantityString></Quantity>" + consumed), "empty_quantity",
       "EMPTY_QUANTITY", [](auto& d) { d.set_empty_quantity(true); }},
      {With(good, ">104.5</QuantityString>", ">104.5</QuantityString><DataType/>"), "missing_data_type",
       "MISSING_DATA_TYPE", [](auto& d) { d.set_missing_data_type(true); }},
      {With(good, consumed, Cat(consumed, "<Key>Planned</Key></Quantity>", consumed, "<Key>Actual</Key>")),
       "quantity_by_key", "QUANTITY_BY_KEY", [](auto& d) { d.set_quantity_by_key(true); }, false},
      {With(good, "<Priority>", "<Shift>early</Shift><Priority>"), "unknown_elements", "UNKNOWN_ELEMENTS",
       [](auto& d) { d.set_unknown_elements(true); }, false},
      {With(good, "</SegmentRequirement>",
            "<x:A xmlns:x=\"http://www.mesa.org/xml/B2MML-AllExtensions\"/></SegmentRequirement>"),
       "extension_elements", "EXTENSION_ELEMENTS", [](auto& d) { d.set_extension_elements(true); }, false},
  };
  const auto meant = Read(good);
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto strict = Read(c.xml);
    const auto* refused = Find(*strict, c.strict_code);
    ASSERT_NE(refused, nullptr) << ToJson(strict->findings);
    EXPECT_EQ(refused->severity(), flow::v1::SEVERITY_ERROR);
    EXPECT_NE(refused->mend().find(c.name), std::string::npos) << refused->mend();
    Dialect dialect;
    c.allow(dialect);
    const auto allowed = Read(c.xml, dialect);
    EXPECT_TRUE(allowed->shape_ok && !HasError(allowed->findings)) << ToJson(allowed->findings);
    const auto* used = Find(*allowed, CodeOfTolerance(c.name));
    ASSERT_NE(used, nullptr) << ToJson(allowed->findings);
    EXPECT_EQ(used->severity(), flow::v1::SEVERITY_WARNING);
    EXPECT_EQ(allowed->tolerated[c.name], 1u);
    if (!c.same) continue;
    const auto differences = Diff(meant->document, allowed->document);
    EXPECT_TRUE(differences.empty()) << differences.front().path << " '" << differences.front().left << "' '"
                                     << differences.front().right << "'";
  }
}

// Those of the content are in check_order_test.cc; these two change how others are read.
TEST_F(Tolerances, EveryOneOfTheContract_HasItsTest) {
  const auto here = test::Slurp(std::string(ISA95_SOURCE) + "/tests/b2mml/translate/tolerance_test.cc") +
                    test::Slurp(std::string(ISA95_SOURCE) + "/tests/b2mml/translate/check_order_test.cc");
  const auto naming = test::Slurp(std::string(ISA95_SOURCE) + "/tests/adapter/policy/naming_test.cc");
  for (int i = 0; i < Dialect::descriptor()->field_count(); ++i) {
    const auto& name = Dialect::descriptor()->field(i)->name();
    const auto& in = name == "mixed_padding" ? naming : here;
    EXPECT_NE(in.find(name == "mixed_padding" ? name : Cat("set_", name, "(")), std::string::npos) << name;
  }
}

TEST_F(Tolerances, NamespaceVersion_SaysAsWhatItIsRead) {
  Dialect dialect;
  dialect.set_missing_namespace(true);
  dialect.set_namespace_version("V0600");
  const auto parsed = Read(With(Good(), kNs, ""), dialect);
  EXPECT_EQ(parsed->document.b2mml_version(), "V0600");
  EXPECT_TRUE(HasError(parsed->findings));  // whose schema it is not
}

TEST_F(Tolerances, FindingsOfARecastMessage_NameThePlacesOfWhatWasSent) {
  Dialect dialect;
  dialect.set_soap_body(true);
  dialect.set_bare_noun(true);
  const auto parsed = Read(InSoap(With(Bare(), ">KGM<", ">KG<")), dialect);
  const auto* unit = Find(*parsed, "NON_REC20_UNIT");
  ASSERT_NE(unit, nullptr) << ToJson(parsed->findings);
  EXPECT_EQ(unit->path(),
            "/Envelope/Body/OperationsSchedule/OperationsRequest/SegmentRequirement/MaterialRequirement"
            "/Quantity/UnitOfMeasure");
  EXPECT_EQ(unit->line(), 21u);
  EXPECT_EQ(OrderOf(*parsed, *unit).order, 0);
}

TEST_F(Tolerances, BareNounIsProcess_OfWhomItCameFrom_AtNoInventedTime) {
  Dialect dialect;
  dialect.set_bare_noun(true);
  const auto parsed = Read(Bare(), dialect);
  const auto& document = parsed->document;
  EXPECT_EQ(document.verb().code(), flow::v1::VERB_CODE_PROCESS);
  EXPECT_EQ(document.application_area().sender().logical_id().value(), "ERP-DEMO");
  EXPECT_FALSE(document.application_area().has_creation_date_time());
  EXPECT_TRUE(document.application_area().bod_id().value().empty());
}

TEST_F(Tolerances, UnknownElementIsKept_AndOneWithFactsIsNeverPassedOver) {
  Dialect dialect;
  dialect.set_unknown_elements(true);
  const auto kept = Read(With(Good(), "<Priority>", "<Shift>early</Shift><Priority>"), dialect);
  ASSERT_EQ(kept->document.schedule(0).order(0).extension_size(), 1) << ToJson(kept->findings);
  EXPECT_EQ(kept->document.schedule(0).order(0).extension(0).name(), "Shift");
  for (const char* fact : {"<Made><QuantityGood>5</QuantityGood></Made>", "<LotNo>5</LotNo>", "<MaterialX/>"}) {
    const auto refused = Read(With(Good(), "<Priority>", Cat(fact, "<Priority>")), dialect);
    EXPECT_NE(Find(*refused, "UNKNOWN_ELEMENT_WITH_FACTS"), nullptr) << fact << ToJson(refused->findings);
  }
}

TEST_F(Tolerances, WhatIsPassedOver_StaysWithItsElement_WhereOneBeforeItIsLeftOut) {
  Dialect dialect;
  dialect.set_unknown_elements(true);
  dialect.set_empty_quantity(true);
  const std::string value = "<QuantityString>104.5</QuantityString>";
  const auto parsed = Read(
      With(Good(), "<Quantity>" + value, "<Quantity><Odd>a</Odd></Quantity><Quantity><Odd>b</Odd>" + value), dialect);
  ASSERT_FALSE(HasError(parsed->findings)) << ToJson(parsed->findings);
  const auto& quantities = parsed->document.schedule(0).order(0).segment(0).material(0).quantity();
  ASSERT_EQ(quantities.size(), 1);
  ASSERT_EQ(quantities[0].extension_size(), 1);
  EXPECT_NE(quantities[0].extension(0).xml().find(">b<"), std::string::npos);
}

TEST_F(Tolerances, KeysTellWhatWasMade_ScrapAndReworkAreLinesOfTheirOwn) {
  const auto xml =
      Report(Quantity("100", "Planned") + Quantity("90", "Yield") + Quantity("7", "Scrap") + Quantity("3", "rework"));
  EXPECT_NE(Find(*Read(xml), "QUANTITY_BY_KEY"), nullptr);
  const auto parsed = Read(xml, ByKey());
  ASSERT_FALSE(HasError(parsed->findings)) << ToJson(parsed->findings);
  const auto& lines = parsed->document.performance(0).response(0).segment(0).material();
  ASSERT_EQ(lines.size(), 3);
  const std::vector<std::pair<std::string, std::string>> meant = {{"", "90"}, {"Scrap", "7"}, {"Rework", "3"}};
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(lines[i].material_use().other_value(), meant[static_cast<size_t>(i)].first);
    ASSERT_EQ(lines[i].quantity_size(), 1);
    EXPECT_EQ(lines[i].quantity(0).value().value(), meant[static_cast<size_t>(i)].second);
    EXPECT_EQ(lines[i].material_definition_id(0).value(), "BOTTLE-500");
  }
}

TEST_F(Tolerances, PlanOfAKeyedOrder_IsWhatIsPlanned) {
  const std::string line = "<QuantityString>500</QuantityString><UnitOfMeasure>C62</UnitOfMeasure>";
  const auto parsed = Read(With(Good(), line,
                                Cat("<QuantityString>4</QuantityString><UnitOfMeasure>C62</UnitOfMeasure><Key>Actual",
                                    "</Key></Quantity><Quantity>", line, "<Key>Planned</Key>")),
                           ByKey());
  ASSERT_FALSE(HasError(parsed->findings)) << ToJson(parsed->findings);
  const auto& made = parsed->document.schedule(0).order(0).segment(0).material(1);
  ASSERT_EQ(made.quantity_size(), 1);
  EXPECT_EQ(made.quantity(0).value().value(), "500");
}

// A scrap that is read as what was made books it as good.
TEST_F(Tolerances, OneQuantityWithAKeyIsNotTakenPlainly) {
  EXPECT_FALSE(HasError(Read(Report(Quantity("90", "Yield")))->findings));
  for (const char* key : {"Scrap", "Rework", "Planned"}) {
    EXPECT_NE(Find(*Read(Report(Quantity("7", key))), "QUANTITY_BY_KEY"), nullptr) << key;
  }
  const auto scrap = Read(Report(Quantity("7", "Scrap")), ByKey());
  const auto& lines = scrap->document.performance(0).response(0).segment(0).material();
  ASSERT_EQ(lines.size(), 1);
  EXPECT_EQ(lines[0].material_use().other_value(), "Scrap");
}

TEST_F(Tolerances, KeysThatTellNothing_AreRefused) {
  for (const auto& [quantities, use] : std::vector<std::pair<std::string, std::string>>{
           {Quantity("1", "Yield") + Quantity("2", "Yield"), "Produced"},
           {Quantity("1", "Yield") + Quantity("2", "Actual"), "Produced"},
           {Quantity("1", "Yield") + Quantity("2", ""), "Produced"},
           {Quantity("1", "Yield") + Quantity("2", "Colour"), "Produced"},
           {Quantity("1", "Actual") + Quantity("2", "Scrap"), "Consumed"}}) {
    const auto parsed = Read(Report(quantities, use), ByKey());
    EXPECT_NE(Find(*parsed, "SEVERAL_QUANTITIES"), nullptr) << quantities << ToJson(parsed->findings);
  }
}

}  // namespace
}  // namespace isa95::b2mml
