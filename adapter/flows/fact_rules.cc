// What the rules of quality and downtime share, and what their reports wait for.
#include "adapter/flows/fact_rules.h"

#include "grpc/model/text.h"

namespace isa95::flows {

void DemandId(const flow::v1::Identifier& id, std::string_view path, std::string_view code, std::string_view named,
              Verdict& verdict) {
  if (!id.value().empty()) return;
  verdict.Park(code, path, Cat("The report names no ", named, "."), Cat("Report it anew with its ", named, "."));
}

bool DemandTime(bool given, const flow::v1::Instant& time, const std::string& path, const Checking& checking) {
  if (given) return CheckTime(time, path, true, checking.latest_ms, checking.verdict);
  checking.verdict.Park("MISSING_TIME", path, "The report does not say when it happened.",
                        "Report it anew with the time at which it happened.");
  return false;
}

bool IsUnknown(const flow::v1::Identifier& lot, const ledger::LotStandings& lots) {
  if (lot.value().empty()) return false;
  const auto found = lots.find(lot.value());
  return found == lots.end() || found->second == ledger::LotStanding::kUnknown;
}

void JudgeLot(const flow::v1::Identifier& lot, const std::string& path, const Judging& judging) {
  if (!IsUnknown(lot, judging.lots)) return;
  judging.verdict.Park("LOT_UNKNOWN", path, Cat("No order and no report has named lot ", lot.value(), "."),
                       "Report what was made or used of the lot first, or this report anew with the right lot.");
}

std::string WaitsFor(const flow::v1::Envelope& envelope, const ledger::LotStandings& lots, const FactBook& facts) {
  const auto unknown = [&](const flow::v1::Identifier& lot) {
    return IsUnknown(lot, lots) ? Cat("lot ", lot.value(), " to be named by an order or another report")
                                : std::string();
  };
  if (envelope.has_lot_disposition()) return unknown(envelope.lot_disposition().material_lot_id());
  if (envelope.has_downtime_event()) return StopWaitsFor(envelope, facts);
  if (!envelope.has_quality_test_result()) return {};
  const auto& result = envelope.quality_test_result();
  if (auto words = unknown(result.material_lot_id()); !words.empty()) return words;
  const auto& first_id = result.retest_of().value();
  if (first_id.empty()) return {};
  const auto* first = facts.Result(envelope.sender(), first_id);
  const bool there = first != nullptr && first->state != exchange::v1::REPORT_STATE_HELD;
  return there ? std::string() : Cat("result ", first_id, ", which it tests again");
}

}  // namespace isa95::flows
