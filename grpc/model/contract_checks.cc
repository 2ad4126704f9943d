#include "grpc/model/contract_checks.h"

#include <algorithm>

#include "grpc/model/contract.h"
#include "grpc/model/instant.h"
#include "grpc/model/nearest.h"
#include "grpc/model/text.h"

namespace isa95 {
namespace {

// "a, b or c"
std::string Choice(const std::vector<std::string>& words) {
  std::string out;
  for (size_t i = 0; i < words.size(); ++i) out += Cat(i == 0 ? "" : i + 1 == words.size() ? " or " : ", ", words[i]);
  return out;
}

std::string DidYouMean(std::string_view word, const std::vector<std::string>& known) {
  const auto nearest = Nearest(word, known);
  return nearest.empty() ? "" : Cat("Did you mean '", nearest, "'? ");
}

}  // namespace

void Checks::Demand(bool good, std::string_view key, std::string_view words, std::string_view mend) {
  if (good) return;
  BadValue bad;
  bad.key = key;
  bad.words = words;
  bad.mend = mend;
  bad_.push_back(std::move(bad));
}

void Checks::Span(std::string_view key, std::string_view span) {
  Demand(ParseSpanMillis(span) > 0, key, Cat("'", span, "' is no span of time."),
         "Write it like 30s, 15m, 8h or 400d.");
}

void Checks::SpanOrNone(std::string_view key, std::string_view span) {
  if (!span.empty()) Span(key, span);
}

void Checks::OneOf(std::string_view key, std::string_view word, const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), word) != known.end()) return;
  Demand(false, key, Cat("'", word, "' is none of the words it takes."),
         Cat(DidYouMean(word, known), "Write ", Choice(known), "."));
}

void Checks::OneOfOrNone(std::string_view key, std::string_view word, const std::vector<std::string>& known) {
  if (!word.empty()) OneOf(key, word, known);
}

void Checks::Zone(std::string_view key, std::string_view zone) {
  if (IsKnownZone(zone)) return;
  Demand(false, key, Cat("There is no time zone '", zone, "'."),
         Cat(DidYouMean(zone, KnownZones()), "Write an IANA name such as Europe/Berlin."));
}

}  // namespace isa95
