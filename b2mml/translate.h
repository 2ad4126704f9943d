// XML <-> canonical document, driven by the version table through protobuf reflection. Pure: no disk, no network, no
// clock. Threads: safe for concurrent use with one Versions.
#pragma once

#include <google/protobuf/arena.h>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "b2mml/version.h"
#include "grpc/model/finding.h"
#include "isa95/contract/v1/contract.pb.h"
#include "isa95/flow/v1/document.pb.h"

namespace isa95::b2mml {

// Where an element stood: a step below another's. Written out as a path only for a finding.
struct SourceStep {
  uint32_t parent = 0;    // index of the step above; the root's is its own
  uint32_t position = 1;  // among elements of its name
  uint32_t line = 0;
  const RowPlan* row = nullptr;                  // of the version, which outlives every Parsed
  google::protobuf::Message* message = nullptr;  // what it was read into, in the Parsed's document
};

// Paths of a document that was recast (see recast.h) to those of what was sent: what begins with `from` begins with
// `to` instead. Both empty: they are the same.
struct PathShift {
  std::string operator()(std::string path) const;
  std::string from, to;
};

class Parsed {
 public:
  Parsed();
  Parsed(const Parsed&) = delete;
  Parsed& operator=(const Parsed&) = delete;

  // Empty where the message was never read, such as the default of an absent field.
  std::string PathOf(const google::protobuf::Message& message) const;
  std::string PathOf(const SourceStep& step) const;
  uint64_t LineOf(const google::protobuf::Message& message) const;
  bool WasRead(const google::protobuf::Message& message) const { return StepOf(message) != nullptr; }

 private:
  // The first step that was read into the message. A question may add to the index: one thread at a time.
  const SourceStep* StepOf(const google::protobuf::Message& message) const;
  google::protobuf::Arena arena_;  // thousands of small messages live and die together
  mutable std::unordered_map<const google::protobuf::Message*, uint32_t> by_message_;
  mutable uint32_t indexed_ = 0;  // steps

 public:
  bool shape_ok = false;  // false: the document is refused whole, `document` is what could be read for an answer
  flow::v1::Document& document;
  Findings findings;              // shape, lexical, and content findings
  std::vector<SourceStep> steps;  // every element read, in document order; they point into `document`
  // Of the leafs those that a content check has to look at: seen while they are at hand, since a walk through all of a
  // large document later costs more than reading it.
  std::vector<uint32_t> suspects;
  bool bare = false;  // the noun came alone: its ApplicationArea says no more than whose address it came to
  std::map<std::string, uint64_t, std::less<>> tolerated;  // uses of the dialect's tolerances, by key
  PathShift shift;
};

// Reads one document. The version comes from the root's namespace. Unknown namespace: UNKNOWN_VERSION; unknown root:
// UNKNOWN_NOUN (NOT_BUSINESS_RELEVANT where the noun is one the site is meant to keep to itself). The shape is judged
// by the profile schema. Lexical errors in values (a quantity "1,5", an impossible time) are findings of their own
// order: see check.h. `erp` are the site's terms: its releaseID, where
// it has one of its own, and its dialect: a deviation it allows is a warning with the tolerance's code, any
// other an error. What deviates in its shape is recast and judged again: see recast.h.
std::unique_ptr<Parsed> ParseDocument(std::string_view xml, const Versions& versions, const contract::v1::Erp& erp,
                                      const XmlLimits& limits = {});

struct Written {
  std::string xml;    // empty where an error finding stands in `findings`
  Findings findings;  // NOT_CARRIED: what this version has no place for; SYNTHESISED: what it demands and we filled in
};

// Writes a document in `version`, UTF-8, one element a line.
Written WriteDocument(const flow::v1::Document& document, const Version& version);

}  // namespace isa95::b2mml
