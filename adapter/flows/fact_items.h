// What of a lot's disposition or a test result has no element in B2MML and travels by name: properties of the lot, or
// measurements without a property of their own. Pure. Source: domain facts A.6.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "isa95/flow/v1/quality_downtime.pb.h"

namespace isa95::flows {

struct FactItem {
  std::string_view name;
  std::string text;
  std::string_view data_type;
  std::string unit;  // of limits
};
// Those of a test result, in the order in which they are written.
std::vector<FactItem> ItemsOf(const flow::v1::QualityTestResult& result);

// The same, read. Empty = not given.
struct FactItems {
  std::string disposition_id, reason_code, order_id, relevance, sample_id, specification_id, retest_of;
  std::string effective_start;
  std::optional<flow::v1::Limit> low, high;
  bool low_exclusive = false, high_exclusive = false;
  uint64_t order_sequence = 0;
};
enum class Taken { kYes, kUnknown, kUnreadable };
Taken TakeItem(std::string_view name, const std::string& text, FactItems& into);
// Sets what the items say of a test result.
void FillResult(const FactItems& items, flow::v1::QualityTestResult& result);

}  // namespace isa95::flows
