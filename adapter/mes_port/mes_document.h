// Orders as documents to a MES that speaks B2MML, and its answers back as decisions. Pure. The BODID of a request names
// the delivery and its attempt, so that an answer is understood after a restart too (P4).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "b2mml/version.h"
#include "grpc/model/finding.h"
#include "isa95/contract/v1/contract.pb.h"
#include "isa95/exchange/v1/exchange.pb.h"

namespace isa95::adapter {

struct DeliveryName {
  uint64_t delivery_id = 0;
  uint32_t attempt = 0;
};

// A UUID (version 8: of our own making).
std::string BodIdOf(std::string_view site, const DeliveryName& name);
// Null for a BODID that is none of this site's.
std::optional<DeliveryName> ParseBodId(std::string_view site, std::string_view bod_id);

// Process, Change or Cancel of the one order, with every answer asked for.
flow::v1::Document MakeMesRequest(const exchange::v1::OrderDelivery& delivery,
                                  const contract::v1::SiteContract& contract, const b2mml::Version& version,
                                  int64_t now_ms);

// What the MES decided. `pending`: it says that it has not yet. Findings where it is no answer to anything of ours.
struct MesAnswer {
  exchange::v1::AcknowledgeOrderRequest decision;
  bool pending = false;
  Findings findings;
};
MesAnswer ReadMesAnswer(const flow::v1::Document& document, const contract::v1::SiteContract& contract);

bool SpeaksB2mml(const contract::v1::Mes& mes);
// The terms by which the MES's documents are read.
contract::v1::Erp TermsOf(const contract::v1::Mes& mes);

}  // namespace isa95::adapter
