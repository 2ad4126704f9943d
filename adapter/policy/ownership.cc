#include "adapter/policy/ownership.h"

#include <algorithm>
#include <array>

#include "grpc/model/text.h"

namespace isa95::policy {
namespace {

constexpr std::array<std::string_view, 8> kErps = {"order",       "target_quantity", "dates",       "routing",
                                                   "order_state", "posting_date",    "order_batch", "priority"};

template <typename Terms>
const std::string* Stated(const Terms& terms, std::string_view data_type) {
  const auto found = terms.system_of_record().find(std::string(data_type));
  return found == terms.system_of_record().end() ? nullptr : &found->second;
}

}  // namespace

Party OwnerOf(std::string_view data_type, const contract::v1::SiteContract& contract) {
  const auto& flows = contract.flows();
  for (const auto* stated :
       {Stated(flows.production_order(), data_type), Stated(flows.execution_confirmation(), data_type),
        Stated(flows.material_consumption(), data_type), Stated(flows.quality_downtime(), data_type)}) {
    if (stated != nullptr) return *stated == "erp" ? Party::kErp : Party::kMes;
  }
  if (data_type == "batch") return contract.naming().batch().created_by() == "erp" ? Party::kErp : Party::kMes;
  return std::find(kErps.begin(), kErps.end(), data_type) != kErps.end() ? Party::kErp : Party::kMes;
}

Finding RefuseProposal(std::string_view field, const contract::v1::SiteContract& contract) {
  const auto& owner = contract.flows().production_order().owner();
  return Error(
      "ERP_OWNS_ORDER", field, 0,
      Cat("The ERP is the system of record of orders, so '", field, "' is changed there or not at all."),
      Cat("Ask ", owner.role(), " (", owner.contact(), "); the change then comes as a new version of the order."),
      owner.role());
}

std::optional<Finding> Echo(Party party, const flow::v1::Document& document,
                            const contract::v1::SiteContract& contract) {
  const auto& sender = document.application_area().sender().logical_id().value();
  const auto& ours = party == Party::kErp ? contract.mes().logical_id() : contract.erp().logical_id();
  const auto& theirs = party == Party::kErp ? contract.erp().logical_id() : contract.mes().logical_id();
  if (sender.empty() || sender != ours || ours == theirs) return std::nullopt;
  return Error("ECHO", "", 0,
               Cat("The sender is '", sender, "', the name under which this adapter speaks to '", theirs,
                   "': a message came back to where it was sent from."),
               "Correct the routing between the systems: what is received here is not sent here again.",
               "site integrator");
}

std::optional<Finding> NewBatch(std::string_view batch, const contract::v1::SiteContract& contract) {
  if (OwnerOf("batch", contract) == Party::kMes) return std::nullopt;
  return Error(
      "BATCH_NOT_NAMED", "", 0,
      Cat("Batches are named by the ERP here, and it has named no '", batch, "' for this order."),
      "Take this report back and report it anew under the order's batch, or have the order changed to name this "
      "one.");
}

}  // namespace isa95::policy
