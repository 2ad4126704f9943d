// What the simulated shop floor does in a shift with one order, and what is reported of it. Both apart: the truth is
// what a defective report is found by. Pure: the same order and terms make the same shift.
#pragma once

#include <cstdint>
#include <set>
#include <string>
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

struct ShopReport {
  exchange::v1::Report report;
  std::vector<Made> made;
  std::vector<Used> used;
};

// Empty: the order does not state once what is to be made.
std::vector<ShopReport> RunShift(const flow::v1::ProductionOrder& order, const ShiftTerms& terms);

std::string IdOf(const exchange::v1::Report& report);
std::string OrderOf(const exchange::v1::Report& report);
std::string KindOf(const exchange::v1::Report& report);  // confirmation, consumption, reversal

}  // namespace isa95::mes_sim
