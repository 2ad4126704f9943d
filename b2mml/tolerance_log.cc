#include "b2mml/tolerance_log.h"

#include "b2mml/fields.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

constexpr uint64_t kMaxErrors = 1'000;  // of a document
constexpr uint64_t kMaxAllowed = 100;   // of a tolerance
constexpr std::string_view kNothingNow = "Nothing now; strict senders need no tolerance.";

}  // namespace

std::string CodeOfTolerance(std::string_view name) {
  std::string out(name);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

void AddUses(const ToleranceUses& uses, ToleranceUses& sum) {
  for (const auto& [name, count] : uses) sum[name] += count;
}

void ToleranceLog::Bad(std::string_view code, const Where& where, std::string_view words, std::string_view mend) {
  ++noticed_;
  if (++errors_ > kMaxErrors) return;
  const auto place = where();
  findings_.push_back(Error(code, place.path, place.line, words, mend));
}

void ToleranceLog::Allowed(std::string_view name, const Where& where, std::string_view words) {
  ++noticed_;
  auto found = uses_.find(name);
  if (found == uses_.end()) found = uses_.emplace(name, 0).first;
  if (++found->second > kMaxAllowed) return;
  const auto place = where();
  findings_.push_back(Warning(CodeOfTolerance(name), place.path, place.line,
                              Cat(words, " Allowed by the contract: dialect ", name, "."), kNothingNow));
}

void ToleranceLog::Flag(std::string_view code, const Where& where, std::string_view words, std::string_view mend) {
  ++noticed_;
  if (++flagged_ > kMaxAllowed) return;
  const auto place = where();
  findings_.push_back(Warning(code, place.path, place.line, words, mend));
}

void ToleranceLog::Tolerance(std::string_view name, const Where& where, std::string_view words, std::string_view mend) {
  if (FlagOf(dialect_, name)) return Allowed(name, where, words);
  Bad(CodeOfTolerance(name), where, words, Cat(mend, " Or allow ", name, " in the contract's dialect."));
}

Findings ToleranceLog::Finish() {
  for (const auto& [name, count] : uses_) {
    if (count <= kMaxAllowed) continue;
    findings_.push_back(Warning(CodeOfTolerance(name), "", 0,
                                Cat(count - kMaxAllowed, " more of this kind, ", count, " in all."), kNothingNow));
  }
  if (errors_ <= kMaxErrors) return std::move(findings_);
  findings_.push_back(Error(
      "TOO_MANY_FINDINGS", "", 0,
      Cat("The document has ", errors_, " errors; the first ", kMaxErrors, " are named, and it is refused whole."),
      "Mend what the named ones have in common and send the document again."));
  return std::move(findings_);
}

}  // namespace isa95::b2mml
