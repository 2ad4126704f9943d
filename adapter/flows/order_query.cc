#include "adapter/flows/order_query.h"

#include "grpc/model/text.h"

namespace isa95::flows {

std::vector<std::string> OrdersAskedFor(const flow::v1::Document& request) {
  std::vector<std::string> ids;
  for (const auto& schedule : request.schedule()) {
    for (const auto& order : schedule.order()) {
      const auto& id = order.id().value();
      if (id.empty() || id == "*") return {};
      ids.push_back(id);
    }
  }
  return ids;
}

flow::v1::Document AnswerQuery(const flow::v1::Document& request, const std::vector<ledger::StoredItem>& found,
                               const b2mml::AnswerHeader& header, const b2mml::Version& version) {
  const auto& original = request.application_area();
  const auto asked = request.schedule_size() > 0 ? request.schedule(0) : flow::v1::Schedule();
  if (found.size() > kMaxShown) {
    const b2mml::Outcome wide{"Rejected", "GET_TOO_WIDE",
                              Cat("More than ", kMaxShown, " orders match. Ask for single order ids."), ""};
    return b2mml::MakeShow(original, asked, {}, wide, header, version);
  }
  std::vector<const flow::v1::ProductionOrder*> orders;
  orders.reserve(found.size());
  for (const auto& item : found) orders.push_back(&item.envelope.production_order());
  return b2mml::MakeShow(original, asked, orders, {"Accepted", "", "", ""}, header, version);
}

}  // namespace isa95::flows
