// The simulated ERP's books: which report is posted, what that leaves in each order's step, and what is refused. Pure:
// a verdict is asked for, put on record by the caller, and then taken in.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "simulators/erp_sim/posting.h"

namespace isa95::erp_sim {

struct PostingTerms {
  uint32_t lock_every = 0;           // each Nth report is refused once, as its order is locked
  uint32_t period_closed_every = 0;  // each Nth report is refused, as its period is closed
  uint32_t pending_every = 0;        // of each Nth report the goods movement waits
  std::string over;                  // over-delivery allowed, such as 5%; empty = not checked
  std::set<std::string> blocked_lots;
  std::string mutant = "none";
};

// What the ERP knows of the order itself.
struct OrderFacts {
  std::optional<ExactDecimal> quantity;  // none = not known
  bool closed = false;
};

struct Verdict {
  std::string action = "Accepted";  // Accepted, Modified, Rejected
  std::string code, text;           // empty when accepted
  std::string document;             // of the booking
  bool repeated = false;            // was said before
};

struct Totals {
  ExactDecimal good, scrap, rework;
  std::string final_by;    // key of the report that closed the step; empty = open
  std::string latest_end;  // of what was posted
};

class Books {
 public:
  explicit Books(PostingTerms terms) : terms_(std::move(terms)) {}

  Verdict Judge(const Posting& posting, const OrderFacts& facts) const;
  // The posting as the books will have it. `today`: a date, for those who take it from the clock.
  Posting Booked(const Posting& posting, const OrderFacts& facts, const std::string& today) const;
  // What was refused changes nothing but the next verdict on it. Also after a restart, line by line of the record.
  void Take(const Posting& booked, const Verdict& verdict);
  // The goods movement of a pending one has come through.
  void Complete(const std::string& sender, const std::string& report_id);
  bool IsPending(const std::string& sender, const std::string& report_id) const;

  // A reversal of the report `original`. Done once; the same again is answered the same.
  Verdict JudgeReversal(const std::string& sender, const std::string& original) const;
  void TakeReversal(const std::string& sender, const std::string& original, const Verdict& verdict);

  // Null where nothing is posted under that key.
  const Posting* Find(const std::string& sender, const std::string& report_id) const;
  Totals TotalsOf(const std::string& order_id, const std::string& segment) const;

 private:
  struct Entry {
    Posting posting;
    Verdict verdict;
    std::string reversed_by;  // document; empty = stands
  };
  // A report and what hindered it.
  struct Arrival {
    uint64_t number = 0;
    bool was_locked = false;
    std::string closed_content;  // what was refused for its period
  };
  Verdict Rules(const Posting& posting, const OrderFacts& facts, const Totals& totals) const;
  std::optional<Verdict> Hindrance(const std::string& key, const std::string& content) const;
  bool IsFinal(const Posting& posting, const OrderFacts& facts, const Totals& totals) const;
  bool IsOver(const ExactDecimal& good, const ExactDecimal& ordered) const;
  std::string NextDocument() const;
  void Count(const std::string& document);
  Arrival& Arrive(const std::string& key);

  const PostingTerms terms_;
  std::map<std::string, Entry> entries_;  // by key
  std::map<std::string, Arrival> arrivals_;
  std::map<std::pair<std::string, std::string>, Totals> totals_;  // by order and step
  uint64_t documents_ = 0;
};

}  // namespace isa95::erp_sim
