// What a report says, judged by itself: its ids, times and lines.
#include <cstdlib>
#include <set>
#include <tuple>

#include "adapter/flows/report_rules.h"
#include "grpc/model/contract.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

using contract::v1::SiteContract;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr int64_t kFutureMs = 120'000;
constexpr int64_t kFirstSecond = -62'135'596'800, kLastSecond = 253'402'300'799;  // years 1 to 9999
constexpr int kMaxOffsetMinutes = 14 * 60;

class ContentChecker {
 public:
  ContentChecker(const SiteContract& contract, int64_t received_ms, Verdict& verdict)
      : contract_(contract), verdict_(verdict) {
    const auto future = ParseSpanMillis(contract.flows().execution_confirmation().future());
    latest_ms_ = received_ms + (future > 0 ? future : kFutureMs);
  }

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
    for (int i = 0; i < report.output_size(); ++i)
      CheckOutput(report.output(i), Cat("confirmation.output[", i, "]"), contract_, verdict_);
  }

  void Check(const flow::v1::MaterialConsumption& report) {
    CheckIds(report, "consumption");
    CheckSegment(report, "consumption");
    DemandTime(report.has_actual_end_time(), "consumption.actual_end_time", "no end");
    CheckWindow(report, "consumption");
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
      CheckTime(report.reversed_at(), "reversal.reversed_at", true);
    } else {
      verdict_.Flag("MISSING_TIME", "reversal.reversed_at", "The reversal does not say when the mistake was found.",
                    "Send reversed_at with each reversal.");
    }
  }

 private:
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
    CheckBlanks(report, path);
  }

  // Blanks are part of an id in B2MML: " 4711" is another order than "4711".
  void CheckBlanks(const Message& message, const std::string& path) {
    if (message.GetDescriptor() == flow::v1::Identifier::descriptor()) {
      const auto& id = static_cast<const flow::v1::Identifier&>(message).value();
      if (Trim(id).size() != id.size()) {
        verdict_.ParkForVendor("BLANKS_AROUND_ID", path, Cat("The id '", id, "' has blanks at its ends."),
                               "Send it without them, and report it anew.");
      }
      return;
    }
    std::vector<const FieldDescriptor*> fields;
    const auto* reflection = message.GetReflection();
    reflection->ListFields(message, &fields);
    for (const auto* field : fields) {
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
      const auto at = Cat(path, ".", field->name());
      if (!field->is_repeated()) {
        CheckBlanks(reflection->GetMessage(message, field), at);
        continue;
      }
      for (int i = 0; i < reflection->FieldSize(message, field); ++i)
        CheckBlanks(reflection->GetRepeatedMessage(message, field, i), Cat(at, "[", i, "]"));
    }
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

  // True where the instant can be compared with others.
  bool CheckTime(const flow::v1::Instant& time, const std::string& path, bool happened) {
    const auto& utc = time.utc();
    const bool possible = time.has_utc() && utc.seconds() >= kFirstSecond && utc.seconds() <= kLastSecond &&
                          utc.nanos() >= 0 && utc.nanos() <= 999'999'999 &&
                          std::abs(int64_t{time.offset_minutes()}) <= kMaxOffsetMinutes;
    if (!possible) {
      verdict_.ParkForVendor("TIME_INVALID", path, "The time is no instant of the years 1 to 9999.",
                             "Send the instant in UTC and the offset at which it was read.");
      return false;
    }
    if (!time.has_offset_minutes()) {
      verdict_.ParkForVendor(
          "TIME_WITHOUT_OFFSET", path,
          Cat("The time ", FormatInstant(time), " has no offset, so it is a different one in each zone."),
          "Send the offset from UTC with each time, and report it anew.");
      return false;
    }
    if (happened && UnixMillis(time) > latest_ms_) {
      verdict_.Park("FUTURE_TIME", path,
                    Cat("The time ", FormatInstant(time), " had not come yet when the report was received."),
                    "Set the clock of the reporter right, take this report back and report it anew.");
    }
    return true;
  }

  template <typename Report>
  void CheckWindow(const Report& report, const std::string& path) {
    const auto& start = report.actual_start_time();
    const auto& end = report.actual_end_time();
    const bool starts = report.has_actual_start_time() && CheckTime(start, path + ".actual_start_time", true);
    const bool ends = report.has_actual_end_time() && CheckTime(end, path + ".actual_end_time", true);
    if (report.has_posting_date()) CheckTime(report.posting_date(), path + ".posting_date", false);
    const auto of = [](const flow::v1::Instant& time) { return std::pair(time.utc().seconds(), time.utc().nanos()); };
    if (!starts || !ends || of(start) <= of(end)) return;
    verdict_.Park("END_BEFORE_START", path + ".actual_end_time",
                  Cat("The end ", FormatInstant(end), " lies before the start ", FormatInstant(start), "."),
                  "Take this report back and report it anew with an end that is not before the start.");
  }

  const SiteContract& contract_;
  Verdict& verdict_;
  int64_t latest_ms_ = 0;
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
    default:
      return verdict.ParkForVendor("NO_REPORT", "", "The report says nothing.",
                                   "Send a confirmation, a consumption or a reversal.");
  }
}

}  // namespace isa95::flows
