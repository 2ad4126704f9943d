#include "simulators/erp_sim/order_facts.h"

#include <iterator>

#include "simulators/common/record.h"

namespace isa95::erp_sim {

// Only what came since the last time is read.
OrderFacts OrderFactsReader::Of(const std::string& order_id) {
  in_.clear();
  rest_.append(std::istreambuf_iterator<char>(in_), {});
  size_t begin = 0;
  for (size_t end; (end = rest_.find('\n', begin)) != std::string::npos; begin = end + 1) {
    const auto line = sim::ParseRecordLine(rest_.substr(begin, end - begin));
    if (!line || sim::FieldOf(*line, "event") != "released") continue;
    auto& facts = facts_[sim::FieldOf(*line, "order_id")];
    if (sim::FieldOf(*line, "kind") != "cancel") facts.quantity = ParseDecimal(sim::FieldOf(*line, "quantity"));
    facts.closed = sim::FieldOf(*line, "state") == "CLOSED";
  }
  rest_.erase(0, begin);
  const auto known = facts_.find(order_id);
  return known == facts_.end() ? OrderFacts{} : known->second;
}

}  // namespace isa95::erp_sim
