#include "grpc/model/contract_required.h"

namespace isa95 {

const std::set<std::string, std::less<>>& RequiredContractKeys() {
  static const std::set<std::string, std::less<>> kKeys = {
      "SiteContract.contract",
      "SiteContract.site",
      "SiteContract.erp",
      "SiteContract.mes",
      "SiteContract.flows",
      "ContractHeader.id",
      "ContractHeader.version",
      "Site.id",
      "Site.time_zone",
      "Erp.logical_id",
      "Erp.b2mml",
      "B2mml.write",
      "Mes.logical_id",
      "Mes.port",
      "Owner.role",
      "Owner.contact",
      "UsedBy.role",
      "UsedBy.decision",
      "FlowTerms.reason",
      "FlowTerms.used_by",
      "FlowTerms.owner",
      "FlowTerms.answer_within",
      "ConfirmationTerms.reason",
      "ConfirmationTerms.used_by",
      "ConfirmationTerms.owner",
      "ConfirmationTerms.reporting",
      "ConfirmationTerms.answer_within",
      "ConsumptionTerms.reason",
      "ConsumptionTerms.used_by",
      "ConsumptionTerms.owner",
      "QualityDowntimeTerms.reason",
      "QualityDowntimeTerms.used_by",
      "QualityDowntimeTerms.owner",
      "QualityDowntimeTerms.relevant_when",
      "Characteristic.id",
      "Characteristic.specification",
      "Characteristic.unit",
      "DowntimeReason.code",
      "DowntimeReason.text",
      "Line.id",
      "Alias.name",
      "SignOff.role",
      "Escalation.after",
      "Escalation.to",
      "FieldSource.source",
  };
  return kKeys;
}

}  // namespace isa95
