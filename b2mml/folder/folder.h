// Messages as files: ROOT/in is read, ROOT/done and ROOT/error keep what was read, ROOT/out is written. Everything in
// `in` is hostile: a name is only ever used inside its folder, links are not followed, and a file is read from the one
// descriptor that was judged. Threads: one caller, but WriteOut is safe for
// different names. Errors: absl::Status where the folders themselves do not work.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "grpc/model/finding.h"

namespace isa95::folder {

struct Options {
  int64_t settle_ms = 500;         // a file unchanged for so long is taken as written
  uint64_t max_bytes = 64u << 20;  // of a file
  uint32_t max_files = 100;        // of one Scan
  // in, out, done, error; the other side of a folder calls them the other way round.
  std::array<std::string, 4> names = {"in", "out", "done", "error"};
};

// A file of `in`, whole. `refusal` not empty: it was not read (a link, no file, too large) and has to be refused.
struct Picked {
  std::string name;
  std::string bytes;
  Findings refusal;
  int64_t age_ms = 0;  // since its last change
  uint64_t device = 0, inode = 0;
};

class Folder {
 public:
  // Creates what is missing of in, out, done and error.
  static absl::StatusOr<std::unique_ptr<Folder>> Open(const std::string& root, const Options& options);
  ~Folder();

  // What has settled in `in`, oldest first. Names that start with a dot or end with .tmp or .part are somebody's work
  // in progress. `now_ms` is any clock that goes on.
  absl::StatusOr<std::vector<Picked>> Scan(int64_t now_ms);

  // Moves the file that was read; an older file of that name stays, the new one gets .2, .3, ... A file that came under
  // the same name meanwhile is left where it is.
  absl::Status MoveToDone(const Picked& file);
  // The same, with NAME.reason.txt beside it.
  absl::Status MoveToError(const Picked& file, std::string_view reason);
  // Whole or not at all, on disk before it returns. The same name again replaces.
  absl::Status WriteOut(const std::string& name, std::string_view bytes);

 private:
  struct Seen {
    uint64_t size = 0, inode = 0;
    int64_t changed_ns = 0, since_ms = 0;
  };
  struct Entry {
    std::string name;
    int64_t changed_ns = 0;
  };

  Folder(const Options& options, int in, int out, int done, int error)
      : options_(options), in_(in), out_(out), done_(done), error_(error) {}
  absl::StatusOr<std::vector<Entry>> List() const;
  // False: not yet, or gone.
  bool Pick(const std::string& name, int64_t now_ms, Picked& file);
  bool HasSettled(const std::string& name, const Seen& seen);
  absl::StatusOr<std::string> Move(const Picked& file, int to);

  const Options options_;
  const int in_, out_, done_, error_;
  std::map<std::string, Seen> seen_;
};

}  // namespace isa95::folder
