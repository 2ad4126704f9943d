// The answers a document is owed, from what the ledger knows of its orders. Pure: BODIDs and time are given.
// One answer per outcome; an order the MES has not decided by the deadline is answered Modified / DECISION_PENDING, and
// once more when it is decided. Source: DESIGN §4 step 10, domain facts B.3 and B.4.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "adapter/ledger/ledger.h"
#include "b2mml/bod.h"
#include "grpc/model/finding.h"
#include "isa95/contract/v1/contract.pb.h"

namespace isa95::adapter {

struct AnswerInput {
  const ledger::StoredDocument& document;
  const contract::v1::SiteContract& contract;
  const b2mml::Version& version;  // to write in
  int64_t now_ms = 0;
  std::function<std::string()> new_bod_id;
  // The item a DUPLICATE stands for; null where the ledger cannot tell.
  std::function<const ledger::StoredItem*(uint64_t)> original;
};

b2mml::AnswerHeader HeaderOf(const contract::v1::SiteContract& contract, std::string bod_id, int64_t now_ms);

absl::StatusOr<std::vector<ledger::NewAnswer>> MakeAnswers(const AnswerInput& input);

// The answer to a document refused as a whole: a ConfirmBOD, Rejected, with each error as a note. Empty where there is
// no ApplicationArea to quote.
std::string MakeRefusal(const flow::v1::Document& document, const Findings& findings,
                        const contract::v1::SiteContract& contract, const b2mml::Version& version,
                        const std::string& bod_id, int64_t now_ms);

}  // namespace isa95::adapter
