// What this process alone knows, as Prometheus metrics: refusals by reason, responses, calls, streams, latencies. What
// the ledger knows is in ledger_metrics.h, so that it is true after a restart too. Units: seconds; counts. Labels come
// from contracts and from us, never from a sender, and are capped all the same. Threads: safe. Ownership: built in the
// daemon, handed out by reference. Source: prometheus.io, naming and text format.
#pragma once

#include <prometheus/registry.h>

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace isa95::adapter::ops {

// What was refused, by the code of the finding that says why.
class RefusalCounter {
 public:
  static constexpr size_t kMaxSeries = 500;
  explicit RefusalCounter(prometheus::Registry& registry);
  // `site`, `flow` and `code` are words of ours. Beyond kMaxSeries different ones: counted as code OTHER.
  void Count(std::string_view site, std::string_view flow, std::string_view code);

 private:
  prometheus::Family<prometheus::Counter>& family_;
  std::mutex mutex_;
  std::set<std::tuple<std::string, std::string, std::string>> seen_;
};

enum class Step { kDocumentCommit, kReportCommit, kErpDelivery, kErpAnswer };

class Metrics {
 public:
  // `dropped`: lines of the log lost so far.
  explicit Metrics(const std::vector<std::string>& sites, std::function<uint64_t()> dropped = {});

  RefusalCounter& refusals() { return refusals_; }
  void HttpAnswered(unsigned status);
  void GrpcEnded(std::string_view method, std::string_view code);
  void GrpcStreams(int change);
  // Whether somebody is being told that a flow is silent, behind, or has parked items, and how far up it went.
  struct Escalation {
    std::string site, flow, cause;
    uint32_t level = 0;
  };
  void EscalationOpen(const Escalation& escalation, bool open);
  void Took(Step step, std::string_view site, std::chrono::duration<double> seconds);

  std::vector<prometheus::MetricFamily> Collect() const;

 private:
  using Histograms = std::map<std::string, prometheus::Histogram*, std::less<>>;  // by site

  prometheus::Registry registry_;
  RefusalCounter refusals_;
  std::vector<prometheus::Counter*> http_;  // by class: 1xx to 5xx
  prometheus::Family<prometheus::Counter>& grpc_;
  std::mutex calls_mutex_;
  std::map<std::pair<std::string, std::string>, prometheus::Counter*, std::less<>> calls_;
  prometheus::Gauge& streams_;
  prometheus::Family<prometheus::Gauge>& escalations_;
  std::map<Step, Histograms> latencies_;
  std::function<uint64_t()> dropped_;
};

}  // namespace isa95::adapter::ops
