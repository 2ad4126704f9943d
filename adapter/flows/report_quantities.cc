// Quantities of reports: what tells one line from another, exact sums, and the values of cumulative reporting.
#include <algorithm>

#include "adapter/flows/report_book.h"
#include "adapter/flows/report_rules.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

// Told apart by lengths: no id can be written so that two keys meet.
template <typename... Parts>
std::string Key(const Parts&... parts) {
  std::string key;
  ((key += Cat(parts.size(), ":", parts)), ...);
  return key;
}

bool IsConfirmation(const flow::v1::Envelope& content) { return content.has_execution_confirmation(); }

}  // namespace

ExactDecimal ValueOf(const flow::v1::Quantity& quantity) {
  return ParseDecimal(quantity.value().value()).value_or(ExactDecimal());
}

bool IsCumulative(const contract::v1::SiteContract& contract) {
  return contract.flows().execution_confirmation().reporting() == "cumulative";
}

// A counter of scrap is one for each reason; a counter of consumption one for each component line and lot.
std::vector<Line> LinesOf(const flow::v1::Envelope& content, const PlannedOrder& order) {
  std::vector<Line> lines;
  if (IsConfirmation(content)) {
    const auto& report = content.execution_confirmation();
    const auto segment = order.NameOf(report.segment_requirement_id().value(), report.operations_segment_id().value());
    for (const auto& output : report.output()) {
      lines.push_back({Key(segment, std::to_string(output.kind()), output.material_definition_id().value(),
                           output.material_lot_id().value(), output.reason_code().value()),
                       &output.quantity()});
    }
    return lines;
  }
  const auto& report = content.material_consumption();
  const auto segment = order.NameOf(report.segment_requirement_id().value(), report.operations_segment_id().value());
  for (const auto& used : report.consumed()) {
    lines.push_back(
        {Key(segment, Cat("c", static_cast<int>(used.kind())), used.material_requirement_id().value(),
             used.material_definition_id().value(), used.material_lot_id().value(), used.material_sublot_id().value()),
         &used.quantity()});
  }
  return lines;
}

std::vector<const flow::v1::MaterialRequirement*> ProducedOf(const flow::v1::SegmentRequirement& segment) {
  std::vector<const flow::v1::MaterialRequirement*> lines;
  for (const auto& line : segment.material()) {
    if (line.material_use().code() == flow::v1::MATERIAL_USE_CODE_PRODUCED) lines.push_back(&line);
  }
  return lines;
}

const flow::v1::MaterialRequirement* ProductOf(const flow::v1::OutputQuantity& output,
                                               const flow::v1::SegmentRequirement& segment) {
  const auto lines = ProducedOf(segment);
  const auto& material = output.material_definition_id().value();
  if (material.empty()) return lines.size() == 1 ? lines.front() : nullptr;
  for (const auto* line : lines) {
    const auto& ids = line->material_definition_id();
    const auto is_it = [&](const auto& id) { return id.value() == material; };
    if (ids.empty() || std::any_of(ids.begin(), ids.end(), is_it)) return line;
  }
  return nullptr;
}

std::string UnitOf(const flow::v1::MaterialRequirement& line) {
  return line.quantity().empty() ? std::string() : line.quantity(0).unit().value();
}

std::vector<GoodLine> GoodLinesOf(const flow::v1::Envelope& content, const PlannedOrder& order) {
  std::vector<GoodLine> good;
  const auto* segment = order.delivering();
  const auto& report = content.execution_confirmation();
  if (segment == nullptr || !IsConfirmation(content) ||
      order.Find(report.segment_requirement_id().value(), report.operations_segment_id().value()).segment != segment)
    return good;
  const auto lines = LinesOf(content, order);
  for (int i = 0; i < report.output_size(); ++i) {
    const auto& output = report.output(i);
    if (output.kind() != flow::v1::OUTPUT_KIND_CODE_GOOD) continue;
    const auto* product = ProductOf(output, *segment);
    if (product == nullptr) continue;
    if (UnitOf(*product).empty() || output.quantity().unit().value() == UnitOf(*product))
      good.push_back({lines[i].key, product, ValueOf(output.quantity())});
  }
  return good;
}

std::string AccountOf(const flow::v1::ConsumedQuantity& line) {
  return Key(line.material_definition_id().value(), line.material_lot_id().value(), line.quantity().unit().value());
}

std::vector<UsedLine> UsedLinesOf(const flow::v1::Envelope& content, const PlannedOrder& order) {
  std::vector<UsedLine> used;
  if (!content.has_material_consumption()) return used;
  const auto lines = LinesOf(content, order);
  const auto& report = content.material_consumption();
  for (int i = 0; i < report.consumed_size(); ++i) {
    const auto& line = report.consumed(i);
    used.push_back({lines[i].key, AccountOf(line), line.kind() == flow::v1::CONSUMPTION_KIND_CODE_RETURNED,
                    ValueOf(line.quantity())});
  }
  return used;
}

void Sum::Add(const std::string& key, const Position& at, const ExactDecimal& value) {
  if (!cumulative_) {
    total_ = isa95::Add(total_, value);
    return;
  }
  const auto [part, first] = parts_.try_emplace(key, Part{at, value});
  if (first) return;
  auto& known = part->second;
  if (IsBefore(known.at, at)) {
    known = {at, value};
  } else if (!IsBefore(at, known.at)) {
    known.value = isa95::Add(known.value, value);  // another line of the same report
  }
}

ExactDecimal Sum::Total() const {
  ExactDecimal total = total_;
  for (const auto& [key, part] : parts_) total = isa95::Add(total, part.value);
  return total;
}

Readings ReadingsOf(const flow::v1::Envelope& content, const PlannedOrder& order, const Position& at) {
  Readings readings;
  for (const auto& line : LinesOf(content, order)) {
    auto& reading = readings[line.key];
    reading.value = Add(reading.value, ValueOf(*line.quantity));
    reading.unit = line.quantity->unit().value();
    reading.at = at;
    reading.report_id = IdOf(content);
  }
  return readings;
}

void JudgeReadings(const flow::v1::Envelope& content, const Judging& judging) {
  if (!IsCumulative(judging.contract)) return;
  const auto own = ReadingsOf(content, judging.order, judging.at);
  const auto [before, after] = judging.book.Around(own, judging.at);
  const auto code = IsConfirmation(content) ? "UNIT_DIFFERS" : "CONSUMPTION_UNIT_DIFFERS";
  for (const auto& [key, reading] : own) {
    for (const auto* others : {&before, &after}) {
      const auto found = others->find(key);
      if (found == others->end()) continue;
      const auto& other = found->second;
      const auto& [lower, higher] = others == &before ? std::tie(other, reading) : std::tie(reading, other);
      if (other.unit != reading.unit) {
        judging.verdict.Park(code, "",
                             Cat("A total in ", reading.unit, " cannot be compared with that of report ",
                                 other.report_id, ", in ", other.unit, "."),
                             "Take this report back and report it anew in the unit of the others.");
      } else if (Compare(higher.value, lower.value) < 0) {
        judging.verdict.Park(
            "CUMULATIVE_DECREASES", "",
            Cat("A total of ", FormatDecimal(higher.value), " ", reading.unit, " follows one of ",
                FormatDecimal(lower.value), " (report ", other.report_id, " is the other), but totals only grow."),
            "Take back the report that is wrong, the last one first, and report the right total anew.");
      }
    }
  }
}

}  // namespace isa95::flows
