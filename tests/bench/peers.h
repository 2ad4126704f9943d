// The peers of the path to disk, in a process of their own as the adapter is: servers that answer at once and keep
// nothing. gRPC: ReportConfirmation gives back its bytes, StreamOrders sends one delivery without end, AcknowledgeOrder
// says yes. HTTP, with the project's own server: `/echo` gives back its bytes, anything else is the ERP that takes all
// with 202 and says no more. Both with the threads and options the adapter has.
#pragma once

#include <string>

namespace isa95::bench {

// Serves until it is killed. `delivery_file`: a serialized StreamOrdersResponse, read when a stream begins.
int ServePeers(const std::string& delivery_file);

}  // namespace isa95::bench
