#include "adapter/flows/fact_words.h"

#include "adapter/flows/instants.h"
#include "grpc/model/duration.h"

namespace isa95::flows {

using namespace flow::v1;

std::string_view WordOf(RelevanceCode relevance) {
  if (relevance == RELEVANCE_CODE_FINANCIAL) return "FINANCIAL";
  return relevance == RELEVANCE_CODE_CUSTOMER_RELEASE ? "RELEASE" : "";
}

RelevanceCode RelevanceOf(std::string_view word) {
  if (word == "FINANCIAL") return RELEVANCE_CODE_FINANCIAL;
  return word == "RELEASE" ? RELEVANCE_CODE_CUSTOMER_RELEASE : RELEVANCE_CODE_UNSPECIFIED;
}

std::string_view WordOf(DowntimeKindCode kind) {
  if (kind == DOWNTIME_KIND_CODE_PLANNED) return "PLANNED";
  return kind == DOWNTIME_KIND_CODE_UNPLANNED ? "UNPLANNED" : "";
}

DowntimeKindCode KindOf(std::string_view word) {
  if (word == "PLANNED") return DOWNTIME_KIND_CODE_PLANNED;
  return word == "UNPLANNED" ? DOWNTIME_KIND_CODE_UNPLANNED : DOWNTIME_KIND_CODE_UNSPECIFIED;
}

std::string_view WordOf(VerdictCode verdict) {
  if (verdict == VERDICT_CODE_PASS) return "Pass";
  return verdict == VERDICT_CODE_FAIL ? "Fail" : "";
}

VerdictCode VerdictOf(std::string_view word) {
  if (word == "Pass") return VERDICT_CODE_PASS;
  return word == "Fail" ? VERDICT_CODE_FAIL : VERDICT_CODE_UNSPECIFIED;
}

std::string DurationOf(const DowntimeEvent& stop) {
  if (stop.has_stopped()) return stop.stopped().value();
  if (!stop.has_start_time() || !stop.has_end_time()) return {};
  const auto start = MomentOf(stop.start_time()), end = MomentOf(stop.end_time());
  constexpr int64_t kNanos = 1'000'000'000, kMostSeconds = 9'000'000'000;  // of what was checked: years 1 to 9999
  if (end < start || end.first - start.first > kMostSeconds) return {};
  return FormatDuration((end.first - start.first) * kNanos + end.second - start.second);
}

}  // namespace isa95::flows
