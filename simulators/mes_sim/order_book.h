// The orders the simulated MES holds, and what its shop floor does with them; every act of the shop floor is in the
// record before it counts. Thread-safe. Ownership: borrows the record.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"
#include "simulators/common/record.h"
#include "simulators/mes_sim/order_life.h"

namespace isa95::mes_sim {

class OrderBook {
 public:
  explicit OrderBook(sim::Record& record) : record_(record) {}

  Ruling RuleOn(const flow::v1::Envelope& request) const;
  // The order as the ruling leaves it.
  void Take(const flow::v1::Envelope& request, const Ruling& ruling);

  // start, produce (with a quantity), hold, resume, close. NotFound, FailedPrecondition in words. The order afterwards.
  absl::StatusOr<MesOrder> Act(const std::string& what, const std::string& order_id, const std::string& quantity = {});
  absl::Status Reset();
  // A line of the record, read again after a restart.
  void Replay(const std::map<std::string, std::string>& line);
  std::map<std::string, MesOrder> All() const;

 private:
  sim::Record& record_;
  mutable std::mutex mutex_;
  std::map<std::string, MesOrder> orders_;
};

}  // namespace isa95::mes_sim
