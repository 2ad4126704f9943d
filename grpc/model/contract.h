// The site contract's strict loader. Walks the descriptor of isa95.contract.v1.SiteContract: an unknown key, a
// duplicate key, a wrong type or a missing required key is a Finding with file:line, key and the nearest valid name.
// Source: DESIGN §7. Thread-safe: no state.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "grpc/model/decimal.h"
#include "grpc/model/finding.h"
#include "isa95/contract/v1/contract.pb.h"

namespace isa95 {

struct LoadedContract {
  contract::v1::SiteContract contract;
  Findings findings;  // path = dotted key, line = line in the file; an error means: do not start
  std::map<std::string, uint64_t, std::less<>> lines;  // dotted key -> where it stands in the file
};

// `file` is only for the findings' words. Never throws.
LoadedContract ParseContract(std::string_view yaml, std::string_view file);
// Reads the file (at most 1 MiB) and parses it; an unreadable file is the finding CONTRACT_UNREADABLE.
LoadedContract LoadContract(const std::string& path);
// Where a key stands, or the nearest above it that is written in the file; 0 = none is.
uint64_t LineOfKey(const LoadedContract& loaded, std::string_view key);
// "30s", "15m", "8h" -> milliseconds; 0 = not such a text.
int64_t ParseSpanMillis(std::string_view text);
// "5%" -> 0.05, exactly; null = not such a text, or negative.
std::optional<ExactDecimal> ParsePercent(std::string_view text);

}  // namespace isa95
