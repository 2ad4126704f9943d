#include "grpc/model/contract_values.h"

#include <algorithm>
#include <set>

#include "grpc/model/contract.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95 {
namespace {

// It is part of an HTTP address and of file names.
bool IsSiteId(std::string_view id) {
  const auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !id.empty() && id.size() <= 32 && std::all_of(id.begin(), id.end(), allowed);
}

class Checker {
 public:
  std::vector<BadValue> Run(const contract::v1::SiteContract& c) {
    Demand(c.contract().version() >= 1, "contract.version", "The contract's version counts from 1.",
           "Write 1 or more.");
    Demand(IsSiteId(c.site().id()), "site.id", Cat("'", c.site().id(), "' cannot be a site id."),
           "Use letters, digits, '-' and '_', at most 32.");
    Demand(IsKnownZone(c.site().time_zone()), "site.time_zone",
           Cat("There is no time zone '", c.site().time_zone(), "'."), "Write an IANA name such as Europe/Berlin.");
    const auto& zone = c.erp().dialect().zoneless_times();
    Demand(zone.empty() || IsKnownZone(zone), "erp.dialect.zoneless_times", Cat("There is no time zone '", zone, "'."),
           "Write an IANA name such as Europe/Berlin.");
    const auto& write = c.erp().b2mml().write();
    Demand(write == "V0401" || write == "V0600" || write == "V0701", "erp.b2mml.write",
           Cat("'", write, "' is no version this release writes."), "Write V0401, V0600 or V0701.");
    const auto& noun = c.erp().b2mml().noun();
    Demand(noun.empty() || noun == "operations" || noun == "production", "erp.b2mml.noun",
           Cat("'", noun, "' is no noun of V0600."), "Write operations or production, or leave it out.");
    Demand(c.erp().port().empty() || c.erp().port() == "http" || c.erp().port() == "folder", "erp.port",
           Cat("'", c.erp().port(), "' is no port this release has."), "Write http or folder, or leave it out.");
    CheckMes(c.mes());
    Demand(c.flows().has_production_order(), "flows", "No flow is enabled.", "Add flows.production_order.");
    if (c.flows().has_production_order())
      DemandSpan("flows.production_order.answer_within", c.flows().production_order().answer_within());
    if (c.flows().has_execution_confirmation()) CheckConfirmation(c.flows().execution_confirmation());
    Demand(!c.flows().has_material_consumption() || c.flows().has_execution_confirmation(),
           "flows.material_consumption", "Consumption goes by the terms of the confirmations, which are missing.",
           "Add flows.execution_confirmation.");
    Demand(!c.flows().has_quality_downtime() || c.flows().has_execution_confirmation(), "flows.quality_downtime",
           "Quality and downtime go by the terms of the confirmations, which are missing.",
           "Add flows.execution_confirmation.");
    if (c.flows().has_quality_downtime()) CheckQuality(c.flows().quality_downtime());
    return std::move(bad_);
  }

 private:
  void Demand(bool good, std::string_view key, std::string_view words, std::string_view mend) {
    if (!good) bad_.push_back({std::string(key), std::string(words), std::string(mend)});
  }
  void DemandSpan(std::string_view key, std::string_view span) {
    Demand(ParseSpanMillis(span) > 0, key, Cat("'", span, "' is no span of time."), "Write 30s, 15m or 8h.");
  }

  void CheckConfirmation(const contract::v1::ConfirmationTerms& terms) {
    const std::string at = "flows.execution_confirmation.";
    Demand(terms.verb().empty() || terms.verb() == "process" || terms.verb() == "sync", at + "verb",
           Cat("'", terms.verb(), "' is no verb for it."), "Write process or sync, or leave it out.");
    Demand(terms.reporting() == "delta" || terms.reporting() == "cumulative", at + "reporting",
           Cat("'", terms.reporting(), "' does not say what the MES's quantities mean."),
           "Write delta (what is new in each report) or cumulative (all so far).");
    DemandSpan(at + "answer_within", terms.answer_within());
    if (!terms.hold_within().empty()) DemandSpan(at + "hold_within", terms.hold_within());
    if (!terms.future().empty()) DemandSpan(at + "future", terms.future());
    DemandPercent(at + "tolerance.over", terms.tolerance().over(), true);
    DemandPercent(at + "tolerance.under", terms.tolerance().under(), false);
  }
  void CheckQuality(const contract::v1::QualityDowntimeTerms& terms) {
    const std::string at = "flows.quality_downtime.";
    if (!terms.latency().empty()) DemandSpan(at + "latency", terms.latency());
    if (!terms.micro_stop_below().empty()) DemandSpan(at + "micro_stop_below", terms.micro_stop_below());
    for (const auto& when : terms.relevant_when()) {
      Demand(when == "financial" || when == "customer_release", at + "relevant_when",
             Cat("'", when, "' is no reason for which it goes up."), "Write financial, customer_release or both.");
    }
    std::set<std::string> ids, codes;
    for (int i = 0; i < terms.characteristics_size(); ++i) {
      const auto key = Cat(at, "characteristics[", i, "]");
      CheckCharacteristic(key, terms.characteristics(i));
      Demand(ids.insert(terms.characteristics(i).id()).second, key + ".id",
             Cat("The characteristic ", terms.characteristics(i).id(), " stands here twice."), "Keep one of them.");
    }
    for (int i = 0; i < terms.downtime_reasons_size(); ++i) {
      const auto& code = terms.downtime_reasons(i).code();
      Demand(codes.insert(code).second, Cat(at, "downtime_reasons[", i, "].code"),
             Cat("The reason ", code, " stands here twice."), "Keep one of them.");
    }
  }
  void CheckCharacteristic(const std::string& key, const contract::v1::Characteristic& one) {
    const auto low = ParseDecimal(one.low()), high = ParseDecimal(one.high());
    Demand(one.low().empty() || low.has_value(), key + ".low", Cat("'", one.low(), "' is no decimal."),
           "Write it like 4.50.");
    Demand(one.high().empty() || high.has_value(), key + ".high", Cat("'", one.high(), "' is no decimal."),
           "Write it like 4.50.");
    Demand(!low || !high || Compare(*low, *high) <= 0, key + ".high", "The upper limit is below the lower one.",
           "Exchange them.");
  }
  void DemandPercent(std::string_view key, std::string_view text, bool may_be_unlimited) {
    const bool unlimited = may_be_unlimited && text == "unlimited";
    Demand(text.empty() || unlimited || ParsePercent(text), key, Cat("'", text, "' is no percentage."),
           may_be_unlimited ? "Write 5% or unlimited." : "Write 5%.");
  }

  void CheckMes(const contract::v1::Mes& mes) {
    const bool b2mml = mes.port() == "b2mml-http" || mes.port() == "b2mml-folder";
    Demand(b2mml || mes.port() == "grpc", "mes.port", Cat("'", mes.port(), "' is no port this release has."),
           "Write grpc, b2mml-http or b2mml-folder.");
    const auto& write = mes.b2mml().write();
    const bool known = write == "V0401" || write == "V0600" || write == "V0701";
    Demand(!b2mml || known, "mes.b2mml.write", "A MES that speaks B2MML needs the version it is written to in.",
           "Write mes: {b2mml: {write: V0701}}, or V0600, or V0401.");
  }

  std::vector<BadValue> bad_;
};

}  // namespace

std::vector<BadValue> CheckContractValues(const contract::v1::SiteContract& contract) {
  return Checker().Run(contract);
}

std::optional<ExactDecimal> ParsePercent(std::string_view text) {
  if (!text.ends_with('%')) return std::nullopt;
  auto value = ParseDecimal(Trim(text.substr(0, text.size() - 1)));
  if (!value || IsNegative(*value)) return std::nullopt;
  value->scale += 2;
  return value;
}

}  // namespace isa95
