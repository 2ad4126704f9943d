#include "grpc/model/nearest.h"

#include <algorithm>
#include <utility>

namespace isa95 {
namespace {

size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

constexpr size_t kLongest = 80;  // what is longer is no slip of the pen

}  // namespace

std::string Nearest(std::string_view text, const std::vector<std::string>& known) {
  std::string best;
  if (text.size() > kLongest) return best;
  size_t least = text.size();
  for (const auto& word : known) {
    const auto distance = Distance(text, word);
    if (distance >= least) continue;
    least = distance;
    best = word;
  }
  return best;
}

}  // namespace isa95
