// A simulator's own append-only record: one JSON object of texts a line, on disk before Append returns. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace isa95::sim {

class Record {
 public:
  static absl::StatusOr<std::unique_ptr<Record>> Open(const std::string& path);
  ~Record();
  // Adds "at" (milliseconds, UTC) in front.
  absl::Status Append(const std::vector<std::pair<std::string, std::string>>& fields);

 private:
  explicit Record(int file) : file_(file) {}
  std::mutex mutex_;
  int file_;
};

// Lines in order; a torn last line is left out. A missing file is an empty record.
absl::StatusOr<std::vector<std::map<std::string, std::string>>> ReadRecord(const std::string& path);

}  // namespace isa95::sim
