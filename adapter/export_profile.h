// The interface described in B2MML's own words, generated from the contract: which messages it sends and takes
// (TransactionProfile) and which names and codes it knows (MasterDataProfile). Pure but for the verb, which prints.
// Source: DESIGN §7; B2MML V0401, V0600, V0701.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

#include "adapter/config.h"

namespace isa95::adapter {

// ShowTransactionProfile as the answer to a Get of the ERP, made at `now_ms` under `bod_id`.
std::string TransactionProfile(const contract::v1::SiteContract& contract, std::string_view version, int64_t now_ms,
                               std::string_view bod_id);
// MasterDataProfile, which V0701 alone has.
std::string MasterDataProfile(const contract::v1::SiteContract& contract, int64_t now_ms);

// `export-profile --kind transaction|master-data [--b2mml-version V] --site FILE`. 0, 2 usage, 3 no usable contract.
int ExportProfile(const Config& config, std::ostream& out, std::ostream& trouble);

}  // namespace isa95::adapter
