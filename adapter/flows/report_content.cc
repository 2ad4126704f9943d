// What a report says, judged by itself: its ids, times and lines.
#include <set>

#include "adapter/flows/fact_rules.h"
#include "adapter/flows/report_rules.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

using contract::v1::SiteContract;

class ContentChecker {
 public:
  ContentChecker(const SiteContract& contract, int64_t received_ms, Verdict& verdict)
      : contract_(contract), verdict_(verdict), latest_ms_(LatestMs(contract, received_ms)) {}

  void Check(const flow::v1::ExecutionConfirmation& report) {
    CheckIds(report, "confirmation");
    CheckSegment(report, "confirmation");
    if (report.type() == flow::v1::CONFIRMATION_TYPE_CODE_UNSPECIFIED) {
      verdict_.Park("MISSING_CONFIRMATION_TYPE", "confirmation.type",
                    "The confirmation does not say whether more of the step follows.",
                    "Report it anew as partial, final or auto-final.");
    }
    const bool runs_on = report.type() == flow::v1::CONFIRMATION_TYPE_CODE_PARTIAL;
    DemandTime(report.has_actual_start_time(), "confirmation.actual_start_time", "no start");
    DemandTime(report.has_actual_end_time() || runs_on, "confirmation.actual_end_time", "no end, and is not partial");
    CheckWindow(report, "confirmation");
    CheckPostingDate(report, "confirmation");
    for (int i = 0; i < report.output_size(); ++i)
      CheckOutput(report.output(i), Cat("confirmation.output[", i, "]"), contract_, verdict_);
  }

  void Check(const flow::v1::MaterialConsumption& report) {
    CheckIds(report, "consumption");
    CheckSegment(report, "consumption");
    DemandTime(report.has_actual_end_time(), "consumption.actual_end_time", "no end");
    CheckWindow(report, "consumption");
    CheckPostingDate(report, "consumption");
    if (report.consumed().empty()) {
      verdict_.Park("NO_LINE", "consumption.consumed", "The consumption names no material at all.",
                    "Report at least one line: material, lot and quantity.");
    }
    std::set<std::string> ids;
    for (int i = 0; i < report.consumed_size(); ++i) {
      const auto& line = report.consumed(i);
      const auto path = Cat("consumption.consumed[", i, "]");
      if (!line.id().value().empty() && !ids.insert(line.id().value()).second) {
        verdict_.ParkForVendor("DUPLICATE_LINE_ID", path + ".id",
                               Cat("Two lines of this report have the id '", line.id().value(), "'."),
                               "Give each line an id of its own, and report it anew.");
      }
      CheckConsumed(line, path, contract_, verdict_);
    }
  }

  void Check(const flow::v1::ReportReversal& report) {
    CheckIds(report, "reversal");
    if (report.reverses_id().value().empty()) {
      verdict_.ParkForVendor("MISSING_REVERSES_ID", "reversal.reverses_id",
                             "The reversal does not say which report it takes back.",
                             "Send the id of the confirmation, consumption or reversal that is taken back.");
    }
    if (report.reason_code().value().empty()) {
      verdict_.Flag("MISSING_REASON", "reversal.reason_code", "The reversal gives no reason.",
                    "Send the reason's code with each reversal.");
    }
    if (report.has_reversed_at()) {
      Check(report.reversed_at(), "reversal.reversed_at", true);
    } else {
      verdict_.Flag("MISSING_TIME", "reversal.reversed_at", "The reversal does not say when the mistake was found.",
                    "Send reversed_at with each reversal.");
    }
  }

 private:
  // A fact is not refused for it: it is posted by the contract's rule.
  template <typename Report>
  void CheckPostingDate(const Report& report, const std::string& path) {
    const auto& rule = contract_.site().posting_date();
    if (!report.has_posting_date() || (rule != "calendar" && rule != "production_day")) return;
    verdict_.Flag("POSTING_DATE_NOT_YOURS", path + ".posting_date",
                  Cat("The report names a posting date, which this site's contract works out itself (", rule, ")."),
                  "Leave the posting date out.");
  }

  template <typename Report>
  void CheckIds(const Report& report, const std::string& path) {
    if (report.id().value().empty()) {
      verdict_.ParkForVendor("MISSING_REPORT_ID", path + ".id", "The report has no id.",
                             "Send an id that is never used again.");
    }
    if (report.order_id().value().empty()) {
      verdict_.Park("MISSING_ORDER_ID", path + ".order_id", "The report names no order.",
                    "Report it anew with the order's number.");
    }
    CheckBlanks(report, path, verdict_);
  }

  template <typename Report>
  void CheckSegment(const Report& report, const std::string& path) {
    if (!report.segment_requirement_id().value().empty() || !report.operations_segment_id().value().empty()) return;
    verdict_.Park("MISSING_SEGMENT", path, "The report does not say at which step of the order it happened.",
                  "Report it anew with the step: segment_requirement_id, or the operation number.");
  }

  void DemandTime(bool given, const std::string& path, std::string_view lacks) {
    if (given) return;
    verdict_.Park("MISSING_TIME", path, Cat("The report has ", lacks, "."),
                  "Report it anew with the time at which it happened.");
  }

  bool Check(const flow::v1::Instant& time, const std::string& path, bool happened) {
    return CheckTime(time, path, happened, latest_ms_, verdict_);
  }

  template <typename Report>
  void CheckWindow(const Report& report, const std::string& path) {
    const auto& start = report.actual_start_time();
    const auto& end = report.actual_end_time();
    const bool starts = report.has_actual_start_time() && Check(start, path + ".actual_start_time", true);
    const bool ends = report.has_actual_end_time() && Check(end, path + ".actual_end_time", true);
    if (report.has_posting_date()) Check(report.posting_date(), path + ".posting_date", false);
    if (starts && ends) CheckEnd(start, end, path + ".actual_end_time", verdict_);
  }

  const SiteContract& contract_;
  Verdict& verdict_;
  const int64_t latest_ms_;
};

}  // namespace

void CheckContent(const flow::v1::Envelope& content, const SiteContract& contract, int64_t received_ms,
                  Verdict& verdict) {
  ContentChecker checker(contract, received_ms, verdict);
  switch (content.message_case()) {
    case flow::v1::Envelope::kExecutionConfirmation:
      return checker.Check(content.execution_confirmation());
    case flow::v1::Envelope::kMaterialConsumption:
      return checker.Check(content.material_consumption());
    case flow::v1::Envelope::kReportReversal:
      return checker.Check(content.report_reversal());
    case flow::v1::Envelope::kLotDisposition:
      return CheckDisposition(content.lot_disposition(), {contract, LatestMs(contract, received_ms), verdict});
    case flow::v1::Envelope::kQualityTestResult:
      return CheckTestResult(content.quality_test_result(), {contract, LatestMs(contract, received_ms), verdict});
    case flow::v1::Envelope::kDowntimeEvent:
      return CheckStop(content.downtime_event(), {contract, LatestMs(contract, received_ms), verdict});
    default:
      return verdict.ParkForVendor("NO_REPORT", "", "The report says nothing.",
                                   "Send a confirmation, a consumption, a reversal, a disposition, a test result or a "
                                   "stop.");
  }
}

}  // namespace isa95::flows
