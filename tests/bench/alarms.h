// A vendor beside the one that is measured, who sends every alarm of its machines as a stop that matters to nobody. A
// process of its own, so that what it costs a vendor to send them does not stand in another vendor's latencies.
#pragma once

#include "tests/bench/load.h"

namespace isa95::bench {

constexpr int kAlarmsPerSecond = 10'000;

// Sends alarms to a server on loopback for `length`, one a call, at that pace, and prints "alarms begin 1" once it is
// connected, then "alarms wrong N" and "alarms a second N". `to`: "adapter", which is to refuse each, or "echo". The
// exit code.
int SendAlarms(int port, Millis length, const std::string& to);

}  // namespace isa95::bench
