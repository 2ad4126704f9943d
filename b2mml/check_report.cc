#include "b2mml/check_report.h"

#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

constexpr uint64_t kMaxErrors = 1'000;  // of a document
constexpr uint64_t kMaxAllowed = 100;   // of a code

std::string Upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

}  // namespace

bool CheckReport::Releases() const {
  const auto verb = parsed_.document.verb().code();
  return verb == flow::v1::VERB_CODE_PROCESS || verb == flow::v1::VERB_CODE_SYNC ||
         verb == flow::v1::VERB_CODE_NOTIFY || Changes();
}

bool CheckReport::Changes() const { return parsed_.document.verb().code() == flow::v1::VERB_CODE_CHANGE; }

void CheckReport::Bad(std::string_view code, const ProtoMessage& at, std::string_view words, std::string_view mend) {
  if (++errors_ > kMaxErrors) return;
  findings_.push_back(Error(code, parsed_.PathOf(at), parsed_.LineOf(at), words, mend));
}

void CheckReport::Flag(std::string_view code, const ProtoMessage& at, std::string_view words, std::string_view mend) {
  if (++flagged_ > kMaxAllowed) return;
  findings_.push_back(Warning(code, parsed_.PathOf(at), parsed_.LineOf(at), words, mend));
}

void CheckReport::Allowed(std::string_view name, const ProtoMessage& at, std::string_view words) {
  const std::string code = Upper(name);
  if (++allowed_[code] > kMaxAllowed) return;
  findings_.push_back(Warning(code, parsed_.PathOf(at), parsed_.LineOf(at),
                              Cat(words, " Allowed by the contract: dialect ", name, "."),
                              "Nothing now; strict senders need no tolerance."));
}

void CheckReport::Tolerance(std::string_view name, const ProtoMessage& at, std::string_view words,
                            std::string_view mend) {
  if (FlagOf(dialect_, name)) return Allowed(name, at, words);
  Bad(Upper(name), at, words, Cat(mend, " Or allow ", name, " in the contract's dialect."));
}

Findings CheckReport::Finish() {
  for (const auto& [code, count] : allowed_) {
    if (count <= kMaxAllowed) continue;
    findings_.push_back(Warning(code, "", 0, Cat(count - kMaxAllowed, " more of this kind, ", count, " in all."),
                                "Nothing now; strict senders need no tolerance."));
  }
  if (errors_ <= kMaxErrors) return std::move(findings_);
  findings_.push_back(Error(
      "TOO_MANY_FINDINGS", "", 0,
      Cat("The document has ", errors_, " errors; the first ", kMaxErrors, " are named, and it is refused whole."),
      "Mend what the named ones have in common and send the document again."));
  return std::move(findings_);
}

}  // namespace isa95::b2mml
