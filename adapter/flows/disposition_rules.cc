// A lot's hold or release: by itself, and by the lot's dispositions before and after it.
#include <algorithm>

#include "adapter/flows/fact_rules.h"
#include "adapter/flows/report_book.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

using flow::v1::LotDisposition;
using ledger::StoredReport;

bool IsHold(const LotDisposition& disposition) { return disposition.disposition() == flow::v1::DISPOSITION_CODE_HOLD; }

std::string_view WordOf(const LotDisposition& disposition) { return IsHold(disposition) ? "hold" : "release"; }

void CheckReason(const LotDisposition& disposition, const Checking& checking) {
  const auto& known = checking.contract.flows().quality_downtime().hold_reasons();
  const auto& reason = disposition.reason_code().value();
  constexpr std::string_view kPath = "lot_disposition.reason_code";
  if (!IsHold(disposition)) return;
  if (reason.empty()) {
    checking.verdict.Park("MISSING_REASON", kPath, "The lot is put on hold without a reason.",
                          "Report it anew with the reason's code.");
  } else if (!known.empty() && std::find(known.begin(), known.end(), reason) == known.end()) {
    checking.verdict.Park("UNKNOWN_REASON", kPath, Cat("The reason '", reason, "' is none of those agreed for a hold."),
                          "Report it anew with an agreed reason, or have this one added to the contract.");
  }
}

// The order of two dispositions by the clock and by their place has to be the same one; a release in the same instant
// as a hold does not end it, unless its number says that it came after.
bool Agree(const LotDisposition& judged, const Position& at, const StoredReport& other) {
  const auto& its = other.envelope.lot_disposition();
  const auto own_time = MomentOf(judged.effective_time()), its_time = MomentOf(its.effective_time());
  const auto place = PositionOf(other.envelope);
  if (IsBefore(at, place)) return own_time <= its_time;
  const bool numbered = at.number > 0 && place.number > 0;
  const bool ends_at_once = own_time == its_time && !numbered && !IsHold(judged) && IsHold(its);
  return own_time >= its_time && !ends_at_once;
}

void JudgeTime(const LotDisposition& disposition, const StoredReport& other, const Judging& judging) {
  const auto& its = other.envelope.lot_disposition();
  judging.verdict.Park(
      "LATE_DISPOSITION", "lot_disposition.effective_time",
      Cat("This ", WordOf(disposition), " is of ", FormatInstant(disposition.effective_time()), ", but the ",
          WordOf(its), " ", IdOf(other.envelope), ", of ", FormatInstant(its.effective_time()),
          IsBefore(judging.at, PositionOf(other.envelope)) ? ", has the later number." : ", was told before it."),
      "Look at the lot: its last disposition stands. To change it, report a new one with the time from which it "
      "holds.");
}

// Warnings: told twice is as good as told once.
void JudgeEffect(const LotDisposition& disposition, const StoredReport* before, const Judging& judging) {
  const bool held = before != nullptr && IsHold(before->envelope.lot_disposition());
  if (IsHold(disposition) && held && !disposition.has_quantity() &&
      !before->envelope.lot_disposition().has_quantity()) {
    judging.verdict.Flag("ALREADY_ON_HOLD", "lot_disposition.disposition",
                         Cat("The lot is on hold already, by ", IdOf(before->envelope), "; it stays on hold."),
                         "Nothing; one release ends both.");
  } else if (!IsHold(disposition) && !held) {
    judging.verdict.Flag("NOT_ON_HOLD", "lot_disposition.disposition", "The lot that is released was not on hold.",
                         "Look whether its hold was ever told.");
  }
}

}  // namespace

void CheckDisposition(const LotDisposition& disposition, const Checking& checking) {
  auto& verdict = checking.verdict;
  const std::string path = "lot_disposition";
  DemandId(disposition.id(), path + ".id", "MISSING_REPORT_ID", "id", verdict);
  DemandId(disposition.material_lot_id(), path + ".material_lot_id", "LOT_MISSING", "lot", verdict);
  if (disposition.disposition() == flow::v1::DISPOSITION_CODE_UNSPECIFIED) {
    verdict.Park("MISSING_DISPOSITION", path + ".disposition",
                 "The report does not say whether the lot is held or released.", "Report it anew as one of the two.");
  }
  CheckReason(disposition, checking);
  DemandTime(disposition.has_effective_time(), disposition.effective_time(), path + ".effective_time", checking);
  if (disposition.has_quantity()) CheckQuantity(disposition.quantity(), path + ".quantity", checking.contract, verdict);
  CheckBlanks(disposition, path, verdict);
}

void JudgeDisposition(const LotDisposition& disposition, const Judging& judging) {
  JudgeLot(disposition.material_lot_id(), "lot_disposition.material_lot_id", judging);
  const StoredReport* before = nullptr;
  for (const auto* other : judging.book.facts().dispositions()) {
    if (!IsInPlay(*other)) continue;
    if (!Agree(disposition, judging.at, *other)) return JudgeTime(disposition, *other, judging);
    const auto place = PositionOf(other->envelope);
    if (IsBefore(judging.at, place)) continue;
    if (before == nullptr || IsBefore(PositionOf(before->envelope), place)) before = other;
  }
  JudgeEffect(disposition, before, judging);
}

}  // namespace isa95::flows
