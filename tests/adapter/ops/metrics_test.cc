// What Prometheus reads: bounded labels, and the ledger's own figures.
#include "adapter/ops/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include "adapter/ops/ledger_metrics.h"

namespace isa95::adapter::ops {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string Text(const std::vector<prometheus::MetricFamily>& families) {
  return prometheus::TextSerializer().Serialize(families);
}

TEST(Metrics, EveryOneIsOurs_HasHelp_AndSaysItsUnit) {
  Metrics metrics({"LEI"}, [] { return 7; });
  metrics.refusals().Count("LEI", "production_order", "EMPTY_UNIT");
  metrics.HttpAnswered(202);
  metrics.HttpAnswered(999);
  metrics.GrpcEnded("/isa95.x/Y", "OK");
  metrics.GrpcStreams(1);
  metrics.Took(Step::kDocumentCommit, "LEI", std::chrono::milliseconds(3));
  metrics.Took(Step::kDocumentCommit, "no such site", std::chrono::milliseconds(3));
  for (const auto& family : metrics.Collect()) {
    EXPECT_TRUE(family.name.starts_with("isa95_")) << family.name;
    EXPECT_FALSE(family.help.empty()) << family.name;
    EXPECT_EQ(family.type == prometheus::MetricType::Counter, family.name.ends_with("_total")) << family.name;
    EXPECT_EQ(family.type == prometheus::MetricType::Histogram, family.name.ends_with("_seconds")) << family.name;
  }
  const auto text = Text(metrics.Collect());
  EXPECT_THAT(text, HasSubstr("isa95_http_responses_total{class=\"2xx\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("isa95_grpc_calls_total{code=\"OK\",method=\"/isa95.x/Y\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("isa95_document_commit_seconds_count{site=\"LEI\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("isa95_log_lines_dropped_total 7\n"));
  EXPECT_THAT(text, Not(HasSubstr("no such site")));
}

TEST(RefusalCounter, CountsTheRestTogether_WhenThereAreTooManyCodes) {
  Metrics metrics({"LEI"});
  for (size_t i = 0; i < RefusalCounter::kMaxSeries + 3; ++i)
    metrics.refusals().Count("LEI", "production_order", "CODE_" + std::to_string(i));
  metrics.refusals().Count("LEI", "production_order", "CODE_0");
  size_t series = 0;
  for (const auto& family : metrics.Collect()) {
    if (family.name == "isa95_refusals_total") series = family.metric.size();
  }
  EXPECT_EQ(series, RefusalCounter::kMaxSeries + 1);
  const auto text = Text(metrics.Collect());
  EXPECT_THAT(text, HasSubstr("isa95_refusals_total{code=\"OTHER\",flow=\"\",site=\"\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("isa95_refusals_total{code=\"CODE_0\",flow=\"production_order\",site=\"LEI\"} 2\n"));
}

class CountedLedger : public testing::Test {
 protected:
  void Refuse(const std::string& site) {
    ledger::NewDocument document;
    document.site = site;
    document.sender = "ERP";
    document.channel = "http";
    document.refused = true;
    ASSERT_TRUE(ledger_->Append(document).ok());
  }
  std::unique_ptr<ledger::Ledgers> ledger_ = *ledger::OpenSqlite(":memory:");
  LedgerMetrics::Clock::time_point now_{};
};

TEST_F(CountedLedger, ShowsEachSiteOfTheLedgerAndOfTheContracts) {
  Refuse("OLD");
  LedgerMetrics metrics(*ledger_, {"LEI"}, [this] { return now_; });
  const auto text = Text(metrics.Collect());
  EXPECT_THAT(text, HasSubstr("isa95_documents_refused_total{site=\"OLD\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("isa95_documents_refused_total{site=\"LEI\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("isa95_reports{site=\"LEI\",state=\"parked\"} 0\n"));
}

TEST_F(CountedLedger, IsCountedAnewAfterASecond_NotBefore) {
  LedgerMetrics metrics(*ledger_, {"LEI"}, [this] { return now_; });
  Refuse("LEI");
  EXPECT_THAT(Text(metrics.Collect()), HasSubstr("isa95_documents_received_total{site=\"LEI\"} 0\n"));
  now_ += std::chrono::seconds(1);
  EXPECT_THAT(Text(metrics.Collect()), HasSubstr("isa95_documents_received_total{site=\"LEI\"} 1\n"));
}

}  // namespace
}  // namespace isa95::adapter::ops
