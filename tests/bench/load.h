// Load for the benchmark of the path to disk: closed loops, each of which starts its next call when the last one is
// answered, and calls by a clock, for a slice of time. Not thread-safe; a loop has threads of its own. Errors are
// counted, never thrown.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "isa95/exchange/v1/exchange.grpc.pb.h"

namespace isa95::bench {

using Millis = std::chrono::milliseconds;

// What came back within the slice.
struct Load {
  double per_second = 0;
  uint64_t done = 0;   // all that were started, the last ones after the slice
  uint64_t wrong = 0;  // not answered as they should be
};

// Unary calls of bytes, `lanes` outstanding, each lane's one after the other.
struct UnaryCalls {
  std::shared_ptr<grpc::Channel> channel;
  std::string method;
  std::function<grpc::ByteBuffer(int lane)> request;
  std::function<bool(const grpc::ByteBuffer&)> right;
};
// `most`: ends after so many calls at the latest.
Load RunUnary(const UnaryCalls& calls, int lanes, Millis slice, uint64_t most = UINT64_MAX);

// Calls begun by a clock, each whether or not the one before is answered, at most `most` under way. A call's latency
// counts from when it was due, so that one that had to wait for others shows it.
struct Paced {
  Load load;
  std::vector<double> millis;  // of each call, in the order of their ends
};
Paced RunPaced(const UnaryCalls& calls, int per_second, Millis length, int most);

// POSTs on `lanes` connections that stay open. `body` is called on each lane's thread.
struct Posts {
  int port = 0;
  std::string target;
  std::function<std::string(int lane)> body;
  unsigned right_status = 202;
};
Load RunPosts(const Posts& posts, int lanes, Millis slice);

// Reads `count` orders from the stream and accepts each, at most `lanes` acknowledgements outstanding. Ends when the
// last is acknowledged. `taken` is called for each.
Load RunOrders(exchange::v1::OrderExchangeService::Stub& stub, uint64_t count, int lanes,
               const std::function<void(const exchange::v1::StreamOrdersResponse&)>& taken);

}  // namespace isa95::bench
