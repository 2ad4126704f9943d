// What no field carries is kept as it was written.
#include "b2mml/diff.h"
#include "tests/b2mml/translate/translate_fixture.h"

namespace isa95::b2mml {
namespace {

using test::SharedPath;
using test::Slurp;

class PassedOver : public Translate {
 protected:
  static std::string With(std::string xml, const std::string& from, const std::string& to) {
    EXPECT_NE(xml.find(from), std::string::npos) << from;
    return xml.replace(xml.find(from), from.size(), to);
  }

  static size_t CountOf(const std::string& text, const std::string& word) {
    size_t n = 0;
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++n;
    return n;
  }
};

// What the tables pass over in the nouns of quality and events, and the nils that no field can say, stay as they are.
TEST_F(PassedOver, NilsAndWhatIsPassedOver_ComeBackAsTheyWere) {
  const std::string nil = " xsi:nil=\"true\"/>";
  const std::string order = "<ExternalReferenceID schemeID=\"ERP-ORDER\">1004711</ExternalReferenceID>";
  // The published schema has the objects within InformationObject in no namespace.
  struct Changed {
    const char* file;
    std::string from, to;
  };
  for (const auto& c :
       {Changed{"SyncMaterialLot-disposition.xml", "<PublishedDate>2026-11-25T15:00:00Z</PublishedDate>",
                "<PublishedDate" + nil},
        {"SyncMaterialLot-disposition.xml", "</Quantity>", "</Quantity><AssemblyLot><ID>A</ID></AssemblyLot>"},
        {"SyncTestResult.xml", "<TestableObjectID", "<HierarchyScope" + nil + "<TestableObjectID"},
        {"SyncTestResult.xml", "<EvaluatedCriterionResult>Fail</EvaluatedCriterionResult>",
         "<EvaluatedCriterionResult" + nil},
        {"SyncTestResult.xml", "<PropertyMeasurement>", "<PropertyMeasurement" + nil + "<PropertyMeasurement>"},
        {"SyncOperationsTestInformation.xml", "<ID>OTI-1</ID>", "<ID" + nil},
        {"SyncOperationsEventInformation-downtime.xml", "<ID>OEI-1</ID>",
         "<ID>OEI-1</ID><OperationsEventClass><ID>STOP</ID></OperationsEventClass>"},
        {"NotifyOperationsEvent-downtime.xml", order,
         "<InformationObject><MaterialDefinition xmlns=\"\"><ID xmlns=\"http://www.mesa.org/xml/B2MML\">X</ID>"
         "</MaterialDefinition></InformationObject>"}}) {
    SCOPED_TRACE(c.to);
    const auto xml = With(Slurp(SharedPath(std::string("examples/V0701/") + c.file)), c.from, c.to);
    ValidOfficially(xml, "V0701");
    const auto parsed = ParseDocument(xml, versions_, {});
    ASSERT_TRUE(parsed->shape_ok && !HasError(parsed->findings)) << ToJson(parsed->findings);
    const auto written = WriteDocument(parsed->document, *versions_.by_name("V0701"));
    EXPECT_TRUE(written.findings.empty()) << ToJson(written.findings);
    ValidOfficially(written.xml, "V0701");
    EXPECT_TRUE(Diff(parsed->document, ParseDocument(written.xml, versions_, {})->document).empty()) << written.xml;
    // All of it: nothing is shorter than what was sent.
    for (const char* word : {":nil=\"true\"", "<ID", "<MaterialDefinition ", "<OperationsEventClass"})
      EXPECT_EQ(CountOf(written.xml, word), CountOf(xml, word)) << word << "\n" << written.xml;
  }
}

// V0600 has two elements for where something lies, and both may be there. One becomes the field.
TEST_F(PassedOver, SecondElementForAField_ComesBackBesideTheFirst) {
  const std::string location =
                        "<Location><EquipmentID>A</EquipmentID><EquipmentElementLevel>Site"
                        "</EquipmentElementLevel></Location>",
                    scope =
                        "<HierarchyScope><EquipmentID>B</EquipmentID><EquipmentElementLevel>Area"
                        "</EquipmentElementLevel></HierarchyScope>";
  const auto xml = With(Slurp(SharedPath("examples/V0600/SyncMaterialLot-hold.xml")), "<MaterialDefinitionID>",
                        location + scope + "<MaterialDefinitionID>");
  ValidOfficially(xml, "V0600");
  const auto parsed = ParseDocument(xml, versions_, {});
  const auto written = WriteDocument(parsed->document, *versions_.by_name("V0600"));
  ValidOfficially(written.xml, "V0600");
  EXPECT_EQ(CountOf(written.xml, "<Location"), 1u) << written.xml;
  EXPECT_EQ(CountOf(written.xml, "<HierarchyScope"), 1u) << written.xml;
  EXPECT_TRUE(Diff(parsed->document, ParseDocument(written.xml, versions_, {})->document).empty()) << written.xml;
  // Alone, each is written as HierarchyScope, and V0701 has no place for the second.
  EXPECT_TRUE(Has(WriteDocument(parsed->document, *versions_.by_name("V0701")).findings, "NOT_CARRIED"));
}

}  // namespace
}  // namespace isa95::b2mml
