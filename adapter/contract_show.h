// A contract for people and for programs. Pure but for the verb, which prints. Source: DESIGN §7 and §10.
#pragma once

#include <ostream>
#include <string>

#include "adapter/config.h"

namespace isa95::adapter {

// One page that a shift lead can read and sign: what flows and why, who acts, whose data, names and units, what is
// typed.
std::string PlainPage(const Terms& terms);
// Proto JSON on one line; tables in the order of their keys.
std::string CanonicalJson(const contract::v1::SiteContract& contract);

// `contract show [--plain]` and `contract diff OLD NEW`. The exit code: 0; 1 they differ; 2 usage; 3 one cannot be
// used.
int ContractVerb(const Config& config, std::ostream& out, std::ostream& trouble);

}  // namespace isa95::adapter
