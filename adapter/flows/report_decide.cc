// A report as it came, made ready to be stored: its key, its chain, its content's hash, and what it says judged by
// itself.
#include <google/protobuf/util/message_differencer.h>

#include "adapter/flows/chain.h"
#include "adapter/flows/report_flow.h"
#include "adapter/flows/report_rules.h"
#include "adapter/ids.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

using contract::v1::SiteContract;
using ledger::NewReport;
using ledger::StoredReport;

const google::protobuf::Message* ContentOf(const flow::v1::Envelope& envelope) {
  switch (envelope.message_case()) {
    case flow::v1::Envelope::kExecutionConfirmation:
      return &envelope.execution_confirmation();
    case flow::v1::Envelope::kMaterialConsumption:
      return &envelope.material_consumption();
    case flow::v1::Envelope::kReportReversal:
      return &envelope.report_reversal();
    case flow::v1::Envelope::kLotDisposition:
      return &envelope.lot_disposition();
    case flow::v1::Envelope::kQualityTestResult:
      return &envelope.quality_test_result();
    case flow::v1::Envelope::kDowntimeEvent:
      return &envelope.downtime_event();
    default:
      return nullptr;
  }
}

// All kinds of report share one space of ids, so the kind is part of what makes two of them the same.
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
  report.order_id = ChainOf(report.envelope);
  if (!IsOrderChain(report.order_id)) report.about_order = content.order_id().value();
}

// The lots whose standing the judgement asks for.
void NameLots(const flow::v1::Envelope& envelope, ledger::LotStandings& lots) {
  const auto name = [&](const flow::v1::Identifier& lot) {
    if (!lot.value().empty()) lots.emplace(lot.value(), ledger::LotStanding::kUnknown);
  };
  name(envelope.lot_disposition().material_lot_id());
  name(envelope.quality_test_result().material_lot_id());
  for (const auto& line : envelope.material_consumption().consumed()) name(line.material_lot_id());
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
    case exchange::v1::Report::kLotDisposition:
      return Take(report.lot_disposition(), flow::v1::MESSAGE_KIND_LOT_DISPOSITION, *envelope.mutable_lot_disposition(),
                  into);
    case exchange::v1::Report::kTestResult:
      return Take(report.test_result(), flow::v1::MESSAGE_KIND_TEST_RESULT, *envelope.mutable_quality_test_result(),
                  into);
    case exchange::v1::Report::kDowntime:
      if (report.downtime().phase() == flow::v1::DOWNTIME_PHASE_CODE_CLOSED) envelope.set_key_version("closed");
      return Take(report.downtime(), flow::v1::MESSAGE_KIND_DOWNTIME, *envelope.mutable_downtime_event(), into);
    default:
      return;
  }
}

// In standard names and units; what was sent stays beside it where it is another.
Findings TakeTurned(const exchange::v1::Report& sent, const policy::Normalizer& normalizer, NewReport& into) {
  auto report = sent;
  auto findings = normalizer.ToStandard(policy::Party::kMes, report);
  TakeContent(report, into);
  if (!google::protobuf::util::MessageDifferencer::Equals(report, sent))
    into.envelope.set_as_sent(sent.SerializeAsString());
  return findings;
}

}  // namespace

NewReport DecideReport(const exchange::v1::Report& sent, const SiteContract& contract, int64_t received_ms,
                       const policy::Normalizer* normalizer) {
  NewReport decided;
  decided.received_ms = received_ms;
  const bool turns = normalizer != nullptr && !normalizer->empty();
  const auto names = turns ? TakeTurned(sent, *normalizer, decided) : Findings();
  if (!turns) TakeContent(sent, decided);
  auto& envelope = decided.envelope;
  envelope.set_site(contract.site().id());
  envelope.set_sender(contract.mes().logical_id());
  envelope.set_order_sequence(sent.order_sequence());
  *envelope.mutable_received_at() = InstantOf(received_ms).utc();
  decided.content_hash = HashOf(envelope);
  Verdict verdict(contract, envelope.kind());
  verdict.Add(names);
  CheckContent(envelope, contract, received_ms, verdict);
  NameLots(envelope, decided.lots);
  const bool numbered = contract.flows().execution_confirmation().numbered() && IsOrderChain(decided.order_id);
  if (numbered && sent.order_sequence() == 0) {
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
  report.about_order = held.about_order;
  report.lots = held.lots;
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

}  // namespace isa95::flows
