#include "adapter/print.h"

#include <algorithm>

namespace isa95::adapter {
namespace {

// Characters, not bytes: UTF-8's following bytes take no room.
size_t WidthOf(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

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

std::string VerdictWords(size_t differences) {
  return differences == 0 ? "reconciled" : Cat("NOT reconciled: ", differences, " differences");
}

std::string DifferencesText(const std::vector<Difference>& differences) {
  std::string out;
  for (const auto& difference : differences) {
    out += Cat("  difference: ", difference.what, "\n");
    for (const auto& why : difference.because) out += Cat("    ", why, "\n");
  }
  return out;
}

std::string DifferencesJson(const std::vector<Difference>& differences) {
  return JsonList(differences, [](const Difference& difference) {
    return JsonObject()
        .Text("what", difference.what)
        .Raw("because", JsonList(difference.because, [](const auto& why) { return JsonQuoted(why); }))
        .Close();
  });
}

}  // namespace isa95::adapter
