// Which reports of an order are in effect, as reported and as posted: reversals take out what they reverse, and the
// reversal of a reversal puts it back. Borrows the reports. Pure.
#pragma once

#include <deque>
#include <set>
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
  // As posted, but counting too what waits for its goods movement: the ERP has been told of it.
  bool Told(size_t report) const { return told_[report]; }
  // By the reporter's numbers where both have one, else by arrival. What was brought back has the place of the reversal
  // that did so.
  bool IsBefore(size_t report, size_t other) const;
  // Posted, or taken back without the ERP: nobody has to do anything about it.
  bool Settled(size_t report) const;
  // Adds the report, its reversals, theirs, and so on.
  void AddAround(size_t report, std::set<size_t>& around) const;
  // For people: state, reason and who acts.
  std::string Describe(size_t report) const;

 private:
  void FindReversals();
  void Judge(size_t report);
  bool IsErpSide(const std::vector<bool>& side, size_t report, bool pending) const;
  bool HasEarlierPlace(size_t report, size_t other) const;

  const std::deque<ledger::StoredReport>& reports_;
  std::vector<std::vector<size_t>> reversals_;  // of each report
  std::vector<size_t> order_;                   // each report before its reversals
  std::vector<bool> reported_, posted_, told_;
  std::vector<size_t> bearer_;  // itself, or the reversal's reversal that brought it back last
};

}  // namespace isa95::adapter
