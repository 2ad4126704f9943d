// How the simulated MES lives with an order: what it does with a request of the ERP, and what its shop floor does.
// Pure. Source: domain facts C.3, the table of change and cancel by order state.
#pragma once

#include <optional>
#include <string>

#include "grpc/model/decimal.h"
#include "isa95/exchange/v1/exchange.pb.h"
#include "isa95/flow/v1/document.pb.h"

namespace isa95::mes_sim {

struct MesOrder {
  std::string version;
  flow::v1::OrderStateCode state = flow::v1::ORDER_STATE_CODE_RELEASED;
  bool started = false;
  bool held_by_erp = false;              // a person's hold is a person's to lift
  bool ended_by_erp = false;             // technically complete or closed by the ERP, who alone may reopen it
  std::optional<ExactDecimal> quantity;  // to be made; none where the order does not state it once
  ExactDecimal made;
  std::string routing;  // what must not change once it runs
  std::string terms;    // dates and priority
};

struct Ruling {
  exchange::v1::OrderDecision decision = exchange::v1::ORDER_DECISION_ACCEPTED;
  std::string code, text;         // empty when accepted
  std::optional<MesOrder> after;  // the order from now on; none = as it was
};

// `known`: null where the MES does not have the order.
Ruling Rule(const MesOrder* known, const flow::v1::Envelope& request);

// The shop floor. Empty = done; else why not, in words.
std::string Start(MesOrder& order);
std::string Produce(MesOrder& order, std::string_view quantity);
std::string Hold(MesOrder& order);
std::string Resume(MesOrder& order);
std::string Close(MesOrder& order);

}  // namespace isa95::mes_sim
