// What the tests of the content checks share: a good message, one thing changed in it, the finding it gets.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "b2mml/check.h"

namespace isa95::b2mml {

class ContentChecks : public ::testing::Test {
 protected:
  static std::string With(std::string xml, const std::string& from, const std::string& to) {
    const auto at = xml.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? xml : xml.replace(at, from.size(), to);
  }

  std::unique_ptr<Parsed> Parse(const std::string& xml, const contract::v1::Dialect& dialect = {},
                                const std::string& release_id = {}) {
    contract::v1::Erp erp;
    *erp.mutable_dialect() = dialect;
    erp.mutable_b2mml()->set_release_id(release_id);
    auto parsed = ParseDocument(xml, versions_, erp);
    EXPECT_TRUE(parsed->shape_ok) << ToJson(parsed->findings);
    return parsed;
  }

  static const Finding* Find(const Parsed& parsed, const std::string& code) {
    for (const auto& finding : parsed.findings) {
      if (finding.code() == code) return &finding;
    }
    return nullptr;
  }

  XmlRuntime runtime_;
  Versions versions_ = *Versions::BuiltIn();
};

}  // namespace isa95::b2mml
