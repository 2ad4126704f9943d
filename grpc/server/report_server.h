// isa95.exchange.v1.ReportExchangeService over a ReportHandler. Threads: reports are read, checked and handed over by
// worker threads, feedback by one pump; gRPC's own threads wait for nothing. Ownership: borrows the handler, which
// outlives it; outlives the gRPC server it is registered with.
#pragma once

#include <cstdint>
#include <memory>

#include "grpc/server/report_handler.h"
#include "grpc/server/workers.h"

namespace grpc {
class Service;
}

namespace isa95::server {

struct ReportServerOptions {
  uint32_t stream_window = 64;  // feedback taken from the handler at a time for one stream
  WorkersOptions workers;
};

class ReportServer {
 public:
  static std::unique_ptr<ReportServer> Make(ReportHandler& handler, const ReportServerOptions& options);
  virtual ~ReportServer() = default;
  virtual grpc::Service& service() = 0;
  // Ends streams and waiting fetches. Reports that wait go on; once gRPC's grace is over they are not handed over.
  virtual void Stop() = 0;
};

}  // namespace isa95::server
