#include "adapter/trace.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include "grpc/model/instant.h"

namespace isa95::adapter {
namespace {

using exchange::v1::ItemState;
using google::protobuf::Struct;

std::string At(int64_t ms) { return FormatInstant(InstantOf(ms)); }

std::string StateWord(ItemState state) {
  std::string word = exchange::v1::ItemState_Name(state).substr(11);
  for (char& c : word) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return word;
}

std::string KindWord(flow::v1::MessageKind kind) {
  if (kind == flow::v1::MESSAGE_KIND_ORDER_CHANGE) return "change";
  return kind == flow::v1::MESSAGE_KIND_ORDER_CANCEL ? "cancel" : "release";
}

// What an integrator at night wants to hear next, by state.
std::string NextStep(const ledger::StoredItem& item) {
  switch (item.state) {
    case exchange::v1::ITEM_STATE_QUEUED:
      return "waits for the MES to connect and take it";
    case exchange::v1::ITEM_STATE_DELIVERED:
      return "the MES has it and must accept or reject it";
    case exchange::v1::ITEM_STATE_REJECTED:
      return "the planner corrects the order and releases a new version";
    case exchange::v1::ITEM_STATE_REFUSED:
      return "the ERP side mends what the reason says and sends again";
    case exchange::v1::ITEM_STATE_CONFLICT:
      return "somebody compares both payloads; the ERP sends a new version";
    default:
      return "nothing: done";
  }
}

Struct ToStruct(const ledger::StoredItem& item) {
  Struct object;
  auto& fields = *object.mutable_fields();
  fields["site"].set_string_value(item.envelope.site());
  fields["order_id"].set_string_value(item.envelope.key_id());
  fields["version"].set_string_value(item.envelope.key_version());
  fields["kind"].set_string_value(KindWord(item.envelope.kind()));
  fields["state"].set_string_value(StateWord(item.state));
  fields["attempts"].set_number_value(item.attempts);
  fields["reason_code"].set_string_value(item.reason_code);
  fields["reason_text"].set_string_value(item.reason_text);
  fields["next"].set_string_value(NextStep(item));
  return object;
}

std::string Json(const google::protobuf::Message& message) {
  std::string text;
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  (void)google::protobuf::util::MessageToJsonString(message, &text, options);
  return text;
}

struct Trace {
  std::vector<ledger::StoredItem> items;
  std::vector<ledger::TraceEvent> events;
};

void PrintJson(const Trace& trace, std::ostream& out) {
  Struct root;
  auto& items = *(*root.mutable_fields())["items"].mutable_list_value();
  for (const auto& item : trace.items) *items.add_values()->mutable_struct_value() = ToStruct(item);
  auto& events = *(*root.mutable_fields())["timeline"].mutable_list_value();
  for (const auto& event : trace.events) {
    auto& fields = *events.add_values()->mutable_struct_value()->mutable_fields();
    fields["at"].set_string_value(At(event.at_ms));
    fields["what"].set_string_value(event.what);
    fields["detail"].set_string_value(event.detail);
  }
  out << Json(root) << "\n";
}

void PrintText(const Trace& trace, std::ostream& out) {
  for (const auto& item : trace.items) {
    out << KindWord(item.envelope.kind()) << " of order " << item.envelope.key_id() << " version "
        << item.envelope.key_version() << " at site " << item.envelope.site() << ": " << StateWord(item.state);
    if (!item.reason_code.empty()) out << " (" << item.reason_code << ": " << item.reason_text << ")";
    out << "\n  next: " << NextStep(item) << "\n";
  }
  for (const auto& event : trace.events) {
    out << At(event.at_ms) << "  " << event.what;
    if (!event.detail.empty()) out << "  " << event.detail;
    out << "\n";
  }
}

std::vector<std::pair<const char*, uint64_t>> Rows(const ledger::Counts& counts) {
  return {{"received", counts.received},         {"queued", counts.queued},
          {"delivered", counts.delivered},       {"accepted", counts.accepted},
          {"rejected", counts.rejected},         {"refused", counts.refused},
          {"duplicate", counts.duplicate},       {"conflict", counts.conflict},
          {"documents", counts.documents},       {"documents_refused", counts.documents_refused},
          {"answers_open", counts.answers_open}, {"answers_sent", counts.answers_sent}};
}

}  // namespace

int TraceOrder(ledger::Ledger& ledger, const Contracts& contracts, const Config& config, std::ostream& out) {
  std::vector<std::string> sites{""};
  if (!contracts.empty()) {
    sites.clear();
    for (const auto& [site, contract] : contracts) sites.push_back(site);
  }
  Trace trace;
  for (const auto& site : sites) {
    auto items = ledger.ItemsOfOrder(site, config.order);
    auto events = ledger.TraceOrder(site, config.order);
    if (!items.ok() || !events.ok()) return 4;
    trace.items.insert(trace.items.end(), items->begin(), items->end());
    trace.events.insert(trace.events.end(), events->begin(), events->end());
  }
  if (config.format == "json") {
    PrintJson(trace, out);
  } else if (trace.items.empty()) {
    out << "order " << config.order
        << " is not in this ledger: it was never received, or its document was refused whole\n";
  } else {
    PrintText(trace, out);
  }
  return trace.items.empty() ? 1 : 0;
}

int Audit(ledger::Ledger& ledger, const Config& config, std::ostream& out) {
  const auto counts = ledger.CountItems("");
  if (!counts.ok()) return 4;
  const uint64_t sum = counts->queued + counts->delivered + counts->accepted + counts->rejected + counts->refused +
                       counts->duplicate + counts->conflict;
  if (config.format == "json") {
    Struct root;
    for (const auto& [name, count] : Rows(*counts))
      (*root.mutable_fields())[name].set_number_value(static_cast<double>(count));
    out << Json(root) << "\n";
  } else {
    for (const auto& [name, count] : Rows(*counts)) out << name << " " << count << "\n";
  }
  return sum == counts->received ? 0 : 1;
}

int CheckConfig(const ContractSet& set, const Config& config, std::ostream& out) {
  if (config.format == "json") {
    out << ToJson(set.findings) << "\n";
  } else {
    for (const auto& finding : set.findings) out << ToText(finding);
    for (const auto& [site, contract] : set.contracts) {
      out << "site " << site << ": contract " << contract.contract().id() << " version "
          << contract.contract().version() << " is good\n";
    }
  }
  return HasError(set.findings) ? 3 : 0;
}

}  // namespace isa95::adapter
