#include "simulators/reconcile/reconcile.h"

#include <algorithm>
#include <array>
#include <iomanip>
#include <sstream>
#include <utility>

namespace isa95::sim {
namespace {

struct Life {
  int released = 0, resent = 0, refused = 0, taken = 0, redelivered = 0;
  std::string decision;  // of the MES: ACCEPTED, REJECTED
  std::string reason;
  std::string told;  // to the ERP: Accepted, Rejected
};

// Of one request: order id, and version with its kind where that is not a release.
using Key = std::pair<std::string, std::string>;
using Lives = std::map<Key, Life>;

Key KeyOf(const RecordLine& line) {
  const std::string kind = FieldOf(line, "kind");
  const bool plain = kind.empty() || kind == "release";
  return {FieldOf(line, "order_id"), FieldOf(line, "version") + (plain ? "" : " " + kind)};
}

// An answer names the BODID it answers, and that says which request it was.
void TakeErp(const RecordLine& line, Lives& lives, std::map<std::string, Key>& by_bod_id) {
  const std::string event = FieldOf(line, "event");
  constexpr std::array<std::string_view, 6> kOfOrders = {"released", "resent",          "refused",
                                                         "answered", "answer_repeated", "confirmed"};
  if (std::find(kOfOrders.begin(), kOfOrders.end(), event) == kOfOrders.end()) return;
  if (!FieldOf(line, "bod_id").empty()) by_bod_id[FieldOf(line, "bod_id")] = KeyOf(line);
  const auto asked = by_bod_id.find(FieldOf(line, "original_bod_id"));
  if (asked == by_bod_id.end() && FieldOf(line, "order_id").empty()) return;
  Life& life = lives[asked == by_bod_id.end() ? KeyOf(line) : asked->second];
  if (event == "released") ++life.released;
  if (event == "resent") ++life.resent;
  if (event == "refused") ++life.refused;
  const bool told = event == "answered" || event == "confirmed";
  if (told && FieldOf(line, "reason") != "DECISION_PENDING") life.told = FieldOf(line, "outcome");
}

// Orders the MES took, in the order it took them, must count up per order id.
bool TakeMes(const RecordLine& line, Lives& lives, std::map<std::string, int>& last_version) {
  const std::string event = FieldOf(line, "event");
  if (FieldOf(line, "order_id").empty()) return true;
  if (event != "taken" && event != "redelivered" && event != "decided") return true;
  Life& life = lives[KeyOf(line)];
  if (event == "redelivered") ++life.redelivered;
  if (event == "decided") {
    life.decision = FieldOf(line, "decision");
    life.reason = FieldOf(line, "reason_code");
  }
  if (event != "taken") return true;
  ++life.taken;
  const int version = std::atoi(FieldOf(line, "version").c_str());
  int& last = last_version[FieldOf(line, "order_id")];
  const bool in_order = FieldOf(line, "kind") == "cancel" ? version >= last : version > last;
  last = version;
  return in_order;
}

bool ToldRight(const Life& life) {
  return (life.decision == "ACCEPTED" && (life.told == "Accepted" || life.told == "Replaced")) ||
         (life.decision == "MODIFIED" && life.told == "Modified") ||
         (life.decision == "REJECTED" && life.told == "Rejected");
}

// By the adapter: at once in its response, or, where the ERP writes files, by the answer.
bool WasRefused(const Life& life) { return life.taken == 0 && (life.refused > 0 || life.told == "Rejected"); }

std::string WhatBecame(const Life& life) {
  if (WasRefused(life)) return "refused by the adapter, which told the ERP why";
  if (life.taken == 0) return "LOST: the MES never took it";
  if (life.taken > 1) return "DOUBLED: the MES took it " + std::to_string(life.taken) + " times";
  if (!ToldRight(life)) return "the MES said " + life.decision + ", the ERP was told '" + life.told + "'";
  return life.decision != "REJECTED" ? "accepted by the MES, ERP told " + life.told
                                     : "rejected by the MES (" + life.reason + "), ERP told Rejected";
}

}  // namespace

Reconciliation Reconcile(const std::vector<RecordLine>& erp, const std::vector<RecordLine>& mes) {
  Lives lives;
  std::map<std::string, int> last_version;
  int out_of_order = 0;
  std::map<std::string, Key> by_bod_id;
  for (const auto& line : erp) TakeErp(line, lives, by_bod_id);
  for (const auto& line : mes) out_of_order += TakeMes(line, lives, last_version) ? 0 : 1;

  int released = 0, resent = 0, refused = 0, accepted = 0, rejected = 0, lost = 0, doubled = 0, untold = 0;
  std::ostringstream table;
  for (const auto& [key, life] : lives) {
    const bool was_refused = WasRefused(life);
    released += life.released;
    resent += life.resent;
    refused += was_refused;
    accepted += !life.decision.empty() && life.decision != "REJECTED";
    rejected += life.decision == "REJECTED";
    lost += !was_refused && life.taken == 0;
    doubled += life.taken > 1;
    untold += life.taken == 1 && !ToldRight(life);
    table << std::left << std::setw(16) << key.first << " v" << std::setw(9) << key.second << WhatBecame(life);
    if (life.resent > 0) table << " (sent twice, one effect)";
    table << "\n";
  }
  Reconciliation result;
  result.table = table.str();
  result.reconciled = !lives.empty() && lost == 0 && doubled == 0 && untold == 0 && out_of_order == 0;
  std::ostringstream summary;
  summary << "orders " << lives.size() << ": released " << released << ", sent again " << resent << ", accepted "
          << accepted << ", rejected by the MES " << rejected << ", refused by the adapter " << refused << "\nlost "
          << lost << ", doubled " << doubled << ", ERP not told right " << untold << ", out of order " << out_of_order
          << "\n";
  result.summary = summary.str();
  return result;
}

}  // namespace isa95::sim
