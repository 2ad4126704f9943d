#include "tests/bench/alarms.h"

#include <iostream>

#include "grpc/model/instant.h"
#include "isa95/exchange/v1/report.pb.h"

namespace isa95::bench {
namespace {

using namespace exchange::v1;

constexpr const char* kService = "/isa95.exchange.v1.ReportExchangeService/";
constexpr int kMostOutstanding = 1'000;  // as a server allows on one connection, more or less

// Whole and well-formed: it is refused for what it does not say, to whom it matters.
grpc::ByteBuffer Alarm(uint64_t number) {
  ReportDowntimeRequest request;
  request.set_site("LEI");
  auto& stop = *request.mutable_downtime();
  stop.mutable_id()->set_value("ALARM-" + std::to_string(number));
  stop.mutable_equipment_id()->set_value("FILLER-1");
  stop.set_phase(flow::v1::DOWNTIME_PHASE_CODE_COMPLETE);
  stop.set_kind(flow::v1::DOWNTIME_KIND_CODE_UNPLANNED);
  stop.mutable_reason_code()->set_value("JAM");
  static const auto start = *ParseInstant("2026-11-24T06:00:00+01:00"),
                    end = *ParseInstant("2026-11-24T06:00:01+01:00");
  *stop.mutable_start_time() = start;
  *stop.mutable_end_time() = end;
  const grpc::Slice slice(request.SerializeAsString());
  return {&slice, 1};
}

bool IsRefused(const grpc::ByteBuffer& bytes) {
  grpc::Slice slice;
  ReportDowntimeResponse response;
  return bytes.DumpToSingleSlice(&slice).ok() &&
         response.ParseFromArray(slice.begin(), static_cast<int>(slice.size())) &&
         response.receipt().code() == RECEIPT_CODE_REFUSED;
}

}  // namespace

int SendAlarms(int port, Millis length, const std::string& to) {
  const auto channel = grpc::CreateChannel("127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials());
  if (!channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10))) return 1;
  uint64_t sent = 0;
  const bool echo = to == "echo";
  const auto method = kService + std::string(echo ? "ReportConfirmation" : "ReportDowntime");
  const auto right = [echo](const grpc::ByteBuffer& bytes) { return echo ? bytes.Length() > 0 : IsRefused(bytes); };
  std::cout << "alarms begin 1" << std::endl;
  const auto paced = RunPaced({channel, method, [&](int) { return Alarm(++sent); }, right}, kAlarmsPerSecond, length,
                              kMostOutstanding);
  std::cout << "alarms wrong " << paced.load.wrong << "\nalarms a second " << static_cast<int>(paced.load.per_second)
            << std::endl;
  return 0;
}

}  // namespace isa95::bench
