#include "adapter/answer_worker.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>

#include "adapter/answers.h"
#include "adapter/ids.h"
#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

constexpr uint32_t kBatch = 64;
constexpr int64_t kMaxBackOffMs = 30'000;
constexpr int64_t kUnmarkedMs = 20;  // what was sent is marked by then: many share a commit
constexpr auto kTick = std::chrono::milliseconds(200);

int64_t BackOffMs(uint32_t tries) { return std::min<int64_t>(kMaxBackOffMs, int64_t{200} << std::min(tries, 10u)); }

}  // namespace

AnswerWorker::AnswerWorker(ledger::Ledger& ledger, const Contracts& contracts, const b2mml::Versions& versions,
                           Send send, std::function<void()> ledger_failed, ops::Journal journal)
    : ledger_(ledger),
      contracts_(contracts),
      versions_(versions),
      send_(std::move(send)),
      ledger_failed_(std::move(ledger_failed)),
      journal_(std::move(journal)),
      thread_([this] { Run(); }) {}

AnswerWorker::~AnswerWorker() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void AnswerWorker::Nudge() {
  {
    std::lock_guard lock(mutex_);
    nudged_ = true;
  }
  changed_.notify_all();
}

void AnswerWorker::WaitFor(uint64_t document_id, int64_t wait_ms, std::function<void(std::string)> ready) {
  {
    std::lock_guard lock(mutex_);
    waiters_[document_id] = {NowMillis() + wait_ms, std::move(ready)};
    nudged_ = true;
  }
  changed_.notify_all();
}

void AnswerWorker::Drain() {
  {
    std::lock_guard lock(mutex_);
    draining_ = true;
    nudged_ = true;
  }
  changed_.notify_all();
}

void AnswerWorker::Run() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, kTick, [this] { return stopping_ || nudged_; });
      if (stopping_) return;
      nudged_ = false;
    }
    const int64_t now = NowMillis();
    absl::Status status = MakeDue(now);
    ServeWaiters(now);
    if (status.ok()) status = SendDue(now);
    if (status.ok()) continue;
    spdlog::error("answers: {}", status.ToString());
    if (status.code() == absl::StatusCode::kAborted) return ledger_failed_();  // nothing can be promised any more
    std::this_thread::sleep_for(kTick);
  }
}

// Many share a commit. What repeats the answer to an earlier document needs that one to be there.
absl::Status AnswerWorker::MakeDue(int64_t now_ms) {
  for (;;) {
    const auto due = ledger_.AnswersDue(now_ms, kBatch);
    if (!due.ok()) return due.status();
    std::vector<ledger::DocumentAnswers> made;
    for (const auto& document : *due) {
      if (document.duplicate_bytes && !made.empty()) {
        if (auto status = ledger_.QueueAnswers(made, now_ms); !status.ok()) return status;
        made.clear();
      }
      auto answers = MakeFor(document, now_ms);
      if (!answers.ok()) return answers.status();
      made.push_back(*std::move(answers));
    }
    if (auto status = made.empty() ? absl::OkStatus() : ledger_.QueueAnswers(made, now_ms); !status.ok()) return status;
    if (due->size() < kBatch) return absl::OkStatus();
  }
}

absl::StatusOr<ledger::DocumentAnswers> AnswerWorker::MakeFor(const ledger::StoredDocument& document, int64_t now_ms) {
  const auto contract = contracts_.Find(document.document.site);
  if (contract == nullptr) return ledger::DocumentAnswers{document.id, {}};  // another configuration's site
  const auto* version = versions_.by_name(contract->contract.erp().b2mml().write());
  std::map<uint64_t, ledger::StoredItem> originals;
  for (const auto& item : document.items) {
    if (item.original_id == 0) continue;
    auto items = ledger_.ItemsOfOrder(document.document.site, item.envelope.key_id());
    if (!items.ok()) return items.status();
    for (auto& candidate : *items) originals.emplace(candidate.id, std::move(candidate));
  }
  const auto original = [&](uint64_t id) -> const ledger::StoredItem* {
    const auto found = originals.find(id);
    return found == originals.end() ? nullptr : &found->second;
  };
  auto answers = MakeAnswers({document, contract->contract, *version, now_ms, NewUuid, original});
  if (!answers.ok()) return answers.status();
  if (auto status = RepeatFirstAnswers(document, *answers); !status.ok()) return status;
  return ledger::DocumentAnswers{document.id, *std::move(answers)};
}

// The same bytes again get the first answer again, byte for byte.
absl::Status AnswerWorker::RepeatFirstAnswers(const ledger::StoredDocument& document,
                                              std::vector<ledger::NewAnswer>& answers) {
  if (!document.duplicate_bytes) return absl::OkStatus();
  const auto first = ledger_.AnswersOf(document.original_document_id);
  if (!first.ok()) return first.status();
  for (auto& answer : answers) {
    const auto same = [&](const auto& entry) { return entry.outcome == answer.outcome; };
    if (answer.payload.empty() || std::count_if(first->begin(), first->end(), same) != 1) continue;
    answer.payload = std::find_if(first->begin(), first->end(), same)->payload;
  }
  return absl::OkStatus();
}

absl::Status AnswerWorker::SendDue(int64_t now_ms) {
  const auto due = ledger_.OutboxDue(now_ms, kBatch);
  if (!due.ok()) return due.status();
  std::vector<ledger::OutboxResult> tried;
  for (size_t i = 0; i < due->size(); ++i) {
    tried.push_back(SendOne((*due)[i]));
    const bool last = i + 1 == due->size();
    if (!last && NowMillis() - tried.front().at_ms < kUnmarkedMs) continue;
    if (auto status = ledger_.OutboxTried(tried); !status.ok()) return status;
    tried.clear();
  }
  if (due->size() == kBatch) Nudge();
  return absl::OkStatus();
}

ledger::OutboxResult AnswerWorker::SendOne(const ledger::OutboxEntry& entry) {
  const auto began = ops::Journal::Clock::now();
  const auto delivered = send_(entry);
  journal_.Took(ops::Step::kErpDelivery, entry.site, ops::Journal::Clock::now() - began);
  ledger::OutboxResult result{entry.id, NowMillis(), "", 0};
  if (delivered.status.ok()) {
    Tell(entry, result, 0);
    return result;
  }
  result.error = Words(delivered.status);
  // What a person has to mend is not tried every second.
  const bool hopeless = delivered.status.code() == absl::StatusCode::kFailedPrecondition;
  const int64_t wait = std::max<int64_t>(hopeless ? kMaxBackOffMs : BackOffMs(entry.tries), delivered.wait_ms);
  result.next_ms = result.at_ms + wait;
  Tell(entry, result, wait);
  return result;
}

void AnswerWorker::Tell(const ledger::OutboxEntry& entry, const ledger::OutboxResult& result, int64_t wait_ms) const {
  const bool taken = result.error.empty();
  ops::Line line{.message = taken ? "answer delivered" : "answer not taken", .site = entry.site};
  line.flow = "production_order";
  line.key = entry.order_id;
  line.bod_id = entry.bod_id;
  line.document = entry.document_id;
  line.outcome = entry.outcome;
  const std::string why = taken ? std::string() : Cat(result.error, "; next try in ", wait_ms, " ms");
  line.detail = why;
  journal_.Tell(line, taken ? spdlog::level::info : spdlog::level::warn);
}

void AnswerWorker::ServeWaiters(int64_t now_ms) {
  std::map<uint64_t, Waiter> waiting;
  bool draining = false;
  {
    std::lock_guard lock(mutex_);
    draining = draining_;
    waiting.swap(waiters_);
  }
  for (auto waiter = waiting.begin(); waiter != waiting.end();) {
    const auto answers = ledger_.AnswersOf(waiter->first);
    const bool there = answers.ok() && !answers->empty();
    if (!there && !draining && waiter->second.until_ms > now_ms) {
      ++waiter;
      continue;
    }
    // Several outcomes do not fit one response: they are posted.
    const bool single = there && answers->size() == 1;
    const bool unsent = single && answers->front().sent_ms == 0;
    if (unsent && !ledger_.OutboxTried({{answers->front().id, now_ms, "", 0}}).ok()) return;
    waiter->second.ready(single ? answers->front().payload : std::string());
    waiter = waiting.erase(waiter);
  }
  std::lock_guard lock(mutex_);
  waiters_.merge(waiting);
}

}  // namespace isa95::adapter
