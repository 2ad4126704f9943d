// What the rules of reports share: findings with an owner, the order as planned, the reports of it that count, and
// sums of their quantities. Internal to the flows of reports. Pure; borrows its arguments for the length of one
// judgement.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/flows/instants.h"
#include "adapter/ledger/report_ledger.h"
#include "adapter/policy/units.h"
#include "grpc/model/decimal.h"
#include "grpc/model/finding.h"
#include "isa95/contract/v1/contract.pb.h"

namespace isa95::flows {

// Gathers what is wrong with one report. The owner of its flow acts, unless a program has to be mended.
class Verdict {
 public:
  Verdict(const contract::v1::SiteContract& contract, flow::v1::MessageKind kind);

  void Park(std::string_view code, std::string_view path, std::string_view words, std::string_view mend);
  // The same, of what only the MES's program can put right.
  void ParkForVendor(std::string_view code, std::string_view path, std::string_view words, std::string_view mend);
  void Flag(std::string_view code, std::string_view path, std::string_view words, std::string_view mend);
  // An error parks.
  void Add(const Findings& findings);
  bool parks() const { return HasError(findings_); }
  // Adds the findings to the report's own; the first error parks it.
  void Settle(ledger::NewReport& report) const;

  const std::string& owner() const { return owner_; }

 private:
  std::string owner_;
  Findings findings_;
};

// Where a report stands among those of its order.
struct Position {
  uint64_t number = 0;                                      // order_sequence; 0 = not numbered
  uint64_t arrival = std::numeric_limits<uint64_t>::max();  // id in the ledger; a report not stored yet comes last
  std::string_view sender;                                  // whose numbers they are
};
Position PositionOf(const flow::v1::Envelope& envelope);
// By the reporter's numbers where both have one, else by arrival.
bool IsBefore(const Position& left, const Position& right);

// Judged to be posted, or posted already. HELD is not judged yet; PARKED and REVERSED have no effect at the ERP.
bool IsInPlay(const ledger::StoredReport& report);

// The order as the ERP plans it now.
class PlannedOrder {
 public:
  explicit PlannedOrder(const std::vector<ledger::StoredItem>& items);

  enum class Standing { kUnknown, kOpen, kCancelled, kClosed };
  Standing standing() const { return standing_; }

  enum class Match { kFound, kUnknown, kContradicts, kSeveral };
  struct Found {
    Match match = Match::kUnknown;
    const flow::v1::SegmentRequirement* segment = nullptr;
  };
  // By SegmentRequirement/ID, by operation number, or by both, which then have to agree. Nested segments count.
  Found Find(std::string_view requirement_id, std::string_view operations_segment_id) const;
  // One name for one segment, however a report names it.
  std::string NameOf(std::string_view requirement_id, std::string_view operations_segment_id) const;
  // The segment whose good quantity is the order's: the last that has a Produced line, else the last.
  const flow::v1::SegmentRequirement* delivering() const;

 private:
  void AddSegment(const flow::v1::SegmentRequirement& segment);

  Standing standing_ = Standing::kUnknown;
  std::vector<const flow::v1::SegmentRequirement*> segments_;  // in document order, nested ones after their parent
};

// A confirmation or consumption that counts: neither held, parked nor taken back.
struct Effective {
  const flow::v1::Envelope* content = nullptr;
  const ledger::StoredReport* bearer = nullptr;  // itself, or the reversal's reversal that brought it back
  Position at;                                   // of the bearer
  int root = 0;                                  // which of the order's reports `content` is, counted as they came
};

// What became of an order's reports by their reversals. A reversal counts once it is queued: it will be posted in its
// turn. Kept up to date report by report; borrows them.
class Effects {
 public:
  // `judged` is left out, where it is among them.
  explicit Effects(const ledger::OrderPast& past, const flow::v1::Envelope* judged = nullptr);
  Effects(const Effects&) = delete;
  Effects& operator=(const Effects&) = delete;

  // The report is new, or not as it was. What that makes of all(): one more, nothing, or something else.
  enum class Change { kNone, kAdded, kOther };
  Change Tell(const ledger::StoredReport& report);

  const std::vector<Effective>& all() const { return effective_; }  // as their contents came
  // The one whose content is the report's; null = none.
  const Effective* Of(const ledger::StoredReport& root) const;
  const ledger::StoredReport* Find(std::string_view sender, std::string_view report_id) const;
  // A report that is taken back, or, of a reversal, one whose own reversal stands.
  bool IsTakenBack(const ledger::StoredReport& report) const;
  // The confirmation or consumption at the bottom of a chain of reversals; null where it is not known.
  const ledger::StoredReport* RootOf(const ledger::StoredReport& report) const;
  // A reversal of `report` brings its root back into effect, rather than taking it back.
  bool Restores(const ledger::StoredReport& report) const;
  // The report under whose id the content of `root` stands at the ERP; null = it does not.
  const ledger::StoredReport* BearerOf(const ledger::StoredReport& root) const;

 private:
  struct Node {
    const ledger::StoredReport* report = nullptr;
    std::string_view sender;
    int parent = -1;  // what it reverses
    std::vector<int> reversals;
    int depth = 0;  // odd: takes the root back; even: brings it back
    bool reversed = false;
  };
  static Position PositionOf(const Node& node);
  int IndexOf(const ledger::StoredReport& report) const;
  int Know(const ledger::StoredReport& report);
  void Link(int reversal, int parent);
  int TopOf(int index);
  void ForgetCircle(int index);
  Change Evaluate(int root);
  int BearerIn(const std::vector<int>& tree) const;
  Change Keep(int root, int bearer);

  std::vector<Node> nodes_;
  std::map<std::string, int, std::less<>> by_key_;
  std::map<std::string, std::vector<int>> orphans_;  // reversals, by the key that is not known
  std::set<std::string, std::less<>> senders_;       // positions outlive a report's text
  std::vector<Effective> effective_;
};

class Book;

// Judged by itself or by its past: all that the rules look at.
struct Judging {
  const contract::v1::SiteContract& contract;
  const PlannedOrder& order;
  const Effects& effects;
  const Book& book;
  Position at;
  int64_t received_ms = 0;
  const ledger::LotStandings& lots;
  Verdict& verdict;
};

// By itself. `path`: where the line stands, as a finding names it.
void CheckContent(const flow::v1::Envelope& content, const contract::v1::SiteContract& contract, int64_t received_ms,
                  Verdict& verdict);
void CheckBlanks(const google::protobuf::Message& message, const std::string& path, Verdict& verdict);
void CheckQuantity(const flow::v1::Quantity& quantity, const std::string& path,
                   const contract::v1::SiteContract& contract, Verdict& verdict);
void CheckOutput(const flow::v1::OutputQuantity& output, const std::string& path,
                 const contract::v1::SiteContract& contract, Verdict& verdict);
void CheckConsumed(const flow::v1::ConsumedQuantity& line, const std::string& path,
                   const contract::v1::SiteContract& contract, Verdict& verdict);
// By the order's past, each in a file of its own.
void JudgeConfirmation(const flow::v1::Envelope& content, const Judging& judging);
void JudgeConsumption(const flow::v1::Envelope& content, const Judging& judging);
void JudgeReversal(const flow::v1::ReportReversal& reversal, const Judging& judging);
// Parks what comes to an order that is unknown, cancelled or closed; false = it did.
bool JudgeStanding(const Judging& judging);
// The segment a report names; null = none, and the report is parked for it.
const flow::v1::SegmentRequirement* JudgeSegment(const std::string& requirement_id, const std::string& operations_id,
                                                 const Judging& judging);

// One quantity of a report, and what tells it apart from others: segment, kind, material, lot and so on.
struct Line {
  std::string key;
  const flow::v1::Quantity* quantity = nullptr;
};
std::vector<Line> LinesOf(const flow::v1::Envelope& content, const PlannedOrder& order);

// The order's product lines of a segment, and the one that an output is of; an output without a material is of the only
// one there is. Null = none.
std::vector<const flow::v1::MaterialRequirement*> ProducedOf(const flow::v1::SegmentRequirement& segment);
const flow::v1::MaterialRequirement* ProductOf(const flow::v1::OutputQuantity& output,
                                               const flow::v1::SegmentRequirement& segment);
std::string UnitOf(const flow::v1::MaterialRequirement& line);

// A line that adds to what was made of the order's product, or that was used for it.
struct GoodLine {
  std::string key;  // as of LinesOf
  const flow::v1::MaterialRequirement* product = nullptr;
  ExactDecimal value;
};
struct UsedLine {
  std::string key, account;
  bool returned = false;
  ExactDecimal value;
};
// Of the delivering segment, in the product's unit.
std::vector<GoodLine> GoodLinesOf(const flow::v1::Envelope& content, const PlannedOrder& order);
std::vector<UsedLine> UsedLinesOf(const flow::v1::Envelope& content, const PlannedOrder& order);
// What of one material, lot and unit goes into the order and comes back.
std::string AccountOf(const flow::v1::ConsumedQuantity& line);

// In place: a confirmation or consumption with deltas, as Reports of its order were posted before. See PostingOf.
void RoundPosting(ledger::StoredReport& posting, const ledger::OrderPast& past, const Effects& effects,
                  const PlannedOrder& order, const policy::Units& units);

bool IsCumulative(const contract::v1::SiteContract& contract);

// Exact sums; of cumulative values the last one of each key counts.
class Sum {
 public:
  explicit Sum(bool cumulative) : cumulative_(cumulative) {}
  void Add(const std::string& key, const Position& at, const ExactDecimal& value);
  ExactDecimal Total() const;

 private:
  struct Part {
    Position at;
    ExactDecimal value;
  };
  bool cumulative_;
  ExactDecimal total_;
  std::map<std::string, Part> parts_;
};

// The value of a key as the last report in effect has it.
struct Reading {
  ExactDecimal value;
  std::string unit;
  Position at;
  std::string report_id;
};
using Readings = std::map<std::string, Reading>;
// Of one report: its lines, those of one key added up.
Readings ReadingsOf(const flow::v1::Envelope& content, const PlannedOrder& order, const Position& at);
// Cumulative reporting: no value falls below the one before, nor above one that came after.
void JudgeReadings(const flow::v1::Envelope& content, const Judging& judging);

// Zero for text that is no decimal; such a report does not get this far.
ExactDecimal ValueOf(const flow::v1::Quantity& quantity);
std::string_view IdOf(const flow::v1::Envelope& envelope);

}  // namespace isa95::flows
