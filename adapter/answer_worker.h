// Sends what the ERP is owed: makes answers when orders are decided or due, posts them until the ERP has taken them,
// and hands an answer to a request that waits for it. One thread of its own. Ownership: borrows everything but the
// thread.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "adapter/b2mml_port/answers_out.h"
#include "adapter/config.h"
#include "adapter/ledger/ledger.h"
#include "adapter/ops/journal.h"
#include "b2mml/version.h"

namespace isa95::adapter {

class AnswerWorker {
 public:
  using Send = std::function<Delivered(const ledger::OutboxEntry&)>;
  // What cannot be sent stays in the outbox, visible in `trace`, and is tried again. `ledger_failed` is called once,
  // when the ledger takes nothing more.
  AnswerWorker(ledger::Ledger& ledger, const Contracts& contracts, const b2mml::Versions& versions, Send send,
               std::function<void()> ledger_failed, ops::Journal journal = {});
  ~AnswerWorker();  // stops and joins

  void Nudge();  // something was stored or decided

  // Calls `ready` once, with the answer's XML, when the document's single answer exists, or with an empty text after
  // `wait_ms` or when there are several. An answer handed over here is not posted. After Drain() nobody waits any more:
  // all are let go at once.
  void Drain();
  void WaitFor(uint64_t document_id, int64_t wait_ms, std::function<void(std::string)> ready);

 private:
  struct Waiter {
    int64_t until_ms;
    std::function<void(std::string)> ready;
  };

  void Run();
  absl::Status MakeDue(int64_t now_ms);
  absl::StatusOr<ledger::DocumentAnswers> MakeFor(const ledger::StoredDocument& document, int64_t now_ms);
  absl::Status RepeatFirstAnswers(const ledger::StoredDocument& document, std::vector<ledger::NewAnswer>& answers);
  absl::Status SendDue(int64_t now_ms);
  ledger::OutboxResult SendOne(const ledger::OutboxEntry& entry);
  void Tell(const ledger::OutboxEntry& entry, const ledger::OutboxResult& result, int64_t wait_ms) const;
  // Gives waiting requests their answer, or lets them go when their time is over.
  void ServeWaiters(int64_t now_ms);

  ledger::Ledger& ledger_;
  const Contracts& contracts_;
  const b2mml::Versions& versions_;
  const Send send_;
  const std::function<void()> ledger_failed_;
  const ops::Journal journal_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool nudged_ = false;
  bool stopping_ = false;
  bool draining_ = false;
  std::map<uint64_t, Waiter> waiters_;
  std::thread thread_;
};

}  // namespace isa95::adapter
