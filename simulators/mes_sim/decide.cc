#include "simulators/mes_sim/decide.h"

#include <google/protobuf/util/json_util.h>

#include <optional>
#include <random>

#include "grpc/model/text.h"

namespace isa95::mes_sim {
namespace {

using namespace exchange::v1;

// By what was asked for on the command line; the same order always gets the same. None = the order book decides.
std::optional<Ruling> RuleByOptions(const Options& options, const flow::v1::Envelope& envelope) {
  const auto& order_id = envelope.key_id();
  for (const auto& rule : options.reject) {  // ORDER=CODE[:text]
    const auto equals = rule.find('=');
    const std::string order = rule.substr(0, equals), reason = rule.substr(equals + 1);
    const bool prefix = order.ends_with('*') && order_id.starts_with(order.substr(0, order.size() - 1));
    if (!prefix && order != order_id) continue;
    const auto colon = reason.find(':');
    return Ruling{ORDER_DECISION_REJECTED, reason.substr(0, colon),
                  colon == std::string::npos ? "" : reason.substr(colon + 1), std::nullopt};
  }
  std::seed_seq seed(order_id.begin(), order_id.end());
  std::mt19937 random(seed);
  if (options.reject_every != 0 &&
      (random() + options.seed + envelope.key_version().size()) % options.reject_every == 0) {
    return Ruling{ORDER_DECISION_REJECTED, "LINE_NOT_READY", "rejected by the scenario", std::nullopt};
  }
  return std::nullopt;
}

}  // namespace

std::string KindOf(const flow::v1::Envelope& envelope) {
  if (envelope.kind() == flow::v1::MESSAGE_KIND_ORDER_CHANGE) return "change";
  return envelope.kind() == flow::v1::MESSAGE_KIND_ORDER_CANCEL ? "cancel" : "release";
}

std::string KeyOf(const flow::v1::Envelope& envelope) {
  return Cat(envelope.key_id(), "/", envelope.key_version(), "/", KindOf(envelope));
}

std::string ToJson(const flow::v1::Envelope& envelope) {
  std::string json;
  google::protobuf::util::JsonPrintOptions print;
  print.preserve_proto_field_names = true;
  (void)google::protobuf::util::MessageToJsonString(envelope, &json, print);
  return json;
}

Ruling Decide(const Options& options, const OrderBook& book, const flow::v1::Envelope& envelope) {
  auto ruling = RuleByOptions(options, envelope);
  return ruling ? *std::move(ruling) : book.RuleOn(envelope);
}

}  // namespace isa95::mes_sim
