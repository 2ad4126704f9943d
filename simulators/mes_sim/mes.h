// The simulated MES as a client of the adapter: takes orders, decides each once, tells. One thread calls Run.
// Ownership: borrows options, record and book.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "simulators/common/record.h"
#include "simulators/mes_sim/order_book.h"

namespace isa95::mes_sim {

struct Options {
  std::string adapter = "127.0.0.1:50051", site, record, mode = "stream", scenario, format = "text", mutant = "none",
              control;
  std::vector<std::string> reject;
  uint32_t reject_every = 0, decide_after_ms = 0, expect = 0, timeout_s = 0, seed = 1;
  bool help = false, version = false;
};

class Mes {
 public:
  // `past`: the record of an earlier run; the MES goes on where it was.
  Mes(const Options& options, sim::Record& record, OrderBook& book,
      const std::vector<std::map<std::string, std::string>>& past);
  ~Mes();
  int Run();  // the exit code

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace isa95::mes_sim
