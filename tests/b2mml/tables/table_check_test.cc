// A slip in a table stops the start, in words that name it.
#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <functional>

#include "b2mml/embedded_tables.h"
#include "b2mml/version.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

using ::testing::HasSubstr;

class TableCheck : public ::testing::Test {
 protected:
  // What Version::Make says to the V0701 table after `change`; empty where it takes it.
  static std::string After(const std::function<void(VersionTable&)>& change) {
    for (const auto& text : EmbeddedTables()) {
      VersionTable table;
      EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &table));
      if (table.version() != "V0701") continue;
      change(table);
      std::string changed;
      google::protobuf::TextFormat::PrintToString(table, &changed);
      const auto version = Version::Make(changed);
      if (version.ok()) return {};
      const auto words = Words(version.status());
      return words.empty() ? "no words" : words;
    }
    return "no table V0701";
  }

  static Row& RowOf(VersionTable& table, const std::string& type, const std::string& name) {
    for (auto& complex : *table.mutable_complex_type()) {
      for (auto& row : *complex.mutable_row()) {
        if (complex.name() == type && row.name() == name) return row;
      }
    }
    ADD_FAILURE() << "no row " << type << "/" << name;
    return *table.add_complex_type()->add_row();
  }

  static SimpleType& SimpleOf(VersionTable& table, const std::string& name) {
    for (auto& type : *table.mutable_simple_type()) {
      if (type.name() == name) return type;
    }
    ADD_FAILURE() << "no type " << name;
    return *table.add_simple_type();
  }

  XmlRuntime runtime_;
};

TEST_F(TableCheck, TakesTheTableAsItIs) {
  EXPECT_EQ(After([](auto&) {}), "");
}

TEST_F(TableCheck, RefusesUnknownField) {
  const auto words = After([](auto& t) { RowOf(t, "OperationsRequestType", "Priority").set_field("prioritty"); });
  EXPECT_THAT(words, HasSubstr("OperationsRequestType"));
  EXPECT_THAT(words, HasSubstr("'prioritty'"));
}

TEST_F(TableCheck, RefusesUnknownType) {
  const auto words = After([](auto& t) { RowOf(t, "OperationsRequestType", "Priority").set_type("NoSuchType"); });
  EXPECT_THAT(words, HasSubstr("there is no type 'NoSuchType'"));
}

TEST_F(TableCheck, RefusesTypeNamedTwice) {
  const auto words = After([](auto& t) { *t.add_complex_type() = t.complex_type(0); });
  EXPECT_THAT(words, HasSubstr("is there twice"));
}

TEST_F(TableCheck, RefusesUnknownAttributeType) {
  const auto words =
      After([](auto& t) { SimpleOf(t, "IdentifierType").mutable_attribute(0)->set_type("noSuchBuiltIn"); });
  EXPECT_THAT(words, HasSubstr("noSuchBuiltIn"));
}

TEST_F(TableCheck, RefusesUnknownEnumValue) {
  const auto words = After(
      [](auto& t) { SimpleOf(t, "RequestStateType").mutable_enum_text(0)->set_value("ORDER_STATE_CODE_DREAMT"); });
  EXPECT_THAT(words, HasSubstr("ORDER_STATE_CODE_DREAMT"));
}

TEST_F(TableCheck, RefusesWordTheTypeDoesNotList) {
  const auto words = After([](auto& t) { SimpleOf(t, "RequestStateType").mutable_enum_text(0)->set_text("Dreamt"); });
  EXPECT_THAT(words, HasSubstr("'Dreamt'"));
}

TEST_F(TableCheck, RefusesFillerItDoesNotKnow) {
  const auto id = [](auto& t) -> Row& { return RowOf(t, "OpSegmentRequirementType", "ID"); };
  EXPECT_THAT(After([&](auto& t) { id(t).set_filler(0, "invent:S"); }), HasSubstr("'invent:S'"));
  EXPECT_THAT(After([&](auto& t) { id(t).set_filler(0, "own:no_such"); }), HasSubstr("'no_such'"));
  EXPECT_THAT(After([&](auto& t) { id(t).set_filler(0, "nil"); }), HasSubstr("'nil'"));
  EXPECT_THAT(After([&](auto& t) { id(t).set_min(0); }), HasSubstr("optional"));
}

TEST_F(TableCheck, RefusesRepeatingElementOntoSingleField) {
  const auto words = After([](auto& t) { RowOf(t, "OperationsRequestType", "Version").set_max(0); });
  EXPECT_THAT(words, HasSubstr("may repeat"));
}

TEST_F(TableCheck, RefusesPassingOverWhatNoFieldKeeps) {
  const auto words = After([](auto& t) { RowOf(t, "ResourceLocationType", "LocationChild").clear_field(); });
  EXPECT_THAT(words, HasSubstr("passed over"));
}

TEST_F(TableCheck, RefusesNilThatNoFieldKeeps) {
  const auto words = After([](auto& t) { RowOf(t, "ResourceLocationType", "LocationChild").set_nillable(true); });
  EXPECT_THAT(words, HasSubstr("may be nil"));
}

TEST_F(TableCheck, RefusesConstantThatIsNot) {
  const auto set = [](auto& t, const char* field, const char* value) {
    auto& setting = *RowOf(t, "OpSegmentRequirementType", "MaterialRequirement").add_set();
    setting.set_field(field);
    setting.set_value(value);
  };
  EXPECT_THAT(After([&](auto& t) { set(t, "material_use.code", "NONE"); }), HasSubstr("'NONE'"));
  EXPECT_THAT(After([&](auto& t) { set(t, "material_use.kode", "NONE"); }), HasSubstr("'material_use.kode'"));
}

TEST_F(TableCheck, RefusesUnknownVerb) {
  EXPECT_THAT(After([](auto& t) { t.mutable_message(0)->set_verb("VERB_CODE_SING"); }), HasSubstr("VERB_CODE_SING"));
}

TEST_F(TableCheck, NamesTheLine_WhereTheTextIsBroken) {
  const auto version = Version::Make("version: \"V1\"\nmessage { rooot: \"X\" }\n");
  ASSERT_FALSE(version.ok());
  EXPECT_THAT(Words(version.status()), HasSubstr("line 2"));
  EXPECT_THAT(Words(version.status()), HasSubstr("rooot"));
}

}  // namespace
}  // namespace isa95::b2mml
