#include "adapter/ops/command_hook.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>
#include <vector>

#include "grpc/model/text.h"

extern char** environ;

namespace isa95::adapter::ops {
namespace {

constexpr auto kLook = std::chrono::milliseconds(20);
constexpr size_t kMaxSaid = 300;  // bytes

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }

 private:
  const int fd_;
};

// A file without a name and not a pipe: whoever does not read it blocks nobody.
int FileOf(std::string_view text) {
  const int fd = memfd_create("notice", MFD_CLOEXEC);
  while (fd >= 0 && !text.empty()) {
    const auto written = write(fd, text.data(), text.size());
    if (written <= 0) return close(fd), -1;
    text.remove_prefix(static_cast<size_t>(written));
  }
  if (fd >= 0) lseek(fd, 0, SEEK_SET);
  return fd;
}

int Spawn(const std::string& program, int input, int output, pid_t& pid) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, input, 0);
  posix_spawn_file_actions_adddup2(&files, output, 1);
  posix_spawn_file_actions_adddup2(&files, output, 2);
  posix_spawn_file_actions_addclosefrom_np(&files, 3);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  std::vector<char*> settings;
  for (char** one = environ; *one != nullptr; ++one) {
    if (!std::string_view(*one).starts_with("ISA95_")) settings.push_back(*one);
  }
  settings.push_back(nullptr);
  std::string name = program;
  char* arguments[] = {name.data(), nullptr};
  const int error = posix_spawn(&pid, program.c_str(), &files, &attributes, arguments, settings.data());
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  return error;
}

// Takes what it writes, so that it never blocks on it; the beginning is kept.
void Drain(int fd, std::string& said) {
  char buffer[4096];
  for (ssize_t n = 0; (n = read(fd, buffer, sizeof(buffer))) > 0;) {
    said.append(buffer, std::min(static_cast<size_t>(n), kMaxSaid - std::min(said.size(), kMaxSaid)));
  }
}

absl::Status Outcome(int status, const std::string& said) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return absl::OkStatus();
  const auto how = WIFEXITED(status) ? Cat("exit ", WEXITSTATUS(status)) : Cat("signal ", WTERMSIG(status));
  return absl::UnavailableError(Cat("the notify command ended with ", how, said.empty() ? "" : ": ", said));
}

}  // namespace

absl::Status RunHook(const std::string& program, std::string_view input, std::chrono::milliseconds limit,
                     const std::function<bool()>& stop) {
  int pipe_ends[2];
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) return absl::UnavailableError(strerror(errno));
  const File output(pipe_ends[0]);
  fcntl(output.fd(), F_SETFL, O_NONBLOCK);  // this end only: programs do not expect it of theirs
  pid_t pid = -1;
  int error = 0;
  {
    const File written(pipe_ends[1]), text(FileOf(input));
    if (text.fd() < 0) return absl::UnavailableError(strerror(errno));
    error = Spawn(program, text.fd(), written.fd(), pid);
  }
  if (error != 0) return absl::UnavailableError(Cat("the notify command cannot be started: ", strerror(error)));
  const auto until = std::chrono::steady_clock::now() + limit;
  std::string said;
  for (int status = 0;;) {
    Drain(output.fd(), said);
    if (waitpid(pid, &status, WNOHANG) == pid) {
      kill(-pid, SIGKILL);  // what it left behind
      Drain(output.fd(), said);
      return Outcome(status, said);
    }
    const bool late = std::chrono::steady_clock::now() >= until;
    if (late || stop()) {
      kill(-pid, SIGKILL);
      waitpid(pid, &status, 0);
      return absl::UnavailableError(
          late ? Cat("the notify command ran longer than ", limit.count(), " ms; it was killed")
               : "the adapter stops; the notify command was killed");
    }
    std::this_thread::sleep_for(kLook);
  }
}

}  // namespace isa95::adapter::ops
