// Up to which feedback a site's MES was told.
#include "adapter/ledger/sqlite_ledger.h"

namespace isa95::ledger {

absl::StatusOr<uint64_t> SqliteLedger::FeedbackTold(std::string_view site) {
  if (auto status = Healthy(); !status.ok()) return status;
  std::lock_guard lock(reading_);
  Statement found(*reader_, "SELECT feedback_id FROM feedback_told WHERE site=?");
  found.Bind(site);
  const uint64_t told = found.Next() ? static_cast<uint64_t>(found.Number(0)) : 0;
  if (auto status = found.Finish(); !status.ok()) return status;
  return told;
}

absl::Status SqliteLedger::SetFeedbackTold(std::string_view site, uint64_t feedback_id) {
  return Write([&] {
    Statement told(*writer_,
                   "INSERT INTO feedback_told(site, feedback_id) VALUES(?,?) ON CONFLICT(site) DO UPDATE SET"
                   " feedback_id=max(feedback_id, excluded.feedback_id)");
    return told.Bind(site).Bind(static_cast<int64_t>(feedback_id)).Finish();
  });
}

}  // namespace isa95::ledger
