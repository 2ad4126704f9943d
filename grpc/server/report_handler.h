// What the gRPC server needs from the adapter for reports and feedback. Implementations are thread-safe and do not
// throw; a returned Status becomes a grpc::Status in rpc_status.h and nowhere else. Source: DESIGN §5.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "grpc/server/exchange_handler.h"
#include "isa95/exchange/v1/report.pb.h"

namespace isa95::server {

class ReportHandler {
 public:
  virtual ~ReportHandler() = default;

  // Well-formed ones: all stored after one synced commit, or none. One receipt a report, in their order. NotFound: no
  // such site; FailedPrecondition: the site's contract has no such flow.
  virtual absl::StatusOr<std::vector<exchange::v1::Receipt>> Report(
      std::string_view site, const std::vector<exchange::v1::Report>& reports) = 0;

  // The same, but that `done` hears once, from any thread, maybe before this returns.
  using Reported = std::function<void(absl::StatusOr<std::vector<exchange::v1::Receipt>>)>;
  virtual void ReportThen(std::string_view site, const std::vector<exchange::v1::Report>& reports, Reported done) {
    done(Report(site, reports));
  }
  // Whether ReportThen holds up its caller for long; where it does not, gRPC's own threads may call it.
  virtual bool waits() const { return true; }

  // Feedback after `cursor`, oldest first, at most `max`. InvalidArgument: malformed cursor; NotFound: no such site.
  virtual absl::StatusOr<std::vector<exchange::v1::Feedback>> TakeFeedback(std::string_view site,
                                                                           std::string_view cursor, uint32_t max) = 0;

  // Calls `wake` whenever TakeFeedback of this site may have more; as ExchangeHandler::Subscribe.
  virtual std::unique_ptr<ExchangeHandler::Subscription> SubscribeFeedback(std::string_view site,
                                                                           std::function<void()> wake) = 0;
};

}  // namespace isa95::server
