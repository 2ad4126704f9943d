#include "simulators/erp_sim/books.h"

#include "grpc/model/contract.h"
#include "grpc/model/text.h"

namespace isa95::erp_sim {
namespace {

constexpr uint64_t kFirstDocument = 4'900'000'001;

std::string KeyOf(const std::string& sender, const std::string& report_id) { return Cat(sender, "\n", report_id); }

Verdict Reject(std::string code, std::string text) { return {"Rejected", std::move(code), std::move(text), "", false}; }

bool FallsOn(uint64_t number, uint32_t every) { return every != 0 && number % every == 0; }

ExactDecimal Minus(ExactDecimal value) {
  value.units = -value.units;
  return value;
}

ExactDecimal Times(const ExactDecimal& left, const ExactDecimal& right) {
  return {left.units * right.units, left.scale + right.scale};
}

}  // namespace

std::string Books::NextDocument() const { return std::to_string(kFirstDocument + documents_); }

void Books::Count(const std::string& document) {
  uint64_t number = 0;
  if (ToNumber(document, number) && number >= kFirstDocument + documents_) documents_ = number - kFirstDocument + 1;
}

Books::Arrival& Books::Arrive(const std::string& key) {
  const auto [entry, fresh] = arrivals_.try_emplace(key);
  if (fresh) entry->second.number = arrivals_.size();
  return entry->second;
}

// What only a later try gets past. The number is the one it will have.
std::optional<Verdict> Books::Hindrance(const std::string& key, const std::string& content) const {
  const auto known = arrivals_.find(key);
  const bool is_known = known != arrivals_.end();
  const uint64_t number = is_known ? known->second.number : arrivals_.size() + 1;
  if (FallsOn(number, terms_.lock_every) && !(is_known && known->second.was_locked))
    return Reject("ORDER_LOCKED", "Somebody is working on the order; send the report again.");
  const bool other_date = is_known && !known->second.closed_content.empty() && known->second.closed_content != content;
  if (FallsOn(number, terms_.period_closed_every) && !other_date)
    return Reject("PERIOD_CLOSED", "The posting period is closed; post into the open one.");
  return std::nullopt;
}

bool Books::IsOver(const ExactDecimal& good, const ExactDecimal& ordered) const {
  const auto share = ParsePercent(terms_.over);
  if (!share) return false;
  ExactDecimal room = Times(ordered, *share);
  if (terms_.mutant == "M26") room = Times(*share, {100, 0});  // ten pieces where ten percent was meant
  return Compare(good, Add(ordered, room)) > 0;
}

Verdict Books::Rules(const Posting& posting, const OrderFacts& facts, const Totals& totals) const {
  if (!posting.fault.empty()) return Reject(posting.fault, posting.fault_text);
  if (terms_.mutant != "M25") {
    if (facts.closed) return Reject("ORDER_CLOSED", "The order is closed.");
    if (!posting.type.empty() && !totals.final_by.empty())
      return Reject("SEGMENT_CLOSED", "The step has its final confirmation; reverse that first.");
  }
  if (!terms_.over.empty() && facts.quantity && IsOver(Add(totals.good, posting.good), *facts.quantity))
    return Reject("OVER_DELIVERY", "More than the order and its tolerance allow.");
  for (const auto& used : posting.used) {
    if (terms_.blocked_lots.contains(used.lot) && !used.returned && terms_.mutant != "M50")
      return Reject("LOT_BLOCKED", Cat("The lot ", used.lot, " is blocked."));
  }
  return {};
}

Verdict Books::Judge(const Posting& posting, const OrderFacts& facts) const {
  const auto key = KeyOf(posting.sender, posting.report_id);
  if (const auto known = entries_.find(key); known != entries_.end()) {
    if (known->second.posting.content != posting.content)
      return Reject("DUPLICATE_CONFLICT", "Another report was posted under this id.");
    Verdict again = known->second.verdict;
    again.repeated = true;
    return again;
  }
  if (const auto hindrance = Hindrance(key, posting.content)) return *hindrance;
  Verdict verdict = Rules(posting, facts, TotalsOf(posting.order_id, posting.segment));
  if (verdict.action == "Rejected") return verdict;
  verdict.document = NextDocument();
  const auto known = arrivals_.find(key);
  if (FallsOn(known == arrivals_.end() ? arrivals_.size() + 1 : known->second.number, terms_.pending_every)) {
    verdict.action = "Modified";
    verdict.code = "GOODS_MOVEMENT_PENDING";
    verdict.text = "Saved; the goods movement waits.";
  }
  return verdict;
}

// An automatic one closes the step where the quantity ordered is reached.
bool Books::IsFinal(const Posting& posting, const OrderFacts& facts, const Totals& totals) const {
  if (posting.type == "FINAL") return true;
  return posting.type == "AUTO_FINAL" && facts.quantity && Compare(totals.good, *facts.quantity) >= 0;
}

Posting Books::Booked(const Posting& posting, const OrderFacts& facts, const std::string& today) const {
  Posting booked = posting;
  Totals totals = TotalsOf(posting.order_id, posting.segment);
  const bool late = terms_.mutant == "M30" && posting.end < totals.latest_end;
  if (late || terms_.mutant == "M55") {
    booked.good = booked.scrap = booked.rework = {};
    booked.used.clear();
  }
  if (terms_.mutant == "M36") booked.posting_date = today;
  totals.good = Add(totals.good, booked.good);
  booked.closes = totals.final_by.empty() && IsFinal(posting, facts, totals);
  return booked;
}

void Books::Take(const Posting& booked, const Verdict& verdict) {
  const auto key = KeyOf(booked.sender, booked.report_id);
  if (verdict.repeated) return;
  auto& arrival = Arrive(key);
  arrival.was_locked = arrival.was_locked || verdict.code == "ORDER_LOCKED";
  if (verdict.code == "PERIOD_CLOSED") arrival.closed_content = booked.content;
  if (verdict.action == "Rejected") return;
  Count(verdict.document);
  auto& totals = totals_[{booked.order_id, booked.segment}];
  totals.latest_end = std::max(totals.latest_end, booked.end);
  totals.good = Add(totals.good, booked.good);
  totals.scrap = Add(totals.scrap, booked.scrap);
  totals.rework = Add(totals.rework, booked.rework);
  if (booked.closes) totals.final_by = key;
  entries_[key] = {booked, verdict, ""};
}

void Books::Complete(const std::string& sender, const std::string& report_id) {
  if (!IsPending(sender, report_id)) return;
  auto& verdict = entries_.at(KeyOf(sender, report_id)).verdict;
  verdict = {"Accepted", "", "", verdict.document, false};
}

bool Books::IsPending(const std::string& sender, const std::string& report_id) const {
  const auto known = entries_.find(KeyOf(sender, report_id));
  return known != entries_.end() && known->second.verdict.action == "Modified" && known->second.reversed_by.empty();
}

Verdict Books::JudgeReversal(const std::string& sender, const std::string& original) const {
  const auto known = entries_.find(KeyOf(sender, original));
  if (known == entries_.end()) return Reject("REPORT_UNKNOWN", Cat("Nothing is posted under ", original, "."));
  Verdict verdict;
  verdict.repeated = !known->second.reversed_by.empty();
  verdict.document = verdict.repeated ? known->second.reversed_by : NextDocument();
  return verdict;
}

void Books::TakeReversal(const std::string& sender, const std::string& original, const Verdict& verdict) {
  if (verdict.repeated || verdict.action == "Rejected") return;
  Count(verdict.document);
  const auto key = KeyOf(sender, original);
  auto& entry = entries_.at(key);
  entry.reversed_by = verdict.document;
  auto& totals = totals_[{entry.posting.order_id, entry.posting.segment}];
  totals.good = Add(totals.good, Minus(entry.posting.good));
  totals.scrap = Add(totals.scrap, Minus(entry.posting.scrap));
  totals.rework = Add(totals.rework, Minus(entry.posting.rework));
  if (totals.final_by == key) totals.final_by.clear();  // the step is open again
}

const Posting* Books::Find(const std::string& sender, const std::string& report_id) const {
  const auto known = entries_.find(KeyOf(sender, report_id));
  return known == entries_.end() ? nullptr : &known->second.posting;
}

Totals Books::TotalsOf(const std::string& order_id, const std::string& segment) const {
  const auto known = totals_.find({order_id, segment});
  return known == totals_.end() ? Totals{} : known->second;
}

}  // namespace isa95::erp_sim
