// Which orders the simulated MES has to report on, what it reports, and what it was told of it; as lines of the record
// and back. Used by one thread at a time; no clock, no disk.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "isa95/flow/v1/document.pb.h"
#include "simulators/common/record.h"
#include "simulators/mes_sim/shift.h"

namespace isa95::mes_sim {

class ReportBook {
 public:
  // An accepted release or change; its content is what will be made.
  void TakeOrder(const flow::v1::Envelope& envelope, int64_t now_ms);
  // Orders untouched since then and not reported on yet.
  std::vector<std::string> OrdersSince(int64_t ms) const;
  const flow::v1::ProductionOrder& OrderOf(const std::string& order_id) const { return orders_.at(order_id).content; }

  // A shift of one order, which is to be on record before it is taken in.
  static std::vector<sim::RecordFields> LinesOf(const std::string& order_id, const std::vector<ShopReport>& shift);
  static sim::RecordFields LineOf(const exchange::v1::Report& report, const exchange::v1::Receipt& receipt);
  static sim::RecordFields LineOf(const exchange::v1::Feedback& feedback);
  // A line of the record, now written or read again after a restart.
  void Read(const sim::RecordLine& line);
  void Read(const sim::RecordFields& line) { Read(sim::RecordLine(line.begin(), line.end())); }

  // Where a report goes among those of its chain; null = by its number.
  using SendingPlace = std::function<uint64_t(const exchange::v1::Report&)>;
  // Reports without a receipt, of one chain; empty = all are received.
  std::vector<exchange::v1::Report> NextToSend(size_t most, const SendingPlace& place = {}) const;
  const std::string& cursor() const { return cursor_; }
  bool IsReported(const std::string& order_id) const { return to_send_.contains(order_id); }
  // Whether of each report the last word has been said.
  bool IsSettled() const;
  std::string Counts() const;  // "reports n, posted n, parked n, open n"

 private:
  struct Order {
    flow::v1::ProductionOrder content;
    int64_t changed_ms = 0;
  };
  std::map<std::string, Order> orders_;
  std::string ToldOf(const std::string& report_id);
  // By chain and number, until there is a receipt.
  std::map<std::string, std::map<uint64_t, exchange::v1::Report>> to_send_;
  std::map<std::string, std::string> outcome_;  // by the report's key: "" = open, else the last word
  std::set<std::string> told_;                  // ids of reports of which there was news
  std::string cursor_;
};

}  // namespace isa95::mes_sim
