// A reconciliation as text, JSON and CSV. Numbers are printed as they are, never rounded again.
#include "adapter/reconcile_print.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "adapter/figures.h"
#include "adapter/print.h"
#include "adapter/quality_reconcile.h"
#include "adapter/reconcile.h"
#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

const char* AgainstWord(const ComponentSum& row) {
  if (!row.against_expected) return "";
  return *row.against_expected == 0 ? "as expected" : *row.against_expected < 0 ? "less" : "more";
}

size_t DifferencesIn(const std::vector<OrderReconciliation>& orders,
                     const std::vector<QualityReconciliation>& quality) {
  size_t count = 0;
  for (const auto& order : orders) count += order.differences.size();
  for (const auto& site : quality) count += site.differences.size();
  return count;
}

Cells Numbers(const SegmentSum& row) {
  return {FormatDecimal(row.planned),      FormatDecimal(row.good),        FormatDecimal(row.scrap),
          FormatDecimal(row.rework),       FormatDecimal(row.posted_good), FormatDecimal(row.posted_scrap),
          FormatDecimal(row.posted_rework)};
}
Cells Numbers(const ComponentSum& row) {
  return {FormatDecimal(row.planned), FormatDecimal(row.expected), FormatDecimal(row.used), FormatDecimal(row.posted)};
}

std::string FinalWord(const SegmentSum& row) {
  if (row.final == row.posted_final) return row.final ? "final" : "";
  return row.final ? "final, not posted" : "final posted, taken back";
}

std::string SegmentsText(const OrderReconciliation& order) {
  std::vector<Cells> rows = {
      {"segment", "operation", "unit", "", "planned", "good", "scrap", "rework", "posted good", "scrap", "rework"}};
  for (const auto& row : order.segments) {
    std::string notes = row.delivers ? "delivers" : "";
    if (const auto final = FinalWord(row); !final.empty()) notes += Cat(notes.empty() ? "" : ", ", final);
    Cells cells = {row.segment_id, row.operation, row.unit, notes};
    const auto numbers = Numbers(row);
    cells.insert(cells.end(), numbers.begin(), numbers.end());
    if (!row.delivers) cells[4].clear();  // only of the delivering one is a quantity ordered
    rows.push_back(std::move(cells));
  }
  return order.segments.empty() ? "" : Aligned(rows, 4);
}

std::string ComponentsText(const OrderReconciliation& order) {
  std::vector<Cells> rows = {{"component", "material", "lot", "unit", "", "planned", "expected", "used", "posted"}};
  for (const auto& row : order.components) {
    std::string notes = row.backflushed ? "backflushed" : AgainstWord(row);
    if (!row.backflushed && row.lot.empty() && row.planned.units == 0) notes = "not planned";
    Cells cells = {row.requirement_id, row.material, row.lot, row.unit, notes};
    const auto numbers = Numbers(row);
    cells.insert(cells.end(), numbers.begin(), numbers.end());
    if (!row.lot.empty()) cells[5] = cells[6] = "";
    rows.push_back(std::move(cells));
  }
  return order.components.empty() ? "" : Aligned(rows, 5);
}

std::string OrderText(const OrderReconciliation& order) {
  std::string out = Cat("order ", order.order_id, order.site.empty() ? "" : " of ", order.site,
                        order.version.empty() ? "" : " version ", order.version, ": ordered ",
                        FormatDecimal(order.ordered), order.unit.empty() ? "" : " ", order.unit, ", open ",
                        FormatDecimal(order.open), ", over ", FormatDecimal(order.over), "\n");
  out += SegmentsText(order) + ComponentsText(order);
  for (const auto& figure : FiguresOf(order))
    out += Cat("  ", figure.name, " ", figure.value, " (", figure.basis, ")\n");
  return out + DifferencesText(order.differences) + Cat("  ", VerdictWords(order.differences.size()), "\n");
}

std::string ToJson(const SegmentSum& row) {
  JsonObject object;
  object.Text("segment", row.segment_id).Text("operation", row.operation).Flag("delivers", row.delivers);
  object.Flag("final", row.final).Flag("posted_final", row.posted_final).Text("unit", row.unit);
  object.Number("planned", row.planned).Number("good", row.good).Number("scrap", row.scrap);
  object.Number("rework", row.rework).Number("posted_good", row.posted_good);
  return object.Number("posted_scrap", row.posted_scrap).Number("posted_rework", row.posted_rework).Close();
}

std::string ToJson(const ComponentSum& row) {
  JsonObject object;
  object.Text("requirement", row.requirement_id).Text("material", row.material).Text("lot", row.lot);
  object.Flag("backflushed", row.backflushed).Text("unit", row.unit).Number("planned", row.planned);
  object.Number("expected", row.expected).Text("against_expected", AgainstWord(row));
  return object.Number("used", row.used).Number("posted", row.posted).Close();
}

std::string ToJson(const Figure& figure) {
  return JsonObject().Text("figure", figure.name).Text("value", figure.value).Text("basis", figure.basis).Close();
}
std::string ToJson(const OrderReconciliation& order) {
  const auto write = [](const auto& item) { return ToJson(item); };
  JsonObject object;
  object.Text("site", order.site).Text("order", order.order_id).Text("version", order.version);
  object.Text("unit", order.unit);
  object.Number("ordered", order.ordered).Number("open", order.open).Number("over", order.over);
  object.Flag("reconciled", order.differences.empty()).Raw("segments", JsonList(order.segments, write));
  object.Raw("components", JsonList(order.components, write)).Raw("figures", JsonList(FiguresOf(order), write));
  return object.Raw("differences", DifferencesJson(order.differences)).Close();
}

constexpr const char* kColumns[] = {"row",
                                    "site",
                                    "order",
                                    "version",
                                    "segment",
                                    "operation",
                                    "delivers",
                                    "final",
                                    "posted_final",
                                    "requirement",
                                    "material",
                                    "lot",
                                    "backflushed",
                                    "unit",
                                    "ordered",
                                    "open",
                                    "over",
                                    "planned",
                                    "expected",
                                    "against_expected",
                                    "good",
                                    "scrap",
                                    "rework",
                                    "posted_good",
                                    "posted_scrap",
                                    "posted_rework",
                                    "used",
                                    "posted",
                                    "difference",
                                    "because",
                                    "figure",
                                    "value",
                                    "basis",
                                    "id",
                                    "of",
                                    "since",
                                    "until",
                                    "state",
                                    "seconds_after_report",
                                    "told_to"};
using Row = std::map<std::string_view, std::string>;  // by column; what a row has not is empty

// By RFC 4180. What a spreadsheet would take for a formula gets its mark of a text, an apostrophe; a negative number is
// none.
std::string CsvCell(std::string cell) {
  const bool formula = !cell.empty() && std::string_view("=+-@\t\r").find(cell[0]) != std::string_view::npos;
  const bool number = cell.starts_with('-') && cell.find_first_not_of("0123456789.", 1) == std::string::npos;
  if (formula && !number) cell.insert(0, 1, '\'');
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

std::string CsvLine(const Row& row) {
  std::string out;
  for (const auto* column : kColumns) {
    const auto cell = row.find(column);
    out += Cat(column == kColumns[0] ? "" : ",", cell == row.end() ? "" : CsvCell(cell->second));
  }
  return out + "\n";
}

std::string CsvHeader() {
  Row row;
  for (const auto* column : kColumns) row[column] = column;
  return CsvLine(row);
}

Row RowOf(const char* kind, const OrderReconciliation& order) {
  return {{"row", kind}, {"site", order.site}, {"order", order.order_id}, {"version", order.version}};
}

std::string Yes(bool value) { return value ? "yes" : "no"; }

std::string CsvOf(const OrderReconciliation& order) {
  auto row = RowOf("order", order);
  row.insert({{"unit", order.unit},
              {"ordered", FormatDecimal(order.ordered)},
              {"open", FormatDecimal(order.open)},
              {"over", FormatDecimal(order.over)},
              {"difference", VerdictWords(order.differences.size())}});
  return CsvLine(row);
}
std::string CsvOf(const OrderReconciliation& order, const SegmentSum& sum) {
  auto row = RowOf("segment", order);
  row.insert({{"segment", sum.segment_id},
              {"operation", sum.operation},
              {"delivers", Yes(sum.delivers)},
              {"final", Yes(sum.final)},
              {"posted_final", Yes(sum.posted_final)},
              {"unit", sum.unit}});
  const char* const names[] = {"planned", "good", "scrap", "rework", "posted_good", "posted_scrap", "posted_rework"};
  const auto numbers = Numbers(sum);
  for (size_t i = 0; i < numbers.size(); ++i) row[names[i]] = numbers[i];
  return CsvLine(row);
}
std::string CsvOf(const OrderReconciliation& order, const ComponentSum& sum) {
  auto row = RowOf("component", order);
  row.insert({{"requirement", sum.requirement_id},
              {"material", sum.material},
              {"lot", sum.lot},
              {"backflushed", Yes(sum.backflushed)},
              {"unit", sum.unit},
              {"against_expected", AgainstWord(sum)}});
  const char* const names[] = {"planned", "expected", "used", "posted"};
  const auto numbers = Numbers(sum);
  for (size_t i = 0; i < numbers.size(); ++i) row[names[i]] = numbers[i];
  return CsvLine(row);
}
std::string CsvOf(const OrderReconciliation& order, const Figure& figure) {
  auto row = RowOf("figure", order);
  row.insert({{"figure", figure.name}, {"value", figure.value}, {"basis", figure.basis}});
  return CsvLine(row);
}
std::string CsvOf(Row row, const Difference& difference) {
  row["difference"] = difference.what;
  for (const auto& why : difference.because) row["because"] += Cat(row["because"].empty() ? "" : " | ", why);
  return CsvLine(row);
}

std::string CsvOf(const QualityReconciliation& quality, const QualityFact& fact) {
  return CsvLine({{"row", fact.kind},
                  {"site", quality.site},
                  {"order", fact.order},
                  {"id", fact.id},
                  {"of", fact.subject},
                  {"value", fact.what},
                  {"since", fact.since},
                  {"until", fact.until},
                  {"state", fact.state},
                  {"seconds_after_report", fact.told_ms == 0 ? "" : FormatDecimal({fact.after_report_ms, 3})},
                  {"told_to", quality.used_by}});
}

}  // namespace

std::string ReconciliationText(const std::vector<OrderReconciliation>& orders,
                               const std::vector<QualityReconciliation>& quality) {
  std::string out;
  for (const auto& order : orders) out += OrderText(order) + "\n";
  for (const auto& site : quality) out += QualityText(site) + "\n";
  return out + VerdictWords(DifferencesIn(orders, quality)) + "\n";
}

std::string ReconciliationJson(const std::vector<OrderReconciliation>& orders,
                               const std::vector<QualityReconciliation>& quality) {
  const auto differences = DifferencesIn(orders, quality);
  return JsonObject()
             .Flag("reconciled", differences == 0)
             .Raw("differences", std::to_string(differences))
             .Raw("orders", JsonList(orders, [](const auto& order) { return ToJson(order); }))
             .Raw("quality_downtime", JsonList(quality, [](const auto& site) { return QualityJson(site); }))
             .Close() +
         "\n";
}

std::string ReconciliationCsv(const std::vector<OrderReconciliation>& orders,
                              const std::vector<QualityReconciliation>& quality) {
  std::string out = CsvHeader();
  for (const auto& order : orders) {
    out += CsvOf(order);
    for (const auto& row : order.segments) out += CsvOf(order, row);
    for (const auto& row : order.components) out += CsvOf(order, row);
    for (const auto& figure : FiguresOf(order)) out += CsvOf(order, figure);
    for (const auto& difference : order.differences) out += CsvOf(RowOf("difference", order), difference);
  }
  for (const auto& site : quality) {
    for (const auto& fact : site.facts) out += CsvOf(site, fact);
    for (const auto& difference : site.differences)
      out += CsvOf({{"row", "difference"}, {"site", site.site}}, difference);
  }
  return out;
}

}  // namespace isa95::adapter
