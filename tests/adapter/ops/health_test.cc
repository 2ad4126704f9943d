// One truth: whether the adapter lives, and whether it takes work.
#include "adapter/ops/health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/ops/pages.h"

namespace isa95::adapter::ops {
namespace {

using testing::HasSubstr;

class HealthPages : public testing::Test {
 protected:
  absl::Status ledger_status_;
  Health health_{[this] { return ledger_status_; }};
  std::unique_ptr<ledger::Ledgers> ledger_ = *ledger::OpenSqlite(":memory:");
  Metrics metrics_{{"LEI"}};
  LedgerMetrics counted_{*ledger_, {"LEI"}};
  Pages pages_{health_, metrics_, counted_};
};

TEST_F(HealthPages, LivesButTakesNoWork_WhileItStarts) {
  EXPECT_EQ(pages_.Healthz().status, 200u);
  EXPECT_EQ(pages_.Readyz().status, 503u);
  EXPECT_THAT(pages_.Readyz().body, HasSubstr("STARTING"));
}

TEST_F(HealthPages, TakesWork_WhenReady) {
  health_.Ready();
  EXPECT_EQ(pages_.Readyz().status, 200u);
}

TEST_F(HealthPages, LivesButTakesNoWork_WhileItDrains) {
  health_.Ready();
  health_.Drain();
  EXPECT_EQ(pages_.Healthz().status, 200u);
  const auto page = pages_.Readyz();
  EXPECT_EQ(page.status, 503u);
  EXPECT_EQ(page.content_type, "application/json");
  EXPECT_THAT(page.body, HasSubstr("STOPPING"));
  EXPECT_THAT(page.body, HasSubstr("\"mend\""));
}

TEST_F(HealthPages, IsNotAlive_WhenItsLedgerCannotCommit) {
  health_.Ready();
  ledger_status_ = absl::AbortedError("the disk is full");
  for (const auto& page : {pages_.Healthz(), pages_.Readyz()}) {
    EXPECT_EQ(page.status, 503u);
    EXPECT_THAT(page.body, HasSubstr("LEDGER_FAILED"));
    EXPECT_THAT(page.body, HasSubstr("the disk is full"));
  }
}

TEST_F(HealthPages, MetricsAreBoth_OfTheLedgerAndOfTheProcess) {
  const auto page = pages_.MetricsText();
  EXPECT_EQ(page.status, 200u);
  EXPECT_TRUE(page.content_type.starts_with("text/plain; version=0.0.4"));
  EXPECT_THAT(page.body, HasSubstr("# HELP isa95_reports "));
  EXPECT_THAT(page.body, HasSubstr("# HELP isa95_http_responses_total "));
}

}  // namespace
}  // namespace isa95::adapter::ops
