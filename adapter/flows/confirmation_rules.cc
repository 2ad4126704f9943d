// A confirmation by its order's past: the step it names, whether that step is done, and how much was made of it.
#include <algorithm>

#include "adapter/flows/report_book.h"
#include "adapter/flows/report_rules.h"
#include "adapter/policy/ownership.h"
#include "grpc/model/contract.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

using flow::v1::ExecutionConfirmation;
using flow::v1::MaterialRequirement;
using flow::v1::OutputQuantity;
using flow::v1::SegmentRequirement;

bool IsGood(const OutputQuantity& output) { return output.kind() == flow::v1::OUTPUT_KIND_CODE_GOOD; }

std::string MaterialOf(const MaterialRequirement& line) {
  return line.material_definition_id().empty() ? std::string() : line.material_definition_id(0).value();
}

// What the delivering segment was asked for, and what it has made.
class Delivery {
 public:
  Delivery(const SegmentRequirement& segment, const MaterialRequirement& product, const Judging& judging)
      : segment_(segment), product_(product), judging_(judging) {}

  // Null where the order does not say. Of several lines of one material the first stands for all.
  std::optional<ExactDecimal> Ordered() const {
    std::optional<ExactDecimal> ordered;
    for (const auto* line : ProducedOf(segment_)) {
      if (MaterialOf(*line) != MaterialOf(product_) || UnitOf(*line) != UnitOf(product_)) continue;
      if (!ordered && line != &product_) return std::nullopt;
      const auto value = line->quantity().empty() ? std::nullopt : ParseDecimal(line->quantity(0).value().value());
      if (!value) return std::nullopt;
      ordered = Add(ordered.value_or(ExactDecimal()), *value);
    }
    return ordered;
  }

  // Good quantity of all that counts and of `more`.
  ExactDecimal MadeWith(const flow::v1::Envelope& more) const {
    auto sum = judging_.book.Good(product_, nullptr, IsCumulative(judging_.contract));
    for (const auto& line : GoodLinesOf(more, judging_.order)) {
      if (line.product == &product_) sum.Add(line.key, judging_.at, line.value);
    }
    return sum.Total();
  }
  // Of what counts up to `last`.
  ExactDecimal MadeBy(const Effective& last) const {
    return judging_.book.Good(product_, &last, IsCumulative(judging_.contract)).Total();
  }

 private:
  const SegmentRequirement& segment_;
  const MaterialRequirement& product_;
  const Judging& judging_;
};

void JudgeOutput(const OutputQuantity& output, int index, const SegmentRequirement& segment, const Judging& judging) {
  using namespace flow::v1;
  const auto lines = ProducedOf(segment);
  const bool of_order =
      IsGood(output) || output.kind() == OUTPUT_KIND_CODE_SCRAP || output.kind() == OUTPUT_KIND_CODE_REWORK;
  if (lines.empty() || !of_order) return;
  const auto path = Cat("confirmation.output[", index, "]");
  const auto* product = ProductOf(output, segment);
  const auto& material = output.material_definition_id().value();
  if (product == nullptr) {
    if (!IsGood(output)) return;  // scrap of a component, in the component's unit
    return judging.verdict.Park(
        "MATERIAL_DIFFERS", path + ".material_definition_id",
        material.empty()
            ? Cat("The step makes several materials; the report does not say which one this quantity is of.")
            : Cat("Good quantity of ", material, " is reported, but the step makes ", MaterialOf(*lines.front()), "."),
        "Take this report back and report it anew: of the order's material, or as co-product or by-product.");
  }
  const auto ordered = UnitOf(*product);
  const auto& unit = output.quantity().unit().value();
  if (ordered.empty() || ordered == unit) return;
  judging.verdict.Park("UNIT_DIFFERS", path + ".quantity.unit",
                       Cat("The quantity is in ", unit.empty() ? "no unit" : unit, ", the order's is in ", ordered,
                           ". Nothing is converted here."),
                       Cat("Take this report back and report it anew in ", ordered, "."));
}

// An AUTO_FINAL is final where the quantity asked for is reached by then.
bool Ends(const Effective& auto_final, const SegmentRequirement& segment, const Judging& judging) {
  const auto lines = ProducedOf(segment);
  if (&segment != judging.order.delivering() || lines.size() != 1) return false;
  const Delivery delivery(segment, *lines.front(), judging);
  const auto ordered = delivery.Ordered();
  return ordered && Compare(delivery.MadeBy(auto_final), *ordered) >= 0;
}

void JudgeFinal(const ExecutionConfirmation& report, const SegmentRequirement& segment, const Judging& judging) {
  const auto step = judging.book.StepAt(segment, judging.at, IsCumulative(judging.contract));
  // Totals grow: where the last auto-final one did not end the step, none before it did.
  const auto* final = step.final ? &*step.final : nullptr;
  if (final == nullptr && step.last_auto && Ends(*step.last_auto, segment, judging)) final = &*step.last_auto;
  if (final != nullptr) {
    judging.verdict.Park(
        "SEGMENT_FINISHED", "confirmation.type",
        Cat("Report ", IdOf(final->bearer->envelope), " was the last one of this step, which is done."),
        "Take this report back; where the step goes on, take back the final one first and report anew.");
  } else if (!step.last && report.type() == flow::v1::CONFIRMATION_TYPE_CODE_FINAL) {
    judging.verdict.Flag("FINAL_NOT_LAST", "confirmation.type",
                         "The final confirmation of the step comes before others that were posted already.",
                         "Look whether the step was really done.");
  }
}

void JudgeDelivery(const flow::v1::Envelope& content, const SegmentRequirement& segment, const Judging& judging) {
  const auto& report = content.execution_confirmation();
  if (&segment != judging.order.delivering()) return;
  const auto& tolerance = judging.contract.flows().execution_confirmation().tolerance();
  const ExactDecimal one{1, 0};
  for (const auto* product : ProducedOf(segment)) {
    const Delivery delivery(segment, *product, judging);
    const auto ordered = delivery.Ordered();
    if (!ordered) continue;
    const auto adds = std::any_of(report.output().begin(), report.output().end(), [&](const auto& output) {
      return IsGood(output) && ProductOf(output, segment) == product;
    });
    const auto made = delivery.MadeWith(content);
    const auto over = ParsePercent(tolerance.over()).value_or(ExactDecimal());
    const auto most = Multiply(*ordered, Add(one, over));
    if (adds && tolerance.over() != "unlimited" && Compare(made, most) > 0) {
      judging.verdict.Park("OVER_DELIVERY", "confirmation.output",
                           Cat("With this report ", FormatDecimal(made), " are made, where ", FormatDecimal(*ordered),
                               " ", UnitOf(*product), " are ordered and at most ", FormatDecimal(most), " are taken."),
                           "Take this report back; have the order's quantity raised, or report the right one anew.");
    }
    const auto under = ParsePercent(tolerance.under()).value_or(ExactDecimal());
    const auto least = Multiply(*ordered, Subtract(one, under));
    if (report.type() == flow::v1::CONFIRMATION_TYPE_CODE_FINAL && Compare(made, least) < 0) {
      judging.verdict.Flag("UNDER_DELIVERY", "confirmation.type",
                           Cat("The step is done with ", FormatDecimal(made), " made of ", FormatDecimal(*ordered), " ",
                               UnitOf(*product), " ordered."),
                           "Nothing, where that is right; else take this report back and report the step on.");
    }
  }
}

// Where the ERP names batches, what is made goes into one that it has named for this step.
void JudgeBatches(const ExecutionConfirmation& confirmation, const SegmentRequirement& segment,
                  const Judging& judging) {
  std::set<std::string_view> named;
  for (const auto* line : ProducedOf(segment)) {
    for (const auto& lot : line->material_lot_id()) named.insert(lot.value());
  }
  for (int i = 0; i < confirmation.output_size(); ++i) {
    const auto& batch = confirmation.output(i).material_lot_id().value();
    if (batch.empty() || !IsGood(confirmation.output(i)) || named.contains(batch)) continue;
    if (const auto problem = policy::NewBatch(batch, judging.contract))
      judging.verdict.Park(problem->code(), Cat("confirmation.output[", i, "].material_lot_id"), problem->message(),
                           problem->mend());
  }
}

}  // namespace

bool JudgeStanding(const Judging& judging) {
  using Standing = PlannedOrder::Standing;
  switch (judging.order.standing()) {
    case Standing::kOpen:
      return true;
    case Standing::kUnknown:
      judging.verdict.Park("ORDER_UNKNOWN", "",
                           "No order of this number was released to this site and taken by the MES.",
                           "Take this report back and report it anew under the right order, or have the order released "
                           "first.");
      return false;
    case Standing::kCancelled:
      judging.verdict.Park("ORDER_CANCELLED", "", "The order was cancelled, and the MES had taken the cancellation.",
                           "Have the order released anew, then take this report back and report it anew.");
      return false;
    case Standing::kClosed:
      judging.verdict.Park("ORDER_CLOSED", "", "The ERP has closed the order; nothing is posted to it any more.",
                           "Have the order reopened, then take this report back and report it anew.");
      return false;
  }
  return false;
}

const SegmentRequirement* JudgeSegment(const std::string& requirement_id, const std::string& operations_id,
                                       const Judging& judging) {
  using Match = PlannedOrder::Match;
  const auto named = requirement_id.empty()  ? Cat("operation ", operations_id)
                     : operations_id.empty() ? Cat("segment ", requirement_id)
                                             : Cat("segment ", requirement_id, " with operation ", operations_id);
  const auto found = judging.order.Find(requirement_id, operations_id);
  constexpr std::string_view kMend = "Take this report back and report it anew with the step's id as the order has it.";
  switch (found.match) {
    case Match::kFound:
      return found.segment;
    case Match::kUnknown:
      judging.verdict.Park("SEGMENT_UNKNOWN", "", Cat("The order has no ", named, "."), kMend);
      break;
    case Match::kContradicts:
      judging.verdict.Park("SEGMENT_CONTRADICTS", "",
                           Cat("The order has no ", named, ": the two name different steps."), kMend);
      break;
    case Match::kSeveral:
      judging.verdict.Park("SEGMENT_AMBIGUOUS", "", Cat("The order has several steps of ", named, "."), kMend);
      break;
  }
  return nullptr;
}

void JudgeConfirmation(const flow::v1::Envelope& content, const Judging& judging) {
  if (!JudgeStanding(judging)) return;
  const auto& confirmation = content.execution_confirmation();
  const auto* segment = JudgeSegment(confirmation.segment_requirement_id().value(),
                                     confirmation.operations_segment_id().value(), judging);
  if (segment == nullptr) return;
  JudgeFinal(confirmation, *segment, judging);
  for (int i = 0; i < confirmation.output_size(); ++i) JudgeOutput(confirmation.output(i), i, *segment, judging);
  JudgeBatches(confirmation, *segment, judging);
  JudgeReadings(content, judging);
  JudgeDelivery(content, *segment, judging);
}

}  // namespace isa95::flows
