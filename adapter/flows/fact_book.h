// A chain of quality or downtime worked out: the dispositions of a lot, its test results, the stops of a line. Found by
// key and by time, so that the thousandth stop of a line is judged at the price of the first. What a report's state is
// now is looked at when it is asked for. Internal to the flows of reports. Borrows the past's reports.
#pragma once

#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "adapter/flows/instants.h"
#include "adapter/ledger/report_ledger.h"

namespace isa95::flows {

inline constexpr Moment kNoEnd{std::numeric_limits<int64_t>::max(), 0};

// One stop: what opened it or told it whole, and what closed it. Either may be missing.
struct Stop {
  const ledger::StoredReport* opening = nullptr;
  const ledger::StoredReport* closing = nullptr;

  const flow::v1::DowntimeEvent& event() const { return opening->envelope.downtime_event(); }
};
// Half-open: from `start` to before `end`.
struct Span {
  Moment start, end;  // kNoEnd = still open
};
bool Overlap(const Span& left, const Span& right);
// Of a stop that was opened or told whole. Its closing says when it was over, also one that is held or parked: else a
// closing with a wrong reason would have the line stand for ever.
Span SpanOf(const flow::v1::DowntimeEvent& opening, const ledger::StoredReport* closing);

class FactBook {
 public:
  void Tell(const ledger::StoredReport& report);  // new, or not as it was

  // Dispositions of the chain, as they came.
  const std::vector<const ledger::StoredReport*>& dispositions() const { return dispositions_; }
  const ledger::StoredReport* Result(std::string_view sender, std::string_view id) const;
  // Results of one property of one sample, as they came.
  std::vector<const ledger::StoredReport*> ResultsOf(const flow::v1::QualityTestResult& like) const;

  Stop StopOf(std::string_view sender, std::string_view id) const;
  // In play, of what the event can be in the way of, other than `own`; the first one that overlaps. Micro-stops told
  // together share their time with the other stops, and with those of another reason. Null = none.
  const ledger::StoredReport* InTheWay(const flow::v1::DowntimeEvent& event, const Span& span,
                                       const ledger::StoredReport* own) const;
  // In play, and told as parts of that whole.
  std::vector<Stop> PartsOf(std::string_view whole) const;

 private:
  using Key = std::pair<std::string, std::string>;     // sender, id
  using Place = std::tuple<std::string, Moment, Key>;  // what shares no time, start

  Stop StopAt(const Key& key) const;

  std::vector<const ledger::StoredReport*> dispositions_;
  std::set<const ledger::StoredReport*> known_;
  std::map<Key, const ledger::StoredReport*> results_;
  std::map<Key, std::vector<const ledger::StoredReport*>> by_sample_;  // sample, property
  std::map<Key, Stop> stops_;
  std::set<Place> by_start_;
  std::map<std::string, std::set<Key>, std::less<>> parts_;
};

}  // namespace isa95::flows
