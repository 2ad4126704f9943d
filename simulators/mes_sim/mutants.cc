#include "simulators/mes_sim/mutants.h"

#include <map>

#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::mes_sim {
namespace {

using namespace flow::v1;
using exchange::v1::Report;
using Reports = std::vector<ShopReport>;

template <typename Change>
void ForEachConfirmation(Reports& reports, const Change& change) {
  for (auto& each : reports) {
    if (each.report.has_confirmation()) change(*each.report.mutable_confirmation());
  }
}

template <typename Change>
void ForEachConsumed(Reports& reports, const Change& change) {
  for (auto& each : reports) {
    if (!each.report.has_consumption()) continue;
    auto& consumption = *each.report.mutable_consumption();
    for (auto& consumed : *consumption.mutable_consumed()) change(consumption, consumed);
  }
}

ExactDecimal NumberOf(const Quantity& quantity) {
  return ParseDecimal(quantity.value().value()).value_or(ExactDecimal{});
}

void SetNumber(Quantity& quantity, const ExactDecimal& number) {
  quantity.mutable_value()->set_value(FormatDecimal(number));
}

// Sums so far, per component line, lot and direction.
void AccumulateUse(Reports& reports) {
  std::map<std::string, ExactDecimal> sums;
  ForEachConsumed(reports, [&](MaterialConsumption& consumption, ConsumedQuantity& used) {
    auto& sum = sums[Cat(consumption.segment_requirement_id().value(), "|", used.material_requirement_id().value(), "|",
                         used.material_definition_id().value(), "|", used.material_lot_id().value(), "|",
                         static_cast<int>(used.kind()))];
    sum = Add(sum, NumberOf(used.quantity()));
    SetNumber(*used.mutable_quantity(), sum);
  });
}

// The same per step and kind; what was taken back does not count.
void Accumulate(Reports& reports) {
  AccumulateUse(reports);
  using Sums = std::map<std::pair<std::string, OutputKindCode>, ExactDecimal>;
  Sums sums;
  std::map<std::string, Sums> by_id;  // as it was before
  for (auto& each : reports) {
    if (each.report.has_reversal()) {
      const auto before = by_id.find(each.report.reversal().reverses_id().value());
      if (before != by_id.end()) sums = before->second;
    }
    if (!each.report.has_confirmation()) continue;
    auto& confirmation = *each.report.mutable_confirmation();
    by_id[confirmation.id().value()] = sums;
    for (auto& output : *confirmation.mutable_output()) {
      auto& sum = sums[{confirmation.segment_requirement_id().value(), output.kind()}];
      sum = Add(sum, NumberOf(output.quantity()));
      SetNumber(*output.mutable_quantity(), sum);
    }
  }
}

// A time-out came before the receipt, and the repetition gets an id of its own: each third confirmation of something.
void ResendUnderNewId(const ShiftTerms&, Reports& reports) {
  Reports all;
  size_t count = 0;
  for (const auto& each : reports) {
    all.push_back(each);
    const auto& confirmation = each.report.confirmation();
    const bool repeats = confirmation.output_size() > 0 && confirmation.type() == CONFIRMATION_TYPE_CODE_PARTIAL;
    if (!repeats || ++count % 3 != 1) continue;
    auto& again = all.emplace_back();
    again.report = each.report;
    again.report.mutable_confirmation()->mutable_id()->set_value(Cat(confirmation.id().value(), "-R"));
  }
  reports = std::move(all);
}

// To the good quantity what is of that kind; `keep_as`: unspecified = the line is dropped.
void CountAsGood(Reports& reports, OutputKindCode kind, OutputKindCode keep_as) {
  ForEachConfirmation(reports, [&](ExecutionConfirmation& confirmation) {
    ExactDecimal more;
    auto& outputs = *confirmation.mutable_output();
    for (int i = outputs.size() - 1; i >= 0; --i) {
      if (outputs[i].kind() != kind) continue;
      more = Add(more, NumberOf(outputs[i].quantity()));
      if (keep_as == OUTPUT_KIND_CODE_UNSPECIFIED) {
        outputs.DeleteSubrange(i, 1);
      } else {
        outputs[i].set_kind(keep_as);
      }
    }
    for (auto& output : outputs) {
      if (output.kind() == OUTPUT_KIND_CODE_GOOD)
        SetNumber(*output.mutable_quantity(), Add(NumberOf(output.quantity()), more));
    }
  });
}

void LoseOffset(Instant& instant) {
  if (!instant.has_offset_minutes()) return;
  instant.mutable_utc()->set_seconds(instant.utc().seconds() + instant.offset_minutes() * 60);
  instant.clear_offset_minutes();
}

void LoseOffsets(const ShiftTerms&, Reports& reports) {
  for (auto& each : reports) {
    if (each.report.has_confirmation()) {
      LoseOffset(*each.report.mutable_confirmation()->mutable_actual_start_time());
      LoseOffset(*each.report.mutable_confirmation()->mutable_actual_end_time());
    } else if (each.report.has_consumption()) {
      LoseOffset(*each.report.mutable_consumption()->mutable_actual_start_time());
      LoseOffset(*each.report.mutable_consumption()->mutable_actual_end_time());
    } else {
      LoseOffset(*each.report.mutable_reversal()->mutable_reversed_at());
    }
  }
}

void ReturnAsNegativeIssue(const ShiftTerms&, Reports& reports) {
  ForEachConsumed(reports, [](MaterialConsumption& consumption, ConsumedQuantity& consumed) {
    if (consumed.kind() != CONSUMPTION_KIND_CODE_RETURNED) return;
    consumption.clear_confirmation_id();
    consumed.set_kind(CONSUMPTION_KIND_CODE_CONSUMED);
    consumed.clear_material_requirement_id();
    consumed.clear_material_lot_id();
    consumed.clear_reason_code();
    auto number = NumberOf(consumed.quantity());
    number.units = -number.units;
    SetNumber(*consumed.mutable_quantity(), number);
  });
}

void UseFirstLotOnly(const ShiftTerms&, Reports& reports) {
  std::map<std::string, std::string> first;  // by component line
  ForEachConsumed(reports, [&](MaterialConsumption&, ConsumedQuantity& consumed) {
    const auto& line = consumed.material_requirement_id().value();
    const auto& lot = first.try_emplace(line, consumed.material_lot_id().value()).first->second;
    consumed.mutable_material_lot_id()->set_value(lot);
  });
}

void LoseSegments(const ShiftTerms&, Reports& reports) {
  for (auto& each : reports) {
    const auto clear = [](auto& message) {
      message.clear_segment_requirement_id();
      message.clear_operations_segment_id();
    };
    if (each.report.has_confirmation()) clear(*each.report.mutable_confirmation());
    if (each.report.has_confirmation()) each.report.mutable_confirmation()->clear_process_segment_id();
    if (each.report.has_consumption()) clear(*each.report.mutable_consumption());
  }
}

void LoseUnitsAndSegments(const ShiftTerms& terms, Reports& reports) {
  LoseSegments(terms, reports);
  ForEachConfirmation(reports, [](ExecutionConfirmation& confirmation) {
    for (auto& output : *confirmation.mutable_output()) output.mutable_quantity()->clear_unit();
  });
  ForEachConsumed(reports, [](MaterialConsumption&, ConsumedQuantity& used) { used.mutable_quantity()->clear_unit(); });
}

// The scenario: a line has stood, and the order's latest quantity is worked out anew and sent once more.
void RecalculateAfterStop(const ShiftTerms& terms, Reports& reports) {
  if (!terms.facts) return;
  for (auto each = reports.rbegin(); each != reports.rend(); ++each) {
    const auto& confirmation = each->report.confirmation();
    if (confirmation.type() != CONFIRMATION_TYPE_CODE_PARTIAL || confirmation.output().empty()) continue;
    ShopReport again;
    again.report = each->report;
    auto& changed = *again.report.mutable_confirmation();
    changed.mutable_id()->set_value(Cat(confirmation.id().value(), "-STOP"));
    auto number = NumberOf(changed.output(0).quantity());
    number.units = number.units * 9 / 10;
    SetNumber(*changed.mutable_output(0)->mutable_quantity(), number);
    again.mutant = Cat("sends the quantity of ", confirmation.id().value(), " again after a stop");
    reports.insert(each.base(), std::move(again));
    return;
  }
}

const std::vector<Mutant>& Mutants() {
  static const std::vector<Mutant> kAll = {
      {"M19", "sums where deltas are declared", [](const ShiftTerms&, Reports&) {}},  // see Mutate
      {"M20", "resends under a new id after a time-out", ResendUnderNewId},
      {"M22", "scrap counts as good",
       [](const ShiftTerms&, Reports& r) { CountAsGood(r, OUTPUT_KIND_CODE_SCRAP, OUTPUT_KIND_CODE_UNSPECIFIED); }},
      {"M23", "rework counts as scrap and again as good",
       [](const ShiftTerms&, Reports& r) { CountAsGood(r, OUTPUT_KIND_CODE_REWORK, OUTPUT_KIND_CODE_SCRAP); }},
      {"M24", "every partial confirmation is final",
       [](const ShiftTerms&, Reports& r) {
         ForEachConfirmation(r, [](auto& each) { each.set_type(CONFIRMATION_TYPE_CODE_FINAL); });
       }},
      {"M27", "a reversal names no report that there is",
       [](const ShiftTerms&, Reports& r) {
         for (auto& each : r) {
           if (each.report.has_reversal()) each.report.mutable_reversal()->mutable_reverses_id()->set_value("UNKNOWN");
         }
       }},
      {"M32", "start is the time of sending",
       [](const ShiftTerms& terms, Reports& r) {
         ForEachConfirmation(r, [&](auto& each) {
           const auto offset = each.actual_start_time().offset_minutes();
           *each.mutable_actual_start_time() = InstantOf(terms.reported_ms);
           each.mutable_actual_start_time()->set_offset_minutes(offset);
         });
       }},
      {"M33", "times have no offset", LoseOffsets},
      {"M43", "consumption names no lot",
       [](const ShiftTerms&, Reports& r) {
         ForEachConsumed(r, [](auto&, auto& consumed) { consumed.clear_material_lot_id(); });
       }},
      {"M44", "reports what the ERP issues by itself", [](const ShiftTerms&, Reports&) {}},  // see AddUsed
      {"M46", "a return is a negative issue without reference", ReturnAsNegativeIssue},
      {"M49", "all consumption is of the first lot", UseFirstLotOnly},
      {"M54", "consumption names the lot that stood ready",
       [](const ShiftTerms&, Reports& r) {
         ForEachConsumed(r, [](auto&, auto& consumed) {
           consumed.mutable_material_lot_id()->set_value(Cat(consumed.material_definition_id().value(), "-L999"));
         });
       }},
      {"M73", "no unit and no step", LoseUnitsAndSegments},
      {"M81", "no step", LoseSegments},
      {"M82", "a stop's end recalculates what was made", RecalculateAfterStop},
  };
  return kAll;
}

std::vector<const Mutant*> AllMutants() {
  std::vector<const Mutant*> all;
  for (const auto& mutant : Mutants()) all.push_back(&mutant);
  for (const auto& mutant : FactMutants()) all.push_back(&mutant);
  return all;
}

}  // namespace

std::string_view MutantsText() {
  static const std::string kText = [] {
    std::string text = "a defect to have:";
    for (const auto* mutant : AllMutants()) text += Cat(" ", mutant->id, " ", mutant->words, ";");
    text.pop_back();
    return text;
  }();
  return kText;
}

bool IsMutant(std::string_view name) {
  for (const auto* mutant : AllMutants()) {
    if (mutant->id == name) return true;
  }
  return name == "none";
}

void Mutate(const ShiftTerms& terms, Reports& reports) {
  for (const auto& mutant : Mutants()) {
    if (mutant.id == terms.mutant) mutant.change(terms, reports);
  }
  if (terms.cumulative != (terms.mutant == "M19")) Accumulate(reports);
}

}  // namespace isa95::mes_sim
