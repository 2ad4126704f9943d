// What other people wrote comes back as it is, whatever the rules say of its content.
#include <filesystem>

#include "b2mml/diff.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"
#include "tests/b2mml/translate/translate_fixture.h"

namespace isa95::b2mml {
namespace {

using test::SharedPath;
using test::Slurp;

class Corpus : public Translate {
 protected:
  Corpus() {
    auto& dialect = *lenient_.mutable_dialect();
    for (int i = 0; i < contract::v1::Dialect::descriptor()->field_count(); ++i) {
      const auto* field = contract::v1::Dialect::descriptor()->field(i);
      if (field->type() == google::protobuf::FieldDescriptor::TYPE_BOOL)
        dialect.GetReflection()->SetBool(&dialect, field, true);
    }
    dialect.set_zoneless_times("Europe/Paris");
    EXPECT_TRUE(ParseInstant("2026-11-25T12:00:00Z", now_).ok());
  }

  // To each version and back: its own changes nothing, in the others every loss is told.
  void ComesBack(const Parsed& parsed) {
    for (const auto& version : versions_.all()) {
      const auto written = WriteDocument(parsed.document, *version);
      // What B2MML has no element for is kept, and can be told in no version.
      const bool own =
          version->name() == parsed.document.b2mml_version() && !parsed.tolerated.contains("unknown_elements");
      if (written.xml.empty()) {  // such as no order or no response at all, which V0701 cannot say
        EXPECT_TRUE(!own && Has(written.findings, "CANNOT_WRITE")) << ToJson(written.findings);
        continue;
      }
      ValidOfficially(written.xml, version->name());
      const auto again = ParseDocument(written.xml, versions_, lenient_);
      const auto differences = Diff(parsed.document, again->document);
      EXPECT_TRUE(differences.empty() || !own) << differences.front().path;
      EXPECT_TRUE(differences.empty() || Has(written.findings, "NOT_CARRIED") || Has(written.findings, "SYNTHESISED"));
    }
  }

  contract::v1::Erp lenient_;
  flow::v1::Instant now_;
};

TEST_F(Corpus, OrdersComeBack_AndGoToTheOtherVersions) {
  int orders = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(SharedPath("corpus"))) {
    if (entry.path().extension() != ".xml") continue;
    SCOPED_TRACE(entry.path().string());
    const auto parsed = Parse(entry.path().string(), lenient_);
    // A bare noun says no time of creation, and whoever writes it on says their own.
    auto& area = *parsed->document.mutable_application_area();
    if (parsed->bare && !area.has_creation_date_time()) *area.mutable_creation_date_time() = now_;
    if (!parsed->shape_ok || parsed->document.noun() != flow::v1::NOUN_CODE_SCHEDULE) continue;
    ++orders;
    ComesBack(*parsed);
  }
  EXPECT_GE(orders, 3);
}

// Reports are published as bare nouns or without a releaseID: here they get what a message has to have, no more.
std::string AsMessage(std::string xml) {
  if (const auto sync = xml.find("<SyncProductionPerformance "); sync != std::string::npos)
    return xml.insert(xml.find(' ', sync), " releaseID=\"0401\"");
  const auto root = xml.find("Performance xmlns") + std::string_view("Performance").size();
  const auto name = xml.rfind('<', root) + 1;
  const auto noun = xml.substr(name, root - name), space = xml.substr(root, xml.find('>', root) - root);
  return Cat("<Process", noun, space, " releaseID=\"\"><ApplicationArea><CreationDateTime>2026-11-25T12:00:00Z",
             "</CreationDateTime></ApplicationArea><DataArea><Process/>", xml.substr(name - 1), "</DataArea></Process",
             noun, ">");
}

TEST_F(Corpus, ReportsComeBack_AndGoToTheOtherVersions) {
  for (const char* name : {"v0401/courbon-PES-20121229115825-53107.xml", "v0401/mars-StartProcessOrder.xml",
                           "v0701/factoryv1-OperationsPerformance.xml"}) {
    SCOPED_TRACE(name);
    const auto parsed = ParseDocument(AsMessage(Slurp(SharedPath(Cat("corpus/", name)))), versions_, lenient_);
    ASSERT_TRUE(parsed->shape_ok) << ToJson(parsed->findings);
    ASSERT_EQ(parsed->document.noun(), flow::v1::NOUN_CODE_PERFORMANCE);
    ASSERT_EQ(parsed->document.performance_size(), 1);
    ComesBack(*parsed);
  }
}

// Lots are published within a MaterialInformation, a noun of master data that is refused: here each is put into the
// message of its own noun.
TEST_F(Corpus, LotsComeBack_AndGoToTheOtherVersions) {
  for (const char* name :
       {"v0401/courbon-LOT-20121210170718-0001L0001.xml", "v0401/courbon-INV-20121210175555-0001L0001_01.xml"}) {
    SCOPED_TRACE(name);
    auto xml = Slurp(SharedPath(Cat("corpus/", name)));
    EXPECT_TRUE(Has(ParseDocument(xml, versions_, lenient_)->findings, "UNKNOWN_NOUN"));
    for (const auto& [from, to] : {std::pair<std::string, std::string>{"<MaterialInformation>", ""},
                                   {"</MaterialInformation>", ""},
                                   {"<ID>CRBN0001</ID>", ""},
                                   {"SyncMaterialInformation", "SyncMaterialLot"},
                                   {"SyncMaterialInformation", "SyncMaterialLot"}}) {
      ASSERT_NE(xml.find(from), std::string::npos) << from;
      xml.replace(xml.find(from), from.size(), to);
    }
    const auto parsed = ParseDocument(xml, versions_, lenient_);
    ASSERT_TRUE(parsed->shape_ok && !HasError(parsed->findings)) << ToJson(parsed->findings);
    ASSERT_EQ(parsed->document.noun(), flow::v1::NOUN_CODE_MATERIAL_LOT);
    ComesBack(*parsed);
  }
}

TEST_F(Corpus, EveryFileIsReadOrRefused_WithWords) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(SharedPath("corpus"))) {
    if (entry.path().extension() != ".xml") continue;
    const auto parsed = Parse(entry.path());
    for (const auto& finding : parsed->findings)
      EXPECT_FALSE(finding.message().empty() || finding.mend().empty()) << entry.path();
    EXPECT_TRUE(parsed->shape_ok || HasError(parsed->findings)) << entry.path();
  }
}

}  // namespace
}  // namespace isa95::b2mml
