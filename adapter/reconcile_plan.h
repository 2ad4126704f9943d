// An order's plan, flat: what each step is, which one delivers, which components are planned. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapter/ledger/report_ledger.h"
#include "grpc/model/decimal.h"

namespace isa95::adapter {

struct PlannedSegment {
  std::string id, operation, unit;  // unit: of what it makes; empty = it is not said to make anything
  ExactDecimal planned;
  bool delivers = false;
};
struct PlannedComponent {
  std::string requirement_id, material, unit;
  ExactDecimal planned;
  bool on_order = false;  // else only reported
};

// Grows by what was reported without being planned.
struct ReconciliationPlan {
  std::string version;
  std::vector<PlannedSegment> segments;  // document order, nested ones after the one they are in
  std::vector<PlannedComponent> components;

  const PlannedSegment* Delivering() const;
  // The step by its requirement; where that is not named, by its operation number.
  std::optional<size_t> FindSegment(const std::string& requirement_id, const std::string& operation) const;
  size_t SegmentOf(const std::string& requirement_id, const std::string& operation);
  // The planned line by its id and material; without an id by its material, where one line only has it. A substitute
  // is a line of its own.
  size_t ComponentOf(const std::string& requirement_id, const std::string& material);
};

// Of the order as it stands: what the MES accepted last, else what it did not turn down.
ReconciliationPlan PlanOf(const std::vector<ledger::StoredItem>& order);

}  // namespace isa95::adapter
