// Material that lives beside the checkout: official schemas and other people's messages. In CI its absence is a
// failure, elsewhere a visible skip.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace isa95::test {

inline std::string SharedPath(const std::string& name) { return std::string(ISA95_SHARED) + "/" + name; }

inline std::string Slurp(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// For fixtures whose tests need the material.
class NeedsShared : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::filesystem::exists(SharedPath("examples"))) return;
    if (std::getenv("CI") != nullptr) FAIL() << ISA95_SHARED << " is missing";
    GTEST_SKIP() << ISA95_SHARED << " is not here";
  }
};

}  // namespace isa95::test
