#include "adapter/flows/relevance.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "adapter/flows/instants.h"
#include "grpc/model/contract.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

using contract::v1::SiteContract;
using flow::v1::RelevanceCode;

constexpr size_t kMostShown = 60;  // bytes of a text that somebody else made up

Finding Refusal(std::string_view path, std::string_view words, std::string_view mend) {
  return Error("NOT_BUSINESS_RELEVANT", path, 0, words, mend, "MES vendor");
}

std::string_view WordOf(RelevanceCode relevance) {
  switch (relevance) {
    case flow::v1::RELEVANCE_CODE_FINANCIAL:
      return "financial";
    case flow::v1::RELEVANCE_CODE_CUSTOMER_RELEASE:
      return "customer_release";
    default:
      return {};
  }
}

// `what` names the report for a person.
std::optional<Finding> Unwanted(RelevanceCode relevance, const std::string& path, const std::string& what,
                                const SiteContract& contract) {
  const auto word = WordOf(relevance);
  if (word.empty()) {
    return Refusal(path, Cat(what, " does not say to whom it matters: to finance or to a customer release."),
                   "Send it only where it matters to one of the two, and say to which.");
  }
  const auto& wanted = contract.flows().quality_downtime().relevant_when();
  if (std::find(wanted.begin(), wanted.end(), word) != wanted.end()) return std::nullopt;
  return Refusal(path, Cat(what, " is said to be ", word, ", which this site's contract does not send up."),
                 "Do not send it, or have the contract's relevant_when extended.");
}

std::optional<Finding> OfResult(const flow::v1::QualityTestResult& result, const SiteContract& contract) {
  const auto what = Cat("The test result ", Shown(result.id().value()), " of ", Shown(result.property_id().value()));
  if (auto finding = Unwanted(result.relevance(), "test_result.relevance", what, contract)) return finding;
  if (result.property_id().value().empty() || CharacteristicOf(result, contract) != nullptr) return std::nullopt;
  return Refusal("test_result.property_id",
                 Cat(Shown(result.property_id().value()),
                     " is none of the characteristics that this site's contract says a release hangs on."),
                 "Do not send it: process values stay in the MES. Where a release does hang on it, have the contract "
                 "name it.");
}

bool IsToldTogether(const flow::v1::DowntimeEvent& stop) { return stop.stop_count() > 1 && stop.has_stopped(); }

// Only what is told whole: the closing of a stop that was told as open is needed, however short the stop was.
std::optional<Finding> OfStop(const flow::v1::DowntimeEvent& stop, const SiteContract& contract) {
  const auto what = Cat("The stop ", Shown(stop.id().value()), " of ", Shown(stop.equipment_id().value()), ", reason ",
                        Shown(stop.reason_code().value()), ",");
  if (auto finding = Unwanted(stop.relevance(), "downtime.relevance", what, contract)) return finding;
  const auto& least = contract.flows().quality_downtime().micro_stop_below();
  const bool whole = stop.phase() == flow::v1::DOWNTIME_PHASE_CODE_COMPLETE && stop.has_start_time() &&
                     stop.has_end_time() && !IsToldTogether(stop);
  if (!whole) return std::nullopt;
  const auto start = MomentOf(stop.start_time()), end = MomentOf(stop.end_time());
  const auto least_ms = ParseSpanMillis(least);
  if (end < start || end >= Later(start, least_ms / 1000, least_ms % 1000 * 1'000'000)) return std::nullopt;
  return Refusal("downtime.end_time", Cat(what, " is shorter than ", least, ": a micro-stop, which is not told alone."),
                 "Tell micro-stops together, with stop_count and stopped.");
}

}  // namespace

// Cut between characters, without control characters.
std::string Shown(std::string_view text) {
  auto end = std::min(text.size(), kMostShown);
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  std::string shown(text.substr(0, end));
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; }, ' ');
  return end < text.size() ? Cat("'", shown, "...'") : Cat("'", shown, "'");
}

const contract::v1::Characteristic* CharacteristicOf(const flow::v1::QualityTestResult& result,
                                                     const SiteContract& contract) {
  const contract::v1::Characteristic* found = nullptr;
  for (const auto& one : contract.flows().quality_downtime().characteristics()) {
    if (one.id() != result.property_id().value()) continue;
    if (one.specification() == result.test_specification_id().value()) return &one;
    if (found == nullptr) found = &one;
  }
  return found;
}

std::optional<Finding> Irrelevance(const exchange::v1::Report& report, const SiteContract& contract) {
  switch (report.report_case()) {
    case exchange::v1::Report::kLotDisposition: {
      const auto& disposition = report.lot_disposition();
      const auto relevance = disposition.relevance() == flow::v1::RELEVANCE_CODE_UNSPECIFIED
                                 ? flow::v1::RELEVANCE_CODE_CUSTOMER_RELEASE
                                 : disposition.relevance();
      return Unwanted(relevance, "lot_disposition.relevance",
                      Cat("The disposition ", Shown(disposition.id().value()), " of lot ",
                          Shown(disposition.material_lot_id().value())),
                      contract);
    }
    case exchange::v1::Report::kTestResult:
      return OfResult(report.test_result(), contract);
    case exchange::v1::Report::kDowntime:
      return OfStop(report.downtime(), contract);
    default:
      return std::nullopt;
  }
}

}  // namespace isa95::flows
