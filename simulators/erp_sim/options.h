// What b2mml-erp-sim can be told on its command line or by a scenario file.
#pragma once

#include <boost/program_options.hpp>
#include <string>
#include <vector>

#include "simulators/erp_sim/posting_desk.h"

namespace isa95::erp_sim {

struct Options {
  std::string adapter_url, listen, record, prefix = "ORD-", version = "V0701", logical_id = "ERP-DEMO", scenario, noun,
                                           folder, control, format = "text";
  std::vector<std::string> files;
  DeskTerms desk;  // how reports of work done are posted
  std::vector<std::string> blocked_lots;
  uint32_t orders = 0, versions = 1, change_every = 0, hold_every = 0, cancel_every = 0, seed = 1, resend_every = 0,
           broken = 0, parallel = 1, timeout_s = 60;
  bool help = false, show_version = false, serve = false, until_answered = false;
};

boost::program_options::options_description Describe(Options& options);
// Empty = they go together.
std::string FaultOf(const Options& options);

}  // namespace isa95::erp_sim
