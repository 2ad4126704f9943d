// One way by which notices reach people: takes what the ledger says it owes, oldest first, and tries each until it is
// delivered. A notice that nobody takes does not hold up the next one. At least once: killed between delivery and its
// mark, it tells again under the same id. Threads: one of its own, so that a slow one delays no other. Ownership:
// borrows the ledger. Errors: in the log, without the address: it may hold a secret.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "adapter/ledger/watch_ledger.h"

namespace isa95::adapter::ops {

class NoticeChannel {
 public:
  // `stop` becomes true while the channel is being ended.
  using Deliver = std::function<absl::Status(const ledger::OwedNotice& notice, const std::function<bool()>& stop)>;

  NoticeChannel(std::string name, ledger::WatchLedger& ledger, Deliver deliver);
  ~NoticeChannel();
  NoticeChannel(const NoticeChannel&) = delete;
  NoticeChannel& operator=(const NoticeChannel&) = delete;

  const std::string& name() const { return name_; }
  void Nudge();

 private:
  void Run();
  absl::Status DeliverDue();
  bool Stopping();

  const std::string name_;
  ledger::WatchLedger& ledger_;
  const Deliver deliver_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool nudged_ = false, stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

// POSTs the JSON; delivered is any 2xx.
NoticeChannel::Deliver ByWebhook(std::string url);
// Runs a program with the JSON on its standard input; delivered is exit 0 within 30 s.
NoticeChannel::Deliver ByCommand(std::string program);

// When it is tried again after so many tries: 1 s doubled up to 5 minutes.
int64_t NoticeBackOffMs(uint32_t tries);

}  // namespace isa95::adapter::ops
