#include "simulators/erp_sim/fact_books.h"

#include "grpc/model/text.h"

namespace isa95::erp_sim {
namespace {

using sim::FieldOf;
using sim::RecordLine;

// A closing is a word of its own on the same stop.
std::string PlaceOf(const RecordLine& line, bool closing) {
  return Cat(FieldOf(line, "event"), "/", FieldOf(line, "key"), closing ? "/closed" : "");
}

bool Closes(const RecordLine& line) { return FieldOf(line, "phase") == "CLOSED"; }

// What it says, without what the record adds.
std::string ContentOf(const RecordLine& line) {
  std::string text;
  for (const auto& [name, value] : line) {
    const bool said = !value.empty() && name != "at" && name != "stock" && name != "did";
    if (said) text += Cat(name, "=", value, "|");
  }
  return text;
}

}  // namespace

Verdict FactBooks::Judge(const Told& told) const {
  if (!told.fault.empty()) return {"Rejected", told.fault, told.fault_text, "", false};
  const auto& line = told.line;
  const auto known = content_.find(PlaceOf(line, Closes(line)));
  if (known != content_.end() && known->second == ContentOf(line)) return {"Accepted", "", "", "", true};
  if (known != content_.end())
    return {"Rejected", "DUPLICATE_CONFLICT", "The same came before and said otherwise; the first one stands.", "",
            false};
  if (!Closes(line)) return {};
  const auto opened = content_.find(PlaceOf(line, false));
  const bool open = opened != content_.end() && opened->second.find("phase=OPENED|") != std::string::npos;
  if (!open) return {"Rejected", "STOP_NOT_OPEN", "No open stop has this id.", "", false};
  return {};
}

// A lot on hold is restricted, and nothing else than a release makes it free.
sim::RecordFields FactBooks::LineOf(const Told& told, const Verdict& verdict) const {
  std::string event = FieldOf(told.line, "event");
  if (verdict.repeated) event = "fact_repeated";
  if (verdict.action == "Rejected") event = "fact_refused";
  sim::RecordFields fields{{"event", event}};
  for (const auto& [name, value] : told.line) {
    if (name != "event") fields.emplace_back(name, value);
  }
  if (!verdict.code.empty()) fields.emplace_back("code", verdict.code);
  if (event != "lot_told") return fields;
  const bool hold = FieldOf(told.line, "disposition") == "HOLD";
  const bool wrong = hold && mutant_ == "M57";
  fields.emplace_back("stock", hold && !wrong ? "RESTRICTED" : "FREE");
  if (wrong) fields.emplace_back("did", "M57 posts a lot on hold as unrestricted");
  return fields;
}

void FactBooks::Read(const RecordLine& line) {
  const auto event = FieldOf(line, "event");
  if (event != "stop_told" && event != "lot_told" && event != "result_told") return;
  content_[PlaceOf(line, Closes(line))] = ContentOf(line);
}

}  // namespace isa95::erp_sim
