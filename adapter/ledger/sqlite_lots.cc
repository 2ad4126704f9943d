// Lots that are known and held, and what was refused and only counted.
#include "adapter/ledger/lots.h"
#include "adapter/ledger/sqlite_reports.h"
#include "grpc/model/text.h"

namespace isa95::ledger {

absl::Status KnowLots(Db& db, const flow::v1::Envelope& envelope) {
  if (!MakesLotsKnown(envelope)) return absl::OkStatus();
  for (const auto& lot : LotsNamed(envelope)) {
    auto status = Statement(db, "INSERT INTO lots(site, lot, on_hold) VALUES(?,?,0) ON CONFLICT DO NOTHING")
                      .Bind(envelope.site())
                      .Bind(lot)
                      .Finish();
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<LotStandings> StandingOfLots(Db& db, const flow::v1::Envelope& envelope) {
  LotStandings standings;
  for (const auto& lot : LotsNamed(envelope)) {
    Statement found(db, "SELECT on_hold FROM lots WHERE site=? AND lot=?");
    found.Bind(envelope.site()).Bind(lot);
    const bool known = found.Next();
    standings[lot] = !known ? LotStanding::kUnknown : found.Number(0) != 0 ? LotStanding::kOnHold : LotStanding::kKnown;
    if (auto status = found.Finish(); !status.ok()) return status;
  }
  return standings;
}

// A disposition counts once it is on its way to the ERP, whatever the ERP says to it: the lot stands in the plant.
absl::Status ReportChange::NoteDisposition(const StoredReport& report) {
  const auto& envelope = report.envelope;
  if (!envelope.has_lot_disposition() || report.state != exchange::v1::REPORT_STATE_QUEUED) return absl::OkStatus();
  const bool hold = envelope.lot_disposition().disposition() == flow::v1::DISPOSITION_CODE_HOLD;
  return Statement(db_, "UPDATE lots SET on_hold=? WHERE site=? AND lot=?")
      .Bind(int64_t{hold})
      .Bind(envelope.site())
      .Bind(envelope.lot_disposition().material_lot_id().value())
      .Finish();
}

absl::StatusOr<std::vector<StoredReport>> SqliteLedger::QualityReports(std::string_view site) {
  if (auto status = Healthy(); !status.ok()) return status;
  std::lock_guard lock(reading_);
  Statement found(*reader_, Cat(kReportColumns, "WHERE kind>=7 AND kind<=9 AND owns_key=1 AND site=? ORDER BY id"));
  return ReadReports(found.Bind(site));
}

absl::StatusOr<std::vector<std::string>> SqliteLedger::LotsOnHold(std::string_view site) {
  if (auto status = Healthy(); !status.ok()) return status;
  std::lock_guard lock(reading_);
  Statement found(*reader_, "SELECT lot FROM lots WHERE site=? AND on_hold=1 ORDER BY lot");
  found.Bind(site);
  std::vector<std::string> lots;
  while (found.Next()) lots.push_back(found.Text(0));
  if (auto status = found.Finish(); !status.ok()) return status;
  return lots;
}

absl::Status SqliteLedger::AddRefusals(const std::vector<RefusalCount>& refusals) {
  return Write([&] {
    for (const auto& one : refusals) {
      auto status = Statement(*writer_,
                              "INSERT INTO refusals(site, what, code, count) VALUES(?,?,?,?) ON CONFLICT DO UPDATE SET"
                              " count=count+excluded.count")
                        .Bind(one.site)
                        .Bind(one.what)
                        .Bind(one.code)
                        .Bind(static_cast<int64_t>(one.count))
                        .Finish();
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<RefusalCount>> SqliteLedger::Refusals(std::string_view site) {
  if (auto status = Healthy(); !status.ok()) return status;
  std::lock_guard lock(reading_);
  Statement found(*reader_,
                  "SELECT site, what, code, count FROM refusals WHERE site=?1 OR ?1='' ORDER BY site, code, what");
  found.Bind(site);
  std::vector<RefusalCount> refusals;
  while (found.Next())
    refusals.push_back({found.Text(0), found.Text(1), found.Text(2), static_cast<uint64_t>(found.Number(3))});
  if (auto status = found.Finish(); !status.ok()) return status;
  return refusals;
}

}  // namespace isa95::ledger
