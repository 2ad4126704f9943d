// Each table against the schemas MESA published: names, order, cardinality, nillability, types, words, attributes.
#include "tests/b2mml/tables/official.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "b2mml/version.h"
#include "grpc/model/text.h"
#include "tests/shared.h"

namespace isa95::b2mml {
namespace {

using test::Lines;
using test::Official;

void AppendAttributes(const google::protobuf::RepeatedPtrField<AttributeRow>& attributes, Lines& lines) {
  Lines sorted;
  for (const auto& attribute : attributes) {
    sorted.push_back(Cat("@", attribute.name(), " ", attribute.type(), attribute.required() ? " required" : ""));
  }
  std::sort(sorted.begin(), sorted.end());
  lines.insert(lines.end(), sorted.begin(), sorted.end());
}

Lines Describe(const SimpleType& type) {
  Lines lines;
  for (const auto& word : type.enumeration()) lines.push_back("word " + word);
  lines.push_back("base " + type.base());
  AppendAttributes(type.attribute(), lines);
  return lines;
}

// XSD's own types start with a small letter, B2MML's never do.
bool IsBuiltIn(const std::string& type) { return std::islower(static_cast<unsigned char>(type.front())) != 0; }

// A type that stands in the official schema without a name has one of our own in the table.
Lines Describe(const ComplexType& type, const Official& official) {
  Lines lines;
  std::string choice, group;
  for (const auto& row : type.row()) {
    if (row.kind() == ROW_KIND_EXTENSION_SLOT) continue;
    if (row.group() != group) {
      if (!group.empty()) lines.push_back(")");
      if (!row.group().empty()) lines.push_back("sequence0..*(");
      group = row.group();
    }
    if (row.choice() != choice) {
      if (!choice.empty()) lines.push_back(")");
      if (!row.choice().empty()) lines.push_back("choice(");
      choice = row.choice();
    }
    lines.push_back(
        Cat(row.name(), " ", official.HasType(row.type()) || IsBuiltIn(row.type()) ? row.type() : test::kAnonymous, " ",
            row.min(), "..", row.max() == 0 ? "*" : std::to_string(row.max()), row.nillable() ? " nillable" : ""));
  }
  if (!choice.empty()) lines.push_back(")");
  AppendAttributes(type.attribute(), lines);
  return lines;
}

Lines Slots(const ComplexType& type) {
  Lines slots;
  for (int i = 0; i < type.row_size(); ++i) {
    if (type.row(i).kind() != ROW_KIND_EXTENSION_SLOT) continue;
    const auto name = [&](int at) { return at < 0 || at >= type.row_size() ? "" : type.row(at).name(); };
    slots.push_back(name(i - 1) + "|" + name(i + 1));
  }
  return slots;
}

class AgainstOfficial : public isa95::test::NeedsShared, public ::testing::WithParamInterface<const char*> {
 protected:
  void Walk(const std::string& name, const xercesc::XSTypeDefinition& type, const Version& version,
            const Official& official) {
    if (!seen_.insert(name).second) return;
    if (const auto* simple = version.simple_type(name)) {
      EXPECT_TRUE(test::IsSimple(type)) << name;
      EXPECT_EQ(Describe(*simple), test::Describe(type)) << name;
      for (const auto& attribute : simple->attribute()) NoteAttributeType(attribute, version);
      return;
    }
    const auto* complex = version.complex_type(name);
    ASSERT_NE(complex, nullptr) << name;
    EXPECT_EQ(Describe(*complex, official), test::Describe(type)) << name;
    EXPECT_EQ(Slots(*complex), official.Slots(name)) << name;
    for (const auto& attribute : complex->attribute()) NoteAttributeType(attribute, version);
    const auto types = test::ElementTypes(type);
    for (const auto& row : complex->row()) {
      if (row.field().empty()) continue;
      const auto found = types.find(row.name());
      if (found != types.end()) Walk(row.type(), *found->second, version, official);
    }
  }

  // Compared by name once all are known.
  void NoteAttributeType(const AttributeRow& attribute, const Version& version) {
    const auto* simple = version.simple_type(attribute.type());
    if (simple == nullptr || IsBuiltIn(attribute.type())) return;
    attribute_types_.insert(attribute.type());
    seen_.insert(attribute.type());
  }

  XmlRuntime runtime_;
  std::set<std::string> seen_, attribute_types_;
};

TEST_P(AgainstOfficial, EveryMappedTypeIsThePublishedOne) {
  const auto versions = *Versions::BuiltIn();
  const auto* version = versions.by_name(GetParam());
  ASSERT_NE(version, nullptr);
  const Official official(isa95::test::SharedPath(Cat("b2mml/", GetParam())), version->table().target_namespace());
  for (const auto& message : version->table().message()) {
    const auto* root = official.RootType(message.root());
    ASSERT_NE(root, nullptr) << message.root();
    Walk(message.type(), *root, *version, official);
  }
  for (const auto& name : attribute_types_) {
    EXPECT_EQ(Describe(*version->simple_type(name)), official.DescribeNamed(name)) << name;
  }
  for (const auto& type : version->table().complex_type()) EXPECT_TRUE(seen_.contains(type.name())) << type.name();
  for (const auto& type : version->table().simple_type()) EXPECT_TRUE(seen_.contains(type.name())) << type.name();
}

INSTANTIATE_TEST_SUITE_P(Versions, AgainstOfficial, ::testing::Values("V0401", "V0600", "V0701"),
                         [](const auto& version) { return version.param; });

}  // namespace
}  // namespace isa95::b2mml
