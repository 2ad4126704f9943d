// An order's past worked out: which numbers have come, which reports count, and what they add up to. Kept with the past
// where that is kept, and up to date report by report, so that the thousandth report of an order is judged at the price
// of the first. Internal to the flows of reports. Pure but for its own memory; borrows the past.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapter/flows/fact_book.h"
#include "adapter/flows/report_rules.h"

namespace isa95::flows {

// What is known of the numbers before a report's own.
struct Numbers {
  uint64_t missing = 0;   // the first that is
  bool waits = false;     // one that is there is held itself
  std::string_view same;  // another report of the same number
};

class NumberBook {
 public:
  void Tell(const ledger::StoredReport& report);
  Numbers Before(const flow::v1::Envelope& envelope) const;

 private:
  struct OfSender {
    std::map<uint64_t, std::vector<const ledger::StoredReport*>> reports;
    std::set<uint64_t> held;
    uint64_t missing = 1;  // the first number that has not come
  };
  std::map<std::string, OfSender, std::less<>> senders_;
};

struct Account {
  explicit Account(bool cumulative) : consumed(cumulative), returned(cumulative) {}
  void Add(const UsedLine& line, const Position& at) {
    (line.returned ? returned : consumed).Add(line.key, at, line.value);
  }
  Sum consumed, returned;
};

// A step's confirmations that count, as seen from a position.
struct Step {
  std::optional<Effective> final, last_auto;  // before it
  bool last = true;                           // none comes after it
};

// What is in effect, added up. What was added is not taken away again: then all is added up anew.
class Totals {
 public:
  Totals(const PlannedOrder& order, bool cumulative) : order_(order), cumulative_(cumulative) {}
  void Add(const Effective& effective);

  bool cumulative() const { return cumulative_; }
  // Each stands before or after each other, by number or by arrival alone.
  bool in_line() const { return !mixed_; }
  // Of those in line.
  bool AllBefore(const Position& at) const;
  bool NoneAfter(const Position& at) const;  // `at` is that of one of them
  Sum good(const flow::v1::MaterialRequirement& product) const;
  Account account(const std::string& key) const;
  Step step(const flow::v1::SegmentRequirement& segment) const;
  const Readings& latest() const { return latest_; }  // of cumulative reporting

 private:
  void AddPosition(const Position& at);

  const PlannedOrder& order_;
  const bool cumulative_;
  bool mixed_ = false;
  std::optional<Position> last_;
  uint64_t last_arrival_ = 0;
  std::map<const flow::v1::MaterialRequirement*, Sum> good_;
  std::map<std::string, Account> accounts_;
  std::map<const flow::v1::SegmentRequirement*, Step> steps_;
  Readings latest_;
};

class Book : public ledger::PastMemo {
 public:
  explicit Book(const ledger::OrderPast& past);
  void Changed(const ledger::StoredReport& report) override;

  const PlannedOrder& order() const { return order_; }
  const Effects& effects() const { return effects_; }
  const FactBook& facts() const { return facts_; }
  Numbers NumbersBefore(const flow::v1::Envelope& envelope) const { return numbers_.Before(envelope); }

  Step StepAt(const flow::v1::SegmentRequirement& segment, const Position& at, bool cumulative) const;
  // Of the delivering step's product; up to `last`, or all where that is null.
  Sum Good(const flow::v1::MaterialRequirement& product, const Effective* last, bool cumulative) const;
  Account AccountOf(const std::string& key, bool cumulative) const;
  // Cumulative reporting: of each key in `own` the values nearest before and after.
  std::pair<Readings, Readings> Around(const Readings& own, const Position& at) const;
  // One that holds a later value of a key in `own`, the readings of `effective`; null = none.
  const Effective* LaterTotal(const Readings& own, const Effective& effective) const;

 private:
  const Totals& totals(bool cumulative) const;

  PlannedOrder order_;
  Effects effects_;
  NumberBook numbers_;
  FactBook facts_;
  mutable std::optional<Totals> totals_;  // made when first asked for
};

// The past's own book where the past is kept, else one for this occasion.
class BookOf {
 public:
  explicit BookOf(const ledger::OrderPast& past);
  const Book& operator*() const { return *book_; }
  const Book* operator->() const { return book_; }

 private:
  std::unique_ptr<Book> own_;
  const Book* book_ = nullptr;
};

}  // namespace isa95::flows
