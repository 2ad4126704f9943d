// What the simulated ERP releases: complete orders, the same for the same seed. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "isa95/flow/v1/document.pb.h"

namespace isa95::erp_sim {

struct OrderSpec {
  std::string id;
  uint32_t version = 1;
  uint32_t seed = 1;
  std::string logical_id;                                 // of the ERP
  bool broken = false;                                    // quantity "1,5"
  flow::v1::VerbCode verb = flow::v1::VERB_CODE_PROCESS;  // Process, Change or Cancel
  flow::v1::OrderStateCode state = flow::v1::ORDER_STATE_CODE_RELEASED;
  std::string noun_form;       // "production" where the version has two
  std::string quantity;        // to be made, decimal; empty = as the seed decides
  uint32_t terms_version = 0;  // the version whose dates and priority, and quantity of the seed, it has; 0 = its own
};

// To be made.
std::string QuantityOf(const OrderSpec& spec);

flow::v1::Document MakeRequest(const OrderSpec& spec);
// A UUID made of the seed and the order: the same each run.
std::string BodIdOf(const OrderSpec& spec);

}  // namespace isa95::erp_sim
