// What the gRPC server needs from the adapter. Implementations are thread-safe and do not throw; a returned Status
// becomes a grpc::Status in rpc_status.h and nowhere else. Source: DESIGN §3, §5.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "isa95/exchange/v1/exchange.pb.h"

namespace isa95::server {

class ExchangeHandler {
 public:
  virtual ~ExchangeHandler() = default;

  // Undecided orders after `cursor`, oldest first, at most `max`; never two undecided versions of one order id. Counts
  // an attempt for each. `exclude`: delivery ids not to be taken again, because the caller has sent them and their
  // attempts stand; an excluded order still holds back its younger versions. A younger version held back earlier can
  // have an id before ids already sent: a stream passes its original cursor and what it has outstanding.
  // InvalidArgument: malformed cursor; NotFound: no such site.
  virtual absl::StatusOr<std::vector<exchange::v1::OrderDelivery>> TakeOrders(std::string_view site,
                                                                              std::string_view cursor, uint32_t max,
                                                                              const std::vector<uint64_t>& exclude) = 0;
  // Returns after the synced commit.
  virtual absl::StatusOr<exchange::v1::AcknowledgeOrderResponse> AcknowledgeOrder(
      const exchange::v1::AcknowledgeOrderRequest& request) = 0;
  virtual absl::StatusOr<exchange::v1::GetOrderResponse> GetOrder(const exchange::v1::GetOrderRequest& request) = 0;
  virtual absl::StatusOr<exchange::v1::GetMessageResponse> GetMessage(
      const exchange::v1::GetMessageRequest& request) = 0;
  // Never OK. FailedPrecondition: the words say who owns the field and whom to ask.
  virtual absl::Status ProposeOrderChange(const exchange::v1::ProposeOrderChangeRequest&) {
    return absl::FailedPreconditionError("the ERP owns orders: a change comes from there, as a new version");
  }

  // Calls `wake` (from any thread, quickly returning, possibly spuriously) whenever TakeOrders of this site may have
  // more. Destroying the handle ends the calls; after its destructor returns, `wake` is not running.
  class Subscription {
   public:
    virtual ~Subscription() = default;
  };
  virtual std::unique_ptr<Subscription> Subscribe(std::string_view site, std::function<void()> wake) = 0;
};

}  // namespace isa95::server
