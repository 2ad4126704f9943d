// How the ledger is, and what is in it by site.
#include <array>
#include <functional>

#include "adapter/ledger/sqlite_ledger.h"
#include "grpc/model/text.h"

namespace isa95::ledger {
namespace {

using BySite = std::map<std::string, SiteCounts>;

uint64_t* OfState(Counts& counts, int64_t state) {
  const std::array states{&counts.queued,  &counts.delivered, &counts.accepted, &counts.rejected,
                          &counts.refused, &counts.duplicate, &counts.conflict};
  return state < 1 || state > static_cast<int64_t>(states.size()) ? nullptr : states[static_cast<size_t>(state - 1)];
}

uint64_t* OfState(ReportCounts& counts, int64_t state) {
  const std::array states{&counts.queued, &counts.held,      &counts.sent,     &counts.posted,  &counts.pending,
                          &counts.parked, &counts.duplicate, &counts.conflict, &counts.reversed};
  return state < 1 || state > static_cast<int64_t>(states.size()) ? nullptr : states[static_cast<size_t>(state - 1)];
}

template <typename Count>
void AddState(Count& counts, int64_t state, uint64_t number) {
  counts.received += number;
  if (auto* one = OfState(counts, state)) *one += number;
}

// Rows of site, a number, a count.
absl::Status ForEach(Db& db, const char* sql,
                     const std::function<void(const std::string& site, int64_t what, uint64_t count)>& row) {
  Statement found(db, sql);
  while (found.Next()) row(found.Text(0), found.Number(1), static_cast<uint64_t>(found.Number(2)));
  return found.Finish();
}

absl::Status CountAll(Db& db, BySite& sites) {
  auto status =
      ForEach(db, "SELECT site, state, COUNT(*) FROM items GROUP BY site, state",
              [&](const auto& site, int64_t state, uint64_t count) { AddState(sites[site].items, state, count); });
  if (!status.ok()) return status;
  status =
      ForEach(db, "SELECT site, state, COUNT(*) FROM reports GROUP BY site, state",
              [&](const auto& site, int64_t state, uint64_t count) { AddState(sites[site].reports, state, count); });
  if (!status.ok()) return status;
  status = ForEach(db, "SELECT site, refused, COUNT(*) FROM documents GROUP BY site, refused",
                   [&](const auto& site, int64_t refused, uint64_t count) {
                     sites[site].items.documents += count;
                     if (refused != 0) sites[site].items.documents_refused += count;
                   });
  if (!status.ok()) return status;
  return ForEach(db,
                 "SELECT d.site, a.sent_ms<>0, COUNT(*) FROM answers a JOIN documents d ON d.id=a.document_id GROUP BY "
                 "d.site, a.sent_ms<>0",
                 [&](const auto& site, int64_t sent, uint64_t count) {
                   auto& items = sites[site].items;
                   (sent != 0 ? items.answers_sent : items.answers_open) += count;
                 });
}

}  // namespace

absl::Status SqliteLedger::Health() {
  if (commits_ == nullptr) return absl::OkStatus();
  if (auto status = commits_->Health(); !status.ok()) return status;
  const auto took = commits_->Committing().count();
  if (took < kStuckMs) return absl::OkStatus();
  return absl::DeadlineExceededError(Cat("the ledger's disk has not answered a commit for ", took, " ms"));
}

absl::StatusOr<BySite> SqliteLedger::CountBySite() {
  std::lock_guard lock(reading_);
  BySite sites;
  if (auto status = reader_->Run("BEGIN"); !status.ok()) return status;
  const auto counted = CountAll(*reader_, sites);
  const auto ended = reader_->Run("COMMIT");
  if (!counted.ok() || !ended.ok()) return counted.ok() ? ended : counted;
  return sites;
}

}  // namespace isa95::ledger
