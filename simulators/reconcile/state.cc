#include "simulators/reconcile/state.h"

#include <map>
#include <set>

#include "grpc/model/decimal.h"
#include "grpc/model/text.h"

namespace isa95::sim {
namespace {

class Reader {
 public:
  void ReadMes(const RecordLine& line);
  void ReadErp(const RecordLine& line);
  std::vector<std::string> Lines();

 private:
  using Booking = std::vector<std::pair<std::string, ExactDecimal>>;  // of what, how much
  void ReadBooking(const RecordLine& line);
  void ReadFact(const RecordLine& line);
  void Hear(const RecordLine& line, const std::string& word);

  std::map<std::string, std::string> words_;  // of what, the last word
  std::set<std::string> taken_back_, told_, closings_;
  std::map<std::string, std::string> report_words_;  // by key
  std::map<std::string, Booking> used_, booked_;     // by report
};

constexpr char kClosed[] = "/closed";

// Feedback names a report by its id, which a stop's closing shares; the opening hears first.
void Reader::Hear(const RecordLine& line, const std::string& word) {
  const auto& id = FieldOf(line, "report_id");
  const bool first = told_.insert(id).second;
  report_words_[!first && closings_.contains(id) ? id + kClosed : id] = word;
}

void Reader::ReadMes(const RecordLine& line) {
  const auto event = FieldOf(line, "event");
  const auto key = FieldOf(line, "key");
  if (event == "decided")
    words_[Cat("order ", FieldOf(line, "order_id"), " ", FieldOf(line, "kind"))] = FieldOf(line, "decision");
  if (event == "report") {
    report_words_[key];
    if (key.ends_with(kClosed)) closings_.insert(FieldOf(line, "report_id"));
    if (!FieldOf(line, "reverses").empty()) taken_back_.insert({FieldOf(line, "reverses"), key});
  }
  const auto code = FieldOf(line, "code");
  if (event == "receipt" && code != "DURABLE" && code != "DUPLICATE")
    report_words_[key] = Cat(code, " ", FieldOf(line, "reason_code"));
  if (event == "feedback") Hear(line, Cat(FieldOf(line, "outcome"), " ", FieldOf(line, "reason_code")));
}

void Reader::ReadBooking(const RecordLine& line) {
  const auto event = FieldOf(line, "event"), id = FieldOf(line, "report_id"), order = FieldOf(line, "order_id");
  const auto number = [&](const char* name) { return ParseDecimal(FieldOf(line, name)).value_or(ExactDecimal{}); };
  if (event == "consumed") {
    auto quantity = number("quantity");
    if (FieldOf(line, "direction") == "returned") quantity.units = -quantity.units;
    used_[id].emplace_back(Cat("used ", order, " ", FieldOf(line, "material"), " ", FieldOf(line, "lot")), quantity);
  } else if (event == "posted") {
    auto& booking = booked_[id];
    booking = std::move(used_[id]);
    used_.erase(id);
    for (const auto* kind : {"good", "scrap", "rework"})
      booking.emplace_back(Cat("made ", order, " ", FieldOf(line, "segment"), " ", kind), number(kind));
  } else if (event == "reversed") {
    booked_.erase(id);
  }
}

void Reader::ReadFact(const RecordLine& line) {
  const auto event = FieldOf(line, "event");
  if (event == "stop_told") {
    words_[Cat("stop ", FieldOf(line, "stop_id"))] =
        Cat(FieldOf(line, "line"), " ", FieldOf(line, "end").empty() ? "open" : "over", " ", FieldOf(line, "seconds"),
            " s ", FieldOf(line, "stops"), " ", FieldOf(line, "reason"), " ", FieldOf(line, "kind"));
  } else if (event == "result_told") {
    words_[Cat("result ", FieldOf(line, "result_id"))] =
        Cat(FieldOf(line, "lot"), " ", FieldOf(line, "value"), " ", FieldOf(line, "verdict"));
  } else if (event == "lot_told") {
    words_[Cat("lot ", FieldOf(line, "lot"))] = FieldOf(line, "stock");
  }
}

void Reader::ReadErp(const RecordLine& line) {
  ReadBooking(line);
  ReadFact(line);
  if (FieldOf(line, "event") == "answered")
    words_[Cat("answer ", FieldOf(line, "order_id"))] = FieldOf(line, "outcome");
}

std::vector<std::string> Reader::Lines() {
  std::map<std::string, ExactDecimal> sums;
  for (const auto& [id, booking] : booked_) {
    for (const auto& [what, number] : booking) sums[what] = Add(sums[what], number);
  }
  for (const auto& [what, sum] : sums) {
    if (sum.units != 0) words_[what] = FormatDecimal(sum);
  }
  for (const auto& [key, word] : report_words_)
    words_[Cat("report ", key)] = taken_back_.contains(key) ? "taken back" : word.empty() ? "open" : word;
  std::vector<std::string> lines;
  for (const auto& [what, word] : words_) lines.push_back(Cat(what, ": ", word));
  return lines;
}

}  // namespace

std::vector<std::string> StateOf(const std::vector<RecordLine>& erp, const std::vector<RecordLine>& mes) {
  Reader reader;
  for (const auto& line : mes) reader.ReadMes(line);
  for (const auto& line : erp) reader.ReadErp(line);
  return reader.Lines();
}

}  // namespace isa95::sim
