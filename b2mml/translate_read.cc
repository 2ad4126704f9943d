#include <algorithm>
#include <iterator>

#include "b2mml/document_sink.h"
#include "b2mml/recast.h"
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

// `recast`: what the document was made from; null: it is read as it was sent.
Reading ReadOnce(std::string_view xml, const Versions& versions, const ProfileSchema& schema,
                 const contract::v1::Erp& erp, const XmlLimits& limits, const Recast* recast) {
  Reading reading{std::make_unique<Parsed>()};
  auto& parsed = *reading.parsed;
  parsed.steps.reserve(std::min<size_t>(xml.size() / kBytesAStep, kMaxReserved));
  if (recast != nullptr) {
    parsed.bare = recast->bare;
    parsed.shift = recast->shift;
  }
  DocumentSink sink(versions, erp, parsed);
  auto findings = Read(xml, &schema, limits, sink);
  for (auto& finding : findings) finding.set_path(parsed.shift(finding.path()));
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

// The narrow schema judges fast; what it refuses for its shape is read again by its version's own, which knows
// extensions and whose words count.
Reading ReadByBoth(std::string_view xml, const Versions& versions, const contract::v1::Erp& erp,
                   const XmlLimits& limits, const Recast* recast) {
  auto fast = limits;
  fast.positions = false;
  auto reading = ReadOnce(xml, versions, versions.narrow_schema(), erp, fast, recast);
  if (reading.message == nullptr || !reading.shape_refused) return reading;
  const auto& schema = reading.version->schema();
  reading.parsed.reset();
  return ReadOnce(xml, versions, schema, erp, limits, recast);
}

// What the noun itself says of its time, or nothing: no time is invented.
void SettleCreation(Parsed& parsed) {
  auto& document = parsed.document;
  const flow::v1::Instant* published = nullptr;
  if (document.schedule_size() > 0 && document.schedule(0).has_published_date())
    published = &document.schedule(0).published_date();
  if (document.performance_size() > 0 && document.performance(0).has_published_date())
    published = &document.performance(0).published_date();
  auto& area = *document.mutable_application_area();
  if (published != nullptr && published->has_utc() && published->has_offset_minutes()) {
    *area.mutable_creation_date_time() = *published;
  } else {
    area.clear_creation_date_time();
  }
}

// The reading of what the document is meant to be, which may have some elements and levels more than what was sent.
std::unique_ptr<Parsed> ReadRecast(Recast recast, std::unique_ptr<Parsed> strict, const Versions& versions,
                                   const contract::v1::Erp& erp, XmlLimits limits) {
  std::unique_ptr<Parsed> parsed = std::move(strict);
  Findings findings = std::move(recast.findings);
  if (recast.xml.empty()) {
    parsed->findings = std::move(findings);
    parsed->shape_ok = false;
    return parsed;
  }
  constexpr uint32_t kMoreLevels = 4, kMoreElements = 16;
  limits.depth += kMoreLevels;
  limits.elements += limits.elements / 2 + kMoreElements;  // a DataType for each quantity
  parsed = ReadByBoth(recast.xml, versions, erp, limits, &recast).parsed;
  parsed->shape_ok = parsed->shape_ok && !HasError(findings);
  AddUses(recast.uses, parsed->tolerated);
  if (recast.bare) SettleCreation(*parsed);
  KeepPassedOver(recast.passed_over, *parsed);
  std::move(parsed->findings.begin(), parsed->findings.end(), std::back_inserter(findings));
  parsed->findings = std::move(findings);
  return parsed;
}

bool MayBeMeantAsOurs(const Findings& findings) {
  return std::any_of(findings.begin(), findings.end(), [](const auto& finding) {
    return IsAboutShape(finding) || finding.code() == "UNKNOWN_VERSION" || finding.code() == "UNKNOWN_NOUN";
  });
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
    if (&steps[step->parent] == step) return shift(std::move(path));
  }
}

std::string PathShift::operator()(std::string path) const {
  const bool below = path.starts_with(from) && (path.size() == from.size() || path[from.size()] == '/');
  return from == to || !below ? path : to + path.substr(from.size());
}

uint64_t Parsed::LineOf(const google::protobuf::Message& message) const {
  const auto* step = StepOf(message);
  return step == nullptr ? 0 : step->line;
}

std::unique_ptr<Parsed> ParseDocument(std::string_view xml, const Versions& versions, const contract::v1::Erp& erp,
                                      const XmlLimits& limits) {
  auto reading = ReadByBoth(xml, versions, erp, limits, nullptr);
  if (!MayBeMeantAsOurs(reading.parsed->findings)) return std::move(reading.parsed);
  auto recast = RecastDocument(xml, versions, erp, limits);
  if (!recast.deviates) return std::move(reading.parsed);
  return ReadRecast(std::move(recast), std::move(reading.parsed), versions, erp, limits);
}

}  // namespace isa95::b2mml
