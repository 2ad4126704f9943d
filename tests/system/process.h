// A child process of a test: started with its output in a file, killed at the end at the latest. Not thread-safe.
#pragma once

#include <string>
#include <vector>

namespace isa95::test {

class Process {
 public:
  // Starts at once; stdout and stderr go to `log`.
  Process(std::vector<std::string> arguments, std::string log);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void Signal(int number);
  // Exit code, or 128 + signal; -1 where it did not end within `timeout_ms`.
  int Wait(int timeout_ms);
  bool Running();
  int pid() const { return pid_; }

 private:
  int pid_ = -1;
  int status_ = 0;
  bool ended_ = false;
};

// A folder of this test, removed at the end.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

std::string ReadAll(const std::string& file);
// Waits until `file` holds "<before><number>"; the number, or 0 after `timeout_ms`.
int AwaitNumber(const std::string& file, const std::string& before, int timeout_ms);
// A port nobody listens on now.
int FreePort();

}  // namespace isa95::test
