// An event of a MES that speaks B2MML V0701, by the gate of relevance.
#include <algorithm>

#include "adapter/flows/item_gate.h"
#include "adapter/flows/mes_lot.h"
#include "adapter/flows/mes_stop.h"
#include "adapter/flows/relevance.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

using namespace flow::v1;
using contract::v1::SiteContract;

// As the schema spells them.
RelevanceCode RelevanceOfFunction(std::string_view function) {
  if (function == "product cost accounting" || function == "Product inventory control") return RELEVANCE_CODE_FINANCIAL;
  const bool release = function == "Quality assurance" || function == "Product shipping administration";
  return release ? RELEVANCE_CODE_CUSTOMER_RELEASE : RELEVANCE_CODE_UNSPECIFIED;
}

Finding Refused(const OperationsEvent& event, std::string_view words) {
  return Error(
      "NOT_BUSINESS_RELEVANT", "", 0, Cat("The event ", Shown(event.id().value()), " ", words),
      "Keep it in the MES; send events of OperationsEventType Event and level 3 or 4 that name the "
      "EnterpriseFunction they matter to: product cost accounting, Product inventory control, Quality assurance "
      "or Product shipping administration.",
      "MES vendor");
}

// The one of that scheme, else the only one.
Identifier OneOf(const google::protobuf::RepeatedPtrField<Identifier>& ids, std::string_view scheme) {
  const auto found =
      std::find_if(ids.begin(), ids.end(), [&](const Identifier& id) { return id.scheme_id() == scheme; });
  Identifier one = found != ids.end() ? *found : ids.size() == 1 ? ids.Get(0) : Identifier();
  one.clear_scheme_id();
  return one;
}

std::string LowestOf(const HierarchyScope& scope) {
  const auto* lowest = &scope;
  while (lowest->has_child()) lowest = &lowest->child();
  return lowest->equipment_id().value();
}

Identifier OrderIn(const OperationsEventRecord& record) {
  for (const auto& entry : record.entry()) {
    if (entry.external_reference_id().scheme_id() == "ERP-ORDER") return entry.external_reference_id();
  }
  return {};
}

DowntimeEvent StopOf(const OperationsEvent& event, bool closes, const SiteContract& contract) {
  DowntimeEvent stop;
  *stop.mutable_id() = event.id();
  const auto record = event.record_size() > 0 ? event.record(0) : OperationsEventRecord();
  if (record.has_effective_timestamp()) {
    *stop.mutable_start_time() = record.effective_timestamp();
  } else if (event.has_effective_time_stamp()) {
    *stop.mutable_start_time() = event.effective_time_stamp();
  }
  if (record.has_effective_end_date()) *stop.mutable_end_time() = record.effective_end_date();
  const auto over = closes ? DOWNTIME_PHASE_CODE_CLOSED : DOWNTIME_PHASE_CODE_COMPLETE;
  stop.set_phase(closes || stop.has_end_time() ? over : DOWNTIME_PHASE_CODE_OPENED);
  auto line = OneOf(event.source(), "EQUIPMENT");
  if (line.value().empty()) line.set_value(LowestOf(event.hierarchy_scope()));
  if (!line.value().empty()) *stop.mutable_equipment_id() = line;
  const auto reason = OneOf(event.category(), "DOWNTIME-REASON").value();
  if (!reason.empty()) stop.mutable_reason_code()->set_value(reason);
  if (const auto order = OrderIn(record); !order.value().empty()) *stop.mutable_order_id() = order;
  if (event.description_size() > 0) *stop.mutable_operator_note() = event.description(0);
  stop.set_kind(KindOfReason(reason, contract));
  stop.set_relevance(RelevanceOfFunction(event.enterprise_function().value()));
  return stop;
}

}  // namespace

void ReadEvent(const OperationsEvent& event, bool closes, const SiteContract& contract, ReportList& reports,
               Findings& findings) {
  const auto& level = event.event_level().value();
  if (event.event_type().value() != "Event") {
    findings.push_back(Refused(event, "is an alert, an alarm or of no type."));
  } else if (level != "Level 3" && level != "Level 4") {
    findings.push_back(Refused(event, "is of the control level, or of none."));
  } else if (RelevanceOfFunction(event.enterprise_function().value()) == RELEVANCE_CODE_UNSPECIFIED) {
    findings.push_back(Refused(event, "names no function of finance or of a customer release."));
  } else {
    const auto place = Cat("Event ", Shown(event.id().value()), ": ");
    JudgeExtensions(event.extension(), place, contract, findings);
    for (const auto& record : event.record()) {
      JudgeExtensions(record.extension(), place, contract, findings);
      for (const auto& entry : record.entry()) JudgeExtensions(entry.extension(), place, contract, findings);
    }
    if (event.record_size() > 1)
      findings.push_back(Warning("SEVERAL_RECORDS", "", 0, Cat(place, "only the first of its records is taken."),
                                 "Send one event for each stop.", "MES vendor"));
    *reports.emplace_back().mutable_downtime() = StopOf(event, closes, contract);
  }
  for (const auto& child : event.child()) ReadEvent(child, closes, contract, reports, findings);
}

}  // namespace isa95::flows
