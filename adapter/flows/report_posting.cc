// What of a report goes to the ERP: quantities as deltas, and a report that was brought back under its new id.
#include "adapter/flows/report_flow.h"
#include "adapter/flows/report_rules.h"
#include "adapter/policy/time.h"

namespace isa95::flows {
namespace {

using ledger::StoredReport;

Position PlaceOf(const StoredReport& report) {
  return {report.envelope.order_sequence(), report.id, report.envelope.sender()};
}

// The totals that the ERP has had by the time `report` goes there. One that came later but goes first, by its number,
// is not among them: it was not there when a report that is sent once more was sent first.
Readings PostedBefore(const StoredReport& report, const Effects& effects, const PlannedOrder& order) {
  Readings posted;
  for (const auto& effective : effects.all()) {
    const auto& bearer = *effective.bearer;
    const bool waits = bearer.state == exchange::v1::REPORT_STATE_QUEUED;
    if (waits && (!IsBefore(effective.at, PlaceOf(report)) || bearer.id > report.id)) continue;
    for (auto& [key, reading] : ReadingsOf(*effective.content, order, effective.at)) {
      auto& known = posted[key];
      if (known.report_id.empty() || IsBefore(known.at, reading.at)) known = std::move(reading);
    }
  }
  return posted;
}

// In the digits of its unit: of a total what is left over is in the next.
ExactDecimal Rounded(const ExactDecimal& value, const std::string& unit, const policy::Normalizer* normalizer) {
  const auto digits = normalizer == nullptr ? std::nullopt : normalizer->units().RoundedTo(unit);
  return digits ? policy::Round(value, *digits) : value;
}

// `total` less what was posted of its key; what one line does not use up is left for the next of the same key.
void ToDelta(flow::v1::Quantity& quantity, Reading& posted, const policy::Normalizer* normalizer) {
  const auto total = Rounded(ValueOf(quantity), quantity.unit().value(), normalizer);
  const auto used = Compare(total, posted.value) < 0 ? total : posted.value;
  posted.value = Subtract(posted.value, used);
  const auto grown = Subtract(total, used);
  if (Compare(grown, ValueOf(quantity)) != 0) quantity.mutable_value()->set_value(FormatDecimal(grown));
}

void ToDeltas(StoredReport& posting, const Effects& effects, const PlannedOrder& order,
              const policy::Normalizer* normalizer) {
  auto posted = PostedBefore(posting, effects, order);
  for (auto& [key, reading] : posted) reading.value = Rounded(reading.value, reading.unit, normalizer);
  const auto lines = LinesOf(posting.envelope, order);
  for (size_t i = 0; i < lines.size(); ++i) {
    const auto found = posted.try_emplace(lines[i].key).first;
    auto& envelope = posting.envelope;
    const int at = static_cast<int>(i);
    ToDelta(envelope.has_execution_confirmation()
                ? *envelope.mutable_execution_confirmation()->mutable_output(at)->mutable_quantity()
                : *envelope.mutable_material_consumption()->mutable_consumed(at)->mutable_quantity(),
            found->second, normalizer);
  }
}

template <typename Report>
void FillDay(const contract::v1::Site& site, Report& report) {
  if (const auto day = policy::PostingDay(
          report.has_actual_end_time() ? report.actual_end_time() : report.actual_start_time(), site))
    *report.mutable_posting_date() = *day;
}

// By the contract's rule, whatever the MES says: it has been told of that.
void FillPostingDay(const contract::v1::Site& site, flow::v1::Envelope& envelope) {
  if (envelope.has_execution_confirmation()) FillDay(site, *envelope.mutable_execution_confirmation());
  if (envelope.has_material_consumption()) FillDay(site, *envelope.mutable_material_consumption());
}

// The content of `root` under the id of the reversal that brings it back.
void Restore(const StoredReport& root, StoredReport& posting) {
  const auto id = posting.envelope.report_reversal().id();
  auto& envelope = posting.envelope;
  envelope.set_kind(root.envelope.kind());
  if (root.envelope.has_execution_confirmation()) {
    *envelope.mutable_execution_confirmation() = root.envelope.execution_confirmation();
    *envelope.mutable_execution_confirmation()->mutable_id() = id;
  } else {
    *envelope.mutable_material_consumption() = root.envelope.material_consumption();
    *envelope.mutable_material_consumption()->mutable_id() = id;
  }
}

// True where `posting` is a confirmation or consumption now.
bool ResolveReversal(StoredReport& posting, const Effects& effects) {
  auto& reversal = *posting.envelope.mutable_report_reversal();
  const auto* target = effects.Find(posting.envelope.sender(), reversal.reverses_id().value());
  const auto* root = target == nullptr ? nullptr : effects.RootOf(*target);
  if (root == nullptr) return false;
  const bool restores = effects.Restores(*target);
  // What never had an effect is not undone either: the reversal is settled without the ERP.
  const bool had_effect =
      target->state != exchange::v1::REPORT_STATE_PARKED && target->state != exchange::v1::REPORT_STATE_REVERSED;
  if (restores && had_effect) {
    Restore(*root, posting);
    return true;
  }
  // The ERP knows the report by the id under which it was posted last.
  const auto* bearer = restores ? nullptr : effects.BearerOf(*root);
  if (bearer != nullptr) reversal.mutable_reverses_id()->set_value(bearer->envelope.key_id());
  return false;
}

// What of the posting is made of other reports.
void FillFromPast(const ledger::OrderPast& past, const contract::v1::SiteContract& contract,
                  const policy::Normalizer* normalizer, StoredReport& posting) {
  const PlannedOrder order(past.order);
  const Effects effects(past, &posting.envelope);
  if (posting.envelope.has_report_reversal() && !ResolveReversal(posting, effects)) return;
  if (IsCumulative(contract)) {
    ToDeltas(posting, effects, order, normalizer);
  } else if (normalizer != nullptr && normalizer->units().rounds()) {
    RoundPosting(posting, past, effects, order, normalizer->units());
  }
}

}  // namespace

bool DependsOnPast(const StoredReport& report, const contract::v1::SiteContract& contract,
                   const policy::Normalizer* normalizer) {
  const auto& envelope = report.envelope;
  const bool has_totals = envelope.has_execution_confirmation() || envelope.has_material_consumption();
  const bool rounds = normalizer != nullptr && normalizer->units().rounds();
  return envelope.has_report_reversal() || (has_totals && (IsCumulative(contract) || rounds));
}

StoredReport PostingOf(const StoredReport& report, const ledger::OrderPast& past,
                       const contract::v1::SiteContract& contract, const policy::Normalizer* normalizer) {
  StoredReport posting = report;
  if (DependsOnPast(report, contract, normalizer)) FillFromPast(past, contract, normalizer, posting);
  FillPostingDay(contract.site(), posting.envelope);
  return posting;
}

}  // namespace isa95::flows
