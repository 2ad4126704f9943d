// Flow 4 of a site as text and JSON. Times are seconds with three places; sums of stops are exact.
#include "adapter/print.h"
#include "adapter/quality_reconcile.h"
#include "grpc/model/decimal.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

std::string Seconds(int64_t ms) { return FormatDecimal({ms, 3}); }

// To the nanosecond, without needless zeros.
std::string SecondsOfNanos(int64_t nanos) {
  unsigned scale = 9;
  for (; scale > 0 && nanos % 10 == 0; --scale) nanos /= 10;
  return FormatDecimal({nanos, scale});
}

std::string Told(const QualityFact& fact) { return fact.told_ms == 0 ? "" : FormatInstant(InstantOf(fact.told_ms)); }

std::string FactsText(const QualityReconciliation& quality) {
  std::vector<Cells> rows = {
      {"what", "id", "of", "order", "reason or value", "since", "until", "state", "told at", "s after its report"}};
  for (const auto& fact : quality.facts) {
    rows.push_back({fact.kind, fact.id, fact.subject, fact.order, fact.what, fact.since, fact.until, fact.state,
                    Told(fact), fact.told_ms == 0 ? "" : Seconds(fact.after_report_ms)});
  }
  return quality.facts.empty() ? "" : Aligned(rows, 9);
}

std::string ToJson(const QualityFact& fact) {
  JsonObject object;
  object.Text("kind", fact.kind).Text("id", fact.id).Text("subject", fact.subject).Text("order", fact.order);
  object.Text("what", fact.what).Text("since", fact.since).Text("until", fact.until).Text("state", fact.state);
  object.Text("told_at", Told(fact))
      .Text("seconds_after_report", fact.told_ms == 0 ? "" : Seconds(fact.after_report_ms));
  return object.Text("seconds_after_event", fact.after_event_ms == 0 ? "" : Seconds(fact.after_event_ms)).Close();
}

}  // namespace

std::string QualityText(const QualityReconciliation& quality) {
  std::string out = Cat("quality and downtime of ", quality.site, ", told to: ", quality.used_by, " (",
                        quality.decision, ") within ", Seconds(quality.latency_ms), " s\n", FactsText(quality));
  out += Cat("  stops: ", quality.planned_stops, " planned, ", SecondsOfNanos(quality.planned_nanos), " s; ",
             quality.unplanned_stops, " unplanned, ", SecondsOfNanos(quality.unplanned_nanos), " s; ",
             quality.open_stops, " open\n  lots on hold:");
  for (const auto& lot : quality.lots_on_hold) out += Cat(" ", lot);
  out += quality.lots_on_hold.empty() ? " none\n" : "\n";
  if (quality.slowest_ms >= 0)
    out += Cat("  slowest to be told: ", Seconds(quality.slowest_ms), " s after its report\n");
  return out + DifferencesText(quality.differences);
}

std::string QualityJson(const QualityReconciliation& quality) {
  JsonObject object;
  object.Text("site", quality.site).Text("used_by", quality.used_by).Text("decision", quality.decision);
  object.Text("within_seconds", Seconds(quality.latency_ms));
  object.Raw("facts", JsonList(quality.facts, [](const auto& fact) { return ToJson(fact); }));
  object.Raw("lots_on_hold", JsonList(quality.lots_on_hold, [](const auto& lot) { return JsonQuoted(lot); }));
  object.Raw("planned_stops", std::to_string(quality.planned_stops));
  object.Text("planned_seconds", SecondsOfNanos(quality.planned_nanos));
  object.Raw("unplanned_stops", std::to_string(quality.unplanned_stops));
  object.Text("unplanned_seconds", SecondsOfNanos(quality.unplanned_nanos));
  object.Raw("open_stops", std::to_string(quality.open_stops));
  object.Text("slowest_seconds", quality.slowest_ms < 0 ? "" : Seconds(quality.slowest_ms));
  object.Flag("reconciled", quality.differences.empty());
  return object.Raw("differences", DifferencesJson(quality.differences)).Close();
}

}  // namespace isa95::adapter
