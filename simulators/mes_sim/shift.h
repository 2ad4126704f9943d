// What the simulated shop floor does in a shift with one order, and what is reported of it. Both apart: the truth is
// what a defective report is found by. Pure: the same order and terms make the same shift.
#pragma once

#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "grpc/model/decimal.h"
#include "isa95/exchange/v1/report.pb.h"
#include "isa95/flow/v1/production_order.pb.h"

namespace isa95::mes_sim {

struct ShiftTerms {
  std::string site;
  uint32_t seed = 1;
  int64_t start_ms = 0;             // of the shift, which takes eight hours
  int32_t offset = 60;              // of the plant's clock, minutes east of UTC
  int64_t reported_ms = 0;          // when it is told
  bool cumulative = false;          // quantities are sums so far
  std::set<std::string> backflush;  // materials the ERP issues by itself, which are not reported
  bool facts = false;               // stops and holds are reported as well
  std::string mutant = "none";
};

// The truth of one confirmation or consumption.
struct Made {
  std::string segment, unit;
  ExactDecimal good, scrap, rework;
};
struct Used {
  std::string segment, material, lot, unit;
  ExactDecimal quantity;  // negative: came back to stock
  bool backflush = false;
};

// The truth of a stop, of a lot's disposition or of a test: a line of the record, its "event" first.
using Happened = std::vector<std::pair<std::string, std::string>>;

struct ShopReport {
  exchange::v1::Report report;
  std::vector<Made> made;
  std::vector<Used> used;
  std::vector<Happened> happened;
  std::string mutant;  // what the defect did to it, in words; empty = nothing
};

// Empty: the order does not state once what is to be made.
std::vector<ShopReport> RunShift(const flow::v1::ProductionOrder& order, const ShiftTerms& terms);
// Of the product's line. Null where the order does not state once what is to be made.
const flow::v1::MaterialRequirement* ProductOf(const flow::v1::ProductionOrder& order);
// The lot that is made: its number is where the order's product is, else the MES's own.
std::string LotOf(const flow::v1::ProductionOrder& order, const flow::v1::MaterialRequirement& product,
                  const std::string& site);
// What is put behind a stop's id to name its closing.
inline constexpr char kClosing[] = "/closed";

// Chance that is the order's own.
std::mt19937 ChanceOf(uint32_t seed, const std::string& order_id);

std::string IdOf(const exchange::v1::Report& report);
std::string OrderOf(const exchange::v1::Report& report);
// confirmation, consumption, reversal, disposition, test_result, stop
std::string KindOf(const exchange::v1::Report& report);
bool IsFact(const exchange::v1::Report& report);  // of quality or downtime
// Among all of a MES: its id, and of a stop's closing that it is one.
std::string KeyOf(const exchange::v1::Report& report);
// Reports of one chain are numbered and sent one after the other: the order, its lot or its line.
std::string ChainOf(const exchange::v1::Report& report);

}  // namespace isa95::mes_sim
