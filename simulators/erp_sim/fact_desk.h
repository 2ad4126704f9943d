// Where quality and downtime reach the simulated ERP: each document is judged by the books, put on record with the time
// it was told, and confirmed. Thread-safe. Ownership: borrows record and versions.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "b2mml/version.h"
#include "simulators/erp_sim/fact_books.h"

namespace isa95::erp_sim {

class FactDesk {
 public:
  // `past`: the record of an earlier run, whose books are taken over.
  FactDesk(std::string mutant, std::string logical_id, sim::Record& record, const b2mml::Versions& versions,
           const std::vector<sim::RecordLine>& past);

  // A document that IsFact. The ConfirmBOD's XML; empty = none was asked for. On record before it returns. Internal:
  // the record or the answer cannot be written.
  absl::StatusOr<std::string> Take(const flow::v1::Document& document);

 private:
  absl::StatusOr<std::string> Confirm(const flow::v1::Document& document, const Verdict& verdict) const;

  const std::string logical_id_;
  sim::Record& record_;
  const b2mml::Versions& versions_;
  std::mutex mutex_;
  FactBooks books_;
};

}  // namespace isa95::erp_sim
