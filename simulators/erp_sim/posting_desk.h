// Where reports of work done reach the simulated ERP: each document is judged by the books, put on record, and
// answered. Thread-safe. Ownership: borrows record and versions.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "b2mml/version.h"
#include "simulators/common/record.h"
#include "simulators/erp_sim/book_lines.h"

namespace isa95::erp_sim {

using FactsOf = std::function<OrderFacts(const std::string& order_id)>;

struct DeskTerms {
  PostingTerms posting;
  std::string logical_id;          // of the ERP
  uint32_t lose_answer_every = 0;  // of each Nth report the first answer is lost
  uint32_t pending_ms = 500;       // until a goods movement that waits comes through
};

class PostingDesk {
 public:
  // `past`: the record of an earlier run, whose books are taken over.
  PostingDesk(DeskTerms terms, sim::Record& record, const b2mml::Versions& versions, FactsOf facts,
              const std::vector<sim::RecordLine>& past);

  struct Answer {
    std::string xml;    // empty = none was asked for
    bool lost = false;  // booked, but the answer is not to arrive
  };
  // A report: see IsReport. On record before it returns. Internal: the record or the answer cannot be written.
  absl::StatusOr<Answer> Take(const flow::v1::Document& document);

  // A goods movement that has come through since, to be told under a name of its own.
  struct FollowUp {
    std::string name, xml;
  };
  absl::StatusOr<std::vector<FollowUp>> Due(int64_t now_ms);
  absl::Status Told(const std::string& name);  // else it is due again

 private:
  struct Waiting {
    std::string sender, report_id, xml;
    int64_t due_ms = 0;
    bool booked = false;
  };
  // What becomes of a whole document: it is booked whole or not at all.
  struct Ruling {
    Verdict verdict;
    std::map<std::string, std::string> documents;  // booked, by report
  };
  using Judged = std::vector<std::pair<Posting, Verdict>>;
  absl::StatusOr<Ruling> TakeReports(const flow::v1::Document& document);
  absl::StatusOr<Ruling> TakeReversals(const flow::v1::Document& document);
  Judged JudgeAll(const flow::v1::Document& document) const;
  absl::Status Book(const flow::v1::Document& document, const Ruling& ruling, const Judged& judged);
  absl::Status Complete(Waiting& waiting);
  absl::StatusOr<std::string> AnswerTo(const flow::v1::Document& document, const Ruling& ruling,
                                       const std::string& prefix) const;
  void ReadWaiting(const sim::RecordLine& line);

  const DeskTerms terms_;
  sim::Record& record_;
  const b2mml::Versions& versions_;
  const FactsOf facts_;
  std::mutex mutex_;
  Books books_;
  uint64_t fresh_ = 0;                      // reports, since the start
  std::map<std::string, Waiting> waiting_;  // by name
};

}  // namespace isa95::erp_sim
