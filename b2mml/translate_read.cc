#include <algorithm>
#include <iterator>

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
                 const contract::v1::Erp& erp, const XmlLimits& limits) {
  Reading reading{std::make_unique<Parsed>()};
  auto& parsed = *reading.parsed;
  parsed.steps.reserve(std::min<size_t>(xml.size() / kBytesAStep, kMaxReserved));
  DocumentSink sink(versions, erp, parsed);
  auto findings = Read(xml, &schema, limits, sink);
  reading.version = sink.version();
  reading.message = sink.root();
  // What a schema says of somebody else's document helps nobody.
  if (reading.message == nullptr && !parsed.findings.empty()) std::erase_if(findings, IsAboutShape);
  parsed.shape_ok = reading.message != nullptr && !HasError(findings);
  reading.shape_refused = std::any_of(findings.begin(), findings.end(), IsAboutShape);
  std::move(parsed.findings.begin(), parsed.findings.end(), std::back_inserter(findings));
  if (parsed.shape_ok) {
    auto content = sink.FinishChecks();
    std::move(content.begin(), content.end(), std::back_inserter(findings));
  }
  parsed.findings = std::move(findings);
  return reading;
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
  for (; indexed_ < steps.size(); ++indexed_) by_message_.try_emplace(steps[indexed_].message, indexed_);
  const auto found = by_message_.find(&message);
  return found == by_message_.end() ? nullptr : &steps[found->second];
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
  auto reading = ReadOnce(xml, versions, versions.narrow_schema(), erp, fast);
  if (reading.message != nullptr && reading.shape_refused) {
    const auto& schema = reading.version->schema();
    reading.parsed.reset();
    reading = ReadOnce(xml, versions, schema, erp, limits);
  }
  return std::move(reading.parsed);
}

}  // namespace isa95::b2mml
