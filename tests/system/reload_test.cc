// The daemon exchanges its contracts at SIGHUP, and keeps the old ones where the new ones cannot be used.
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>

#include "tests/shared.h"
#include "tests/system/plant.h"

namespace isa95::test {
namespace {

void Replace(const std::string& file, const std::string& from, const std::string& to) {
  std::string text = Slurp(file);
  ASSERT_NE(text.find(from), std::string::npos) << from;
  std::ofstream(file) << text.replace(text.find(from), from.size(), to);
}

TEST(Reload, TakesTheNewContractOrKeepsTheOldOne) {
  const TempDir dir;
  const std::string site = dir / "site.yaml", log = dir / "adapter.log";
  std::ofstream(site) << Slurp(SiteFile("site.yaml"));
  Process adapter({std::string(ISA95_BIN) + "/b2mml-adapter", "--site", site, "--ledger", dir / "ledger.db", "--http",
                   "127.0.0.1:0", "--grpc", "127.0.0.1:0"},
                  log);
  ASSERT_NE(AwaitNumber(log, "http port ", 20'000), 0);
  Replace(site, "version: 1}", "version: 2}");
  adapter.Signal(SIGHUP);
  EXPECT_EQ(AwaitNumber(log, "reloaded: site LEI contract version ", 10'000), 2);
  Replace(site, "id: LEI", "id: LEJ");
  adapter.Signal(SIGHUP);
  EXPECT_EQ(AwaitNumber(log, "CONTRACT_RELOAD_REFUSED site.id: " + site + ":", 10'000), 5);
  Replace(site, "id: LEJ", "id: LEI");
  Replace(site, "version: 2}", "version: 3}");
  adapter.Signal(SIGHUP);
  adapter.Signal(SIGTERM);
  EXPECT_EQ(adapter.Wait(20'000), 0);
}

}  // namespace
}  // namespace isa95::test
