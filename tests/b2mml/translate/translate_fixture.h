// What the translation tests share: files read, what was written held against the published schemas.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>

#include "b2mml/translate.h"
#include "tests/shared.h"

namespace isa95::b2mml {

class Translate : public isa95::test::NeedsShared {
 protected:
  std::unique_ptr<Parsed> Parse(const std::string& file, const contract::v1::Erp& erp = {}) {
    return ParseDocument(isa95::test::Slurp(file), versions_, erp);
  }

  static bool ValidOfficially(const std::string& xml, const std::string& version) {
    const std::string file = ::testing::TempDir() + "/isa95-written-" + std::to_string(getpid()) + ".xml";
    std::ofstream(file) << xml;
    const std::string command = "xmllint --noout --nonet --schema " +
                                isa95::test::SharedPath("b2mml/" + version + "/Entry.xsd") + " " + file + " >" + file +
                                ".log 2>&1";
    const bool valid = std::system(command.c_str()) == 0;
    EXPECT_TRUE(valid) << isa95::test::Slurp(file + ".log") << xml;
    return valid;
  }

  static bool Has(const Findings& findings, const std::string& code) {
    return std::any_of(findings.begin(), findings.end(), [&](const auto& finding) { return finding.code() == code; });
  }

  XmlRuntime runtime_;
  Versions versions_ = *Versions::BuiltIn();
};

}  // namespace isa95::b2mml
