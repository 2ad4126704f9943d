// A stop of a line: by itself, and by the line's other stops. None of it changes what an order has made.
#include <algorithm>

#include "adapter/flows/fact_rules.h"
#include "adapter/flows/report_book.h"
#include "grpc/model/duration.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

using flow::v1::DowntimeEvent;
using ledger::StoredReport;

bool IsOpened(const DowntimeEvent& stop) { return stop.phase() == flow::v1::DOWNTIME_PHASE_CODE_OPENED; }
bool IsClosing(const DowntimeEvent& stop) { return stop.phase() == flow::v1::DOWNTIME_PHASE_CODE_CLOSED; }

std::string WordsOf(const Span& span, const StoredReport& opening) {
  const auto from = Cat("from ", FormatInstant(opening.envelope.downtime_event().start_time()));
  return span.end == kNoEnd ? Cat(from, " on, still open") : Cat(from, " on");
}

class StopChecker {
 public:
  StopChecker(const DowntimeEvent& stop, const Checking& checking)
      : stop_(stop), checking_(checking), verdict_(checking.verdict) {}

  void Check() {
    CheckNames();
    const bool starts = DemandTime(stop_.has_start_time(), stop_.start_time(), kPath + ".start_time", checking_);
    const bool ends = CheckEndTime();
    if (starts && ends) CheckEnd(stop_.start_time(), stop_.end_time(), kPath + ".end_time", verdict_);
    CheckReason();
    CheckTogether(starts && ends);
  }

 private:
  void CheckNames() {
    DemandId(stop_.id(), kPath + ".id", "MISSING_REPORT_ID", "id", verdict_);
    DemandId(stop_.equipment_id(), kPath + ".equipment_id", "MISSING_EQUIPMENT", "line or cell", verdict_);
    if (stop_.phase() == flow::v1::DOWNTIME_PHASE_CODE_UNSPECIFIED) {
      verdict_.Park("MISSING_PHASE", kPath + ".phase", "The report does not say whether the stop is over.",
                    "Report it anew as opened, closed or complete.");
    }
    if (!stop_.id().value().empty() && stop_.part_of().value() == stop_.id().value()) {
      verdict_.ParkForVendor("PART_OF_ITSELF", kPath + ".part_of", "The stop says that it is a part of itself.",
                             "Send the whole's id, which none of its parts has.");
    }
    CheckBlanks(stop_, kPath, verdict_);
  }

  bool CheckEndTime() {
    const auto path = kPath + ".end_time";
    if (!IsOpened(stop_)) return DemandTime(stop_.has_end_time(), stop_.end_time(), path, checking_);
    if (stop_.has_end_time()) {
      verdict_.Park("END_OF_OPEN_STOP", path, "The stop is told as still open, but with an end.",
                    "Report it anew: without an end, or, where it is over, as complete.");
    }
    return false;
  }

  void CheckReason() {
    const auto& reasons = checking_.contract.flows().quality_downtime().downtime_reasons();
    const auto& code = stop_.reason_code().value();
    const auto path = kPath + ".reason_code";
    if (stop_.kind() == flow::v1::DOWNTIME_KIND_CODE_UNSPECIFIED) {
      verdict_.Park("MISSING_KIND", kPath + ".kind", "The report does not say whether the stop was planned.",
                    "Report it anew as planned or unplanned.");
    }
    if (code.empty()) {
      return verdict_.Park("MISSING_REASON", path, "The stop has no reason.", "Report it anew with the reason's code.");
    }
    const auto known =
        std::find_if(reasons.begin(), reasons.end(), [&](const auto& reason) { return reason.code() == code; });
    if (known == reasons.end()) {
      return verdict_.Park("UNKNOWN_REASON", path,
                           Cat("The reason '", code, "' is none of those agreed for this site's stops."),
                           "Report it anew with an agreed reason, or have this one added to the contract.");
    }
    const bool planned = stop_.kind() == flow::v1::DOWNTIME_KIND_CODE_PLANNED;
    if (stop_.kind() == flow::v1::DOWNTIME_KIND_CODE_UNSPECIFIED || planned == known->planned()) return;
    verdict_.Park("KIND_CONTRADICTS", kPath + ".kind",
                  Cat("The stop is told as ", planned ? "planned" : "unplanned", ", but its reason ", code, " (",
                      known->text(), ") is ", known->planned() ? "a planned" : "an unplanned", " one."),
                  "Report it anew with the reason and the kind that belong together.");
  }

  // `timed`: start and end are known.
  void CheckTogether(bool timed) {
    const auto path = kPath + ".stopped";
    if (!stop_.has_stopped()) {
      if (stop_.stop_count() <= 1) return;
      return verdict_.Park("MISSING_STOPPED", path,
                           Cat(stop_.stop_count(), " stops are told together, but not how long they took."),
                           "Report them anew with the time they took together.");
    }
    const auto nanos = ParseDuration(stop_.stopped().value());
    if (!nanos) {
      return verdict_.ParkForVendor("NOT_A_DURATION", path,
                                    Cat("'", stop_.stopped().value(), "' is no duration as it has to be written."),
                                    "Send days, hours, minutes and seconds, such as PT12M30S.");
    }
    if (!timed || Later(MomentOf(stop_.start_time()), 0, *nanos) <= MomentOf(stop_.end_time())) return;
    verdict_.Park("STOPPED_TOO_LONG", path,
                  Cat("The stops are said to have taken ", stop_.stopped().value(), ", which is longer than from ",
                      FormatInstant(stop_.start_time()), " to ", FormatInstant(stop_.end_time()), "."),
                  "Report them anew with times that fit.");
  }

  const std::string kPath = "downtime";
  const DowntimeEvent& stop_;
  const Checking& checking_;
  Verdict& verdict_;
};

// What the event says of its stop, together with what is known of it.
Span SpanOfJudged(const DowntimeEvent& event, const Stop& known) {
  if (!IsClosing(event)) return SpanOf(event, known.closing);
  return {MomentOf(event.start_time()), MomentOf(event.end_time())};
}

void JudgeOverlap(const DowntimeEvent& event, const Stop& known, const Judging& judging) {
  const auto span = SpanOfJudged(event, known);
  const auto* other = judging.book.facts().InTheWay(event, span, known.opening);
  if (other == nullptr) return;
  const auto its = judging.book.facts().StopOf(other->envelope.sender(), other->envelope.key_id());
  judging.verdict.Park("OVERLAPS", "downtime",
                       Cat("The stop overlaps stop ", IdOf(other->envelope), " of the same line, ",
                           WordsOf(SpanOf(its.event(), its.closing), *other), ". A line stands once at a time."),
                       "Look which of the two is right; report the wrong one anew, under a new id, with the times "
                       "that fit.");
}

void JudgeClosing(const DowntimeEvent& event, const Stop& known, const Judging& judging) {
  const auto& id = event.id().value();
  if (known.opening == nullptr || !IsInPlay(*known.opening)) {
    return judging.verdict.Park(
        "CLOSES_NOTHING", "downtime.id",
        known.opening == nullptr
            ? Cat("No stop ", id, " of this line was told as open, so there is none to close.")
            : Cat("Stop ", id, " was told as open, but the ERP was not told: that report is parked."),
        "Report the stop anew as complete, under a new id.");
  }
  if (!IsOpened(known.event())) {
    return judging.verdict.Park("ALREADY_CLOSED", "downtime.id",
                                Cat("Stop ", id, " was told as a whole, with its end; it is not open."),
                                "Nothing, where the end was right; else report the right stop under a new id.");
  }
  if (MomentOf(known.event().start_time()) == MomentOf(event.start_time())) return;
  judging.verdict.Park("START_DIFFERS", "downtime.start_time",
                       Cat("The stop was opened as of ", FormatInstant(known.event().start_time()),
                           ", but is closed as of ", FormatInstant(event.start_time()), "."),
                       "Report the stop anew as complete, under a new id and with the right times.");
}

void JudgeParts(const DowntimeEvent& event, const Stop& known, const Judging& judging) {
  const auto& whole = event.part_of().value();
  if (whole.empty()) return;
  const auto span = SpanOfJudged(event, known);
  bool others = false;
  for (const auto& part : judging.book.facts().PartsOf(whole)) {
    if (part.opening == known.opening) continue;
    const auto its = SpanOf(part.event(), part.closing);
    if (its.end == span.start || span.end == its.start) return;
    others = true;
  }
  if (!others) return;
  judging.verdict.Flag("PARTS_LEAVE_GAP", "downtime.part_of",
                       Cat("This part touches none of the parts of stop ", whole, " that are known."),
                       "Look whether a part is missing; report it, or the right times under a new id.");
}

}  // namespace

void CheckStop(const DowntimeEvent& stop, const Checking& checking) { StopChecker(stop, checking).Check(); }

void JudgeStop(const DowntimeEvent& event, const Judging& judging) {
  const auto known = judging.book.facts().StopOf(judging.at.sender, event.id().value());
  if (IsClosing(event)) JudgeClosing(event, known, judging);
  if (judging.verdict.parks()) return;
  JudgeOverlap(event, known, judging);
  JudgeParts(event, known, judging);
}

std::string StopWaitsFor(const flow::v1::Envelope& envelope, const FactBook& facts) {
  const auto& event = envelope.downtime_event();
  const auto known = facts.StopOf(envelope.sender(), event.id().value());
  if (IsClosing(event)) {
    const bool there = known.opening != nullptr && known.opening->state != exchange::v1::REPORT_STATE_HELD;
    return there ? std::string() : Cat("the opening of stop ", event.id().value());
  }
  const auto span = SpanOfJudged(event, known);
  const auto* other = facts.InTheWay(event, span, known.opening);
  if (other == nullptr) return {};
  if (span.end == kNoEnd) return Cat("the closing of stop ", event.id().value(), ", since others came after it");
  const auto its = facts.StopOf(other->envelope.sender(), other->envelope.key_id());
  const bool open = SpanOf(its.event(), its.closing).end == kNoEnd;
  return open ? Cat("the closing of stop ", IdOf(other->envelope), ", which is open") : std::string();
}

}  // namespace isa95::flows
