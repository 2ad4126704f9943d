// A shift of one order by a seed: segments, partial lots, scrap, several lots of each component, returns, reversals and
// what they bring back, finals; reported as deltas or as totals. With the truth of it, which no reconciliation made.
#pragma once

#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/adapter/reconcile/reconciling.h"

namespace isa95::adapter {

// As a difference names it ("good of segment S1", "use of M1-1"), and the lot of what was used.
using Place = std::pair<std::string, std::string>;
using Quantities = std::map<Place, ExactDecimal>;

inline void AddTo(Quantities& to, const Place& place, const ExactDecimal& number) {
  to[place] = Add(to[place], number);
}

inline const char* WordOf(int kind) {
  return kind == flow::v1::OUTPUT_KIND_CODE_GOOD    ? "good"
         : kind == flow::v1::OUTPUT_KIND_CODE_SCRAP ? "scrap"
                                                    : "rework";
}

// What a report, or a posting, says.
inline Quantities QuantitiesOf(const flow::v1::Envelope& envelope) {
  Quantities all;
  const auto& confirmation = envelope.execution_confirmation();
  for (const auto& output : confirmation.output()) {
    AddTo(all, {Cat(WordOf(output.kind()), " of segment ", confirmation.segment_requirement_id().value()), ""},
          *ParseDecimal(output.quantity().value().value()));
  }
  for (const auto& line : envelope.material_consumption().consumed()) {
    auto number = *ParseDecimal(line.quantity().value().value());
    if (line.kind() == flow::v1::CONSUMPTION_KIND_CODE_RETURNED) number.units = -number.units;
    AddTo(all, {Cat("use of ", line.material_definition_id().value()), line.material_lot_id().value()}, number);
  }
  return all;
}

class RandomShift {
 public:
  explicit RandomShift(uint32_t seed);

  // All of it, reported and posted. `plant`: among it one report, "P", of one unit in the last place.
  void Run(bool plant = false);

  flows::Story& story() { return story_; }
  const Quantities& truth() const { return truth_; }
  // What an ERP has booked that took the adapter's postings.
  Quantities Books() const;
  const Place& planted() const { return planted_; }
  const ExactDecimal& unit() const { return unit_; }  // one in the last place
  uint32_t Chance(uint32_t of) { return std::uniform_int_distribution<uint32_t>(0, of - 1)(random_); }

 private:
  void MakeOrder();
  void RunSegment(size_t segment, bool plant);
  void Confirm(size_t segment, bool last);
  void Use(size_t segment);
  void TakeBack();
  void Plant(size_t segment);
  void Tell(exchange::v1::Report report);  // which says last_news_
  std::string TellReversal(const std::string& of);

  exchange::v1::Report NewConfirmation(size_t segment, bool last);
  void AddOutput(exchange::v1::Report& report, int kind, const std::string& lot, const ExactDecimal& number);
  void AddUse(exchange::v1::Report& report, size_t segment, const std::string& lot, const ExactDecimal& number);
  std::string Value(const std::string& counter, const ExactDecimal& news);
  ExactDecimal Number();
  std::string NextId(const char* kind) { return Cat(kind, ++last_id_); }

  std::mt19937 random_;
  const bool cumulative_, numbered_;
  const unsigned places_;
  flows::Story story_;
  size_t last_id_ = 0;
  uint64_t number_ = 0;
  std::map<std::string, ExactDecimal> counters_;
  Quantities truth_;
  // Of the report told last, by which it is taken back; without an id it cannot be.
  std::string last_report_;
  Quantities last_news_;
  std::map<std::string, ExactDecimal> counters_before_;
  Place planted_;
  ExactDecimal unit_;
};

}  // namespace isa95::adapter
