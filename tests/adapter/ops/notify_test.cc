// The words to systemd, and that they are said only when it is true.
#include "adapter/ops/notify.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <future>

#include "adapter/ops/watchdog.h"
#include "tests/system/notify_socket.h"

namespace isa95::adapter::ops {
namespace {

using std::chrono::microseconds;
using test::NotifySocket;

TEST(Notify, Arrives_UnderAPathAndUnderAnAbstractName) {
  for (const bool abstract : {false, true}) {
    NotifySocket socket(abstract);
    Notify(socket.name(), "", "").Tell("READY=1");
    EXPECT_EQ(socket.Next(5'000), "READY=1") << socket.name();
  }
}

TEST(Notify, IsSilent_WhenNobodyListens) {
  Notify("", "", "").Tell("READY=1");
  Notify("/no/such/socket", "", "").Tell("READY=1");
  Notify(std::string(500, 'x'), "", "").Tell("READY=1");
}

TEST(Notify, KnowsTheWatchdog_WhenItIsForThisProcess) {
  EXPECT_EQ(Notify("", "30000000", "").watchdog(), microseconds(30'000'000));
  EXPECT_EQ(Notify("", "30000000", std::to_string(getpid())).watchdog(), microseconds(30'000'000));
  EXPECT_EQ(Notify("", "30000000", "1").watchdog(), microseconds(0));
  EXPECT_EQ(Notify("", "soon", "").watchdog(), microseconds(0));
  EXPECT_EQ(Notify("", "", "").watchdog(), microseconds(0));
}

TEST(Watchdog, SaysNothing_WhenWhatItLooksAtFails) {
  std::atomic<int> looks{0}, words{0};
  std::promise<void> thrice;
  {
    Watchdog watchdog(
        microseconds(6'000),
        [&] {
          const int look = ++looks;
          if (look == 3) thrice.set_value();
          return look == 1 ? absl::OkStatus() : absl::UnavailableError("no answer");
        },
        [&] { ++words; });
    thrice.get_future().wait();
  }
  EXPECT_GE(looks, 3);
  EXPECT_EQ(words, 1);
}

}  // namespace
}  // namespace isa95::adapter::ops
