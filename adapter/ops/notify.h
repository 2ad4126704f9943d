// The words to systemd (sd_notify's protocol: a datagram to $NOTIFY_SOCKET), without its library. Without a socket all
// is silence. Threads: safe. Source: sd_notify(3), sd_watchdog_enabled(3).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace isa95::adapter::ops {

class Notify {
 public:
  // `socket`: a path, or a name in the abstract namespace that starts with '@'; empty = nobody listens.
  // `watchdog_usec`, `watchdog_pid`: as in the environment; a pid that is not ours means somebody else.
  Notify(std::string_view socket, std::string_view watchdog_usec, std::string_view watchdog_pid);
  static Notify FromEnvironment();

  void Tell(std::string_view words) const;                          // "READY=1"; what nobody takes is lost
  std::chrono::microseconds watchdog() const { return watchdog_; }  // 0 = none is asked for

 private:
  std::string socket_;
  std::chrono::microseconds watchdog_{0};
};

}  // namespace isa95::adapter::ops
