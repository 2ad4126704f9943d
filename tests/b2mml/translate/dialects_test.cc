// The smallest dialect for a sender's messages, and what the contracts of examples/sites take of other people's: the
// table in docs/dialects.md is what comes out here.
#include <filesystem>
#include <set>

#include "b2mml/name_patterns.h"
#include "b2mml/suggest.h"
#include "grpc/model/contract.h"
#include "grpc/model/text.h"
#include "tests/b2mml/translate/translate_fixture.h"

namespace isa95::b2mml {
namespace {

using contract::v1::Dialect;
using test::SharedPath;
using test::Slurp;
namespace fs = std::filesystem;

struct Side {
  std::string contract, party;
  contract::v1::Erp terms;
};

std::vector<std::string> FilesIn(const std::string& folder, const std::string& extension) {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<Side> SidesOfContracts() {
  std::vector<Side> sides;
  for (const auto& file : FilesIn(std::string(ISA95_SOURCE) + "/examples/sites", ".yaml")) {
    const auto name = fs::path(file).filename().string();
    if (!name.starts_with("corpus-")) continue;
    const auto loaded = LoadContract(file);
    EXPECT_FALSE(HasError(loaded.findings)) << ToJson(loaded.findings);
    sides.push_back({name, "ERP", loaded.contract.erp()});
    const auto& mes = loaded.contract.mes();
    contract::v1::Erp terms;
    terms.set_logical_id(mes.logical_id());
    *terms.mutable_b2mml() = mes.b2mml();
    *terms.mutable_dialect() = mes.dialect();
    if (mes.has_b2mml()) sides.push_back({name, "MES", terms});
  }
  return sides;
}

const google::protobuf::FieldDescriptor* At(int i) { return Dialect::descriptor()->field(i); }

// All that a dialect allows, by key.
std::vector<const google::protobuf::FieldDescriptor*> AllowedBy(const Dialect& dialect) {
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  dialect.GetReflection()->ListFields(dialect, &fields);
  return fields;
}

class Dialects : public Translate {
 protected:
  bool Takes(const std::string& xml, const contract::v1::Erp& terms) {
    return !HasError(ParseDocument(xml, versions_, terms)->findings);
  }
  Suggestion Suggest(const std::vector<std::string>& files) {
    const auto load = [](const std::string& name) -> absl::StatusOr<std::string> { return Slurp(name); };
    return *SuggestDialect(files, load, versions_, {}, "Europe/Berlin");
  }
  std::string Row(const std::string& file, const std::vector<Side>& sides);
};

constexpr size_t kMaxNamed = 4;

std::string Cell(std::string text) {
  constexpr size_t kMax = 200;
  for (size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) text.replace(at, 1, "\\|");
  return text.size() <= kMax ? text : text.substr(0, kMax) + "...";
}

// Orders come from the ERP, all else from the MES, each in the version it speaks.
bool Sends(const Side& side, const flow::v1::Document& document) {
  const bool order = document.noun() == flow::v1::NOUN_CODE_SCHEDULE;
  return (side.party == "ERP") == order && side.terms.b2mml().write() == document.b2mml_version();
}

// Under the contract that has to bear with least; else what stays wrong when everything is allowed.
std::string Dialects::Row(const std::string& file, const std::vector<Side>& sides) {
  const auto xml = Slurp(file);
  const auto name = fs::relative(file, SharedPath("corpus")).string();
  std::string best;
  size_t fewest = SIZE_MAX;
  for (const auto& side : sides) {
    const auto parsed = ParseDocument(xml, versions_, side.terms);
    if (!Sends(side, parsed->document) || HasError(parsed->findings) || parsed->tolerated.size() >= fewest) continue;
    fewest = parsed->tolerated.size();
    std::string uses;
    for (const auto& [tolerance, count] : parsed->tolerated)
      uses += Cat(uses.empty() ? "" : ", ", tolerance, count == 1 ? "" : Cat(" (", count, ")"));
    best = Cat("| ", name, " | accepted | ", side.contract, ", ", side.party, " | ", uses, " |\n");
  }
  if (!best.empty()) return best;
  const auto suggestion = Suggest({file});
  if (suggestion.refused.empty()) return Cat("| ", name, " | REFUSED WITHOUT NEED | | |\n");
  std::set<std::string> codes;
  std::string why;
  for (const auto& error : suggestion.refused[0].errors) {
    const auto element = error.path().substr(error.path().rfind('/') + 1);
    if (codes.size() == kMaxNamed || !codes.insert(error.code() + element).second) continue;
    why += Cat(why.empty() ? "" : "<br>", error.code(), " at ", element, ": ", Cell(error.message()));
  }
  return Cat("| ", name, " | refused | | ", why, " |\n");
}

TEST_F(Dialects, TableOfTheDocument_IsWhatComesOut) {
  const auto sides = SidesOfContracts();
  std::string table = "| message | | contract, sender | deviations, or why not |\n|---|---|---|---|\n";
  size_t files = 0;
  for (const auto& file : FilesIn(SharedPath("corpus"), ".xml")) {
    table += Row(file, sides);
    ++files;
  }
  EXPECT_GE(files, 27u);
  EXPECT_EQ(table.find("REFUSED WITHOUT NEED"), std::string::npos) << table;
  const auto document = Slurp(std::string(ISA95_SOURCE) + "/docs/dialects.md");
  const std::string begin = "<!-- computed -->\n", end = "<!-- end of what is computed -->";
  const auto from = document.find(begin), to = document.find(end);
  ASSERT_TRUE(from != std::string::npos && to != std::string::npos);
  EXPECT_EQ(document.substr(from + begin.size(), to - from - begin.size()), table)
      << "docs/dialects.md: put this between its two marks:\n"
      << table;
}

TEST_F(Dialects, ContractsAllowNoMoreThanTheirMessagesNeed) {
  std::vector<std::string> messages;
  for (const auto& file : FilesIn(SharedPath("corpus"), ".xml")) messages.push_back(Slurp(file));
  for (const auto& side : SidesOfContracts()) {
    std::vector<const std::string*> taken;
    for (const auto& xml : messages) {
      if (Takes(xml, side.terms)) taken.push_back(&xml);
    }
    for (const auto* field : AllowedBy(side.terms.dialect())) {
      auto less = side.terms;
      less.mutable_dialect()->GetReflection()->ClearField(less.mutable_dialect(), field);
      EXPECT_TRUE(std::any_of(taken.begin(), taken.end(), [&](const auto* xml) { return !Takes(*xml, less); }))
          << side.contract << " " << side.party << " " << field->name();
    }
  }
}

TEST_F(Dialects, DocumentNamesEveryTolerance) {
  const auto document = Slurp(std::string(ISA95_SOURCE) + "/docs/dialects.md");
  for (int i = 0; i < Dialect::descriptor()->field_count(); ++i)
    EXPECT_NE(document.find(Cat("| `", At(i)->name(), "` |")), std::string::npos) << At(i)->name();
}

// The whole collection, and each folder as if it were a sender's.
TEST_F(Dialects, SuggestionIsEnough_AndNothingOfItCanGo) {
  auto folders = std::vector<std::string>{SharedPath("corpus")};
  for (const char* version : {"v0401", "v0600", "v0701", "none"})
    folders.push_back(SharedPath(Cat("corpus/", version)));
  for (const auto& folder : folders) {
    SCOPED_TRACE(folder);
    const auto files = FilesIn(folder, ".xml");
    const auto suggestion = Suggest(files);
    EXPECT_EQ(suggestion.accepted + suggestion.refused.size(), files.size());
    std::set<std::string> refused;
    for (const auto& refusal : suggestion.refused) {
      refused.insert(refusal.name);
      EXPECT_FALSE(refusal.errors.empty()) << refusal.name;
    }
    contract::v1::Erp erp;
    *erp.mutable_dialect() = suggestion.dialect;
    for (const auto& file : files) EXPECT_EQ(Takes(Slurp(file), erp), !refused.contains(file)) << file;
    for (const auto* field : AllowedBy(suggestion.dialect)) {
      auto less = erp;
      less.mutable_dialect()->GetReflection()->ClearField(less.mutable_dialect(), field);
      EXPECT_TRUE(std::any_of(files.begin(), files.end(), [&](const auto& file) {
        return !refused.contains(file) && !Takes(Slurp(file), less);
      })) << field->name();
    }
  }
}

TEST_F(Dialects, SuggestionIsPartOfAContract_ThatTakesTheMessages) {
  const std::string good = Slurp(std::string(ISA95_SOURCE) + "/examples/order.xml");
  const auto with = [&](std::string from, const std::string& to) {
    auto xml = good;
    return xml.replace(xml.find(from), from.size(), to);
  };
  const std::map<std::string, std::string> sent = {
      {"a.xml", with("xmlns=\"http://www.mesa.org/xml/B2MML\"", "xmlns=\"urn:acme\"")},
      {"b.xml", with("06:00:00+01:00", "06:00:00")},
      {"c.xml", with(">KGM<", ">it's\n<")},
      {"d.xml", good.substr(0, 300)}};
  const auto load = [&](const std::string& name) -> absl::StatusOr<std::string> { return sent.at(name); };
  const auto suggestion = *SuggestDialect({"a.xml", "b.xml", "c.xml", "d.xml"}, load, versions_, {}, "Europe/Berlin");
  EXPECT_EQ(suggestion.accepted, 3u);
  ASSERT_EQ(suggestion.refused.size(), 1u);
  EXPECT_EQ(suggestion.refused[0].name, "d.xml");
  EXPECT_EQ(suggestion.dialect.private_namespace(), "urn:acme");
  EXPECT_EQ(suggestion.dialect.namespace_version(), "V0701");
  EXPECT_EQ(suggestion.dialect.zoneless_times(), "Europe/Berlin");
  const auto yaml = SuggestionAsYaml(suggestion);
  EXPECT_NE(yaml.find("    zoneless_times: 'Europe/Berlin'  # 1 message, first b.xml"), std::string::npos) << yaml;
  EXPECT_NE(yaml.find("  order: {pattern: '[0-9]{7}'}  # 1 name, such as 1004711"), std::string::npos) << yaml;
  EXPECT_NE(yaml.find("# No dialect takes these:\n#   d.xml\n#     NOT_WELL_FORMED"), std::string::npos) << yaml;
  auto whole = Slurp(std::string(ISA95_SOURCE) + "/examples/sites/corpus-answers.yaml");
  const std::string erp_terms = yaml.substr(yaml.find("  dialect:"));
  whole.replace(whole.find("mes:"), 0, erp_terms.substr(0, erp_terms.find("naming:")));
  const auto loaded = ParseContract(whole, "suggested.yaml");
  EXPECT_FALSE(HasError(loaded.findings)) << ToJson(loaded.findings) << whole;
  EXPECT_EQ(loaded.contract.erp().dialect().ShortDebugString(), suggestion.dialect.ShortDebugString());
}

TEST(NamePatterns, AreTheShapeOfTheNames) {
  EXPECT_EQ(ProposePattern({"WO-2026-0042", "WO-2026-0043"})->pattern, "WO-[0-9]{4}-[0-9]{4}");
  EXPECT_EQ(ProposePattern({"A1", "BC12"})->pattern, "[A-Z]{1,2}[0-9]{1,2}");
  EXPECT_EQ(ProposePattern({"9812", "MAT-0009812"})->pattern, "[0-9]{4}|MAT-[0-9]{7}");
  EXPECT_EQ(ProposePattern({"a.b+1"})->pattern, "a\\.b\\+[0-9]");
  EXPECT_FALSE(ProposePattern({"1", "A", "A1", "1A"}).has_value());
  EXPECT_FALSE(ProposePattern({}).has_value());
}

TEST(NamePatterns, ZerosInFrontAreFilling_WhereTheWidthIsOne) {
  const auto filled = *ProposePattern({"000001004711", "000000000012"});
  EXPECT_EQ(filled.padding, 12u);
  EXPECT_FALSE(filled.mixed);
  const auto mixed = *ProposePattern({"000001004711", "1004712"});
  EXPECT_EQ(mixed.padding, 12u);
  EXPECT_TRUE(mixed.mixed);
  EXPECT_EQ(ProposePattern({"0010", "020"})->padding, 0u);  // these are names, not numbers
  EXPECT_EQ(ProposePattern({"1004711"})->padding, 0u);
}

}  // namespace
}  // namespace isa95::b2mml
