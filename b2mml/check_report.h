// What the content checks share: where a message stood, and how a deviation becomes a finding. Borrows the Parsed and
// the dialect for the length of one check. Threads: one check at a time on one Parsed.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "b2mml/fields.h"
#include "b2mml/translate.h"

namespace isa95::b2mml {

class CheckReport {
 public:
  CheckReport(const Parsed& parsed, const contract::v1::Dialect& dialect) : parsed_(parsed), dialect_(dialect) {}

  const contract::v1::Dialect& dialect() const { return dialect_; }
  // An order is released or changed by it, or what was done is reported; answers, questions and cancels are not held to
  // the rules for these.
  bool Releases() const;
  // A change may say no more than a new state or date.
  bool Changes() const;

  // An error at the place of `at`, which was read: for what is missing, pass the message that lacks it.
  void Bad(std::string_view code, const ProtoMessage& at, std::string_view words, std::string_view mend);
  // A warning: it is taken, and somebody should look.
  void Flag(std::string_view code, const ProtoMessage& at, std::string_view words, std::string_view mend);
  // A deviation the contract can allow by the dialect field `name`: then a warning that names it, else an error. Its
  // code is the name in upper case.
  void Tolerance(std::string_view name, const ProtoMessage& at, std::string_view words, std::string_view mend);
  // The warning for a tolerance that was used. The first hundred of a code are findings of their own, the others are
  // counted: see Finish.
  void Allowed(std::string_view name, const ProtoMessage& at, std::string_view words);
  // All of them, and what was only counted. More than a thousand errors refuse the document as a whole:
  // TOO_MANY_FINDINGS.
  Findings Finish();

 private:
  const Parsed& parsed_;
  const contract::v1::Dialect& dialect_;
  Findings findings_;
  uint64_t errors_ = 0, flagged_ = 0;
  std::map<std::string, uint64_t> allowed_;  // by code
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
// A required or an actual material, `line`, by what both have.
void CheckMaterialLine(CheckReport& report, const ProtoMessage& line, bool has_use,
                       const google::protobuf::RepeatedPtrField<flow::v1::Quantity>& quantities);

}  // namespace isa95::b2mml
