// A reversal by its order's past: what it takes back, whether that still stands, and what it brings back.
#include "adapter/flows/report_book.h"
#include "adapter/flows/report_rules.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

using flow::v1::ReportReversal;
using ledger::StoredReport;

// Of totals only the last can be taken back: the ones after it hold what it says, and would be posted short by it.
void JudgeLatest(const StoredReport& root, const Judging& judging) {
  if (!IsCumulative(judging.contract)) return;
  const auto* effective = judging.effects.Of(root);
  if (effective == nullptr) return;
  const auto own = ReadingsOf(root.envelope, judging.order, {});
  const auto* later = judging.book.LaterTotal(own, *effective);
  if (later == nullptr) return;
  judging.verdict.Park("REVERSES_NOT_LAST", "reversal.reverses_id",
                       Cat("Totals are reported, and that of report ", IdOf(later->bearer->envelope),
                           " came after the one taken back and holds it."),
                       "Take this reversal back; then take back the last total first, and report the right one anew.");
}

// The first report again, under the reversal's id and in its place: it has to pass as if it were reported now.
void JudgeRestored(const StoredReport& root, const Judging& judging) {
  CheckContent(root.envelope, judging.contract, judging.received_ms, judging.verdict);
  if (root.envelope.has_execution_confirmation()) {
    JudgeConfirmation(root.envelope, judging);
  } else {
    JudgeConsumption(root.envelope, judging);
  }
}

}  // namespace

void JudgeReversal(const ReportReversal& reversal, const Judging& judging) {
  const auto& id = reversal.reverses_id().value();
  const bool itself = id == reversal.id().value();
  const auto* target = itself ? nullptr : judging.effects.Find(judging.at.sender, id);
  if (target == nullptr) {
    return judging.verdict.Park("REVERSES_NOTHING", "reversal.reverses_id",
                                Cat("No report ", id, " of this order is known, so there is nothing to take back."),
                                "Take this reversal back and send one with the report's id and order.");
  }
  if (target->order_id != reversal.order_id().value()) {
    return judging.verdict.Park(
        "REVERSES_OTHER_ORDER", "reversal.order_id",
        Cat("Report ", id, " is of order ", target->order_id, ", not of ", reversal.order_id().value(), "."),
        "Take this reversal back and send one with the order of that report.");
  }
  if (judging.effects.IsTakenBack(*target)) {
    return judging.verdict.Park(
        "ALREADY_REVERSED", "reversal.reverses_id", Cat("Report ", id, " was taken back before; that is done once."),
        "Take this reversal back. To bring the report into effect again, reverse its reversal.");
  }
  const bool open =
      target->state == exchange::v1::REPORT_STATE_PARKED || target->state == exchange::v1::REPORT_STATE_HELD;
  if (open) return;  // it had no effect, so whatever became of the order, taking it back has none either
  if (!JudgeStanding(judging)) return;
  const auto* root = judging.effects.RootOf(*target);
  if (root == nullptr) return;
  judging.effects.Restores(*target) ? JudgeRestored(*root, judging) : JudgeLatest(*root, judging);
}

}  // namespace isa95::flows
