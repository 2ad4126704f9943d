// The ERP's HTTP port: maps Intake's results to the answers of DESIGN §4 step 7. Pure routing; the server beneath keeps
// strangers' bytes in bounds. Threads: safe. Ownership: borrows all.
//   POST /b2mml/{site}, POST /b2mml/{site}/mes (answers of a MES that speaks B2MML), POST /b2mml (one site only), GET
//   /healthz, /readyz, /metrics
#pragma once

#include <optional>

#include "adapter/answer_worker.h"
#include "adapter/intake.h"
#include "adapter/mes_port/mes_delivery.h"
#include "adapter/ops/pages.h"
#include "b2mml/http/server.h"

namespace isa95::adapter {

class HttpPort {
 public:
  HttpPort(Intake& intake, AnswerWorker& worker, MesDelivery& mes, const Contracts& contracts, const ops::Pages& pages);
  void Handle(http::Request request, http::Reply reply);

 private:
  std::optional<http::Response> PageAt(const http::Request& request) const;
  void Post(http::Request request, std::string_view site, http::Reply reply);
  http::Response PostOfMes(const http::Request& request, std::string_view site);

  Intake& intake_;
  AnswerWorker& worker_;
  MesDelivery& mes_;
  const Contracts& contracts_;
  const ops::Pages& pages_;
};

// Seconds of "Prefer: wait=N", 0 = none; at most 60.
uint32_t WaitSeconds(std::string_view prefer);

}  // namespace isa95::adapter
