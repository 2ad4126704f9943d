#include "adapter/flows/report_flow.h"

#include "adapter/flows/report_book.h"
#include "adapter/flows/report_rules.h"
#include "adapter/ids.h"
#include "grpc/model/contract.h"
#include "grpc/model/instant.h"
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
  const bool consumption = kind == flow::v1::MESSAGE_KIND_CONSUMPTION && flows.has_material_consumption();
  return consumption ? flows.material_consumption().owner().role() : flows.execution_confirmation().owner().role();
}

const google::protobuf::Message* ContentOf(const flow::v1::Envelope& envelope) {
  switch (envelope.message_case()) {
    case flow::v1::Envelope::kExecutionConfirmation:
      return &envelope.execution_confirmation();
    case flow::v1::Envelope::kMaterialConsumption:
      return &envelope.material_consumption();
    case flow::v1::Envelope::kReportReversal:
      return &envelope.report_reversal();
    default:
      return nullptr;
  }
}

// The three kinds of report share one space of ids, so the kind is part of what makes two of them the same.
std::string HashOf(const flow::v1::Envelope& envelope) {
  const auto* content = ContentOf(envelope);
  if (content == nullptr) return adapter::Sha256Hex("");
  return adapter::Sha256Hex(Cat(static_cast<int>(envelope.kind()), ":", adapter::ContentHash(*content)));
}

template <typename Content>
void Take(const Content& content, flow::v1::MessageKind kind, Content& into, NewReport& report) {
  into = content;
  report.envelope.set_kind(kind);
  report.envelope.set_key_id(content.id().value());
  report.order_id = content.order_id().value();
}

void TakeContent(const exchange::v1::Report& report, NewReport& into) {
  auto& envelope = into.envelope;
  switch (report.report_case()) {
    case exchange::v1::Report::kConfirmation:
      return Take(report.confirmation(), flow::v1::MESSAGE_KIND_CONFIRMATION,
                  *envelope.mutable_execution_confirmation(), into);
    case exchange::v1::Report::kConsumption:
      return Take(report.consumption(), flow::v1::MESSAGE_KIND_CONSUMPTION, *envelope.mutable_material_consumption(),
                  into);
    case exchange::v1::Report::kReversal:
      return Take(report.reversal(), flow::v1::MESSAGE_KIND_REVERSAL, *envelope.mutable_report_reversal(), into);
    default:
      return;
  }
}

void Hold(NewReport& report, const Numbers& numbers, const SiteContract& contract) {
  const auto window = ParseSpanMillis(contract.flows().execution_confirmation().hold_within());
  report.state = REPORT_STATE_HELD;
  report.hold_until_ms = report.received_ms + (window > 0 ? window : kHoldMs);
  report.reason_code = "WAITS_FOR_EARLIER";
  report.reason_text =
      numbers.missing == 0
          ? Cat("Report ", report.envelope.order_sequence(), " of the order waits for an earlier one that is held.")
          : Cat("Report ", report.envelope.order_sequence(), " of the order came before report ", numbers.missing,
                ". It waits for it for a while; send it.");
}

void JudgeContent(const flow::v1::Envelope& content, const Judging& judging) {
  switch (content.message_case()) {
    case flow::v1::Envelope::kExecutionConfirmation:
      return JudgeConfirmation(content, judging);
    case flow::v1::Envelope::kMaterialConsumption:
      return JudgeConsumption(content, judging);
    case flow::v1::Envelope::kReportReversal:
      return JudgeReversal(content.report_reversal(), judging);
    default:
      return;
  }
}

void FlagGap(const NewReport& report, uint64_t missing, Verdict& verdict) {
  verdict.Flag("SEQUENCE_GAP", "order_sequence",
               Cat("Report ", report.envelope.order_sequence(), " of the order is posted without report ", missing,
                   ", which did not come in time."),
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

NewReport DecideReport(const exchange::v1::Report& report, const SiteContract& contract, int64_t received_ms) {
  NewReport decided;
  decided.received_ms = received_ms;
  TakeContent(report, decided);
  auto& envelope = decided.envelope;
  envelope.set_site(contract.site().id());
  envelope.set_sender(contract.mes().logical_id());
  envelope.set_order_sequence(report.order_sequence());
  *envelope.mutable_received_at() = InstantOf(received_ms).utc();
  decided.content_hash = HashOf(envelope);
  Verdict verdict(contract, envelope.kind());
  CheckContent(envelope, contract, received_ms, verdict);
  if (contract.flows().execution_confirmation().numbered() && report.order_sequence() == 0) {
    verdict.ParkForVendor("MISSING_SEQUENCE", "order_sequence",
                          "The report has no number among those of its order, which this site's contract asks for.",
                          "Number the reports of each order from 1 without gaps.");
  }
  verdict.Settle(decided);
  return decided;
}

NewReport ForJudgement(const StoredReport& held) {
  NewReport report;
  report.envelope = held.envelope;
  report.envelope.set_sequence(held.id);
  report.order_id = held.order_id;
  report.content_hash = HashOf(held.envelope);
  report.state = held.state;
  report.reason_code = held.reason_code;
  report.reason_text = held.reason_text;
  report.who_acts = held.who_acts;
  report.findings = held.findings;
  report.received_ms = held.received_ms;
  report.hold_until_ms = held.hold_until_ms;
  return report;
}

void JudgeReport(NewReport& report, const OrderPast& past, const SiteContract& contract) {
  const bool released = report.state == REPORT_STATE_HELD;
  if (!released && report.state != REPORT_STATE_QUEUED) return;
  Verdict verdict(contract, report.envelope.kind());
  const auto number = report.envelope.order_sequence();
  const BookOf book(past);
  const auto numbers = number == 0 ? Numbers() : book->NumbersBefore(report.envelope);
  const bool twice = !numbers.same.empty();
  if (!released && !twice && (numbers.missing > 0 || numbers.waits)) return Hold(report, numbers, contract);
  report.state = REPORT_STATE_QUEUED;
  report.reason_code.clear();
  report.reason_text.clear();
  if (twice) {
    verdict.ParkForVendor("SEQUENCE_TWICE", "order_sequence",
                          Cat("Number ", number, " of this order is that of report ", numbers.same, " already."),
                          "Take this report back and report it anew under the next free number.");
    return verdict.Settle(report);
  }
  if (numbers.missing > 0) FlagGap(report, numbers.missing, verdict);
  JudgeContent(report.envelope, {contract, book->order(), book->effects(), *book, PositionOf(report.envelope),
                                 report.received_ms, verdict});
  verdict.Settle(report);
}

bool IsReady(const StoredReport& held, const OrderPast& past) {
  const auto numbers = BookOf(past)->NumbersBefore(held.envelope);
  return numbers.missing == 0 && !numbers.waits;
}

}  // namespace isa95::flows
