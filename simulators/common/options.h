// Reads a simulator's options: flags over the scenario file (YAML, the same keys). Errors: InvalidArgument.
#pragma once

#include <boost/program_options.hpp>

#include "absl/status/status.h"

namespace isa95::sim {

// `description` must have --scenario. A scenario's key is an option's name; a list gives it several times.
absl::Status ReadOptions(int argc, char** argv, const boost::program_options::options_description& description);

}  // namespace isa95::sim
