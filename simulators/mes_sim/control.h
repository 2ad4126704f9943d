// Serves isa95.testcontrol.v1.TestControlService over an order book. Ownership: borrows the book.
#pragma once

#include <memory>
#include <string>

#include "simulators/common/control_server.h"
#include "simulators/mes_sim/order_book.h"

namespace isa95::mes_sim {

std::unique_ptr<sim::ControlServer> ServeControl(const std::string& address, OrderBook& book);

}  // namespace isa95::mes_sim
