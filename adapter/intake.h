// The ERP side of the adapter: one document in, durably, and what to tell its sender at once. Transport-free: the HTTP
// port and the folder port map its result. Threads: safe. Ownership: borrows everything. Source: DESIGN §4 steps 2
// to 7.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "adapter/config.h"
#include "adapter/ledger/ledger.h"
#include "adapter/ops/journal.h"
#include "adapter/wakes.h"
#include "b2mml/version.h"
#include "grpc/model/finding.h"

namespace isa95::adapter {

struct IntakeResult {
  enum class Kind {
    kUnreadable,  // no BOD to quote: findings only
    kRefused,     // refused whole, or every order of it: `answer` rejects it, where one could be written
    kConflict,    // same key, other content: kept for a human
    kReceived,    // durably received
    kAnswered,    // a question: `answer` is the Show
    kTaken,       // an answer to a report, which is durable
  };
  Kind kind = Kind::kUnreadable;
  Findings findings;
  std::string answer;  // XML
  uint64_t document_id = 0;
  bool answer_follows = false;  // the sender asked for one
};

class Intake {
 public:
  // An answer of the ERP to a report: durable where there is no finding.
  using TakeAnswer = std::function<absl::StatusOr<Findings>(
      const flow::v1::Document& answer, const contract::v1::SiteContract& contract, std::string xml)>;
  // `stored` is called after a document with an answer to come was committed.
  Intake(ledger::Ledger& ledger, const Contracts& contracts, const b2mml::Versions& versions, Wakes& wakes,
         std::function<void()> stored, TakeAnswer take_answer = {}, ops::Journal journal = {});

  // NotFound: no such site; any other error: not received (the sender must send again).
  absl::StatusOr<IntakeResult> Receive(std::string_view site, std::string_view channel, std::string body);

 private:
  absl::StatusOr<IntakeResult> TakeAnswerOfErp(const flow::v1::Document& answer,
                                               const contract::v1::SiteContract& contract, std::string body);
  void Tell(const ledger::StoredDocument& stored, const IntakeResult& result) const;
  absl::StatusOr<IntakeResult> Answer(const flow::v1::Document& request, const Terms& terms,
                                      const b2mml::Version& version, IntakeResult result);

  ledger::Ledger& ledger_;
  const Contracts& contracts_;
  const b2mml::Versions& versions_;
  Wakes& wakes_;
  std::function<void()> stored_;
  TakeAnswer take_answer_;
  const ops::Journal journal_;
};

}  // namespace isa95::adapter
