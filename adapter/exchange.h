// The MES side of the adapter: orders out of the ledger, decisions into it. Threads: safe. Ownership: borrows ledger,
// contracts, wakes; `decided` is called after each new decision (the answer worker's nudge).
#pragma once

#include <functional>

#include "adapter/config.h"
#include "adapter/ledger/ledger.h"
#include "adapter/ops/journal.h"
#include "adapter/wakes.h"
#include "grpc/server/exchange_handler.h"

namespace isa95::adapter {

class Exchange : public server::ExchangeHandler {
 public:
  Exchange(ledger::Ledger& ledger, const Contracts& contracts, Wakes& wakes, std::function<void()> decided,
           ops::Journal journal = {});

  absl::StatusOr<std::vector<exchange::v1::OrderDelivery>> TakeOrders(std::string_view site, std::string_view cursor,
                                                                      uint32_t max,
                                                                      const std::vector<uint64_t>& exclude) override;
  absl::StatusOr<exchange::v1::AcknowledgeOrderResponse> AcknowledgeOrder(
      const exchange::v1::AcknowledgeOrderRequest& request) override;
  absl::StatusOr<exchange::v1::GetOrderResponse> GetOrder(const exchange::v1::GetOrderRequest& request) override;
  absl::StatusOr<exchange::v1::GetMessageResponse> GetMessage(const exchange::v1::GetMessageRequest& request) override;
  absl::Status ProposeOrderChange(const exchange::v1::ProposeOrderChangeRequest& request) override;
  std::unique_ptr<Subscription> Subscribe(std::string_view site, std::function<void()> wake) override;

 private:
  absl::Status CheckSite(std::string_view site) const;

  ledger::Ledger& ledger_;
  const Contracts& contracts_;
  Wakes& wakes_;
  std::function<void()> decided_;
  const ops::Journal journal_;
};

}  // namespace isa95::adapter
