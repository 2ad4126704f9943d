#include "simulators/mes_sim/order_book.h"

#include "grpc/model/text.h"

namespace isa95::mes_sim {
namespace {

// Empty = done.
std::string Apply(const std::string& what, const std::string& quantity, MesOrder& order) {
  if (what == "start") return Start(order);
  if (what == "produce") return Produce(order, quantity);
  if (what == "hold") return Hold(order);
  if (what == "resume") return Resume(order);
  if (what == "close") return Close(order);
  return Cat("there is no act '", what, "'");
}

}  // namespace

Ruling OrderBook::RuleOn(const flow::v1::Envelope& request) const {
  std::lock_guard lock(mutex_);
  const auto known = orders_.find(request.key_id());
  return Rule(known == orders_.end() ? nullptr : &known->second, request);
}

void OrderBook::Take(const flow::v1::Envelope& request, const Ruling& ruling) {
  std::lock_guard lock(mutex_);
  if (ruling.after) orders_[request.key_id()] = *ruling.after;
}

absl::StatusOr<MesOrder> OrderBook::Act(const std::string& what, const std::string& order_id,
                                        const std::string& quantity) {
  std::lock_guard lock(mutex_);
  const auto known = orders_.find(order_id);
  if (known == orders_.end()) return absl::NotFoundError(Cat("there is no order '", order_id, "'"));
  MesOrder after = known->second;
  if (const auto fault = Apply(what, quantity, after); !fault.empty()) return absl::FailedPreconditionError(fault);
  const auto noted =
      record_.Append({{"event", "control"}, {"what", what}, {"order_id", order_id}, {"quantity", quantity}});
  if (!noted.ok()) return noted;
  return known->second = std::move(after);
}

absl::Status OrderBook::Reset() {
  std::lock_guard lock(mutex_);
  if (auto noted = record_.Append({{"event", "control"}, {"what", "reset"}}); !noted.ok()) return noted;
  orders_.clear();
  return absl::OkStatus();
}

void OrderBook::Replay(const std::map<std::string, std::string>& line) {
  std::lock_guard lock(mutex_);
  if (line.at("what") == "reset") return orders_.clear();
  const auto known = orders_.find(line.at("order_id"));
  if (known != orders_.end()) Apply(line.at("what"), line.at("quantity"), known->second);
}

std::map<std::string, MesOrder> OrderBook::All() const {
  std::lock_guard lock(mutex_);
  return orders_;
}

}  // namespace isa95::mes_sim
