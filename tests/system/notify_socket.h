// Where systemd would listen: a datagram socket of the test's own. Not thread-safe.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <string>

#include "tests/system/process.h"

namespace isa95::test {

class NotifySocket {
 public:
  explicit NotifySocket(bool abstract) : fd_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    name_ = abstract ? "@isa95-test-" + std::to_string(getpid()) : dir_ / "notify";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name_.data(), name_.size());
    if (abstract) address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
    if (bind(fd_, reinterpret_cast<sockaddr*>(&address), size) != 0) name_.clear();
  }
  ~NotifySocket() { close(fd_); }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  const std::string& name() const { return name_; }
  // The next words; empty = none came within `timeout_ms`.
  std::string Next(int timeout_ms) {
    pollfd ready{fd_, POLLIN, 0};
    if (poll(&ready, 1, timeout_ms) != 1) return {};
    char words[256];
    const auto size = recv(fd_, words, sizeof(words), 0);
    return size <= 0 ? std::string() : std::string(words, static_cast<size_t>(size));
  }

 private:
  TempDir dir_;
  int fd_;
  std::string name_;
};

}  // namespace isa95::test
