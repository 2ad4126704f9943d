// The answers to a BOD (domain facts B.3, B.4). Pure: BODID and time are given.
#pragma once

#include <string>
#include <vector>

#include "b2mml/version.h"
#include "isa95/flow/v1/document.pb.h"

namespace isa95::b2mml {

// Which answers a request asks for.
struct AnswerWish {
  enum class When { kNever, kAlways, kOnError };
  When answer = When::kNever;   // Process acknowledgeCode, Change responseCode; a Get is always answered
  When confirm = When::kNever;  // Sender/ConfirmationCode
};
AnswerWish WishOf(const flow::v1::Document& request);

struct AnswerHeader {
  std::string bod_id;
  std::string logical_id;  // of the answering side
  flow::v1::Instant creation_date_time;
  std::string release_id = {};  // empty = the version's own
  std::string noun_form = {};   // of the noun, where the version has two
};

struct Outcome {
  std::string action_code;  // Accepted | Replaced | Modified | Rejected
  std::string reason_code;  // of Accepted: empty, unless there is more to say
  std::string reason_text;
  std::string path;  // what the reason is about; may be empty
};

// VERB_CODE_UNSPECIFIED for a request that gets none.
flow::v1::VerbCode AnswerVerbOf(flow::v1::VerbCode request);

// Acknowledge or Respond for `orders` (all with this outcome), echoing schedule header and, per order, id, version and
// segment ids. `schedule` is the header the orders came under.
flow::v1::Document MakeAnswer(flow::v1::VerbCode verb, const flow::v1::ApplicationArea& original,
                              const flow::v1::Schedule& schedule,
                              const std::vector<const flow::v1::ProductionOrder*>& orders, const Outcome& outcome,
                              const AnswerHeader& header, const Version& version);
// Acknowledge, Respond or Show for `responses` of a performance (all with this outcome), echoing the performance's
// header and, per response, id, version, order ids, state and what names its segments.
flow::v1::Document MakeAnswer(flow::v1::VerbCode verb, const flow::v1::ApplicationArea& original,
                              const flow::v1::Performance& performance,
                              const std::vector<const flow::v1::OperationsResponse*>& responses, const Outcome& outcome,
                              const AnswerHeader& header, const Version& version);
// Show with `orders` as they are; where there are none, `asked` comes back with the state NOT_FOUND, since a Show has
// to carry a noun.
flow::v1::Document MakeShow(const flow::v1::ApplicationArea& original, const flow::v1::Schedule& asked,
                            const std::vector<const flow::v1::ProductionOrder*>& orders, const Outcome& outcome,
                            const AnswerHeader& header, const Version& version);
// ConfirmBOD for a whole document.
flow::v1::Document MakeConfirm(const flow::v1::ApplicationArea& original, const Outcome& outcome,
                               const AnswerHeader& header, const Version& version);

}  // namespace isa95::b2mml
