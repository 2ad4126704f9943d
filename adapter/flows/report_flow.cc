#include "adapter/flows/report_flow.h"

#include "adapter/flows/chain.h"
#include "adapter/flows/fact_rules.h"
#include "adapter/flows/report_book.h"
#include "adapter/flows/report_rules.h"
#include "grpc/model/contract.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

using contract::v1::SiteContract;
using exchange::v1::REPORT_STATE_HELD;
using exchange::v1::REPORT_STATE_PARKED;
using exchange::v1::REPORT_STATE_QUEUED;
using ledger::NewReport;
using ledger::OrderPast;
using ledger::StoredReport;

constexpr int64_t kHoldMs = 60'000;
constexpr std::string_view kVendor = "MES vendor";

std::string OwnerOf(const SiteContract& contract, flow::v1::MessageKind kind) {
  const auto& flows = contract.flows();
  switch (kind) {
    case flow::v1::MESSAGE_KIND_CONSUMPTION:
      if (flows.has_material_consumption()) return flows.material_consumption().owner().role();
      break;
    case flow::v1::MESSAGE_KIND_LOT_DISPOSITION:
    case flow::v1::MESSAGE_KIND_TEST_RESULT:
    case flow::v1::MESSAGE_KIND_DOWNTIME:
      return flows.quality_downtime().owner().role();
    default:
      break;
  }
  return flows.execution_confirmation().owner().role();
}

std::string PlaceOf(const NewReport& report) {
  return IsOrderChain(report.order_id) ? std::string("the order") : ChainWords(report.order_id);
}

// Why it cannot be judged yet; empty = it can.
std::string WaitsFor(const NewReport& report, const Book& book, const Numbers& numbers) {
  const auto number = report.envelope.order_sequence();
  if (numbers.missing > 0)
    return Cat("Report ", number, " of ", PlaceOf(report), " came before report ", numbers.missing,
               ". It waits for it for a while; send it.");
  if (numbers.waits) return Cat("Report ", number, " of ", PlaceOf(report), " waits for an earlier one that is held.");
  const auto thing = flows::WaitsFor(report.envelope, report.lots, book.facts());
  return thing.empty() ? thing : Cat("The report waits for a while for ", thing, ".");
}

void Hold(NewReport& report, const std::string& words, const SiteContract& contract) {
  const auto window = ParseSpanMillis(contract.flows().execution_confirmation().hold_within());
  report.state = REPORT_STATE_HELD;
  report.hold_until_ms = report.received_ms + (window > 0 ? window : kHoldMs);
  report.reason_code = "WAITS_FOR_EARLIER";
  report.reason_text = words;
}

void JudgeNamedOrder(const NewReport& report, const OrderPast& past, Verdict& verdict) {
  if (report.about_order.empty() || PlannedOrder(past.order).standing() != PlannedOrder::Standing::kUnknown) return;
  verdict.Park("ORDER_UNKNOWN", "",
               Cat("No order ", report.about_order, " was released to this site and taken by the MES."),
               "Report it anew under the right order, or have the order released first.");
}

void JudgeContent(const flow::v1::Envelope& content, const Judging& judging) {
  switch (content.message_case()) {
    case flow::v1::Envelope::kExecutionConfirmation:
      return JudgeConfirmation(content, judging);
    case flow::v1::Envelope::kMaterialConsumption:
      return JudgeConsumption(content, judging);
    case flow::v1::Envelope::kReportReversal:
      return JudgeReversal(content.report_reversal(), judging);
    case flow::v1::Envelope::kLotDisposition:
      return JudgeDisposition(content.lot_disposition(), judging);
    case flow::v1::Envelope::kQualityTestResult:
      return JudgeTestResult(content.quality_test_result(), judging);
    case flow::v1::Envelope::kDowntimeEvent:
      return JudgeStop(content.downtime_event(), judging);
    default:
      return;
  }
}

void FlagGap(const NewReport& report, uint64_t missing, Verdict& verdict) {
  verdict.Flag("SEQUENCE_GAP", "order_sequence",
               Cat("Report ", report.envelope.order_sequence(), " of ", PlaceOf(report), " is posted without report ",
                   missing, ", which did not come in time."),
               "Find out what became of that report; it is still taken.");
}

}  // namespace

Verdict::Verdict(const SiteContract& contract, flow::v1::MessageKind kind) : owner_(OwnerOf(contract, kind)) {
  if (owner_.empty()) owner_ = "site integrator";
}

void Verdict::Park(std::string_view code, std::string_view path, std::string_view words, std::string_view mend) {
  findings_.push_back(Error(code, path, 0, words, mend, owner_));
}

void Verdict::ParkForVendor(std::string_view code, std::string_view path, std::string_view words,
                            std::string_view mend) {
  findings_.push_back(Error(code, path, 0, words, mend, kVendor));
}

void Verdict::Flag(std::string_view code, std::string_view path, std::string_view words, std::string_view mend) {
  findings_.push_back(Warning(code, path, 0, words, mend, owner_));
}

void Verdict::Add(const Findings& findings) { findings_.insert(findings_.end(), findings.begin(), findings.end()); }

void Verdict::Settle(NewReport& report) const {
  flow::v1::FindingList list;
  list.ParseFromString(report.findings);
  for (const auto& finding : findings_) {
    *list.add_finding() = finding;
    if (finding.severity() != flow::v1::SEVERITY_ERROR || report.state == REPORT_STATE_PARKED) continue;
    report.state = REPORT_STATE_PARKED;
    report.reason_code = finding.code();
    report.reason_text = Cat(finding.message(), " ", finding.mend());
    report.who_acts = owner_;  // whatever program is to blame, a person has this report on the desk
  }
  report.findings = list.SerializeAsString();
}

std::string_view IdOf(const flow::v1::Envelope& envelope) { return envelope.key_id(); }

void JudgeReport(NewReport& report, const OrderPast& past, const SiteContract& contract) {
  const bool released = report.state == REPORT_STATE_HELD;
  if (!released && report.state != REPORT_STATE_QUEUED) return;
  Verdict verdict(contract, report.envelope.kind());
  const auto number = report.envelope.order_sequence();
  const BookOf book(past);
  const auto numbers = number == 0 ? Numbers() : book->NumbersBefore(report.envelope);
  const bool twice = !numbers.same.empty();
  if (!released && !twice) {
    if (const auto words = WaitsFor(report, *book, numbers); !words.empty()) return Hold(report, words, contract);
  }
  report.state = REPORT_STATE_QUEUED;
  report.reason_code.clear();
  report.reason_text.clear();
  if (twice) {
    verdict.ParkForVendor(
        "SEQUENCE_TWICE", "order_sequence",
        Cat("Number ", number, " of ", PlaceOf(report), " is that of report ", numbers.same, " already."),
        "Take this report back and report it anew under the next free number.");
    return verdict.Settle(report);
  }
  if (numbers.missing > 0) FlagGap(report, numbers.missing, verdict);
  JudgeNamedOrder(report, past, verdict);
  JudgeContent(report.envelope, {contract, book->order(), book->effects(), *book, PositionOf(report.envelope),
                                 report.received_ms, report.lots, verdict});
  verdict.Settle(report);
}

bool IsReady(const StoredReport& held, const OrderPast& past) {
  const BookOf book(past);
  const auto numbers = held.envelope.order_sequence() == 0 ? Numbers() : book->NumbersBefore(held.envelope);
  return numbers.missing == 0 && !numbers.waits && flows::WaitsFor(held.envelope, held.lots, book->facts()).empty();
}

}  // namespace isa95::flows
