// Serves isa95.testcontrol.v1 over an order book. Threads: gRPC's own. Ownership: borrows the book.
#pragma once

#include <memory>
#include <string>

#include "simulators/mes_sim/order_book.h"

namespace isa95::mes_sim {

class Control {
 public:
  virtual ~Control() = default;
  // Null where the address cannot be listened on. Port 0 takes any.
  static std::unique_ptr<Control> Start(const std::string& address, OrderBook& book);
  virtual int port() const = 0;
};

}  // namespace isa95::mes_sim
