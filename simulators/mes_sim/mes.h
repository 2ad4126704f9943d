// The simulated MES as a client of the adapter: takes orders, decides each once, tells. One thread calls Run.
// Ownership: borrows options, record and book.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "simulators/common/record.h"
#include "simulators/mes_sim/decide.h"

namespace isa95::mes_sim {

class Reporter;

class Mes {
 public:
  // `past`: the record of an earlier run; the MES goes on where it was. `reporter`: null where it does not report.
  Mes(const Options& options, sim::Record& record, OrderBook& book, Reporter* reporter,
      const std::vector<sim::RecordLine>& past);
  ~Mes();
  int Run();  // the exit code

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace isa95::mes_sim
