// What the ERP knows of its own orders, by its record: another process may have released them. Used by one thread at a
// time.
#pragma once

#include <fstream>
#include <map>
#include <string>

#include "simulators/erp_sim/books.h"

namespace isa95::erp_sim {

class OrderFactsReader {
 public:
  explicit OrderFactsReader(const std::string& record) : in_(record) {}
  // As the record is now.
  OrderFacts Of(const std::string& order_id);

 private:
  std::ifstream in_;
  std::string rest_;  // of a line that is not there whole
  std::map<std::string, OrderFacts> facts_;
};

}  // namespace isa95::erp_sim
