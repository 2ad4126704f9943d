// Ownership: one system of record for each type of data. What the other one says of it is refused, or, of a fact,
// flagged; and nobody hears as news what it said itself. Pure. Source: DESIGN §2 and §7; the requirements OWN-*.
#pragma once

#include <optional>
#include <string_view>

#include "adapter/policy/naming.h"
#include "grpc/model/finding.h"
#include "isa95/contract/v1/contract.pb.h"
#include "isa95/flow/v1/document.pb.h"

namespace isa95::policy {

// The system of record of a type of data (grpc/model/data_types.h): as the contract says, else as everywhere: what is
// planned is the ERP's, what happened is the MES's.
Party OwnerOf(std::string_view data_type, const contract::v1::SiteContract& contract);

// Why a MES's wish to change an order is refused: always. `field`: a data type, or what the MES calls it.
Finding RefuseProposal(std::string_view field, const contract::v1::SiteContract& contract);

// ECHO: the party sent back what this adapter had sent to it under the other one's name. Null = it did not.
std::optional<Finding> Echo(Party party, const flow::v1::Document& document,
                            const contract::v1::SiteContract& contract);

// A batch of what is made that neither its order nor an earlier report has named. BATCH_NOT_NAMED where batches are
// the ERP's to name; null where it may.
std::optional<Finding> NewBatch(std::string_view batch, const contract::v1::SiteContract& contract);

}  // namespace isa95::policy
