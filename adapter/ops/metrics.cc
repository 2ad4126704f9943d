#include "adapter/ops/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include "grpc/model/text.h"

namespace isa95::adapter::ops {
namespace {

using prometheus::Counter;

constexpr size_t kMaxCalls = 300;  // methods by codes

const prometheus::Histogram::BucketBoundaries& Buckets() {
  static const prometheus::Histogram::BucketBoundaries bounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
                                                              0.5,   1,      2.5,   5,    10,    30,   60};
  return bounds;
}

struct Latency {
  Step step;
  const char *name, *help;
};
constexpr Latency kLatencies[] = {
    {Step::kDocumentCommit, "isa95_document_commit_seconds",
     "From a document judged to its synced commit, waiting for a shared commit included."},
    {Step::kReportCommit, "isa95_report_commit_seconds", "From a report judged to its synced commit."},
    {Step::kErpDelivery, "isa95_erp_delivery_seconds",
     "One try to hand something to the ERP, whether it was taken or not."},
    {Step::kErpAnswer, "isa95_erp_answer_seconds",
     "From handing a report to the ERP to the ERP's word on it, at once or by a post of its own."},
};

template <typename Kind>
auto Describe(Kind builder, const char* name, const char* help) {
  return builder.Name(name).Help(help);
}

}  // namespace

RefusalCounter::RefusalCounter(prometheus::Registry& registry)
    : family_(Describe(prometheus::BuildCounter(), "isa95_refusals_total",
                       "What was refused since the start, by flow and by the code of the finding.")
                  .Register(registry)) {}

void RefusalCounter::Count(std::string_view site, std::string_view flow, std::string_view code) {
  std::tuple<std::string, std::string, std::string> series{site, flow, code};
  std::lock_guard lock(mutex_);
  if (!seen_.contains(series)) {
    if (seen_.size() >= kMaxSeries) {
      series = {"", "", "OTHER"};
    } else {
      seen_.insert(series);
    }
  }
  family_.Add({{"site", std::get<0>(series)}, {"flow", std::get<1>(series)}, {"code", std::get<2>(series)}})
      .Increment();
}

Metrics::Metrics(const std::vector<std::string>& sites, std::function<uint64_t()> dropped)
    : refusals_(registry_),
      grpc_(Describe(prometheus::BuildCounter(), "isa95_grpc_calls_total",
                     "gRPC calls that ended since the start, by method and status code.")
                .Register(registry_)),
      streams_(Describe(prometheus::BuildGauge(), "isa95_grpc_streams_open", "Streams of orders and feedback open now.")
                   .Register(registry_)
                   .Add({})),
      escalations_(
          Describe(prometheus::BuildGauge(), "isa95_escalations_open",
                   "1 where a flow is silent, behind or has parked items and its people are being told; level 0 "
                   "= the owner, 1.. = so many steps of the ladder.")
              .Register(registry_)),
      dropped_(std::move(dropped)) {
  auto& http = Describe(prometheus::BuildCounter(), "isa95_http_responses_total",
                        "HTTP responses sent since the start, by class, refusals before any routing included.")
                   .Register(registry_);
  for (const char* name : {"1xx", "2xx", "3xx", "4xx", "5xx"}) http_.push_back(&http.Add({{"class", name}}));
  for (const auto& latency : kLatencies) {
    auto& family = Describe(prometheus::BuildHistogram(), latency.name, latency.help).Register(registry_);
    for (const auto& site : sites) latencies_[latency.step][site] = &family.Add({{"site", site}}, Buckets());
  }
}

void Metrics::HttpAnswered(unsigned status) {
  const unsigned index = status / 100;
  if (index >= 1 && index <= http_.size()) http_[index - 1]->Increment();
}

void Metrics::GrpcEnded(std::string_view method, std::string_view code) {
  std::lock_guard lock(calls_mutex_);
  std::pair<std::string, std::string> series{method, code};
  auto known = calls_.find(series);
  if (known == calls_.end()) {
    if (calls_.size() >= kMaxCalls) series = {"OTHER", "OTHER"};
    known = calls_.emplace(series, &grpc_.Add({{"method", series.first}, {"code", series.second}})).first;
  }
  known->second->Increment();
}

void Metrics::GrpcStreams(int change) { streams_.Increment(change); }

void Metrics::EscalationOpen(const Escalation& escalation, bool open) {
  escalations_
      .Add({{"site", escalation.site},
            {"flow", escalation.flow},
            {"cause", escalation.cause},
            {"level", std::to_string(escalation.level)}})
      .Set(open ? 1 : 0);
}

void Metrics::Took(Step step, std::string_view site, std::chrono::duration<double> seconds) {
  const auto& of_sites = latencies_.at(step);
  if (const auto found = of_sites.find(site); found != of_sites.end()) found->second->Observe(seconds.count());
}

std::vector<prometheus::MetricFamily> Metrics::Collect() const {
  auto families = registry_.Collect();
  if (!dropped_) return families;
  prometheus::MetricFamily lost;
  lost.name = "isa95_log_lines_dropped_total";
  lost.help = "Lines of the log given up since the start because they came faster than they could be written.";
  lost.type = prometheus::MetricType::Counter;
  lost.metric.emplace_back().counter.value = static_cast<double>(dropped_());
  families.push_back(std::move(lost));
  return families;
}

}  // namespace isa95::adapter::ops
