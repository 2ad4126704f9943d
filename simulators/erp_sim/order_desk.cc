#include "simulators/erp_sim/order_desk.h"

namespace isa95::erp_sim {

absl::StatusOr<OrderSpec> OrderDesk::Do(const Act& act, const KeepTrying& wanted) {
  std::lock_guard acting(acting_);
  const auto known = orders_.find(act.order_id);
  const bool is_known = known != orders_.end();
  const Answer answer = is_known ? erp_.AnswerTo(BodIdOf(known->second.asked)) : Answer{};
  auto order = Ask(act, is_known ? &known->second : nullptr, answer, house_);
  if (!order.ok()) return order.status();
  const auto until = std::chrono::steady_clock::now() + patience_;
  const auto keep_trying = [&] { return wanted() && std::chrono::steady_clock::now() < until; };
  if (auto sent = erp_.Send(order->asked, false, keep_trying); !sent.ok()) return sent;
  std::lock_guard lock(mutex_);
  return (orders_[act.order_id] = *std::move(order)).asked;
}

absl::Status OrderDesk::Reset() {
  std::lock_guard acting(acting_);
  if (auto noted = record_.Append({{"event", "control"}, {"what", "reset"}}); !noted.ok()) return noted;
  erp_.ForgetAnswers();
  std::lock_guard lock(mutex_);
  orders_.clear();
  return absl::OkStatus();
}

std::map<std::string, std::pair<PlannedOrder, Answer>> OrderDesk::All() const {
  std::map<std::string, std::pair<PlannedOrder, Answer>> all;
  std::lock_guard lock(mutex_);
  for (const auto& [id, order] : orders_) all.emplace(id, std::pair{order, erp_.AnswerTo(BodIdOf(order.asked))});
  return all;
}

}  // namespace isa95::erp_sim
