#include "simulators/mes_sim/report_book.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>

#include "grpc/model/text.h"

namespace isa95::mes_sim {
namespace {

using namespace exchange::v1;
using sim::FieldOf;
using sim::RecordFields;

std::string JsonOf(const Report& report) {
  std::string json;
  google::protobuf::util::JsonPrintOptions print;
  print.preserve_proto_field_names = true;
  (void)google::protobuf::util::MessageToJsonString(report, &json, print);
  return json;
}

RecordFields LineOf(const std::string& order_id, const std::string& report_id, const Made& made) {
  return {{"event", "made"},
          {"order_id", order_id},
          {"segment", made.segment},
          {"report_id", report_id},
          {"good", FormatDecimal(made.good)},
          {"scrap", FormatDecimal(made.scrap)},
          {"rework", FormatDecimal(made.rework)},
          {"unit", made.unit}};
}

RecordFields LineOf(const std::string& order_id, const std::string& report_id, const Used& used) {
  return {{"event", "used"},
          {"order_id", order_id},
          {"segment", used.segment},
          {"report_id", report_id},
          {"material", used.material},
          {"lot", used.lot},
          {"quantity", FormatDecimal(used.quantity)},
          {"unit", used.unit},
          {"backflush", used.backflush ? "yes" : ""}};
}

// Empty: more will be said.
std::string LastWord(const std::string& outcome) { return outcome == "PENDING" ? std::string() : outcome; }

const flow::v1::Finding* ErrorIn(const Receipt& receipt) {
  for (const auto& finding : receipt.finding()) {
    if (finding.severity() == flow::v1::SEVERITY_ERROR) return &finding;
  }
  return nullptr;
}

}  // namespace

void ReportBook::TakeOrder(const flow::v1::Envelope& envelope, int64_t now_ms) {
  if (envelope.kind() == flow::v1::MESSAGE_KIND_ORDER_CANCEL) {
    orders_.erase(envelope.key_id());
    return;
  }
  auto& order = orders_[envelope.key_id()];
  order.changed_ms = now_ms;
  const auto& content = envelope.production_order();
  // A change may name what changes alone.
  if (content.segment_size() > 0 || order.content.segment_size() == 0) order.content = content;
}

std::vector<std::string> ReportBook::OrdersSince(int64_t ms) const {
  std::vector<std::string> ids;
  for (const auto& [id, order] : orders_) {
    if (order.changed_ms <= ms && !to_send_.contains(id)) ids.push_back(id);
  }
  return ids;
}

std::vector<RecordFields> ReportBook::LinesOf(const std::string& order_id, const std::vector<ShopReport>& shift) {
  std::vector<RecordFields> lines;
  for (const auto& each : shift) {
    const auto report_id = IdOf(each.report);
    if (!each.mutant.empty()) lines.push_back({{"event", "mutant"}, {"order_id", order_id}, {"did", each.mutant}});
    lines.insert(lines.end(), each.happened.begin(), each.happened.end());
    for (const auto& made : each.made) lines.push_back(mes_sim::LineOf(order_id, report_id, made));
    for (const auto& used : each.used) lines.push_back(mes_sim::LineOf(order_id, report_id, used));
    lines.push_back({{"event", "report"},
                     {"order_id", order_id},
                     {"report_id", report_id},
                     {"key", KeyOf(each.report)},
                     {"chain", ChainOf(each.report)},
                     {"kind", KindOf(each.report)},
                     {"reverses", each.report.reversal().reverses_id().value()},
                     {"sequence", std::to_string(each.report.order_sequence())},
                     {"content", JsonOf(each.report)}});
  }
  lines.push_back({{"event", "shift"}, {"order_id", order_id}, {"reports", std::to_string(shift.size())}});
  return lines;
}

// A duplicate with an error is a conflict: it will never be posted.
RecordFields ReportBook::LineOf(const Report& report, const Receipt& receipt) {
  std::string code = ReceiptCode_Name(receipt.code()).substr(13);
  const auto* error = ErrorIn(receipt);
  if (receipt.code() == RECEIPT_CODE_DUPLICATE && error != nullptr) code = "CONFLICT";
  if (receipt.code() == RECEIPT_CODE_UNSPECIFIED) code = "REFUSED";
  return {{"event", "receipt"},
          {"order_id", mes_sim::OrderOf(report)},
          {"report_id", IdOf(report)},
          {"key", KeyOf(report)},
          {"chain", ChainOf(report)},
          {"sequence", std::to_string(report.order_sequence())},
          {"code", code},
          {"reason_code", error == nullptr ? "" : error->code()},
          {"reason", error == nullptr ? "" : error->message()}};
}

RecordFields ReportBook::LineOf(const Feedback& feedback) {
  return {{"event", "feedback"},
          {"order_id", feedback.order_id()},
          {"report_id", feedback.report_id()},
          {"outcome", FeedbackOutcome_Name(feedback.outcome()).substr(17)},
          {"document", feedback.erp_document()},
          {"reason_code", feedback.reason_code()},
          {"operator_text", feedback.operator_text()},
          {"who_acts", feedback.who_acts()},
          {"cursor", feedback.cursor()}};
}

void ReportBook::Read(const sim::RecordLine& line) {
  const auto event = FieldOf(line, "event");
  if (event == "shift") to_send_[FieldOf(line, "order_id")];
  if (event == "report") {
    Report report;
    (void)google::protobuf::util::JsonStringToMessage(FieldOf(line, "content"), &report);
    outcome_[mes_sim::KeyOf(report)];
    to_send_[mes_sim::ChainOf(report)][report.order_sequence()] = std::move(report);
  }
  if (event == "receipt") {
    uint64_t number = 0;
    ToNumber(FieldOf(line, "sequence"), number);
    to_send_[FieldOf(line, "chain")].erase(number);
    const auto code = FieldOf(line, "code");
    const bool last_word = code == "PARKED" || code == "REFUSED" || code == "CONFLICT";
    auto& outcome = outcome_[FieldOf(line, "key")];
    if (last_word && outcome.empty()) outcome = code;
  }
  if (event != "feedback") return;
  cursor_ = FieldOf(line, "cursor");
  outcome_[ToldOf(FieldOf(line, "report_id"))] = LastWord(FieldOf(line, "outcome"));
}

// A stop's opening and its closing have one id, and the opening hears first.
std::string ReportBook::ToldOf(const std::string& report_id) {
  const auto closing = outcome_.find(report_id + kClosing);
  if (closing == outcome_.end()) return report_id;
  const bool first = told_.insert(report_id).second && outcome_.contains(report_id);
  return first ? report_id : closing->first;
}

std::vector<Report> ReportBook::NextToSend(size_t most, const SendingPlace& place) const {
  std::vector<Report> reports;
  for (const auto& [chain, open] : to_send_) {
    for (const auto& [number, report] : open) reports.push_back(report);
    if (!reports.empty()) break;
  }
  if (place)
    std::stable_sort(reports.begin(), reports.end(),
                     [&](const auto& left, const auto& right) { return place(left) < place(right); });
  if (reports.size() > most) reports.resize(most);
  return reports;
}

bool ReportBook::IsSettled() const {
  for (const auto& [id, outcome] : outcome_) {
    if (outcome.empty()) return false;
  }
  return true;
}

std::string ReportBook::Counts() const {
  size_t posted = 0, open = 0;
  for (const auto& [id, outcome] : outcome_) {
    posted += outcome == "POSTED";
    open += outcome.empty();
  }
  return Cat("reports ", outcome_.size(), ", posted ", posted, ", parked or refused ", outcome_.size() - posted - open,
             ", open ", open);
}

}  // namespace isa95::mes_sim
