#include "simulators/erp_sim/book_lines.h"

namespace isa95::erp_sim {
namespace {

using sim::FieldOf;
using sim::RecordFields;
using sim::RecordLine;

ExactDecimal NumberIn(const RecordLine& line, const std::string& name) {
  return ParseDecimal(FieldOf(line, name)).value_or(ExactDecimal{});
}

std::string EventOf(const Verdict& verdict) {
  if (verdict.repeated) return "posting_repeated";
  if (verdict.action == "Rejected") return "report_refused";
  return verdict.action == "Modified" ? "pending" : "posted";
}

RecordFields UsedFields(const Posting& posting, const UsedLine& used, const Verdict& verdict) {
  return {{"event", verdict.action == "Modified" ? "will_consume" : "consumed"},
          {"sender", posting.sender},
          {"report_id", posting.report_id},
          {"order_id", posting.order_id},
          {"segment", posting.segment},
          {"direction", used.returned ? "returned" : "consumed"},
          {"material", used.material},
          {"lot", used.lot},
          {"requirement", used.requirement},
          {"quantity", FormatDecimal(used.quantity)},
          {"unit", used.unit}};
}

UsedLine UsedIn(const RecordLine& line) {
  return {FieldOf(line, "material"), FieldOf(line, "lot"),       FieldOf(line, "requirement"),
          FieldOf(line, "unit"),     NumberIn(line, "quantity"), FieldOf(line, "direction") == "returned"};
}

Posting PostingIn(const RecordLine& line) {
  Posting posting;
  posting.sender = FieldOf(line, "sender");
  posting.report_id = FieldOf(line, "report_id");
  posting.order_id = FieldOf(line, "order_id");
  posting.segment = FieldOf(line, "segment");
  posting.operation = FieldOf(line, "operation");
  posting.type = FieldOf(line, "type");
  posting.good = NumberIn(line, "good");
  posting.scrap = NumberIn(line, "scrap");
  posting.rework = NumberIn(line, "rework");
  posting.unit = FieldOf(line, "unit");
  posting.lot = FieldOf(line, "lot");
  posting.start = FieldOf(line, "start");
  posting.end = FieldOf(line, "end");
  posting.posting_date = FieldOf(line, "posting_date");
  posting.closes = FieldOf(line, "closes") == "yes";
  posting.content = FieldOf(line, "content");
  return posting;
}

Verdict VerdictIn(const RecordLine& line) {
  return {FieldOf(line, "answer"), FieldOf(line, "code"), FieldOf(line, "text"), FieldOf(line, "document"), false};
}

}  // namespace

std::vector<RecordFields> LinesOf(const Posting& posting, const Verdict& verdict) {
  std::vector<RecordFields> lines;
  const bool books = !verdict.repeated && verdict.action != "Rejected";
  for (const auto& used : posting.used) {
    if (books) lines.push_back(UsedFields(posting, used, verdict));
  }
  lines.push_back({{"event", EventOf(verdict)},
                   {"sender", posting.sender},
                   {"report_id", posting.report_id},
                   {"order_id", posting.order_id},
                   {"segment", posting.segment},
                   {"operation", posting.operation},
                   {"kind", KindOf(posting)},
                   {"type", posting.type},
                   {"good", FormatDecimal(posting.good)},
                   {"scrap", FormatDecimal(posting.scrap)},
                   {"rework", FormatDecimal(posting.rework)},
                   {"unit", posting.unit},
                   {"lot", posting.lot},
                   {"start", posting.start},
                   {"end", posting.end},
                   {"posting_date", posting.posting_date},
                   {"closes", posting.closes ? "yes" : ""},
                   {"answer", verdict.action},
                   {"code", verdict.code},
                   {"text", verdict.text},
                   {"document", verdict.document},
                   {"content", posting.content}});
  return lines;
}

RecordFields LineOfReversal(const std::string& sender, const std::string& report_id, const std::string& order_id,
                            const Posting* original, const Verdict& verdict) {
  const char* event = verdict.action == "Rejected" ? "reversal_refused"
                      : verdict.repeated           ? "reversal_repeated"
                                                   : "reversed";
  return {{"event", event},
          {"sender", sender},
          {"report_id", report_id},
          {"order_id", original == nullptr ? order_id : original->order_id},
          {"segment", original == nullptr ? "" : original->segment},
          {"answer", verdict.action},
          {"code", verdict.code},
          {"text", verdict.text},
          {"document", verdict.document}};
}

void BookReader::Read(const RecordLine& line) {
  const auto event = FieldOf(line, "event");
  const auto sender = FieldOf(line, "sender"), report_id = FieldOf(line, "report_id");
  if (event == "consumed" || event == "will_consume") {
    used_.push_back(UsedIn(line));
  } else if (event == "posted" && books_.IsPending(sender, report_id)) {
    books_.Complete(sender, report_id);
    used_.clear();
  } else if (event == "posted" || event == "pending" || event == "report_refused") {
    Posting posting = PostingIn(line);
    posting.used.swap(used_);
    books_.Take(posting, VerdictIn(line));
  } else if (event == "reversed") {
    books_.TakeReversal(sender, report_id, VerdictIn(line));
  }
}

}  // namespace isa95::erp_sim
