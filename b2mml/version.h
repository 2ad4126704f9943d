// The B2MML versions this build knows, as tables, each with its generated profile schema. Immutable after construction.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "b2mml/plan.h"
#include "b2mml/reader.h"
#include "b2mml/table.pb.h"

namespace isa95::b2mml {

class Version {
 public:
  // Parses and indexes a table, generates and compiles its profile schema.
  static absl::StatusOr<std::unique_ptr<Version>> Make(std::string_view table_textproto);
  const VersionTable& table() const { return table_; }
  const std::string& name() const { return table_.version(); }
  const Plan& plan() const { return *plan_; }
  // The judge of this version's shape, extensions included.
  const ProfileSchema& schema() const { return *schema_; }
  // Null where the table has none.
  const ComplexType* complex_type(std::string_view name) const;
  const SimpleType* simple_type(std::string_view name) const;
  const Message* message_by_root(std::string_view root) const;
  // `form` as in table.proto; where the version has no such form, its only one.
  const Message* message_for(std::string_view verb, std::string_view noun, std::string_view form = {}) const;

 private:
  Version() = default;
  VersionTable table_;
  std::unique_ptr<Plan> plan_;
  std::unique_ptr<ProfileSchema> schema_;
  std::map<std::string, const ComplexType*, std::less<>> complex_;
  std::map<std::string, const SimpleType*, std::less<>> simple_;
};

class Versions {
 public:
  // All built-in tables (embedded at build from versions/*/table.textproto).
  static absl::StatusOr<Versions> BuiltIn();
  const Version* by_name(std::string_view name) const;
  const Version* by_namespace(std::string_view xml_namespace) const;
  const std::vector<std::unique_ptr<Version>>& all() const { return versions_; }
  // All versions in one, without wildcards: what it accepts every version's own schema accepts. Xerces judges by it in
  // less than half the time, since a wildcard costs a search at each element beside it.
  const ProfileSchema& narrow_schema() const { return *narrow_schema_; }

 private:
  std::vector<std::unique_ptr<Version>> versions_;
  std::unique_ptr<ProfileSchema> narrow_schema_;
};

enum class Wildcards { kWhereTheTableHasThem, kNone };

// The profile schema of a table as XSD text: strict on every mapped type, anyType for what is passed over, and no
// wildcard beside optional elements (XSD's unique particle attribution).
std::string GenerateProfileSchema(const VersionTable& table, Wildcards wildcards = Wildcards::kWhereTheTableHasThem);

}  // namespace isa95::b2mml
