// A reconciliation as text, JSON and CSV. Numbers are printed as they are, never rounded again.
#include <algorithm>

#include "adapter/reconcile.h"
#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

using Cells = std::vector<std::string>;

const char* AgainstWord(const ComponentSum& row) {
  if (!row.lot.empty() || row.planned.units == 0) return "";
  return row.against_expected == 0 ? "as expected" : row.against_expected < 0 ? "less" : "more";
}

size_t DifferencesIn(const std::vector<OrderReconciliation>& orders) {
  size_t count = 0;
  for (const auto& order : orders) count += order.differences.size();
  return count;
}

std::string Verdict(size_t differences) {
  return differences == 0 ? "reconciled" : Cat("NOT reconciled: ", differences, " differences");
}

// Characters, not bytes: UTF-8's following bytes take no room.
size_t WidthOf(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// The first `left` columns to the left, numbers to the right.
std::string Aligned(const std::vector<Cells>& rows, size_t left) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], WidthOf(row[i]));
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string room(widths[i] - WidthOf(row[i]), ' ');
      line += Cat("  ", i < left ? row[i] + room : room + row[i]);
    }
    out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return out;
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
  std::string out = Cat("order ", order.order_id, order.version.empty() ? "" : " version ", order.version, ": ordered ",
                        FormatDecimal(order.ordered), order.unit.empty() ? "" : " ", order.unit, ", open ",
                        FormatDecimal(order.open), ", over ", FormatDecimal(order.over), "\n");
  out += SegmentsText(order) + ComponentsText(order);
  for (const auto& difference : order.differences) {
    out += Cat("  difference: ", difference.what, "\n");
    for (const auto& why : difference.because) out += Cat("    ", why, "\n");
  }
  return out + Cat("  ", Verdict(order.differences.size()), "\n");
}

// "name":"text" pairs; numbers are strings too, or a reader would make doubles of them.
class JsonObject {
 public:
  JsonObject& Text(std::string_view name, std::string_view value) { return Raw(name, JsonQuoted(value)); }
  JsonObject& Number(std::string_view name, const ExactDecimal& value) { return Text(name, FormatDecimal(value)); }
  JsonObject& Flag(std::string_view name, bool value) { return Raw(name, value ? "true" : "false"); }
  JsonObject& Raw(std::string_view name, std::string_view json) {
    text_ += Cat(text_.empty() ? "" : ",", JsonQuoted(name), ":", json);
    return *this;
  }
  std::string Close() const { return Cat("{", text_, "}"); }

 private:
  std::string text_;
};

template <typename Items, typename Write>
std::string JsonList(const Items& items, const Write& write) {
  std::string out;
  for (const auto& item : items) out += Cat(out.empty() ? "" : ",", write(item));
  return Cat("[", out, "]");
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

std::string ToJson(const Difference& difference) {
  return JsonObject()
      .Text("what", difference.what)
      .Raw("because", JsonList(difference.because, [](const auto& why) { return JsonQuoted(why); }))
      .Close();
}

std::string ToJson(const OrderReconciliation& order) {
  const auto write = [](const auto& item) { return ToJson(item); };
  JsonObject object;
  object.Text("order", order.order_id).Text("version", order.version).Text("unit", order.unit);
  object.Number("ordered", order.ordered).Number("open", order.open).Number("over", order.over);
  object.Flag("reconciled", order.differences.empty()).Raw("segments", JsonList(order.segments, write));
  object.Raw("components", JsonList(order.components, write));
  return object.Raw("differences", JsonList(order.differences, write)).Close();
}

constexpr const char* kCsvHeader =
    "row,order,version,segment,operation,delivers,final,posted_final,requirement,material,lot,backflushed,unit,ordered,"
    "open,over,planned,expected,against_expected,good,scrap,rework,posted_good,posted_scrap,posted_rework,used,posted,"
    "difference,because\n";

std::string CsvLine(const Cells& cells) {
  std::string out;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += ',';
    if (cells[i].find_first_of(",\"\r\n") == std::string::npos) {
      out += cells[i];
      continue;
    }
    out += '"';
    for (const char c : cells[i]) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    out += '"';
  }
  return out + "\n";
}

std::string Yes(bool value) { return value ? "yes" : "no"; }

// In the order of the header's columns; what a row has not is empty.
Cells CellsOf(const OrderReconciliation& order) {
  Cells cells = {"order", order.order_id, order.version, "", "", "", "", "", "", "", "", "", order.unit};
  for (const auto* number : {&order.ordered, &order.open, &order.over}) cells.push_back(FormatDecimal(*number));
  cells.resize(29);
  cells[27] = Verdict(order.differences.size());
  return cells;
}
Cells CellsOf(const OrderReconciliation& order, const SegmentSum& row) {
  Cells cells = {"segment",     order.order_id,    order.version,  row.segment_id,
                 row.operation, Yes(row.delivers), Yes(row.final), Yes(row.posted_final)};
  cells.resize(29);
  cells[12] = row.unit;
  const auto numbers = Numbers(row);
  cells[16] = numbers[0];
  std::copy(numbers.begin() + 1, numbers.end(), cells.begin() + 19);
  return cells;
}
Cells CellsOf(const OrderReconciliation& order, const ComponentSum& row) {
  Cells cells = {"component", order.order_id,     order.version, "",     "", "", "",
                 "",          row.requirement_id, row.material,  row.lot};
  cells.resize(29);
  cells[11] = Yes(row.backflushed);
  cells[12] = row.unit;
  cells[16] = FormatDecimal(row.planned);
  cells[17] = FormatDecimal(row.expected);
  cells[18] = AgainstWord(row);
  cells[25] = FormatDecimal(row.used);
  cells[26] = FormatDecimal(row.posted);
  return cells;
}
Cells CellsOf(const OrderReconciliation& order, const Difference& difference) {
  Cells cells = {"difference", order.order_id, order.version};
  cells.resize(29);
  cells[27] = difference.what;
  for (const auto& why : difference.because) cells[28] += Cat(cells[28].empty() ? "" : " | ", why);
  return cells;
}

}  // namespace

std::string ReconciliationText(const std::vector<OrderReconciliation>& orders) {
  std::string out;
  for (const auto& order : orders) out += OrderText(order) + "\n";
  return out + Verdict(DifferencesIn(orders)) + "\n";
}

std::string ReconciliationJson(const std::vector<OrderReconciliation>& orders) {
  const auto differences = DifferencesIn(orders);
  return JsonObject()
             .Flag("reconciled", differences == 0)
             .Raw("differences", std::to_string(differences))
             .Raw("orders", JsonList(orders, [](const auto& order) { return ToJson(order); }))
             .Close() +
         "\n";
}

std::string ReconciliationCsv(const std::vector<OrderReconciliation>& orders) {
  std::string out = kCsvHeader;
  for (const auto& order : orders) {
    out += CsvLine(CellsOf(order));
    for (const auto& row : order.segments) out += CsvLine(CellsOf(order, row));
    for (const auto& row : order.components) out += CsvLine(CellsOf(order, row));
    for (const auto& difference : order.differences) out += CsvLine(CellsOf(order, difference));
  }
  return out;
}

}  // namespace isa95::adapter
