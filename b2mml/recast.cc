#include "b2mml/recast.h"

#include <iterator>
#include <map>
#include <tuple>

#include "b2mml/recast_sink.h"
#include "b2mml/soap_body.h"

namespace isa95::b2mml {

Recast RecastDocument(std::string_view xml, const Versions& versions, const contract::v1::Erp& erp,
                      const XmlLimits& limits) {
  Recast recast;
  ToleranceLog log(erp.dialect());
  RecastSink sink(versions, erp, limits, log, recast);
  SoapBody soap(log, sink);
  auto raw = Read(xml, nullptr, limits, soap);
  recast.deviates = log.noticed() > 0;
  if (!recast.deviates) return {};
  recast.uses = log.uses();
  recast.findings = log.Finish();
  if (sink.ended() && !HasError(raw)) recast.xml = sink.Take();
  std::move(raw.begin(), raw.end(), std::back_inserter(recast.findings));
  return recast;
}

void KeepPassedOver(const std::vector<PassedOver>& passed_over, Parsed& parsed) {
  if (passed_over.empty() || parsed.steps.empty()) return;
  std::map<std::tuple<uint32_t, const RowPlan*, uint32_t>, uint32_t> below;
  for (uint32_t i = 1; i < parsed.steps.size(); ++i) {
    const auto& step = parsed.steps[i];
    below.emplace(std::tuple(step.parent, step.row, step.position), i);
  }
  for (const auto& passed : passed_over) {
    uint32_t at = 0;
    bool found = true;
    for (size_t i = 1; i < passed.parents.size() && found; ++i) {
      const auto next = below.find({at, passed.parents[i].first, passed.parents[i].second});
      found = next != below.end();
      if (found) at = next->second;
    }
    const auto& step = parsed.steps[at];
    const auto* type = step.row->complex;
    if (!found || type == nullptr || type->extension == nullptr) continue;
    static_cast<flow::v1::Extension&>(*type->reflection->AddMessage(step.message, type->extension)) = passed.extension;
  }
}

}  // namespace isa95::b2mml
