// What the content checks share: where a message stood, and how a deviation becomes a finding. Borrows the Parsed and
// the dialect for the length of one check. Threads: one check at a time on one Parsed.
#pragma once

#include <string_view>

#include "b2mml/fields.h"
#include "b2mml/quantities.h"
#include "b2mml/tolerance_log.h"
#include "b2mml/translate.h"

namespace isa95::b2mml {

class CheckReport {
 public:
  CheckReport(const Parsed& parsed, const contract::v1::Dialect& dialect) : parsed_(parsed), log_(dialect) {}

  const contract::v1::Dialect& dialect() const { return log_.dialect(); }
  // An order is released or changed by it, or what was done is reported; answers, questions and cancels are not held to
  // the rules for these.
  bool Releases() const;
  // A change may say no more than a new state or date.
  bool Changes() const;

  // As the log's, at the place of `at`, which was read: for what is missing, pass the message that lacks it.
  void Bad(std::string_view code, const ProtoMessage& at, std::string_view words, std::string_view mend);
  void Flag(std::string_view code, const ProtoMessage& at, std::string_view words, std::string_view mend);
  void Tolerance(std::string_view name, const ProtoMessage& at, std::string_view words, std::string_view mend);
  void Allowed(std::string_view name, const ProtoMessage& at, std::string_view words);
  Findings Finish() { return log_.Finish(); }
  const ToleranceUses& uses() const { return log_.uses(); }

 private:
  ToleranceLog::Where PlaceOf(const ProtoMessage& at) const;

  const Parsed& parsed_;
  ToleranceLog log_;
};

// One order and all of its segments.
void CheckOrder(CheckReport& report, const flow::v1::ProductionOrder& order);
// What is reported as done, by Process or Sync: all performances of the document.
void CheckPerformances(CheckReport& report, const flow::v1::Document& document);
// What is said of lots, tests and events, by Process, Sync, Change or Notify.
void CheckQuality(CheckReport& report, const flow::v1::Document& document);

// Absent ends (nothing read) are no window.
void CheckWindow(CheckReport& report, const flow::v1::Instant& start, const flow::v1::Instant& end);
// Of a unit that was given. `demanded`: the unit of a quantity, which has to be a known code; else only an empty one is
// a deviation.
void CheckUnit(CheckReport& report, const flow::v1::Code& unit, bool demanded);
// A number as it has to be written, and not below zero.
void CheckDecimal(CheckReport& report, const flow::v1::Decimal& decimal);
void CheckQuantity(CheckReport& report, const flow::v1::Quantity& quantity);
// A planned material or one that was made or used, `line`, by what both have. `use` null: it does not say.
void CheckMaterialLine(CheckReport& report, const ProtoMessage& line, const flow::v1::MaterialUse* use,
                       const Quantities& quantities, bool planned);

}  // namespace isa95::b2mml
