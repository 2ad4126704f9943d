// The commands as a person calls them: exit codes and what they print.
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <fstream>

#include "tests/shared.h"

namespace isa95 {
namespace {

struct Result {
  int code = -1;
  std::string out;
};

Result Call(const std::string& command) {
  Result result;
  FILE* pipe = popen((std::string(ISA95_BIN) + "/" + command + " 2>&1").c_str(), "r");
  std::array<char, 4096> piece{};
  for (size_t size; (size = fread(piece.data(), 1, piece.size(), pipe)) > 0;) result.out.append(piece.data(), size);
  const int status = pclose(pipe);
  result.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return result;
}

const std::string kOrder = std::string(ISA95_SOURCE) + "/examples/order.xml";
const std::string kSite = std::string(ISA95_SOURCE) + "/examples/site.yaml";

std::string Broken() {
  std::string text = test::Slurp(kOrder);
  text.replace(text.find("104.5"), 5, "1,5");
  const std::string file = ::testing::TempDir() + "/isa95-" + std::to_string(getpid()) + "-broken.xml";
  std::ofstream(file) << text;
  return file;
}

TEST(Cli, ValidateTellsValidFromBrokenFromUnreadable) {
  EXPECT_EQ(Call("b2mml validate " + kOrder).code, 0);
  const auto broken = Call("b2mml validate " + Broken() + " --format json");
  EXPECT_EQ(broken.code, 1);
  for (const char* key : {"\"code\":\"NOT_A_DECIMAL\"", "\"severity\":\"error\"", "\"path\":\"/Process",
                          "\"line\":", "\"message\":", "\"mend\":", "\"who_acts\":"}) {
    EXPECT_NE(broken.out.find(key), std::string::npos) << key << broken.out;
  }
  EXPECT_EQ(Call("b2mml validate /nowhere.xml").code, 2);
  EXPECT_EQ(Call("b2mml validate").code, 2);
}

TEST(Cli, TranslateAndDiffCloseTheCircle) {
  const std::string json = ::testing::TempDir() + "/isa95-" + std::to_string(getpid()) + "-order.json",
                    xml = ::testing::TempDir() + "/isa95-" + std::to_string(getpid()) + "-order.xml";
  EXPECT_EQ(Call("b2mml translate " + kOrder + " --to json > " + json).code, 0);
  EXPECT_EQ(Call("b2mml translate " + json + " --to xml > " + xml).code, 0);
  EXPECT_EQ(Call("b2mml diff " + kOrder + " " + xml).code, 0);
  EXPECT_EQ(Call("b2mml diff " + kOrder + " " + json).code, 0);
  EXPECT_EQ(Call("b2mml diff " + kOrder + " " + Broken()).code, 1);
  EXPECT_EQ(Call("b2mml diff " + kOrder + " /nowhere.xml").code, 2);
  EXPECT_EQ(Call("b2mml translate " + Broken() + " --to json").code, 1);
  EXPECT_EQ(Call("b2mml translate " + kOrder + " --to xml --b2mml-version V9999").code, 2);
}

TEST(Cli, EveryProgramHasHelpWithAnExample) {
  for (const char* program : {"b2mml", "b2mml-adapter", "b2mml-erp-sim", "b2mml-mes-sim", "b2mml-sim-reconcile"}) {
    const auto help = Call(std::string(program) + " --help");
    EXPECT_EQ(help.code, 0) << program;
    EXPECT_NE(help.out.find("Example:"), std::string::npos) << program << help.out;
    EXPECT_EQ(Call(std::string(program) + " --no-such-option").code, 2) << program;
  }
}

TEST(Cli, ContractIsShownAndCompared) {
  const auto page = Call("b2mml-adapter contract show --plain --site " + kSite);
  EXPECT_EQ(page.code, 0);
  EXPECT_NE(page.out.find("WHAT FLOWS, AND WHY"), std::string::npos) << page.out;
  EXPECT_EQ(Call("b2mml-adapter contract diff " + kSite + " " + kSite).code, 0);
  const auto other =
      Call("b2mml-adapter contract diff --format json " + kSite + " " + ISA95_SOURCE + "/examples/site-folder.yaml");
  EXPECT_EQ(other.code, 1);
  EXPECT_NE(other.out.find("\"key\":\"site.id\""), std::string::npos) << other.out;
  EXPECT_EQ(Call("b2mml-adapter contract diff " + kSite + " /nowhere.yaml").code, 3);
  EXPECT_EQ(Call("b2mml-adapter contract").code, 2);
  EXPECT_EQ(Call("b2mml-adapter audit " + kSite).code, 2);
}

TEST(Cli, CheckConfigExplains) {
  EXPECT_EQ(Call("b2mml-adapter check-config --site " + kSite).code, 0);
  std::string text = test::Slurp(kSite);
  text.replace(text.find("time_zone"), 9, "timezone_");
  const std::string file = ::testing::TempDir() + "/isa95-" + std::to_string(getpid()) + "-site.yaml";
  std::ofstream(file) << text;
  const auto wrong = Call("b2mml-adapter check-config --site " + file);
  EXPECT_EQ(wrong.code, 3);
  EXPECT_NE(wrong.out.find("Did you mean 'time_zone'"), std::string::npos) << wrong.out;
}

TEST(Cli, AdapterRefusesAnOpenAddress_WithoutLab) {
  const auto open = Call("b2mml-adapter --site " + kSite + " --http 0.0.0.0:0 --ledger " + ::testing::TempDir() +
                         "/isa95-" + std::to_string(getpid()) + "-open.db");
  EXPECT_EQ(open.code, 3);
  EXPECT_NE(open.out.find("--lab"), std::string::npos) << open.out;
  EXPECT_EQ(Call("b2mml-adapter trace --ledger x").code, 2);
  EXPECT_EQ(Call("b2mml-adapter trace --order 1 --ledger /nowhere/x.db").code, 4);
}

}  // namespace
}  // namespace isa95
