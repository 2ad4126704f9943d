// The verb `reconcile` over a ledger on disk: which orders it takes, what it prints, and how it ends.
#include <sstream>

#include "adapter/trace.h"
#include "tests/adapter/ledger/reports.h"
#include "tests/adapter/reconcile/reconciling.h"

namespace isa95::adapter {
namespace {

using namespace exchange::v1;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

class ReconcileVerb : public ledger::ReportLedgerTest {
 protected:
  // Order 4711 of the site, taken by its MES.
  void Release(const std::string& site) {
    ledger::NewDocument document;
    document.site = site;
    document.sender = "ERP";
    document.received_ms = 1'000;
    auto& item = document.items.emplace_back();
    item.envelope = flows::Item(flow::v1::MESSAGE_KIND_ORDER_RELEASE, flows::Order()).envelope;
    item.envelope.set_site(site);
    item.envelope.set_sender("ERP");
    item.envelope.set_key_version("1");
    ASSERT_TRUE(ledger_->Append(document).ok());
    const auto taken = ledger_->Take(site, 0, 1, {});
    ASSERT_EQ(taken->size(), 1u);
    ASSERT_TRUE(ledger_->Decide(site, taken->at(0).id, taken->at(0).attempts, true, "", "", 2'000).ok());
    auto contract = flows::Contract();
    contract.mutable_site()->set_id(site);
    auto all = contracts_.Current();
    all.insert_or_assign(site, MakeTerms(contract));
    contracts_.Swap(std::move(all));
  }
  void Report(const exchange::v1::Report& report) {
    const auto& contract = contracts_.Find("LEI")->contract;
    const auto judge = [&](ledger::NewReport& judged, const ledger::OrderPast& past) {
      flows::JudgeReport(judged, past, contract);
    };
    ASSERT_TRUE(ledger_->AppendReports({flows::DecideReport(report, contract, flows::kNow)}, judge).ok());
  }
  int Run(const std::string& order = "", const std::string& format = "text") {
    Config config;
    config.order = order;
    config.format = format;
    std::ostringstream out;
    const int code = Reconcile(*ledger_, contracts_, config, out);
    out_ = out.str();
    return code;
  }

  Contracts contracts_;
  std::string out_;
};

TEST_F(ReconcileVerb, EndsWithZero_OnceEverythingIsPosted) {
  Release("LEI");
  EXPECT_EQ(Run(), 0) << out_;
  Report(flows::Good("A", "90"));
  EXPECT_EQ(Run(), 1);
  EXPECT_THAT(out_, HasSubstr("good of segment S2: reported 90, posted 0 C62\n    confirmation A: queued\n"));
  Post("A");
  EXPECT_EQ(Run(), 0);
  EXPECT_THAT(out_, EndsWith("\nreconciled\n"));
  Report(flows::Reversal("R", "A"));
  EXPECT_EQ(Run(), 1);
  Post("R");
  EXPECT_EQ(Run(), 0);
  EXPECT_THAT(out_, HasSubstr("ordered 500 C62, open 500, over 0"));
}

// What the ledger settles by itself is settled for the reconciliation too.
TEST_F(ReconcileVerb, EndsWithZero_WhenWhatWasParkedIsTakenBack) {
  Release("LEI");
  Report(flows::Good("A", "551"));
  EXPECT_EQ(Run(), 1);
  EXPECT_THAT(out_, HasSubstr("confirmation A: parked, OVER_DELIVERY "));
  Report(flows::Reversal("R", "A"));
  EXPECT_EQ(Run(), 0) << out_;
  Report(flows::Reversal("RR", "R"));
  EXPECT_EQ(Run(), 1) << out_;
}

TEST_F(ReconcileVerb, OrderTheLedgerDoesNotKnow_IsADifference) {
  Release("LEI");
  for (const char* format : {"text", "json", "csv"}) {
    EXPECT_EQ(Run("4712", format), 1);
    EXPECT_THAT(out_, HasSubstr("the ledger has no report of this order"));
    EXPECT_THAT(out_, HasSubstr("4712"));
  }
  Run("4712");
  EXPECT_THAT(out_, EndsWith("\nNOT reconciled: 1 differences\n"));
}

TEST_F(ReconcileVerb, OneOrder_IsTakenWhereItIsNamed) {
  Release("LEI");
  auto other = flows::Good("B", "1");
  other.mutable_confirmation()->mutable_order_id()->set_value("4713");
  Report(other);
  EXPECT_EQ(Run("4711"), 0);
  EXPECT_THAT(out_, Not(HasSubstr("4713")));
  EXPECT_EQ(Run("4713"), 1);
  EXPECT_EQ(Run(), 1);
}

TEST_F(ReconcileVerb, OrdersOfTwoSitesWithOneNumber_AreToldApart) {
  Release("LEI");
  Release("MUC");
  for (const char* format : {"text", "json", "csv"}) {
    EXPECT_EQ(Run("4711", format), 0);
    EXPECT_THAT(out_, HasSubstr("LEI"));
    EXPECT_THAT(out_, HasSubstr("MUC"));
  }
}

TEST_F(ReconcileVerb, EmptyLedger_IsReconciled) {
  contracts_.Swap({{"LEI", MakeTerms(flows::Contract())}});
  EXPECT_EQ(Run(), 0);
  EXPECT_EQ(out_, "reconciled\n");
}

}  // namespace
}  // namespace isa95::adapter
