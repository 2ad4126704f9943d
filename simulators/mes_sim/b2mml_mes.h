// The simulated MES as one that speaks B2MML itself: takes documents by HTTP, or as files out of the adapter's folder,
// and answers each at once. Threads: Answer is safe. Ownership: borrows all.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"
#include "b2mml/version.h"
#include "simulators/common/record.h"
#include "simulators/mes_sim/reporter.h"

namespace isa95::mes_sim {

class B2mmlMes {
 public:
  // `past`: the record of an earlier run, with whose orders it goes on. `reporter`: null where it does not report.
  B2mmlMes(const Options& options, sim::Record& record, OrderBook& book, const b2mml::Versions& versions,
           Reporter* reporter, const std::vector<sim::RecordLine>& past);

  // The answer's XML; empty for an answer to a report. InvalidArgument: not a document a MES takes, in words.
  absl::StatusOr<std::string> Answer(const std::string& xml);
  // Serves until SIGTERM; the exit code.
  int ServeHttp();
  int ServeFolder();

 private:
  struct Known {
    std::string version;
    Ruling ruling;
  };
  absl::StatusOr<Known> Take(flow::v1::Envelope envelope, const std::string& bod_id);
  absl::StatusOr<std::string> AnswerRequest(const flow::v1::Document& document);
  absl::Status TakeFeedback(const flow::v1::Document& document);
  std::string VersionOf(const flow::v1::Envelope& envelope) const;

  const Options& options_;
  sim::Record& record_;
  OrderBook& book_;
  const b2mml::Versions& versions_;
  Reporter* const reporter_;
  std::mutex mutex_;
  std::map<std::string, Known> known_;  // by the delivery, which the end of the adapter's BODID names
};

}  // namespace isa95::mes_sim
