// Which reports of an order are in effect, as reported and as posted: reversals take out what they reverse, and the
// reversal of a reversal puts it back. Borrows the reports. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "adapter/ledger/report_ledger.h"

namespace isa95::adapter {

class ReportEffects {
 public:
  explicit ReportEffects(const std::deque<ledger::StoredReport>& reports);

  // By position in the reports.
  bool Reported(size_t report) const { return reported_[report]; }
  bool Posted(size_t report) const { return posted_[report]; }
  // For people: this report and the reversals around it that are not posted, each with state, reason and who acts.
  std::vector<std::string> WhyOpen(size_t report) const;

 private:
  enum class Known : char { kNot, kAsked, kNo, kYes };
  bool FindReported(size_t report);
  bool FindPosted(size_t report);
  const std::vector<size_t>& ReversalsOf(size_t report) const;

  const std::deque<ledger::StoredReport>& reports_;
  std::map<std::string, std::vector<size_t>> reversals_;  // by what they reverse
  std::vector<Known> known_reported_, known_posted_;
  std::vector<bool> reported_, posted_;
};

}  // namespace isa95::adapter
