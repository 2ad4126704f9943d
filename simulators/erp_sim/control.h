// Serves isa95.testcontrol.v1.ErpControlService over an order desk. Ownership: borrows the desk.
#pragma once

#include <memory>
#include <string>

#include "simulators/common/control_server.h"
#include "simulators/erp_sim/order_desk.h"

namespace isa95::erp_sim {

std::unique_ptr<sim::ControlServer> ServeControl(const std::string& address, OrderDesk& desk);

}  // namespace isa95::erp_sim
