#include "adapter/ops/notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "grpc/model/text.h"

namespace isa95::adapter::ops {
namespace {

std::string_view Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

Notify::Notify(std::string_view socket, std::string_view watchdog_usec, std::string_view watchdog_pid)
    : socket_(socket) {
  int64_t usec = 0, pid = 0;
  const bool ours = watchdog_pid.empty() || (ToNumber(watchdog_pid, pid) && pid == getpid());
  if (ours && ToNumber(watchdog_usec, usec) && usec > 0) watchdog_ = std::chrono::microseconds(usec);
}

Notify Notify::FromEnvironment() {
  return {Environment("NOTIFY_SOCKET"), Environment("WATCHDOG_USEC"), Environment("WATCHDOG_PID")};
}

void Notify::Tell(std::string_view words) const {
  sockaddr_un address{};
  if (socket_.size() < 2 || socket_.size() >= sizeof(address.sun_path)) return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, socket_.data(), socket_.size());
  if (socket_.front() == '@') address.sun_path[0] = '\0';
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  // Its buffer full means it is behind; to wait for it would stop us.
  (void)!sendto(fd, words.data(), words.size(), MSG_NOSIGNAL | MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&address),
                size);
  close(fd);
}

}  // namespace isa95::adapter::ops
