#include "adapter/exchange.h"

#include "adapter/flows/relevance.h"
#include "adapter/ids.h"
#include "adapter/policy/ownership.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

// Cursors are opaque to clients; here they are a letter and an item id.
std::string CursorOf(uint64_t id) { return Cat("c", id); }

absl::StatusOr<uint64_t> ParseCursor(std::string_view cursor) {
  if (cursor.empty()) return 0;
  uint64_t id = 0;
  if (cursor.front() != 'c' || !ToNumber(cursor.substr(1), id)) {
    return absl::InvalidArgumentError("the cursor is not one this server gave; send an empty one to start anew");
  }
  return id;
}

ops::Line LineOf(const ledger::StoredItem& item, const char* message, const char* outcome) {
  const auto& envelope = item.envelope;
  ops::Line line{.message = message, .site = envelope.site(), .flow = ops::FlowOf(envelope.kind())};
  line.key = envelope.key_id();
  line.bod_id = envelope.bod_id();
  line.document = item.document_id;
  line.outcome = outcome;
  return line;
}

// An order as the MES names things.
flow::v1::Envelope InMesWords(flow::v1::Envelope envelope, const policy::Normalizer& normalizer) {
  if (normalizer.empty()) return envelope;
  normalizer.ToParty(policy::Party::kMes, envelope);
  envelope.set_key_id(normalizer.names().ToParty(policy::NameKind::kOrder, policy::Party::kMes, envelope.key_id()));
  return envelope;
}

exchange::v1::OrderStatus StatusOf(const ledger::StoredItem& item, const policy::Normalizer& normalizer) {
  exchange::v1::OrderStatus status;
  *status.mutable_envelope() = InMesWords(item.envelope, normalizer);
  status.set_state(item.state);
  status.set_attempts(item.attempts);
  status.set_reason_code(item.reason_code);
  status.set_reason_text(item.reason_text);
  status.set_delivery_id(item.id);
  if (item.decided_ms != 0) *status.mutable_decided_at() = InstantOf(item.decided_ms).utc();
  return status;
}

}  // namespace

Exchange::Exchange(ledger::Ledger& ledger, const Contracts& contracts, Wakes& wakes, std::function<void()> decided,
                   ops::Journal journal)
    : ledger_(ledger),
      contracts_(contracts),
      wakes_(wakes),
      decided_(std::move(decided)),
      journal_(std::move(journal)) {}

absl::Status Exchange::CheckSite(std::string_view site) const {
  if (contracts_.Find(site) != nullptr) return absl::OkStatus();
  return absl::NotFoundError(Cat("this adapter serves no site '", site, "'"));
}

absl::StatusOr<std::vector<exchange::v1::OrderDelivery>> Exchange::TakeOrders(std::string_view site,
                                                                              std::string_view cursor, uint32_t max,
                                                                              const std::vector<uint64_t>& exclude) {
  const auto* terms = contracts_.Find(site);
  if (terms == nullptr) return CheckSite(site);
  const auto after = ParseCursor(cursor);
  if (!after.ok()) return after.status();
  auto items = ledger_.Take(site, *after, max, exclude);
  if (!items.ok()) return items.status();
  std::vector<exchange::v1::OrderDelivery> deliveries;
  deliveries.reserve(items->size());
  for (auto& item : *items) {
    journal_.Tell(LineOf(item, "order delivered", item.attempts > 1 ? "again" : "delivered"));
    auto& delivery = deliveries.emplace_back();
    delivery.set_cursor(CursorOf(item.id));
    delivery.set_delivery_id(item.id);
    delivery.set_attempt(item.attempts);
    *delivery.mutable_envelope() = InMesWords(std::move(item.envelope), *terms->normalizer);
  }
  return deliveries;
}

absl::StatusOr<exchange::v1::AcknowledgeOrderResponse> Exchange::AcknowledgeOrder(
    const exchange::v1::AcknowledgeOrderRequest& request) {
  if (auto status = CheckSite(request.site()); !status.ok()) return status;
  const bool accepted = request.decision() != exchange::v1::ORDER_DECISION_REJECTED;
  auto decision = ledger_.Decide(request.site(), request.delivery_id(), request.attempt(), accepted,
                                 request.reason_code(), request.reason_text(), NowMillis());
  if (!decision.ok()) return decision.status();
  if (!decision->already) {
    auto line = LineOf(decision->item, "order answered", accepted ? "accepted" : "rejected");
    line.detail = request.reason_code();
    journal_.Tell(line);
    decided_();
    wakes_.Notify(request.site());  // a younger version of this order may have waited
  }
  exchange::v1::AcknowledgeOrderResponse response;
  response.set_duplicate(decision->already);
  return response;
}

absl::StatusOr<exchange::v1::GetOrderResponse> Exchange::GetOrder(const exchange::v1::GetOrderRequest& request) {
  const auto* terms = contracts_.Find(request.site());
  if (terms == nullptr) return CheckSite(request.site());
  const auto order =
      terms->normalizer->names().ToStandard(policy::NameKind::kOrder, policy::Party::kMes, request.order_id());
  const auto items = ledger_.ItemsOfOrder(request.site(), order.name);
  if (!items.ok()) return items.status();
  if (items->empty()) return absl::NotFoundError(Cat("no order '", request.order_id(), "' was received"));
  exchange::v1::GetOrderResponse response;
  for (const auto& item : *items) *response.add_status() = StatusOf(item, *terms->normalizer);
  return response;
}

absl::StatusOr<exchange::v1::GetMessageResponse> Exchange::GetMessage(const exchange::v1::GetMessageRequest& request) {
  const auto* terms = contracts_.Find(request.site());
  if (terms == nullptr) return CheckSite(request.site());
  const auto documents = ledger_.DocumentsByBodId(request.site(), request.bod_id());
  if (!documents.ok()) return documents.status();
  if (documents->empty()) return absl::NotFoundError(Cat("no message '", request.bod_id(), "' was received"));
  exchange::v1::GetMessageResponse response;
  for (const auto& document : *documents) {
    for (const auto& item : document.items) *response.add_status() = StatusOf(item, *terms->normalizer);
    flow::v1::FindingList findings;
    if (findings.ParseFromString(document.document.findings)) {
      for (auto& finding : *findings.mutable_finding()) *response.add_finding() = std::move(finding);
    }
  }
  return response;
}

absl::Status Exchange::ProposeOrderChange(const exchange::v1::ProposeOrderChangeRequest& request) {
  const auto* terms = contracts_.Find(request.site());
  if (terms == nullptr) return CheckSite(request.site());
  const auto finding = policy::RefuseProposal(flows::Shown(request.field()), terms->contract);
  ops::Line line{.message = "order change refused", .site = request.site(), .flow = "production_order"};
  line.key = request.order_id();
  line.outcome = "refused";
  line.detail = finding.code();
  journal_.Refused(request.site(), line.flow, finding.code());
  journal_.Tell(line, spdlog::level::warn);
  return absl::FailedPreconditionError(Cat(finding.message(), " ", finding.mend()));
}

std::unique_ptr<server::ExchangeHandler::Subscription> Exchange::Subscribe(std::string_view site,
                                                                           std::function<void()> wake) {
  return wakes_.Subscribe(site, std::move(wake));
}

}  // namespace isa95::adapter
