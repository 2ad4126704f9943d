// Recorded days once more, under another contract or by another version of this program, into a ledger of their own:
// nothing is sent. What would be posted is held against what was. Threads: of one. Source: DESIGN §7; issue of the site
// contract, rehearsal.
//
//   b2mml-adapter export-traffic --ledger /var/lib/isa95/adapter.db --site old.yaml > days.jsonl
//   b2mml-adapter rehearse --site new.yaml --traffic days.jsonl
#pragma once

#include <compare>
#include <iosfwd>
#include <map>
#include <string>

#include "adapter/contracts.h"
#include "adapter/rehearse/traffic.h"
#include "b2mml/version.h"
#include "grpc/model/decimal.h"

namespace isa95::adapter {

// What the ERP was told, or would be: as it stands in the messages to it.
struct PostedKey {
  std::string order, material, use, unit;
  auto operator<=>(const PostedKey&) const = default;
};
using Posted = std::map<PostedKey, ExactDecimal>;

struct Rehearsal {
  Posted was, would;
  // Code -> how many reports or orders: refused or parked now, and by the recording.
  std::map<std::string, uint64_t> refused_now;
  uint64_t orders = 0, reports = 0, refused_then = 0;
};

absl::StatusOr<Rehearsal> Rehearse(const Traffic& traffic, const Contracts& contracts, const b2mml::Versions& versions);
// True where something would be posted otherwise. A line an order and material, then one a material: "RM-100: 412 KGM
// on 9 orders".
bool PrintRehearsal(const Rehearsal& rehearsal, const std::string& format, std::ostream& out);

}  // namespace isa95::adapter
