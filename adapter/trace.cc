#include "adapter/trace.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <map>

#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

using exchange::v1::ItemState;
using exchange::v1::ReportState;
using google::protobuf::Struct;

std::string At(int64_t ms) { return FormatInstant(InstantOf(ms)); }

std::string StateWord(ItemState state) { return Lower(exchange::v1::ItemState_Name(state).substr(11)); }
std::string StateWord(ReportState state) { return Lower(exchange::v1::ReportState_Name(state).substr(13)); }

std::string KindWord(flow::v1::MessageKind kind) {
  switch (kind) {
    case flow::v1::MESSAGE_KIND_ORDER_CHANGE:
      return "change";
    case flow::v1::MESSAGE_KIND_ORDER_CANCEL:
      return "cancel";
    case flow::v1::MESSAGE_KIND_CONFIRMATION:
      return "confirmation";
    case flow::v1::MESSAGE_KIND_CONSUMPTION:
      return "consumption";
    case flow::v1::MESSAGE_KIND_REVERSAL:
      return "reversal";
    default:
      return "release";
  }
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

std::string NextStep(const ledger::StoredReport& report) {
  switch (report.state) {
    case exchange::v1::REPORT_STATE_QUEUED:
      return "waits for its turn in this order, or for the ERP to be reached";
    case exchange::v1::REPORT_STATE_HELD:
      return "waits for an earlier report of this order";
    case exchange::v1::REPORT_STATE_SENT:
      return "the ERP has it and must answer";
    case exchange::v1::REPORT_STATE_PENDING:
      return "the ERP has accepted it and must still book the goods movement";
    case exchange::v1::REPORT_STATE_PARKED:
    case exchange::v1::REPORT_STATE_CONFLICT:
      return Cat(report.who_acts.empty() ? "the owner" : report.who_acts, " acts: a reversal and a new report mend it");
    default:
      return "nothing: done";
  }
}

Struct ToStruct(const ledger::StoredReport& report) {
  Struct object;
  auto& fields = *object.mutable_fields();
  fields["site"].set_string_value(report.envelope.site());
  fields["order_id"].set_string_value(report.order_id);
  fields["report_id"].set_string_value(report.envelope.key_id());
  fields["kind"].set_string_value(KindWord(report.envelope.kind()));
  fields["state"].set_string_value(StateWord(report.state));
  fields["attempts"].set_number_value(report.attempts);
  fields["erp_document"].set_string_value(report.erp_document);
  fields["reason_code"].set_string_value(report.reason_code);
  fields["reason_text"].set_string_value(report.reason_text);
  fields["who_acts"].set_string_value(report.who_acts);
  fields["contract"].set_string_value(report.contract);
  fields["next"].set_string_value(NextStep(report));
  return object;
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

struct Line {
  int64_t at_ms = 0;
  std::string what, detail;
};

struct Trace {
  std::vector<ledger::StoredItem> items;
  std::map<uint64_t, std::string> contracts;  // of the items' documents
  std::vector<ledger::StoredReport> reports;
  std::vector<Line> lines;  // by time
};

absl::Status ReadTrace(ledger::Ledgers& ledger, const std::string& site, const std::string& order, Trace& trace) {
  auto items = ledger.ItemsOfOrder(site, order);
  if (!items.ok()) return items.status();
  const auto events = ledger.TraceOrder(site, order);
  if (!events.ok()) return events.status();
  // Without a contract the order's own items say which site it is.
  const std::string where = site.empty() && !items->empty() ? items->front().envelope.site() : site;
  auto past = ledger.PastOf(where, order);
  if (!past.ok()) return past.status();
  const auto report_events = ledger.TraceReports(site, order);
  if (!report_events.ok()) return report_events.status();
  for (const auto& item : *items) {
    if (trace.contracts.contains(item.document_id)) continue;
    const auto document = ledger.DocumentById(item.document_id);
    if (!document.ok()) return document.status();
    trace.contracts[item.document_id] = document->document.contract;
  }
  trace.items.insert(trace.items.end(), items->begin(), items->end());
  trace.reports.insert(trace.reports.end(), past->reports.begin(), past->reports.end());
  for (const auto& event : *events) trace.lines.push_back({event.at_ms, event.what, event.detail});
  for (const auto& event : *report_events)
    trace.lines.push_back({event.at_ms, Cat("report ", event.report_id, " ", event.what), event.detail});
  std::stable_sort(trace.lines.begin(), trace.lines.end(),
                   [](const auto& left, const auto& right) { return left.at_ms < right.at_ms; });
  return absl::OkStatus();
}

void PrintJson(const Trace& trace, std::ostream& out) {
  Struct root;
  auto& items = *(*root.mutable_fields())["items"].mutable_list_value();
  for (const auto& item : trace.items) {
    auto& object = *items.add_values()->mutable_struct_value();
    object = ToStruct(item);
    (*object.mutable_fields())["contract"].set_string_value(trace.contracts.at(item.document_id));
  }
  auto& reports = *(*root.mutable_fields())["reports"].mutable_list_value();
  for (const auto& report : trace.reports) *reports.add_values()->mutable_struct_value() = ToStruct(report);
  auto& events = *(*root.mutable_fields())["timeline"].mutable_list_value();
  for (const auto& line : trace.lines) {
    auto& fields = *events.add_values()->mutable_struct_value()->mutable_fields();
    fields["at"].set_string_value(At(line.at_ms));
    fields["what"].set_string_value(line.what);
    fields["detail"].set_string_value(line.detail);
  }
  out << Json(root) << "\n";
}

std::string DecidedUnder(const std::string& contract) {
  return contract.empty() ? "" : Cat("\n  decided under contract ", contract);
}

void PrintText(const Trace& trace, std::ostream& out) {
  for (const auto& item : trace.items) {
    out << KindWord(item.envelope.kind()) << " of order " << item.envelope.key_id() << " version "
        << item.envelope.key_version() << " at site " << item.envelope.site() << ": " << StateWord(item.state);
    if (!item.reason_code.empty()) out << " (" << item.reason_code << ": " << item.reason_text << ")";
    out << DecidedUnder(trace.contracts.at(item.document_id)) << "\n  next: " << NextStep(item) << "\n";
  }
  for (const auto& report : trace.reports) {
    out << KindWord(report.envelope.kind()) << " " << report.envelope.key_id() << ": " << StateWord(report.state);
    if (!report.erp_document.empty()) out << " as " << report.erp_document;
    if (report.reversed) out << ", taken back since";
    if (!report.reason_code.empty()) out << " (" << report.reason_code << ": " << report.reason_text << ")";
    out << DecidedUnder(report.contract) << "\n  next: " << NextStep(report) << "\n";
  }
  for (const auto& line : trace.lines) {
    out << At(line.at_ms) << "  " << line.what;
    if (!line.detail.empty()) out << "  " << line.detail;
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

std::vector<std::pair<const char*, uint64_t>> Rows(const ledger::ReportCounts& counts) {
  return {{"reports_received", counts.received}, {"reports_queued", counts.queued},
          {"reports_held", counts.held},         {"reports_sent", counts.sent},
          {"reports_posted", counts.posted},     {"reports_pending", counts.pending},
          {"reports_parked", counts.parked},     {"reports_duplicate", counts.duplicate},
          {"reports_conflict", counts.conflict}, {"reports_reversed", counts.reversed}};
}

}  // namespace

int TraceOrder(ledger::Ledgers& ledger, const Contracts& contracts, const Config& config, std::ostream& out) {
  std::vector<std::string> sites{""};
  if (!contracts.Current().empty()) {
    sites.clear();
    for (const auto& [site, terms] : contracts.Current()) sites.push_back(site);
  }
  Trace trace;
  for (const auto& site : sites) {
    if (!ReadTrace(ledger, site, config.order, trace).ok()) return 4;
  }
  const bool unknown = trace.items.empty() && trace.reports.empty();
  if (config.format == "json") {
    PrintJson(trace, out);
  } else if (unknown) {
    out << "order " << config.order
        << " is not in this ledger: it was never received, or its document was refused whole\n";
  } else {
    PrintText(trace, out);
  }
  return unknown ? 1 : 0;
}

void PutRefusals(const std::vector<ledger::RefusalCount>& refusals, Struct& root) {
  auto& list = *(*root.mutable_fields())["not_stored"].mutable_list_value();
  for (const auto& one : refusals) {
    auto& fields = *list.add_values()->mutable_struct_value()->mutable_fields();
    fields["site"].set_string_value(one.site);
    fields["code"].set_string_value(one.code);
    fields["what"].set_string_value(one.what);
    fields["count"].set_number_value(static_cast<double>(one.count));
  }
}

int Audit(ledger::Ledgers& ledger, const Config& config, std::ostream& out) {
  const auto counts = ledger.CountItems("");
  const auto reports = ledger.CountReports("");
  const auto refusals = ledger.Refusals("");
  if (!counts.ok() || !reports.ok() || !refusals.ok()) return 4;
  const uint64_t sum = counts->queued + counts->delivered + counts->accepted + counts->rejected + counts->refused +
                       counts->duplicate + counts->conflict;
  const uint64_t report_sum = reports->queued + reports->held + reports->sent + reports->posted + reports->pending +
                              reports->parked + reports->duplicate + reports->conflict + reports->reversed;
  auto rows = Rows(*counts);
  for (const auto& row : Rows(*reports)) rows.push_back(row);
  if (config.format == "json") {
    Struct root;
    for (const auto& [name, count] : rows) (*root.mutable_fields())[name].set_number_value(static_cast<double>(count));
    PutRefusals(*refusals, root);
    out << Json(root) << "\n";
  } else {
    for (const auto& [name, count] : rows) out << name << " " << count << "\n";
    for (const auto& one : *refusals)
      out << "not stored, site " << one.site << ": " << one.code << " " << one.what << " " << one.count << "\n";
  }
  return sum == counts->received && report_sum == reports->received ? 0 : 1;
}

int CheckConfig(const ContractSet& set, const Config& config, std::ostream& out) {
  if (config.format == "json") {
    out << ToJson(set.findings) << "\n";
  } else {
    for (const auto& finding : set.findings) out << ToText(finding);
    for (const auto& [site, terms] : set.contracts) {
      const auto& header = terms.contract.contract();
      out << "site " << site << ": contract " << header.id() << " version " << header.version() << " is good\n";
    }
  }
  return HasError(set.findings) ? 3 : 0;
}

}  // namespace isa95::adapter
