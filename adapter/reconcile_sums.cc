#include "adapter/reconcile_sums.h"

#include <iterator>

#include "grpc/model/text.h"

namespace isa95::adapter {

using namespace flow::v1;

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
  TakeTotals();
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
  for (const auto& output : confirmation.output()) {
    const auto number = Read(output.quantity(), at, KindWord(output.kind()));
    if (!number) continue;
    const Key key{segment, output.quantity().unit().value(), output.kind(), output.material_definition_id().value(),
                  output.material_lot_id().value()};
    Enter(made_[key], output.reason_code().value(), at, *number);
  }
}

void ReportSums::TakeConsumption(size_t at, const MaterialConsumption& consumption) {
  for (const auto& line : consumption.consumed()) {
    const auto& material = line.material_definition_id().value();
    const auto& requirement = line.material_requirement_id().value();
    auto number = Read(line.quantity(), at, material);
    if (!number) continue;
    if (line.kind() == CONSUMPTION_KIND_CODE_RETURNED) number->units = -number->units;
    const Key key{plan_.ComponentOf(requirement, material), line.quantity().unit().value(), 0, material,
                  line.material_lot_id().value()};
    const auto counter = Cat(StepOf(consumption), "/", static_cast<int>(line.kind()), "/", requirement.size(), "/",
                             requirement, "/", line.material_sublot_id().value());
    Enter(used_[key], counter, at, *number);
  }
}

// One name, however the report names it.
std::string ReportSums::StepOf(const MaterialConsumption& consumption) const {
  const auto& requirement = consumption.segment_requirement_id().value();
  const auto& operation = consumption.operations_segment_id().value();
  const auto found = plan_.FindSegment(requirement, operation);
  return found ? Cat(*found) : Cat(requirement.size(), ":", requirement, operation);
}

// What is no number cannot be summed, and so cannot be reconciled.
std::optional<ExactDecimal> ReportSums::Read(const Quantity& quantity, size_t at, std::string_view what) {
  const auto number = ParseDecimal(quantity.value().value());
  if (!number) {
    unreadable_.emplace_back(Cat("quantity of ", what, " in ", reports_[at].envelope.key_id(), ": '",
                                 quantity.value().value(), "' is no number"),
                             at);
  }
  return number;
}

// `counter`: what tells it apart from the sum's others where totals are reported, the same as in the flow of reports.
void ReportSums::Enter(Sum& sum, const std::string& counter, size_t at, const ExactDecimal& number) {
  if (effects_.Reported(at) != effects_.Posted(at)) sum.open.insert(at);
  if (!cumulative_) {
    if (effects_.Reported(at)) sum.reported = Add(sum.reported, number);
    if (effects_.Posted(at)) sum.posted = Add(sum.posted, number);
    return;
  }
  // Not std::sort: where some reports are numbered and some are not, "before" need not be a strict order.
  auto& readings = readings_[{&sum, counter}];
  auto place = readings.end();
  while (place != readings.begin() && effects_.IsBefore(at, std::prev(place)->report)) --place;
  if (place != readings.begin() && std::prev(place)->report == at) {
    auto& total = std::prev(place)->total;
    total = Add(total, number);
  } else {
    readings.insert(place, {at, number});
  }
}

// Reported is the last total. Posted is what the ERP has booked: of each total what it is more than the one that the
// ERP had been told before it, whose goods movement may still wait. A total below that one is posted as nothing.
void ReportSums::TakeTotals() {
  for (const auto& [counter, readings] : readings_) {
    auto& sum = *counter.first;
    ExactDecimal last, told;
    for (const auto& [report, total] : readings) {
      if (effects_.Reported(report)) last = total;
      const auto more = Subtract(total, told);
      const bool below = IsNegative(more) != IsNegative(total) && more.units != 0;  // totals of returns are negative
      if (effects_.Posted(report) && !below) sum.posted = Add(sum.posted, more);
      if (effects_.Posted(report) && below) sum.open.insert(report);
      if (effects_.Told(report)) told = total;
    }
    sum.reported = Add(sum.reported, last);
  }
}

}  // namespace isa95::adapter
