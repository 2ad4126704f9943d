// Alarms and notices in SQLite.
#include "adapter/ledger/sqlite_ledger.h"
#include "grpc/model/text.h"

namespace isa95::ledger {
namespace {

absl::Status KeepAlarm(Db& db, const Alarm& alarm) {
  return Statement(db,
                   "INSERT INTO alarms(site, flow, cause, since_ms, began_ms, told_ms, gone_ms, level)"
                   " VALUES(?,?,?,?,?,?,?,?) ON CONFLICT(site, flow, cause) DO UPDATE SET since_ms=excluded.since_ms,"
                   " began_ms=excluded.began_ms, told_ms=excluded.told_ms, gone_ms=excluded.gone_ms,"
                   " level=excluded.level")
      .Bind(alarm.site)
      .Bind(alarm.flow)
      .Bind(alarm.cause)
      .Bind(alarm.since_ms)
      .Bind(alarm.began_ms)
      .Bind(alarm.told_ms)
      .Bind(alarm.gone_ms)
      .Bind(int64_t{alarm.level})
      .Finish();
}

// A notice nobody owes is not kept: the log has told it.
absl::Status ForgetDelivered(Db& db) {
  return Statement(db, "DELETE FROM notices WHERE id NOT IN (SELECT notice_id FROM notices_owed)").Finish();
}

absl::Status EndAlarm(Db& db, const Alarm& alarm) {
  auto status = Statement(db, "DELETE FROM alarms WHERE site=? AND flow=? AND cause=?")
                    .Bind(alarm.site)
                    .Bind(alarm.flow)
                    .Bind(alarm.cause)
                    .Finish();
  if (!status.ok()) return status;
  return Statement(db,
                   "DELETE FROM notices_owed WHERE notice_id IN (SELECT id FROM notices WHERE site=? AND flow=? AND"
                   " cause=? AND over=0)")
      .Bind(alarm.site)
      .Bind(alarm.flow)
      .Bind(alarm.cause)
      .Finish();
}

absl::Status AddNotice(Db& db, const NewNotice& notice, const std::vector<std::string>& channels) {
  if (channels.empty()) return absl::OkStatus();
  auto status = Statement(db, "INSERT INTO notices(site, flow, cause, over, at_ms, json, text) VALUES(?,?,?,?,?,?,?)")
                    .Bind(notice.site)
                    .Bind(notice.flow)
                    .Bind(notice.cause)
                    .Bind(int64_t{notice.over})
                    .Bind(notice.at_ms)
                    .Bind(notice.json)
                    .Bind(notice.text)
                    .Finish();
  const int64_t id = db.LastId();
  for (const auto& channel : channels) {
    if (!status.ok()) return status;
    status = Statement(db, "INSERT INTO notices_owed(channel, notice_id, tries, next_ms) VALUES(?,?,0,0)")
                 .Bind(channel)
                 .Bind(id)
                 .Finish();
  }
  return status;
}

absl::Status Change(Db& db, const AlarmChange& change, const std::vector<std::string>& channels) {
  absl::Status status;
  for (const auto& alarm : change.ended) {
    if (status.ok()) status = EndAlarm(db, alarm);
  }
  for (const auto& alarm : change.alarms) {
    if (status.ok()) status = KeepAlarm(db, alarm);
  }
  for (const auto& notice : change.notices) {
    if (status.ok()) status = AddNotice(db, notice, channels);
  }
  return status.ok() ? ForgetDelivered(db) : status;
}

}  // namespace

absl::StatusOr<int64_t> SqliteLedger::WatchedSince(std::string_view site, std::string_view flow, int64_t now_ms) {
  const auto status = Write([&] {
    return Statement(*writer_, "INSERT INTO watched(site, flow, since_ms) VALUES(?,?,?) ON CONFLICT DO NOTHING")
        .Bind(site)
        .Bind(flow)
        .Bind(now_ms)
        .Finish();
  });
  if (!status.ok()) return status;
  std::lock_guard lock(reading_);
  Statement found(*reader_, "SELECT since_ms FROM watched WHERE site=? AND flow=?");
  found.Bind(site).Bind(flow);
  const int64_t since = found.Next() ? found.Number(0) : now_ms;
  if (auto read = found.Finish(); !read.ok()) return read;
  return since;
}

absl::StatusOr<std::vector<Alarm>> SqliteLedger::Alarms() {
  std::lock_guard lock(reading_);
  Statement found(*reader_, "SELECT site, flow, cause, since_ms, began_ms, told_ms, gone_ms, level FROM alarms");
  std::vector<Alarm> alarms;
  while (found.Next()) {
    alarms.push_back({found.Text(0), found.Text(1), found.Text(2), found.Number(3), found.Number(4), found.Number(5),
                      found.Number(6), static_cast<uint32_t>(found.Number(7))});
  }
  if (auto status = found.Finish(); !status.ok()) return status;
  return alarms;
}

absl::Status SqliteLedger::ChangeAlarms(const AlarmChange& change, const std::vector<std::string>& channels) {
  return Write([&] { return Change(*writer_, change, channels); });
}

absl::StatusOr<std::vector<OwedNotice>> SqliteLedger::NoticesDue(std::string_view channel, int64_t now_ms,
                                                                 uint32_t max) {
  std::lock_guard lock(reading_);
  Statement found(*reader_,
                  "SELECT n.id, n.site, n.flow, n.cause, n.over, n.at_ms, n.json, n.text, o.tries FROM notices_owed o"
                  " JOIN notices n ON n.id=o.notice_id WHERE o.channel=? AND o.next_ms<=? ORDER BY n.id LIMIT ?");
  found.Bind(channel).Bind(now_ms).Bind(int64_t{max});
  std::vector<OwedNotice> owed;
  while (found.Next()) {
    owed.push_back({static_cast<uint64_t>(found.Number(0)),
                    {found.Text(1), found.Text(2), found.Text(3), found.Number(4) != 0, found.Number(5), found.Text(6),
                     found.Text(7)},
                    static_cast<uint32_t>(found.Number(8))});
  }
  if (auto status = found.Finish(); !status.ok()) return status;
  return owed;
}

absl::StatusOr<uint64_t> SqliteLedger::NoticesOwed(std::string_view channel) {
  std::lock_guard lock(reading_);
  Statement found(*reader_, "SELECT COUNT(*) FROM notices_owed WHERE channel=?");
  const uint64_t count = found.Bind(channel).Next() ? static_cast<uint64_t>(found.Number(0)) : 0;
  if (auto status = found.Finish(); !status.ok()) return status;
  return count;
}

absl::Status SqliteLedger::NoticeTried(uint64_t id, std::string_view channel, int64_t next_ms) {
  return Write([&] {
    const auto number = static_cast<int64_t>(id);
    if (next_ms != 0) {
      return Statement(*writer_, "UPDATE notices_owed SET tries=tries+1, next_ms=? WHERE channel=? AND notice_id=?")
          .Bind(next_ms)
          .Bind(channel)
          .Bind(number)
          .Finish();
    }
    auto status = Statement(*writer_, "DELETE FROM notices_owed WHERE channel=? AND notice_id=?")
                      .Bind(channel)
                      .Bind(number)
                      .Finish();
    return status.ok() ? ForgetDelivered(*writer_) : status;
  });
}

absl::Status SqliteLedger::KeepChannels(const std::vector<std::string>& channels) {
  return Write([&] {
    std::string marks;
    for (size_t i = 0; i < channels.size(); ++i) marks += i == 0 ? "?" : ",?";
    Statement others(*writer_, Cat("DELETE FROM notices_owed WHERE channel NOT IN (", marks, ")"));
    for (const auto& channel : channels) others.Bind(channel);
    auto status = others.Finish();
    return status.ok() ? ForgetDelivered(*writer_) : status;
  });
}

}  // namespace isa95::ledger
