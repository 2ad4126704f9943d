// traffic.jsonl, written from a ledger and read back. Source: DESIGN §9; isa95/traffic/v1/traffic.proto. Threads: of
// one. Errors: InvalidArgument with the line for a file that is not whole; the ledger's own.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "adapter/ledger/report_ledger.h"
#include "isa95/traffic/v1/traffic.pb.h"

namespace isa95::adapter {

using Traffic = std::vector<traffic::v1::TrafficLine>;

// Everything of a site that came in and went out, by time: documents of the ERP, reports of the MES as they were sent,
// decisions, and of each report the last message to the ERP.
absl::StatusOr<Traffic> TrafficOf(ledger::Ledgers& ledger, const std::string& site);
absl::Status WriteTraffic(const Traffic& traffic, std::ostream& out);
// At most 10 million lines of 16 MiB; header first, footer last, counts and hashes right.
absl::StatusOr<Traffic> ReadTraffic(std::istream& in);

}  // namespace isa95::adapter
