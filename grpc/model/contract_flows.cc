// What the flows of a contract may say.
#include <set>

#include "grpc/model/contract.h"
#include "grpc/model/contract_checks.h"
#include "grpc/model/data_types.h"
#include "grpc/model/text.h"

namespace isa95 {
namespace {

constexpr char kConfirmation[] = "flows.execution_confirmation";
constexpr char kQuality[] = "flows.quality_downtime";

// What every flow says: who is told when, whose data it is, where the values come from.
template <typename Terms>
void CheckTerms(const std::string& at, const Terms& terms, Checks& checks) {
  checks.SpanOrNone(at + ".latency", terms.latency());
  checks.SpanOrNone(at + ".watch.silent_after", terms.watch().silent_after());
  checks.SpanOrNone(at + ".watch.behind_after", terms.watch().behind_after());
  checks.SpanOrNone(at + ".watch.repeat", terms.watch().repeat());
  for (int i = 0; i < terms.escalation_size(); ++i)
    checks.Span(Cat(at, ".escalation[", i, "].after"), terms.escalation(i).after());
  const std::vector<std::string> types(kDataTypes.begin(), kDataTypes.end());
  for (const auto& [type, system] : std::map(terms.system_of_record().begin(), terms.system_of_record().end())) {
    const auto key = Cat(at, ".system_of_record.", type);
    checks.OneOf(key, type, types);
    checks.OneOf(key, system, {"erp", "mes"});
  }
  for (const auto& [field, source] : std::map(terms.fields().begin(), terms.fields().end())) {
    const auto key = Cat(at, ".fields.", field);
    checks.OneOf(key, source.source(), {"machine", "derived", "typed"});
    checks.Demand(source.source() != "typed" || !source.reason().empty(), key,
                  Cat("Why somebody has to type ", field, " is not said."),
                  Cat("Write ", field, ": {source: typed, reason: why no machine knows it}."));
  }
}

void CheckPercent(std::string_view key, std::string_view text, bool may_be_unlimited, Checks& checks) {
  const bool unlimited = may_be_unlimited && text == "unlimited";
  checks.Demand(text.empty() || unlimited || ParsePercent(text), key, Cat("'", text, "' is no percentage."),
                may_be_unlimited ? "Write 5% or unlimited." : "Write 5%.");
}

void CheckConfirmation(const contract::v1::ConfirmationTerms& terms, Checks& checks) {
  const std::string at = Cat(kConfirmation, ".");
  checks.OneOfOrNone(at + "verb", terms.verb(), {"process", "sync"});
  checks.OneOf(at + "reporting", terms.reporting(), {"delta", "cumulative"});
  checks.Span(at + "answer_within", terms.answer_within());
  checks.SpanOrNone(at + "hold_within", terms.hold_within());
  checks.SpanOrNone(at + "future", terms.future());
  CheckPercent(at + "tolerance.over", terms.tolerance().over(), true, checks);
  CheckPercent(at + "tolerance.under", terms.tolerance().under(), false, checks);
}

void CheckCharacteristic(const std::string& key, const contract::v1::Characteristic& one, Checks& checks) {
  const auto low = ParseDecimal(one.low()), high = ParseDecimal(one.high());
  checks.Demand(one.low().empty() || low.has_value(), key + ".low", Cat("'", one.low(), "' is no decimal."),
                "Write it like 4.50.");
  checks.Demand(one.high().empty() || high.has_value(), key + ".high", Cat("'", one.high(), "' is no decimal."),
                "Write it like 4.50.");
  checks.Demand(!low || !high || Compare(*low, *high) <= 0, key + ".high", "The upper limit is below the lower one.",
                "Exchange them.");
}

void CheckQuality(const contract::v1::QualityDowntimeTerms& terms, Checks& checks) {
  const std::string at = Cat(kQuality, ".");
  checks.SpanOrNone(at + "micro_stop_below", terms.micro_stop_below());
  for (const auto& when : terms.relevant_when())
    checks.OneOf(at + "relevant_when", when, {"financial", "customer_release"});
  std::set<std::string> ids, codes;
  for (int i = 0; i < terms.characteristics_size(); ++i) {
    const auto key = Cat(at, "characteristics[", i, "]");
    CheckCharacteristic(key, terms.characteristics(i), checks);
    checks.Demand(ids.insert(terms.characteristics(i).id()).second, key + ".id",
                  Cat("The characteristic ", terms.characteristics(i).id(), " stands here twice."),
                  "Keep one of them.");
  }
  for (int i = 0; i < terms.downtime_reasons_size(); ++i) {
    const auto& code = terms.downtime_reasons(i).code();
    checks.Demand(codes.insert(code).second, Cat(at, "downtime_reasons[", i, "].code"),
                  Cat("The reason ", code, " stands here twice."), "Keep one of them.");
  }
}

}  // namespace

void CheckFlows(const contract::v1::Flows& flows, Checks& checks) {
  checks.Demand(flows.has_production_order(), "flows", "No flow is enabled.", "Add flows.production_order.");
  if (flows.has_production_order()) {
    CheckTerms("flows.production_order", flows.production_order(), checks);
    checks.Span("flows.production_order.answer_within", flows.production_order().answer_within());
  }
  if (flows.has_execution_confirmation()) {
    CheckTerms(kConfirmation, flows.execution_confirmation(), checks);
    CheckConfirmation(flows.execution_confirmation(), checks);
  }
  constexpr std::string_view kAdd = "Add flows.execution_confirmation.";
  if (flows.has_material_consumption()) {
    CheckTerms("flows.material_consumption", flows.material_consumption(), checks);
    checks.Demand(flows.has_execution_confirmation(), "flows.material_consumption",
                  "Consumption goes by the terms of the confirmations, which are missing.", kAdd);
  }
  if (flows.has_quality_downtime()) {
    CheckTerms(kQuality, flows.quality_downtime(), checks);
    CheckQuality(flows.quality_downtime(), checks);
    checks.Demand(flows.has_execution_confirmation(), kQuality,
                  "Quality and downtime go by the terms of the confirmations, which are missing.", kAdd);
  }
}

}  // namespace isa95
