// What the flows tell of what they do: a line in the log, with the message's keys as fields of their own, and a figure
// in the metrics. A handle that is copied; without metrics and log it tells nobody. Threads: safe. Ownership: borrows
// the metrics, shares the logger.
#pragma once

#include <spdlog/logger.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

#include "adapter/ops/metrics.h"
#include "isa95/flow/v1/document.pb.h"

namespace isa95::adapter::ops {

// One thing that happened to one message. Texts may come from outside.
struct Line {
  const char* message;                              // "document received", "report received", "delivered", "answered"
  std::string_view site = {}, flow = {}, key = {};  // key: order or report id
  std::string_view bod_id = {};
  uint64_t document = 0, report = 0;  // in the ledger; 0 = none
  std::string_view outcome = {};
  std::string_view detail = {};  // for people; may be empty
  uint64_t orders = 0;           // of a document, where it has several; key is the first one's
};

class Journal {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr size_t kMaxKey = 128, kMaxDetail = 500;  // bytes

  Journal() = default;
  Journal(Metrics& metrics, std::shared_ptr<spdlog::logger> log) : metrics_(&metrics), log_(std::move(log)) {}

  void Tell(const Line& line, spdlog::level::level_enum level = spdlog::level::info) const;
  void Took(Step step, std::string_view site, Clock::duration time) const;
  void Refused(std::string_view site, std::string_view flow, std::string_view code) const;

 private:
  Metrics* metrics_ = nullptr;
  std::shared_ptr<spdlog::logger> log_;
};

// The contract's name of the flow a message belongs to.
const char* FlowOf(flow::v1::MessageKind kind);

}  // namespace isa95::adapter::ops
