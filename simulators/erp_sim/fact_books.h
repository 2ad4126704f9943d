// The simulated ERP's books of quality and downtime: how each lot stands, every test result that was told, and each
// stop with its end. Pure: a verdict is asked for, put on record by the caller, and then taken in.
#pragma once

#include <map>
#include <string>

#include "simulators/erp_sim/books.h"
#include "simulators/erp_sim/told_facts.h"

namespace isa95::erp_sim {

class FactBooks {
 public:
  explicit FactBooks(std::string mutant) : mutant_(std::move(mutant)) {}

  // Accepted, also again of what came before; Rejected of what contradicts it.
  Verdict Judge(const Told& told) const;
  // The line of the record: what was told and, of a lot, how its stock stands from now on.
  sim::RecordFields LineOf(const Told& told, const Verdict& verdict) const;
  // A line of the record, now written or read again after a restart.
  void Read(const sim::RecordLine& line);

 private:
  const std::string mutant_;
  std::map<std::string, std::string> content_;  // by key, of a stop also by its phase
};

}  // namespace isa95::erp_sim
