// A simulator's own append-only record: one JSON object of texts a line, on disk before Append returns. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace isa95::sim {

// A line about to be written, in its order; and one read again.
using RecordFields = std::vector<std::pair<std::string, std::string>>;
using RecordLine = std::map<std::string, std::string>;

// Empty where the line has no such field.
std::string FieldOf(const RecordLine& line, const std::string& name);

// None where the text is no line of a record.
std::optional<RecordLine> ParseRecordLine(const std::string& text);

class Record {
 public:
  static absl::StatusOr<std::unique_ptr<Record>> Open(const std::string& path);
  ~Record();
  // Adds "at" (milliseconds, UTC) in front.
  absl::Status Append(const RecordFields& fields);
  // In one write: lines that belong together.
  absl::Status AppendAll(const std::vector<RecordFields>& lines);

 private:
  explicit Record(int file) : file_(file) {}
  std::mutex mutex_;
  int file_;
};

// Lines in order; a torn last line is left out. A missing file is an empty record.
absl::StatusOr<std::vector<RecordLine>> ReadRecord(const std::string& path);

}  // namespace isa95::sim
