// A rehearsal in words, and as JSON lines for programs.
#include <ostream>
#include <set>
#include <tuple>

#include "adapter/rehearse/rehearse.h"
#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

struct Difference {
  PostedKey key;
  ExactDecimal was, would;
};

std::vector<Difference> DifferencesOf(const Rehearsal& rehearsal) {
  std::set<PostedKey> keys;
  for (const auto& [key, value] : rehearsal.was) keys.insert(key);
  for (const auto& [key, value] : rehearsal.would) keys.insert(key);
  const auto at = [](const Posted& posted, const PostedKey& key) {
    const auto found = posted.find(key);
    return found == posted.end() ? ExactDecimal() : found->second;
  };
  std::vector<Difference> differences;
  for (const auto& key : keys) {
    Difference one{key, at(rehearsal.was, key), at(rehearsal.would, key)};
    if (Compare(one.was, one.would) != 0) differences.push_back(std::move(one));
  }
  return differences;
}

std::string Signed(const ExactDecimal& value) { return Cat(IsNegative(value) ? "" : "+", FormatDecimal(value)); }

void PrintText(const Rehearsal& rehearsal, const std::vector<Difference>& differences, std::ostream& out) {
  out << "rehearsed: " << rehearsal.orders << " documents and " << rehearsal.reports << " reports; "
      << rehearsal.refused_then << " were refused or parked then\n";
  for (const auto& [code, count] : rehearsal.refused_now)
    out << "  would be refused or parked: " << code << " " << count << "\n";
  std::map<std::tuple<std::string, std::string, std::string>, std::pair<ExactDecimal, std::set<std::string>>> sums;
  for (const auto& one : differences) {
    const auto& key = one.key;
    out << "order " << key.order << ", " << key.material << " " << key.use << ": " << FormatDecimal(one.was) << " "
        << key.unit << " was posted, " << FormatDecimal(one.would) << " would be ("
        << Signed(Subtract(one.would, one.was)) << ")\n";
    auto& [sum, orders] = sums[{key.material, key.use, key.unit}];
    sum = Add(sum, Subtract(one.would, one.was));
    orders.insert(key.order);
  }
  for (const auto& [key, sum] : sums) {
    const auto& [material, use, unit] = key;
    out << "in all " << material << " " << use << ": " << Signed(sum.first) << " " << unit << " on "
        << sum.second.size() << " order" << (sum.second.size() == 1 ? "" : "s") << "\n";
  }
  out << (differences.empty() ? "nothing would be posted otherwise\n" : "it would be posted otherwise\n");
}

void PrintJson(const std::vector<Difference>& differences, std::ostream& out) {
  for (const auto& one : differences) {
    const auto& key = one.key;
    out << "{\"order\":" << JsonQuoted(key.order) << ",\"material\":" << JsonQuoted(key.material)
        << ",\"use\":" << JsonQuoted(key.use) << ",\"unit\":" << JsonQuoted(key.unit)
        << ",\"was\":" << JsonQuoted(FormatDecimal(one.was)) << ",\"would\":" << JsonQuoted(FormatDecimal(one.would))
        << "}\n";
  }
}

}  // namespace

bool PrintRehearsal(const Rehearsal& rehearsal, const std::string& format, std::ostream& out) {
  const auto differences = DifferencesOf(rehearsal);
  if (format == "json") {
    PrintJson(differences, out);
  } else {
    PrintText(rehearsal, differences, out);
  }
  return !differences.empty();
}

}  // namespace isa95::adapter
