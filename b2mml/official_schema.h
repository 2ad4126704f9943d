// Full validation by the schemas MESA publishes, from a folder of the user's: they are not part of this program. MESA
// ships no single entry, so one is made in memory. Nothing outside the folder is ever opened.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "b2mml/reader.h"

namespace isa95::b2mml {

// `folder` holds the .xsd files of one version, or a folder named as the version that does. FailedPrecondition where
// there are none for `xml_namespace` or they do not compile, with the first reason.
absl::StatusOr<std::unique_ptr<ProfileSchema>> LoadOfficialSchema(const std::string& folder,
                                                                  std::string_view version_name,
                                                                  std::string_view xml_namespace);

// Errors of the published schema, as findings OFFICIAL_SCHEMA.
Findings ValidateOfficially(std::string_view document, const ProfileSchema& schema);

}  // namespace isa95::b2mml
