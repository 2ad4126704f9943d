// The log: one JSON object a line on stderr, valid whatever bytes come. Written by a thread of its own behind a bounded
// queue: when lines come faster than they can be written the oldest are given up and counted, and nobody waits.
// Threads: safe. Ownership: built first and destroyed last by main; spdlog's default logger is its.
#pragma once

#include <spdlog/async.h>
#include <spdlog/logger.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace isa95::adapter::ops {

// Appends a JSON string with its quotation marks: what is no UTF-8 becomes U+FFFD, what is longer than `max` bytes is
// cut at a character and ends with "...".
void AppendJson(std::string& out, std::string_view text, size_t max);

class Log {
 public:
  static constexpr size_t kQueue = 8192;    // lines
  static constexpr size_t kMaxText = 2000;  // bytes of one text

  Log();
  ~Log();  // after all that waits is written
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // A logger for lines that are JSON members already, such as `"message":"x","site":"LEI"`.
  const std::shared_ptr<spdlog::logger>& members() const { return members_; }
  uint64_t dropped() const;

 private:
  std::shared_ptr<spdlog::details::thread_pool> writer_;
  std::shared_ptr<spdlog::logger> words_, members_;
};

}  // namespace isa95::adapter::ops
