#include "adapter/flows/report_book.h"

#include <algorithm>

namespace isa95::flows {
namespace {

using ledger::StoredReport;

bool IsFinal(const Effective& effective) {
  return effective.content->execution_confirmation().type() == flow::v1::CONFIRMATION_TYPE_CODE_FINAL;
}
bool IsAutoFinal(const Effective& effective) {
  return effective.content->execution_confirmation().type() == flow::v1::CONFIRMATION_TYPE_CODE_AUTO_FINAL;
}

const flow::v1::SegmentRequirement* StepOf(const Effective& effective, const PlannedOrder& order) {
  if (!effective.content->has_execution_confirmation()) return nullptr;
  const auto& report = effective.content->execution_confirmation();
  return order.Find(report.segment_requirement_id().value(), report.operations_segment_id().value()).segment;
}

// The last final one as they came, and the last auto-final one by position.
void Add(Step& step, const Effective& effective) {
  if (IsFinal(effective)) {
    if (!step.final || step.final->root < effective.root) step.final = effective;
  } else if (IsAutoFinal(effective) && (!step.last_auto || IsBefore(step.last_auto->at, effective.at))) {
    step.last_auto = effective;
  }
}

// Numbers of one reporter, or no numbers: positions that are all in one line.
bool AreAlike(const Position& left, const Position& right) {
  return (left.number > 0) == (right.number > 0) && (left.number == 0 || left.sender == right.sender);
}

}  // namespace

void NumberBook::Tell(const StoredReport& report) {
  const auto number = report.envelope.order_sequence();
  if (number == 0) return;
  auto& of = senders_[report.envelope.sender()];
  auto& same = of.reports[number];
  if (std::find(same.begin(), same.end(), &report) == same.end()) same.push_back(&report);
  const auto is_held = [](const auto* one) { return one->state == exchange::v1::REPORT_STATE_HELD; };
  std::any_of(same.begin(), same.end(), is_held) ? (void)of.held.insert(number) : (void)of.held.erase(number);
  while (of.reports.contains(of.missing)) ++of.missing;
}

Numbers NumberBook::Before(const flow::v1::Envelope& envelope) const {
  Numbers numbers;
  const auto own = envelope.order_sequence();
  const auto of = senders_.find(envelope.sender());
  if (of == senders_.end()) {
    if (own > 1) numbers.missing = 1;
    return numbers;
  }
  if (of->second.missing < own) numbers.missing = of->second.missing;
  numbers.waits = !of->second.held.empty() && *of->second.held.begin() < own;
  const auto same = of->second.reports.find(own);
  if (same == of->second.reports.end()) return numbers;
  for (const auto* other : same->second) {
    const bool itself =
        other->envelope.key_id() == envelope.key_id() && other->envelope.key_version() == envelope.key_version();
    if (!itself && other->reason_code != "SEQUENCE_TWICE") numbers.same = other->envelope.key_id();
  }
  return numbers;
}

void Totals::AddPosition(const Position& at) {
  last_arrival_ = std::max(last_arrival_, at.arrival);
  if (last_) mixed_ = mixed_ || !AreAlike(*last_, at) || (at.number > 0 && last_->number == at.number);
  if (!last_ || IsBefore(*last_, at)) last_ = at;
}

bool Totals::AllBefore(const Position& at) const {
  return !last_ || (AreAlike(*last_, at) ? IsBefore(*last_, at) : last_arrival_ < at.arrival);
}

bool Totals::NoneAfter(const Position& at) const { return !last_ || !IsBefore(at, *last_); }

void Totals::Add(const Effective& effective) {
  AddPosition(effective.at);
  const auto& content = *effective.content;
  for (const auto& line : GoodLinesOf(content, order_))
    good_.try_emplace(line.product, cumulative_).first->second.Add(line.key, effective.at, line.value);
  for (const auto& line : UsedLinesOf(content, order_))
    accounts_.try_emplace(line.account, cumulative_).first->second.Add(line, effective.at);
  if (const auto* segment = StepOf(effective, order_)) flows::Add(steps_[segment], effective);
  if (!cumulative_) return;
  for (auto& [key, reading] : ReadingsOf(content, order_, effective.at)) {
    auto& known = latest_[key];
    if (known.report_id.empty() || IsBefore(known.at, reading.at)) known = std::move(reading);
  }
}

Sum Totals::good(const flow::v1::MaterialRequirement& product) const {
  const auto found = good_.find(&product);
  return found == good_.end() ? Sum(cumulative_) : found->second;
}

Account Totals::account(const std::string& key) const {
  const auto found = accounts_.find(key);
  return found == accounts_.end() ? Account(cumulative_) : found->second;
}

Step Totals::step(const flow::v1::SegmentRequirement& segment) const {
  const auto found = steps_.find(&segment);
  return found == steps_.end() ? Step() : found->second;
}

Book::Book(const ledger::OrderPast& past) : order_(past.order), effects_(past) {
  for (const auto& report : past.reports) {
    numbers_.Tell(report);
    facts_.Tell(report);
  }
}

void Book::Changed(const StoredReport& report) {
  numbers_.Tell(report);
  facts_.Tell(report);
  const auto change = effects_.Tell(report);
  if (!totals_ || change == Effects::Change::kNone) return;
  const auto* added = change == Effects::Change::kAdded ? effects_.Of(*effects_.RootOf(report)) : nullptr;
  added == nullptr ? totals_.reset() : totals_->Add(*added);
}

const Totals& Book::totals(bool cumulative) const {
  if (totals_ && totals_->cumulative() == cumulative) return *totals_;
  totals_.emplace(order_, cumulative);
  for (const auto& effective : effects_.all()) totals_->Add(effective);
  return *totals_;
}

Step Book::StepAt(const flow::v1::SegmentRequirement& segment, const Position& at, bool cumulative) const {
  const auto& known = totals(cumulative);
  if (known.in_line() && known.AllBefore(at)) return known.step(segment);
  Step step;
  for (const auto& effective : effects_.all()) {
    if (StepOf(effective, order_) != &segment) continue;
    IsBefore(effective.at, at) ? flows::Add(step, effective) : (void)(step.last = false);
  }
  return step;
}

Sum Book::Good(const flow::v1::MaterialRequirement& product, const Effective* last, bool cumulative) const {
  const auto& known = totals(cumulative);
  const bool all = last == nullptr || (known.in_line() && known.NoneAfter(last->at));
  if (all && (!cumulative || known.in_line())) return known.good(product);
  Sum sum(cumulative);
  for (const auto& effective : effects_.all()) {
    if (last != nullptr && IsBefore(last->at, effective.at)) continue;
    for (const auto& line : GoodLinesOf(*effective.content, order_)) {
      if (line.product == &product) sum.Add(line.key, effective.at, line.value);
    }
  }
  return sum;
}

Account Book::AccountOf(const std::string& key, bool cumulative) const {
  const auto& known = totals(cumulative);
  if (!cumulative || known.in_line()) return known.account(key);
  Account account(cumulative);
  for (const auto& effective : effects_.all()) {
    for (const auto& line : UsedLinesOf(*effective.content, order_)) {
      if (line.account == key) account.Add(line, effective.at);
    }
  }
  return account;
}

std::pair<Readings, Readings> Book::Around(const Readings& own, const Position& at) const {
  const auto& known = totals(true);
  Readings before, after;
  if (known.in_line() && known.AllBefore(at)) {
    for (const auto& [key, reading] : own) {
      const auto found = known.latest().find(key);
      if (found != known.latest().end()) before.insert(*found);
    }
    return {before, after};
  }
  for (const auto& effective : effects_.all()) {
    const bool earlier = IsBefore(effective.at, at);
    for (auto& [key, reading] : ReadingsOf(*effective.content, order_, effective.at)) {
      if (!own.contains(key)) continue;
      auto& nearest = (earlier ? before : after)[key];
      const bool nearer = nearest.report_id.empty() || IsBefore(nearest.at, reading.at) == earlier;
      if (nearer) nearest = std::move(reading);
    }
  }
  return {before, after};
}

const Effective* Book::LaterTotal(const Readings& own, const Effective& effective) const {
  const auto& known = totals(true);
  const auto is_last = [&](const auto& one) {
    const auto found = known.latest().find(one.first);
    return found == known.latest().end() || !IsBefore(effective.at, found->second.at);
  };
  if (known.in_line() && std::all_of(own.begin(), own.end(), is_last)) return nullptr;
  for (const auto& other : effects_.all()) {
    if (other.content == effective.content || !IsBefore(effective.at, other.at)) continue;
    const auto readings = ReadingsOf(*other.content, order_, other.at);
    if (std::any_of(readings.begin(), readings.end(), [&](const auto& one) { return own.contains(one.first); }))
      return &other;
  }
  return nullptr;
}

BookOf::BookOf(const ledger::OrderPast& past) {
  auto& slot = past.slot;
  if (!slot.kept) own_ = std::make_unique<Book>(past);
  if (slot.kept && slot.memo == nullptr) slot.memo = std::make_unique<Book>(past);
  book_ = slot.kept ? static_cast<const Book*>(slot.memo.get()) : own_.get();
}

}  // namespace isa95::flows
