#include "adapter/refusals.h"

#include <spdlog/spdlog.h>

#include <chrono>

#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

constexpr size_t kMaxKinds = 200, kMaxBytes = 64;
constexpr auto kEvery = std::chrono::seconds(1);

}  // namespace

Refusals::Refusals(ledger::ReportLedger& ledger) : ledger_(ledger), thread_([this] { Run(); }) {}

Refusals::~Refusals() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Refusals::Count(std::string_view site, std::string_view what, std::string_view code) {
  what = what.substr(0, kMaxBytes);
  std::lock_guard lock(mutex_);
  auto& known = known_[std::string(site)];
  if (!known.contains(what)) {
    if (known.size() >= kMaxKinds)
      what = "other";
    else
      known.emplace(what, true);
  }
  const bool first = waiting_.empty();
  ++waiting_[{std::string(site), std::string(what), std::string(code)}];
  if (first) wake_.notify_all();
}

void Refusals::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (!stopping_) wake_.wait_for(lock, kEvery, [this] { return stopping_; });  // more will come
    const auto counts = std::move(waiting_);
    waiting_.clear();
    if (counts.empty()) return;  // stopping
    lock.unlock();
    Keep(counts);
    lock.lock();
  }
}

void Refusals::Keep(const std::map<Key, uint64_t>& counts) {
  std::vector<ledger::RefusalCount> rows;
  for (const auto& [key, count] : counts) rows.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), count});
  if (auto status = ledger_.AddRefusals(rows); !status.ok())
    spdlog::error("counts of what was refused could not be kept: {}", Words(status));
}

}  // namespace isa95::adapter
