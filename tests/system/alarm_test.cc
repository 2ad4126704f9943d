// Another vendor's alarms beside confirmations: refused, counted to the last one, and not in the ledger.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <mutex>

#include "adapter/ledger/report_ledger.h"
#include "grpc/model/instant.h"
#include "tests/system/plant.h"
#include "tests/system/way_back.h"

namespace isa95::test {
namespace {

using namespace exchange::v1;
using testing::HasSubstr;
using testing::Not;

constexpr int kReports = 50, kAlarmsEach = 40;

// A vendor that sends without waiting for an answer; its connection ends with it.
class AlarmVendor {
 public:
  explicit AlarmVendor(const std::string& address)
      : stub_(ReportExchangeService::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()))) {}

  // A stop that does not say to whom it matters.
  void Send() {
    auto* call = new Call;
    call->request.set_site("LEI");
    auto& stop = *call->request.mutable_downtime();
    stop.mutable_id()->set_value("ALARM-" + std::to_string(++sent_));
    stop.mutable_equipment_id()->set_value("FILLER-1");
    stop.set_phase(flow::v1::DOWNTIME_PHASE_CODE_COMPLETE);
    stop.set_kind(flow::v1::DOWNTIME_KIND_CODE_UNPLANNED);
    stop.mutable_reason_code()->set_value("JAM");
    *stop.mutable_start_time() = *ParseInstant("2026-11-24T06:00:00+01:00");
    *stop.mutable_end_time() = *ParseInstant("2026-11-24T06:30:00+01:00");
    stub_->async()->ReportDowntime(&call->context, &call->request, &call->response,
                                   [this, call](const grpc::Status& status) { Take(call, status); });
  }
  // Refused ones, once all are answered.
  int AwaitRefused() {
    std::unique_lock lock(mutex_);
    answered_.wait(lock, [this] { return answers_ == sent_; });
    return refused_;
  }

 private:
  struct Call {
    grpc::ClientContext context;
    ReportDowntimeRequest request;
    ReportDowntimeResponse response;
  };
  void Take(Call* call, const grpc::Status& status) {
    const auto& receipt = call->response.receipt();
    const bool refused = status.ok() && receipt.code() == RECEIPT_CODE_REFUSED && receipt.finding_size() == 1 &&
                         receipt.finding(0).code() == "NOT_BUSINESS_RELEVANT";
    delete call;
    std::lock_guard lock(mutex_);
    ++answers_;
    refused_ += refused;
    answered_.notify_all();
  }

  std::unique_ptr<ReportExchangeService::Stub> stub_;
  std::mutex mutex_;
  std::condition_variable answered_;
  int sent_ = 0, answers_ = 0, refused_ = 0;  // sent: the sender's own
};

std::string Audit(const WayBack& plant, const TempDir& dir) {
  Process verb(
      {std::string(ISA95_BIN) + "/b2mml-adapter", "audit", "--site", SiteFile("site.yaml"), "--ledger", plant.ledger()},
      dir / "audit");
  EXPECT_EQ(verb.Wait(20'000), 0);
  return ReadAll(dir / "audit");
}

TEST(AlarmsTest, AreRefusedAndCounted_WhileAnothersConfirmationsAreKept) {
  const TempDir dir;
  WayBack plant(SiteFile("site.yaml"));
  plant.ReleaseAndAccept("4711");
  {
    AlarmVendor vendor(plant.Grpc());
    for (int n = 1; n <= kReports; ++n) {
      for (int i = 0; i < kAlarmsEach; ++i) vendor.Send();
      const auto receipt = plant.Report(
          Confirmation("C-" + std::to_string(n), "4711", n, flow::v1::CONFIRMATION_TYPE_CODE_PARTIAL, "1"));
      EXPECT_EQ(receipt.code(), RECEIPT_CODE_DURABLE) << receipt.ShortDebugString();
    }
    EXPECT_EQ(vendor.AwaitRefused(), kReports * kAlarmsEach);
  }
  EXPECT_EQ(plant.StopAdapter(), 0) << plant.Log();
  const auto audit = Audit(plant, dir);
  EXPECT_THAT(audit, HasSubstr("not stored, site LEI: NOT_BUSINESS_RELEVANT downtime JAM 2000\n"));
  const auto ledger = *ledger::OpenSqlite(plant.ledger(), true);
  EXPECT_EQ(ledger->CountReports("LEI")->received, uint64_t{kReports});
  EXPECT_THAT(ReadAll(plant.ledger()) + ReadAll(plant.ledger() + "-wal"), Not(HasSubstr("ALARM-")));
}

}  // namespace
}  // namespace isa95::test
