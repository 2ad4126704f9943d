#include "adapter/flows/fact_items.h"

#include "adapter/flows/fact_words.h"
#include "adapter/flows/report_words.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

using namespace flow::v1;

// Null where the name is none of a text.
std::string* TextOf(std::string_view name, FactItems& items) {
  if (name == words::kDispositionId) return &items.disposition_id;
  if (name == words::kReasonCode) return &items.reason_code;
  if (name == words::kOperationsRequestId) return &items.order_id;
  if (name == words::kBusinessRelevance) return &items.relevance;
  if (name == words::kSampleId) return &items.sample_id;
  if (name == words::kTestSpecificationId) return &items.specification_id;
  if (name == words::kEffectiveStartDate) return &items.effective_start;
  return name == words::kRetestOf ? &items.retest_of : nullptr;
}

bool* FlagOf(std::string_view name, FactItems& items) {
  if (name == words::kLowLimitExclusive) return &items.low_exclusive;
  return name == words::kHighLimitExclusive ? &items.high_exclusive : nullptr;
}

void SetId(const std::string& text, Identifier* (QualityTestResult::*field)(), QualityTestResult& result) {
  if (!text.empty()) (result.*field)()->set_value(text);
}

}  // namespace

std::vector<FactItem> ItemsOf(const QualityTestResult& result) {
  std::vector<FactItem> items;
  const auto add = [&](std::string_view name, std::string_view text, std::string_view type, std::string unit = {}) {
    if (!text.empty()) items.push_back({name, std::string(text), type, std::move(unit)});
  };
  const auto& unit = result.value().unit().value();
  add(words::kOperationsRequestId, result.order_id().value(), "Identifier");
  add(words::kSampleId, result.sample_id().value(), "Identifier");
  add(words::kTestSpecificationId, result.test_specification_id().value(), "Identifier");
  add(words::kLowLimit, result.low().value().value(), "decimal", unit);
  if (result.low().exclusive()) add(words::kLowLimitExclusive, "true", "boolean");
  add(words::kHighLimit, result.high().value().value(), "decimal", unit);
  if (result.high().exclusive()) add(words::kHighLimitExclusive, "true", "boolean");
  add(words::kRetestOf, result.retest_of().value(), "Identifier");
  add(words::kBusinessRelevance, WordOf(result.relevance()), "string");
  return items;
}

Taken TakeItem(std::string_view name, const std::string& text, FactItems& into) {
  if (auto* place = TextOf(name, into)) {
    *place = text;
    return text.empty() ? Taken::kUnreadable : Taken::kYes;
  }
  if (auto* flag = FlagOf(name, into)) {
    *flag = text == "true" || text == "1";
    return *flag || text == "false" || text == "0" ? Taken::kYes : Taken::kUnreadable;
  }
  if (name == words::kOrderSequence) return ToNumber(text, into.order_sequence) ? Taken::kYes : Taken::kUnreadable;
  if (name != words::kLowLimit && name != words::kHighLimit) return Taken::kUnknown;
  (name == words::kLowLimit ? into.low : into.high).emplace().mutable_value()->set_value(text);
  return Taken::kYes;  // whether it is a number is the flow's to say
}

void FillResult(const FactItems& items, QualityTestResult& result) {
  SetId(items.order_id, &QualityTestResult::mutable_order_id, result);
  SetId(items.sample_id, &QualityTestResult::mutable_sample_id, result);
  SetId(items.specification_id, &QualityTestResult::mutable_test_specification_id, result);
  SetId(items.retest_of, &QualityTestResult::mutable_retest_of, result);
  if (items.low) *result.mutable_low() = *items.low;
  if (items.high) *result.mutable_high() = *items.high;
  if (items.low_exclusive) result.mutable_low()->set_exclusive(true);
  if (items.high_exclusive) result.mutable_high()->set_exclusive(true);
  result.set_relevance(RelevanceOf(items.relevance));
}

}  // namespace isa95::flows
