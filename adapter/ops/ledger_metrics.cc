#include "adapter/ops/ledger_metrics.h"

#include <algorithm>

namespace isa95::adapter::ops {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;
using BySite = std::map<std::string, ledger::SiteCounts>;

constexpr auto kFresh = std::chrono::seconds(1);
constexpr int kShare = 10;

struct State {
  const char* name;
  uint64_t count;
};

std::vector<State> States(const ledger::Counts& c) {
  return {{"queued", c.queued},   {"delivered", c.delivered}, {"accepted", c.accepted}, {"rejected", c.rejected},
          {"refused", c.refused}, {"duplicate", c.duplicate}, {"conflict", c.conflict}};
}

std::vector<State> States(const ledger::ReportCounts& c) {
  return {{"queued", c.queued},       {"held", c.held},         {"sent", c.sent},
          {"posted", c.posted},       {"pending", c.pending},   {"parked", c.parked},
          {"duplicate", c.duplicate}, {"conflict", c.conflict}, {"reversed", c.reversed}};
}

MetricFamily Family(const char* name, const char* help, MetricType type) {
  MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = type;
  return family;
}

void Add(MetricFamily& family, const std::string& site, const char* state, uint64_t count) {
  auto& metric = family.metric.emplace_back();
  metric.label.push_back({"site", site});
  if (state != nullptr) metric.label.push_back({"state", state});
  (family.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = static_cast<double>(count);
}

template <typename Value>
MetricFamily PerSite(const BySite& sites, const char* name, const char* help, MetricType type, Value value) {
  auto family = Family(name, help, type);
  for (const auto& [site, counts] : sites) Add(family, site, nullptr, value(counts));
  return family;
}

template <typename Of>
MetricFamily PerState(const BySite& sites, const char* name, const char* help, Of of) {
  auto family = Family(name, help, MetricType::Gauge);
  for (const auto& [site, counts] : sites) {
    for (const auto& state : States(of(counts))) Add(family, site, state.name, state.count);
  }
  return family;
}

std::vector<MetricFamily> Families(const BySite& sites) {
  constexpr auto kCounter = MetricType::Counter;
  return {
      PerSite(sites, "isa95_documents_received_total", "Documents from the ERP in the ledger.", kCounter,
              [](const auto& c) { return c.items.documents; }),
      PerSite(sites, "isa95_documents_refused_total", "Documents from the ERP refused as a whole.", kCounter,
              [](const auto& c) { return c.items.documents_refused; }),
      PerSite(sites, "isa95_orders_received_total", "Orders in these documents; the sum of isa95_orders.", kCounter,
              [](const auto& c) { return c.items.received; }),
      PerState(sites, "isa95_orders", "Orders in the ledger by what became of them.",
               [](const auto& c) { return c.items; }),
      PerSite(sites, "isa95_answers_open", "Answers to the ERP that wait to be taken by it.", MetricType::Gauge,
              [](const auto& c) { return c.items.answers_open; }),
      PerSite(sites, "isa95_answers_sent_total", "Answers to the ERP that it has taken.", kCounter,
              [](const auto& c) { return c.items.answers_sent; }),
      PerSite(sites, "isa95_reports_received_total", "Reports of the MES in the ledger; the sum of isa95_reports.",
              kCounter, [](const auto& c) { return c.reports.received; }),
      PerState(sites, "isa95_reports", "Reports in the ledger by what became of them; parked ones wait for a person.",
               [](const auto& c) { return c.reports; }),
  };
}

}  // namespace

LedgerMetrics::LedgerMetrics(ledger::Ledgers& ledger, std::vector<std::string> sites,
                             std::function<Clock::time_point()> now)
    : ledger_(ledger), sites_(std::move(sites)), now_(std::move(now)) {
  Count();
}

std::vector<MetricFamily> LedgerMetrics::Collect() {
  if (std::unique_lock only_one(counting_, std::try_to_lock); only_one && now_() >= next_) Count();
  std::lock_guard lock(mutex_);
  return counted_;
}

void LedgerMetrics::Count() {
  const auto began = now_();
  auto counts = ledger_.CountBySite();
  next_ = now_() + std::max<Clock::duration>(kFresh, (now_() - began) * kShare);
  if (!counts.ok()) return;
  for (const auto& site : sites_) counts->try_emplace(site);
  auto families = Families(*counts);
  std::lock_guard lock(mutex_);
  counted_ = std::move(families);
}

}  // namespace isa95::adapter::ops
