#include "simulators/mes_sim/report_book.h"

#include <google/protobuf/util/json_util.h>

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
    for (const auto& made : each.made) lines.push_back(mes_sim::LineOf(order_id, report_id, made));
    for (const auto& used : each.used) lines.push_back(mes_sim::LineOf(order_id, report_id, used));
    lines.push_back({{"event", "report"},
                     {"order_id", order_id},
                     {"report_id", report_id},
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
  const auto event = FieldOf(line, "event"), report_id = FieldOf(line, "report_id");
  if (event == "shift") to_send_[FieldOf(line, "order_id")];
  if (event == "report") {
    Report report;
    (void)google::protobuf::util::JsonStringToMessage(FieldOf(line, "content"), &report);
    outcome_[report_id];
    to_send_[FieldOf(line, "order_id")][report.order_sequence()] = std::move(report);
  }
  if (event == "receipt") {
    uint64_t number = 0;
    ToNumber(FieldOf(line, "sequence"), number);
    to_send_[FieldOf(line, "order_id")].erase(number);
    const auto code = FieldOf(line, "code");
    const bool last_word = code == "PARKED" || code == "REFUSED" || code == "CONFLICT";
    auto& outcome = outcome_[report_id];
    if (last_word && outcome.empty()) outcome = code;
  }
  if (event != "feedback") return;
  cursor_ = FieldOf(line, "cursor");
  outcome_[report_id] = LastWord(FieldOf(line, "outcome"));
}

std::vector<Report> ReportBook::NextToSend(size_t most) const {
  std::vector<Report> reports;
  for (const auto& [order_id, open] : to_send_) {
    for (const auto& [number, report] : open) {
      if (reports.size() < most) reports.push_back(report);
    }
    if (!reports.empty()) break;
  }
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
