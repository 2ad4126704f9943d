#include "adapter/reconcile_sums.h"

#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

using namespace flow::v1;

bool IsLater(const ledger::StoredReport& report, const ledger::StoredReport* than) {
  if (than == nullptr) return true;
  const auto left = report.envelope.order_sequence(), right = than->envelope.order_sequence();
  return left == 0 || right == 0 || left >= right;  // else by arrival, and the later ones come later
}

}  // namespace

const char* KindWord(int kind) {
  switch (kind) {
    case OUTPUT_KIND_CODE_GOOD:
      return "good";
    case OUTPUT_KIND_CODE_SCRAP:
      return "scrap";
    case OUTPUT_KIND_CODE_REWORK:
      return "rework";
    case OUTPUT_KIND_CODE_CO_PRODUCT:
      return "co-product";
    case OUTPUT_KIND_CODE_BY_PRODUCT:
      return "by-product";
    default:
      return "output of no known kind";
  }
}

ReportSums::ReportSums(const ledger::OrderPast& past, const contract::v1::SiteContract& contract,
                       ReconciliationPlan& plan)
    : reports_(past.reports),
      cumulative_(contract.flows().execution_confirmation().reporting() == "cumulative"),
      plan_(plan),
      effects_(past.reports) {
  for (size_t i = 0; i < reports_.size(); ++i) TakeReport(i);
}

const Sum& ReportSums::FinalOf(size_t segment) const {
  static const Sum kNone;
  const auto found = finals_.find(segment);
  return found == finals_.end() ? kNone : found->second;
}

Sum ReportSums::Made(size_t segment, const std::string& unit, int kind) const {
  Sum all;
  for (const auto& [key, sum] : made_) {
    if (key.place == segment && key.unit == unit && key.kind == kind) all.Take(sum);
  }
  return all;
}

void ReportSums::TakeReport(size_t at) {
  if (!effects_.Reported(at) && !effects_.Posted(at)) return;
  const auto& envelope = reports_[at].envelope;
  if (envelope.has_execution_confirmation()) TakeConfirmation(at, envelope.execution_confirmation());
  if (envelope.has_material_consumption()) TakeConsumption(at, envelope.material_consumption());
}

void ReportSums::TakeConfirmation(size_t at, const ExecutionConfirmation& confirmation) {
  const size_t segment =
      plan_.SegmentOf(confirmation.segment_requirement_id().value(), confirmation.operations_segment_id().value());
  if (confirmation.type() == CONFIRMATION_TYPE_CODE_FINAL) {
    auto& final = finals_[segment];
    if (effects_.Reported(at)) final.reported = {1, 0};
    if (effects_.Posted(at)) final.posted = {1, 0};
    if (effects_.Reported(at) != effects_.Posted(at)) final.open.insert(at);
  }
  std::map<Key, ExactDecimal> of_report;  // two lines of one key are one quantity
  for (const auto& output : confirmation.output()) {
    const auto number = Read(output.quantity(), at, KindWord(output.kind()));
    if (!number) continue;
    const Key key{segment, output.quantity().unit().value(), output.kind(), output.material_definition_id().value(),
                  output.material_lot_id().value()};
    auto& sum = of_report[key];
    sum = Add(sum, *number);
  }
  for (const auto& [key, number] : of_report) Enter(made_[key], at, number, cumulative_);
}

void ReportSums::TakeConsumption(size_t at, const MaterialConsumption& consumption) {
  for (const auto& line : consumption.consumed()) {
    const auto& material = line.material_definition_id().value();
    auto number = Read(line.quantity(), at, material);
    if (!number) continue;
    if (line.kind() == CONSUMPTION_KIND_CODE_RETURNED) number->units = -number->units;
    const size_t component = plan_.ComponentOf(line.material_requirement_id().value(), material);
    const Key key{component, line.quantity().unit().value(), 0, material, line.material_lot_id().value()};
    Enter(used_[key], at, *number, false);
  }
}

// What is no number cannot be summed, and so cannot be reconciled.
std::optional<ExactDecimal> ReportSums::Read(const Quantity& quantity, size_t at, std::string_view what) {
  const auto number = ParseDecimal(quantity.value().value());
  if (!number)
    unreadable_.push_back({Cat("quantity of ", what, " in ", reports_[at].envelope.key_id(), ": '",
                               quantity.value().value(), "' is no number"),
                           effects_.WhyOpen(at)});
  return number;
}

void ReportSums::Enter(Sum& sum, size_t at, const ExactDecimal& number, bool cumulative) const {
  const auto enter = [&](ExactDecimal& side, const ledger::StoredReport*& last) {
    if (!cumulative) {
      side = Add(side, number);
    } else if (IsLater(reports_[at], last)) {
      side = number;
      last = &reports_[at];
    }
  };
  if (effects_.Reported(at)) enter(sum.reported, sum.last_reported);
  if (effects_.Posted(at)) enter(sum.posted, sum.last_posted);
  if (effects_.Reported(at) != effects_.Posted(at)) sum.open.insert(at);
}

}  // namespace isa95::adapter
