#include "adapter/ops/escalation_worker.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>

#include "adapter/ids.h"
#include "adapter/ops/journal.h"
#include "adapter/ops/log.h"
#include "grpc/model/text.h"

namespace isa95::adapter::ops {
namespace {

constexpr auto kTick = std::chrono::seconds(1);

// A reversal takes back a confirmation or a consumption; it is watched with the flow that comes first.
std::vector<int> KindsOf(const std::string& flow, bool takes_reversals) {
  std::vector<int> kinds;
  for (int kind = flow::v1::MessageKind_MIN; kind <= flow::v1::MessageKind_MAX; ++kind) {
    const bool reversal = kind == flow::v1::MESSAGE_KIND_REVERSAL;
    if (reversal ? takes_reversals : FlowOf(static_cast<flow::v1::MessageKind>(kind)) == flow) kinds.push_back(kind);
  }
  return kinds;
}

// Of one site and flow each: whether it is the site's first that reversals belong to.
std::vector<bool> TakesReversals(const std::vector<WatchTerms>& of_site) {
  std::vector<bool> takes(of_site.size());
  const auto first = std::find_if(of_site.begin(), of_site.end(), [](const auto& terms) {
    return terms.flow == "execution_confirmation" || terms.flow == "material_consumption";
  });
  if (first != of_site.end()) takes[static_cast<size_t>(first - of_site.begin())] = true;
  return takes;
}

}  // namespace

EscalationWorker::EscalationWorker(Ties ties) : ties_(std::move(ties)), thread_([this] { Run(); }) {}

EscalationWorker::~EscalationWorker() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void EscalationWorker::Run() {
  auto status = ties_.ledger.KeepChannels(ties_.channels);
  for (;;) {
    if (status.ok()) status = Look(NowMillis());
    if (!status.ok()) spdlog::error("watch: {}", status.ToString());
    if (status.code() == absl::StatusCode::kAborted) return ties_.ledger_failed();
    status = absl::OkStatus();
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, kTick, [this] { return stopping_; })) return;
  }
}

absl::Status EscalationWorker::Look(int64_t now_ms) {
  if (auto status = ties_.looked_at.Hear(heard_); !status.ok()) return status;
  const auto open = ties_.looked_at.Alarms();
  if (!open.ok()) return open.status();
  std::vector<WatchTerms> all;
  Escalated out;
  for (const auto& [site, terms] : ties_.contracts.Current()) {
    const auto of_site = WatchTermsOf(terms.contract);
    const auto takes_reversals = TakesReversals(of_site);
    for (size_t i = 0; i < of_site.size(); ++i) {
      const auto standing = StandingOf(of_site[i], KindsOf(of_site[i].flow, takes_reversals[i]), now_ms);
      if (!standing.ok()) return standing.status();
      auto one = Escalate(*standing, of_site[i], *open, now_ms);
      std::move(one.notices.begin(), one.notices.end(), std::back_inserter(out.notices));
      std::move(one.alarms.begin(), one.alarms.end(), std::back_inserter(out.alarms));
      std::move(one.ended.begin(), one.ended.end(), std::back_inserter(out.ended));
    }
    all.insert(all.end(), of_site.begin(), of_site.end());
  }
  if (auto status = Tell(out); !status.ok()) return status;
  const auto now_open = ties_.looked_at.Alarms();
  if (now_open.ok()) Show(all, *now_open);
  return now_open.status();
}

absl::StatusOr<int64_t> EscalationWorker::WatchedSince(const WatchTerms& terms, int64_t now_ms) {
  const std::pair<std::string, std::string> key{terms.site, terms.flow};
  if (const auto known = watched_.find(key); known != watched_.end()) return known->second;
  const auto since = ties_.ledger.WatchedSince(terms.site, terms.flow, now_ms);
  if (since.ok()) watched_[key] = *since;
  return since;
}

absl::StatusOr<ledger::FlowStanding> EscalationWorker::StandingOf(const WatchTerms& terms,
                                                                  const std::vector<int>& kinds, int64_t now_ms) {
  ledger::FlowStanding standing;
  const auto since = WatchedSince(terms, now_ms);
  if (!since.ok()) return since.status();
  standing.heard_ms = *since;
  if (terms.flow == "production_order") {
    if (const auto heard = heard_.documents.find(terms.site); heard != heard_.documents.end())
      standing.heard_ms = std::max(standing.heard_ms, heard->second);
    auto waiting = ties_.looked_at.OrdersWaiting(terms.site);
    if (!waiting.ok()) return waiting.status();
    standing.waiting = *std::move(waiting);
    return standing;
  }
  for (const int kind : kinds) {
    if (const auto heard = heard_.reports.find({terms.site, kind}); heard != heard_.reports.end())
      standing.heard_ms = std::max(standing.heard_ms, heard->second);
  }
  auto waiting = ties_.looked_at.ReportsWaiting(terms.site, kinds);
  auto parked = ties_.looked_at.ReportsParked(terms.site, kinds);
  if (!waiting.ok() || !parked.ok()) return waiting.ok() ? parked.status() : waiting.status();
  standing.waiting = *std::move(waiting);
  standing.parked = *std::move(parked);
  return standing;
}

// Written down first: who falls between the two hears it from the channels, which go on by what is written.
absl::Status EscalationWorker::Tell(const Escalated& escalated) {
  ledger::AlarmChange change{escalated.alarms, escalated.ended, {}};
  for (const auto& notice : escalated.notices) {
    const auto next = NextOf(notice, ties_.places);
    change.notices.push_back({notice.site, notice.flow, notice.cause, notice.why == Told::kOver, notice.at_ms,
                              MembersOf(notice, next), TextOf(notice, next)});
  }
  if (change.empty()) return absl::OkStatus();
  if (auto status = ties_.ledger.ChangeAlarms(change, ties_.channels); !status.ok()) return status;
  for (const auto& notice : change.notices) TellLog(notice);
  if (!change.notices.empty() && ties_.told) ties_.told();
  return absl::OkStatus();
}

void EscalationWorker::TellLog(const ledger::NewNotice& notice) const {
  if (!ties_.log) return;
  std::string line = "\"message\":\"notice\",\"site\":";
  AppendJson(line, notice.site, Journal::kMaxKey);
  line += ",\"flow\":";
  AppendJson(line, notice.flow, Journal::kMaxKey);
  line += ",\"detail\":";
  AppendJson(line, notice.text, Log::kMaxText);
  line += Cat(",\"notice\":{", notice.json, "}");
  ties_.log->log(notice.over ? spdlog::level::info : spdlog::level::warn, spdlog::string_view_t(line));
}

void EscalationWorker::Show(const std::vector<WatchTerms>& all, const std::vector<ledger::Alarm>& open) {
  for (const auto& terms : all) {
    for (const char* cause : {kSilent, kBehind, kParked}) {
      const auto alarm = std::find_if(open.begin(), open.end(), [&](const ledger::Alarm& one) {
        return one.site == terms.site && one.flow == terms.flow && one.cause == cause;
      });
      for (uint32_t level = 0; level <= terms.ladder.size(); ++level)
        ties_.metrics.EscalationOpen({terms.site, terms.flow, cause, level},
                                     alarm != open.end() && alarm->level == level);
    }
  }
}

}  // namespace isa95::adapter::ops
