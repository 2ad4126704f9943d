// Each report is on record before it is sent, and sent until there is a receipt, whatever breaks in between.
#include "simulators/mes_sim/reporter.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <set>

#include "tests/simulators/mes_sim/orders.h"

namespace isa95::mes_sim {
namespace {

using namespace exchange::v1;

// An adapter that stores each report once, and posts it; now and then it cannot be reached, or its receipt is lost.
class FakeAdapter final : public ReportChannel {
 public:
  absl::StatusOr<std::vector<Receipt>> Send(const std::vector<Report>& reports) override {
    std::lock_guard lock(mutex_);
    if (deaf) return absl::UnavailableError("nobody there");
    if (++calls_ % 5 == 2) return absl::UnavailableError("not stored");
    std::vector<Receipt> receipts;
    for (const auto& report : reports) {
      auto& receipt = receipts.emplace_back();
      receipt.set_report_id(IdOf(report));
      if (IdOf(report) == malformed) return absl::InvalidArgumentError("malformed");
      const bool fresh = ids_.insert(IdOf(report)).second;
      receipt.set_code(fresh ? RECEIPT_CODE_DURABLE : RECEIPT_CODE_DUPLICATE);
      if (!fresh) continue;
      sent.push_back(report);
      auto& news = feedback_.emplace_back();
      news.set_report_id(IdOf(report));
      news.set_cursor(std::to_string(feedback_.size()));
      news.set_outcome(FEEDBACK_OUTCOME_POSTED);
    }
    if (calls_ % 5 == 4) return absl::UnavailableError("the receipt was lost");
    return receipts;
  }

  absl::StatusOr<std::vector<Feedback>> Fetch(const std::string& cursor) override {
    std::lock_guard lock(mutex_);
    const size_t from = cursor.empty() ? 0 : std::stoul(cursor);
    return std::vector<Feedback>(feedback_.begin() + static_cast<long>(from), feedback_.end());
  }

  std::vector<Report> sent;
  std::atomic<bool> deaf = false;
  std::string malformed;

 private:
  std::mutex mutex_;
  int calls_ = 0;
  std::set<std::string> ids_;
  std::vector<Feedback> feedback_;
};

class Reporting : public ::testing::Test {
 protected:
  Reporting() {
    std::remove(file_.c_str());
    options_.site = "LEI";
    options_.report = true;
    options_.report_after_ms = 0;
  }

  std::vector<sim::RecordLine> Lines() const { return *sim::ReadRecord(file_); }

  // As after a start: the record, the order that was accepted before, and what is left to report.
  void Start() {
    reporter_.reset();
    record_ = *sim::Record::Open(file_);
    orders_ = std::make_unique<OrderBook>(*record_);
    reporter_ = std::make_unique<Reporter>(options_, *record_, *orders_, adapter_, Lines());
    flow::v1::Envelope envelope;
    envelope.set_kind(flow::v1::MESSAGE_KIND_ORDER_RELEASE);
    envelope.set_key_id("LEI-0003");
    *envelope.mutable_production_order() = Order();
    orders_->Take(envelope, orders_->RuleOn(envelope));
    reporter_->TookOrder(envelope);
    for (const auto& line : Lines()) {
      if (sim::FieldOf(line, "event") == "control") orders_->Replay(line);
    }
    reporter_->Start();
  }

  bool Await(const std::function<bool()>& what) {
    for (int i = 0; i < 500 && !what(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return what();
  }

  size_t Count(const std::string& event) const {
    size_t count = 0;
    for (const auto& line : Lines()) count += sim::FieldOf(line, "event") == event;
    return count;
  }

  const std::string file_ = ::testing::TempDir() + "/isa95-reporter-" + std::to_string(getpid()) + ".jsonl";
  Options options_;
  FakeAdapter adapter_;
  std::unique_ptr<sim::Record> record_;
  std::unique_ptr<OrderBook> orders_;
  std::unique_ptr<Reporter> reporter_;
};

TEST_F(Reporting, EveryReportIsReceivedOnceInItsOrderWhateverBreaks) {
  Start();
  ASSERT_TRUE(Await([&] { return reporter_->IsSettled(); })) << reporter_->Counts();
  ASSERT_FALSE(adapter_.sent.empty());
  for (size_t i = 0; i < adapter_.sent.size(); ++i) EXPECT_EQ(adapter_.sent[i].order_sequence(), i + 1);
  EXPECT_EQ(Count("report"), adapter_.sent.size());
  EXPECT_EQ(Count("receipt"), adapter_.sent.size());
  EXPECT_EQ(Count("feedback"), adapter_.sent.size());
  EXPECT_EQ(orders_->All().at("LEI-0003").state, flow::v1::ORDER_STATE_CODE_COMPLETED);
}

TEST_F(Reporting, AfterARestartWhatIsOnRecordIsSentAndNothingIsMadeTwice) {
  adapter_.deaf = true;
  Start();
  ASSERT_TRUE(Await([&] { return Count("shift") == 1; }));
  const size_t reports = Count("report");
  Start();
  EXPECT_FALSE(reporter_->IsSettled());
  adapter_.deaf = false;
  ASSERT_TRUE(Await([&] { return reporter_->IsSettled(); })) << reporter_->Counts();
  EXPECT_EQ(adapter_.sent.size(), reports);
  EXPECT_EQ(Count("report"), reports);
  Start();
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_TRUE(reporter_->IsSettled());
  EXPECT_EQ(Count("shift"), 1u);
  EXPECT_EQ(Count("feedback"), reports);
}

TEST_F(Reporting, ABatchSpoiledByOneReportIsSentOneByOne) {
  options_.report_batch = 4;
  adapter_.malformed = "LEI-CNF-LEI-0003-002";
  Start();
  ASSERT_TRUE(Await([&] { return reporter_->IsSettled(); })) << reporter_->Counts();
  size_t refused = 0;
  for (const auto& line : Lines()) refused += sim::FieldOf(line, "code") == "REFUSED";
  EXPECT_EQ(refused, 1u);
  EXPECT_EQ(adapter_.sent.size() + 1, Count("report"));
}

}  // namespace
}  // namespace isa95::mes_sim
