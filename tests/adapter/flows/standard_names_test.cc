// Names, units and posting days on their way through the flows.
#include <gtest/gtest.h>

#include "adapter/flows/report_flow.h"
#include "grpc/model/instant.h"
#include "tests/adapter/flows/report_story.h"

namespace isa95::flows {
namespace {

using exchange::v1::REPORT_STATE_PARKED;
using exchange::v1::REPORT_STATE_QUEUED;

contract::v1::SiteContract Rounding(contract::v1::SiteContract contract) {
  auto& units = *contract.mutable_units();
  units["KGM"].set_digits(3);
  units["KGM"].set_rounded(true);
  units["MGM"].set_of("KGM");
  units["MGM"].set_factor("1/1000000");
  units["C62"].set_digits(0);
  return contract;
}

TEST(StandardNames, AreWhatAReportIsJudgedAndStoredBy) {
  auto contract = Contract();
  contract.mutable_naming()->mutable_order()->mutable_padding()->set_mes(12);
  auto report = Good("A", "1");
  const auto order = report.confirmation().order_id().value();
  report.mutable_confirmation()->mutable_order_id()->set_value(std::string(12 - order.size(), '0') + order);
  const policy::Normalizer normalizer(contract);
  const auto decided = DecideReport(report, contract, kNow, &normalizer);
  EXPECT_EQ(decided.order_id, order);
  EXPECT_EQ(decided.state, REPORT_STATE_QUEUED) << decided.reason_text;
}

TEST(StandardNames, ParkAFactUnderANameNobodyKnows_WithItsFieldAndItsMend) {
  auto contract = Contract();
  contract.add_lines()->set_id("LE01-PACK-01");
  auto report = Good("A", "1");
  report.mutable_confirmation()->mutable_equipment_id()->set_value("LINE-9");
  const policy::Normalizer normalizer(contract);
  const auto decided = DecideReport(report, contract, kNow, &normalizer);
  EXPECT_EQ(decided.state, REPORT_STATE_PARKED);
  EXPECT_EQ(decided.reason_code, "NAME_UNKNOWN");
  EXPECT_NE(decided.reason_text.find("LINE-9"), std::string::npos);
}

// Ten sacks of 0.4 g at three digits of a kilogram are 4 g, whatever was left over at each.
TEST(RoundedPosting, LosesNothingThatIsLeftOver) {
  const auto contract = Rounding(Contract());
  const policy::Normalizer normalizer(contract);
  ledger::OrderPast past;
  ExactDecimal posted;
  std::vector<std::string> texts;
  for (int i = 1; i <= 10; ++i) {
    const auto id = "C" + std::to_string(i);
    auto sent = Used(id, "400");
    sent.mutable_consumption()->mutable_consumed(0)->mutable_quantity()->mutable_unit()->set_value("MGM");
    auto decided = DecideReport(sent, contract, kNow, &normalizer);
    EXPECT_EQ(decided.envelope.material_consumption().consumed(0).quantity().value().value(), "0.0004");
    ledger::StoredReport report;
    report.envelope = decided.envelope;
    report.id = static_cast<uint64_t>(i);
    report.state = exchange::v1::REPORT_STATE_QUEUED;
    past.reports.push_back(report);
    const auto posting = PostingOf(report, past, contract, &normalizer);
    const auto text = posting.envelope.material_consumption().consumed(0).quantity().value().value();
    texts.push_back(text);
    posted = Add(posted, *ParseDecimal(text));
    past.reports.back().state = exchange::v1::REPORT_STATE_POSTED;
  }
  EXPECT_EQ(FormatDecimal(posted), "0.004") << testing::PrintToString(texts);
}

TEST(PostingDay, IsTheContracts_WhateverTheMesSays) {
  auto contract = Contract();
  contract.mutable_site()->set_time_zone("Europe/Berlin");
  contract.mutable_site()->set_posting_date("production_day");
  contract.mutable_site()->set_production_day_starts("06:00");
  ledger::StoredReport report;
  report.envelope = DecideReport(Good("A", "1"), contract, kNow).envelope;
  auto& confirmation = *report.envelope.mutable_execution_confirmation();
  *confirmation.mutable_actual_end_time() = *ParseInstant("2026-11-25T02:00:00+01:00");
  *confirmation.mutable_posting_date() = *ParseInstant("2026-12-24T00:00:00+01:00");
  const auto posting = PostingOf(report, {}, contract);
  EXPECT_EQ(FormatInstant(posting.envelope.execution_confirmation().posting_date()), "2026-11-24T00:00:00+01:00");
}

}  // namespace
}  // namespace isa95::flows
