// Defects in what is reported of quality and downtime.
#include "grpc/model/text.h"
#include "simulators/mes_sim/mutants.h"

namespace isa95::mes_sim {
namespace {

using namespace flow::v1;
using Reports = std::vector<ShopReport>;

// The scenario: a value that is the limit itself.
void PassAtTheLimit(const ShiftTerms&, Reports& reports) {
  for (auto& each : reports) {
    if (!each.report.has_test_result()) continue;
    auto& result = *each.report.mutable_test_result();
    const bool at_limit = result.high().exclusive() && result.value().value().value() == result.high().value().value();
    if (!at_limit || result.verdict() == VERDICT_CODE_PASS) continue;
    result.set_verdict(VERDICT_CODE_PASS);
    each.mutant = Cat("passes ", result.value().value().value(), ", which is the exclusive limit");
  }
}

// The scenario: a sample is tested again.
void OverwriteResult(const ShiftTerms&, Reports& reports) {
  for (auto& each : reports) {
    if (!each.report.has_test_result() || !each.report.test_result().has_retest_of()) continue;
    auto& result = *each.report.mutable_test_result();
    each.mutant = Cat("tells retest ", result.id().value(), " as ", result.retest_of().value());
    *result.mutable_id() = result.retest_of();
    result.clear_retest_of();
  }
}

// The scenario: a stop is told when it begins, and ends.
void LeaveOpen(const ShiftTerms&, Reports& reports) {
  std::vector<Happened> untold;
  std::erase_if(reports, [&](ShopReport& each) {
    if (each.report.downtime().phase() != DOWNTIME_PHASE_CODE_CLOSED) return false;
    untold.insert(untold.end(), each.happened.begin(), each.happened.end());
    return true;
  });
  for (auto& each : reports) {
    if (each.report.downtime().phase() != DOWNTIME_PHASE_CODE_OPENED || untold.empty()) continue;
    if (!each.happened.empty()) continue;  // it has not ended
    each.mutant = Cat("never tells the end of stop ", IdOf(each.report));
    each.happened = std::move(untold);
    untold.clear();
  }
}

void OpenAnother(const ShiftTerms&, Reports& reports) {
  for (auto& each : reports) {
    if (each.report.downtime().phase() != DOWNTIME_PHASE_CODE_CLOSED) continue;
    auto& stop = *each.report.mutable_downtime();
    each.mutant = Cat("tells the end of stop ", stop.id().value(), " as a stop of no length");
    stop.mutable_id()->set_value(stop.id().value() + "-C");
    *stop.mutable_start_time() = stop.end_time();
  }
}

// None without a number: a MES that leaves one out does not know that it does.
void NumberAgain(Reports& reports) {
  uint64_t line = 0, lot = 0;
  for (auto& each : reports) each.report.set_order_sequence(each.report.has_downtime() ? ++line : ++lot);
}

}  // namespace

const std::vector<Mutant>& FactMutants() {
  static const std::vector<Mutant> kAll = {
      {"M56", "a value equal to an exclusive limit passes", PassAtTheLimit},
      {"M58", "a retest overwrites the first result", OverwriteResult},
      {"M61", "an open stop is never closed", LeaveOpen},
      {"M62", "closing a stop opens a second one", OpenAnother},
  };
  return kAll;
}

void MutateFacts(const ShiftTerms& terms, Reports& reports) {
  for (const auto& mutant : FactMutants()) {
    if (mutant.id == terms.mutant) mutant.change(terms, reports);
  }
  NumberAgain(reports);
}

}  // namespace isa95::mes_sim
