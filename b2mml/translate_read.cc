#include <algorithm>
#include <functional>
#include <numeric>

#include "b2mml/check.h"
#include "b2mml/document_sink.h"
#include "b2mml/translate.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

constexpr size_t kBytesAStep = 32, kMaxReserved = 65'536;  // an element has rarely fewer bytes

bool IsAboutShape(const Finding& finding) { return finding.code() == "SCHEMA"; }

struct Reading {
  std::unique_ptr<Parsed> parsed;
  const Version* version = nullptr;  // null: the root is none of ours
  const Message* message = nullptr;
  bool shape_refused = false;
};

Reading ReadOnce(std::string_view xml, const Versions& versions, const ProfileSchema& schema,
                 const contract::v1::Dialect& dialect, const XmlLimits& limits) {
  Reading reading{std::make_unique<Parsed>()};
  auto& parsed = *reading.parsed;
  parsed.steps.reserve(std::min<size_t>(xml.size() / kBytesAStep, kMaxReserved));
  DocumentSink sink(versions, dialect, parsed);
  auto findings = Read(xml, &schema, limits, sink);
  reading.version = sink.version();
  reading.message = sink.root();
  // What a schema says of somebody else's document helps nobody.
  if (reading.message == nullptr && !parsed.findings.empty()) std::erase_if(findings, IsAboutShape);
  parsed.shape_ok = reading.message != nullptr && !HasError(findings);
  reading.shape_refused = std::any_of(findings.begin(), findings.end(), IsAboutShape);
  parsed.findings.insert(parsed.findings.begin(), std::make_move_iterator(findings.begin()),
                         std::make_move_iterator(findings.end()));
  return reading;
}

void FillHeader(const Version& version, const Message& message, flow::v1::Document& document) {
  flow::v1::VerbCode verb = flow::v1::VERB_CODE_UNSPECIFIED;
  flow::v1::NounCode noun = flow::v1::NOUN_CODE_UNSPECIFIED;
  flow::v1::VerbCode_Parse(message.verb(), &verb);
  flow::v1::NounCode_Parse(message.noun(), &noun);
  document.set_b2mml_version(version.name());
  document.mutable_verb()->set_code(verb);
  document.set_noun(noun);
  document.set_noun_form(message.form());
}

google::protobuf::ArenaOptions LargeBlocks() {
  google::protobuf::ArenaOptions options;
  options.start_block_size = 16 << 10;  // an order
  options.max_block_size = 256 << 10;
  return options;
}

}  // namespace

Parsed::Parsed()
    : arena_(LargeBlocks()), document(*google::protobuf::Arena::CreateMessage<flow::v1::Document>(&arena_)) {}

const SourceStep* Parsed::StepOf(const google::protobuf::Message& message) const {
  if (by_message_.size() != steps.size()) {
    by_message_.resize(steps.size());
    std::iota(by_message_.begin(), by_message_.end(), 0);
    std::stable_sort(by_message_.begin(), by_message_.end(),
                     [&](auto left, auto right) { return std::less<>()(steps[left].message, steps[right].message); });
  }
  const auto found = std::lower_bound(by_message_.begin(), by_message_.end(), &message, [&](auto step, const auto* at) {
    return std::less<const google::protobuf::Message*>()(steps[step].message, at);
  });
  return found != by_message_.end() && steps[*found].message == &message ? &steps[*found] : nullptr;
}

std::string Parsed::PathOf(const google::protobuf::Message& message) const {
  const auto* step = StepOf(message);
  return step == nullptr ? std::string() : PathOf(*step);
}

std::string Parsed::PathOf(const SourceStep& of) const {
  std::string path;
  for (const auto* step = &of;; step = &steps[step->parent]) {
    const auto& name = step->row->name;
    path.insert(0, step->position > 1 ? Cat("/", name, "[", step->position, "]") : Cat("/", name));
    if (&steps[step->parent] == step) return path;
  }
}

uint64_t Parsed::LineOf(const google::protobuf::Message& message) const {
  const auto* step = StepOf(message);
  return step == nullptr ? 0 : step->line;
}

// The narrow schema judges fast; what it refuses for its shape is read again by its version's own, which knows
// extensions and whose words count.
std::unique_ptr<Parsed> ParseDocument(std::string_view xml, const Versions& versions, const contract::v1::Erp& erp,
                                      const XmlLimits& limits) {
  auto fast = limits;
  fast.positions = false;
  auto reading = ReadOnce(xml, versions, versions.narrow_schema(), erp.dialect(), fast);
  if (reading.message != nullptr && reading.shape_refused) {
    const auto& schema = reading.version->schema();
    reading.parsed.reset();
    reading = ReadOnce(xml, versions, schema, erp.dialect(), limits);
  }
  auto& parsed = *reading.parsed;
  if (reading.message == nullptr) return std::move(reading.parsed);
  FillHeader(*reading.version, *reading.message, parsed.document);
  if (parsed.shape_ok) CheckDocument(parsed, *reading.version, erp);
  return std::move(reading.parsed);
}

}  // namespace isa95::b2mml
