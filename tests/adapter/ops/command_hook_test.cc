// The notify command: what it gets, and what becomes of one that fails or never ends.
#include "adapter/ops/command_hook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>

#include "tests/system/process.h"

namespace isa95::adapter::ops {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

class CommandHookTest : public testing::Test {
 protected:
  // A script of these lines; $OUT is a file of this test.
  std::string Script(const std::string& lines) {
    const auto file = dir_ / "hook.sh";
    std::ofstream(file) << "#!/bin/sh\nOUT=" << dir_ / "out"
                        << "\n"
                        << lines << "\n";
    chmod(file.c_str(), 0755);
    return file;
  }
  std::string Out() { return test::ReadAll(dir_ / "out"); }
  absl::Status Run(const std::string& lines, milliseconds limit = seconds(20)) {
    return RunHook(Script(lines), "{\"id\":1}\n", limit, [] { return false; });
  }
  test::TempDir dir_;
};

TEST_F(CommandHookTest, GetsTheNoticeOnItsInput) {
  EXPECT_TRUE(Run("cat > $OUT").ok());
  EXPECT_EQ(Out(), "{\"id\":1}\n");
}

TEST_F(CommandHookTest, FailsWithWhatItSaid_WhenItsExitIsNotZero) {
  const auto status = Run("echo no mail server >&2; exit 3");
  EXPECT_THAT(std::string(status.message()), HasSubstr("exit 3: no mail server"));
}

TEST_F(CommandHookTest, GetsNeitherOurSettingsNorOurFiles) {
  setenv("ISA95_WEBHOOK", "http://secret", 1);
  const std::ifstream ours("/proc/self/status");
  EXPECT_TRUE(Run("env > $OUT; ls /proc/self/fd | tr '\\n' ' ' >> $OUT").ok());
  unsetenv("ISA95_WEBHOOK");
  EXPECT_EQ(Out().find("ISA95"), std::string::npos) << Out();
  EXPECT_THAT(Out(), HasSubstr("PATH="));
  EXPECT_THAT(Out(), testing::EndsWith("0 1 2 3 ")) << "3 is ls's own";
}

TEST_F(CommandHookTest, IsNoShell_WhenItsNameLooksLikeOne) {
  const auto name = dir_ / "hook.sh; touch " + (dir_ / "out");
  EXPECT_THAT(std::string(RunHook(name, "", seconds(1), [] { return false; }).message()),
              HasSubstr("cannot be started"));
  EXPECT_EQ(Out(), "");
}

TEST_F(CommandHookTest, IsKilledWithWhatItStarted_WhenItRunsTooLong) {
  const auto status = Run("sleep 1000 & echo $! > $OUT; wait", milliseconds(500));
  EXPECT_THAT(std::string(status.message()), HasSubstr("longer than 500 ms"));
  const int child = std::stoi(Out());
  ASSERT_GT(child, 0);
  // Killed; whoever adopts it may be slow to bury it.
  const auto stat = test::ReadAll("/proc/" + std::to_string(child) + "/stat");
  EXPECT_TRUE(stat.empty() || stat.find(") Z ") != std::string::npos) << stat;
}

TEST_F(CommandHookTest, BlocksNobody_WhenItWritesWithoutEnd_OrReadsNothing) {
  EXPECT_TRUE(Run("head -c 1000000 /dev/zero").ok());
  const std::string large(1'000'000, 'x');
  EXPECT_TRUE(RunHook(Script("exit 0"), large, seconds(20), [] { return false; }).ok());
}

TEST_F(CommandHookTest, IsKilled_WhenTheAdapterStops) {
  const auto status = RunHook(Script("exec sleep 1000"), "", seconds(100), [] { return true; });
  EXPECT_THAT(std::string(status.message()), HasSubstr("the adapter stops"));
}

}  // namespace
}  // namespace isa95::adapter::ops
