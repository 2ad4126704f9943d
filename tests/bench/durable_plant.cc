#include "tests/bench/durable_plant.h"

#include <sqlite3.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "grpc/model/instant.h"
#include "isa95/exchange/v1/report.grpc.pb.h"

namespace isa95::bench {
namespace {

using namespace exchange::v1;
using test::AwaitNumber;
using test::ReadAll;

constexpr const char* kReportMethod = "/isa95.exchange.v1.ReportExchangeService/ReportConfirmation";
constexpr size_t kOrdersPerLane = 4, kPacedOrders = 20;
constexpr int kMostPaced = 64;
constexpr auto kLong = Millis(60'000);

std::string Loopback(int port) { return "127.0.0.1:" + std::to_string(port); }

// Unwinds to main, so that the processes end.
[[noreturn]] void Die(const std::string& why) { throw std::runtime_error(why); }

void Replace(std::string& text, const std::string& what, const std::string& with) {
  const auto at = text.find(what);
  if (at == std::string::npos) Die("examples/order.xml has no " + what);
  text.replace(at, what.size(), with);
}

// A confirmation of the example order's only step; small enough for thousands of them.
grpc::ByteBuffer Confirmation(const std::string& id, const std::string& order, uint64_t number) {
  ReportConfirmationRequest request;
  request.set_site("LEI");
  request.set_order_sequence(number);
  auto& report = *request.mutable_confirmation();
  report.mutable_id()->set_value(id);
  report.mutable_order_id()->set_value(order);
  report.mutable_segment_requirement_id()->set_value("0010");
  report.mutable_operations_segment_id()->set_value("0010");
  report.set_type(flow::v1::CONFIRMATION_TYPE_CODE_PARTIAL);
  static const auto start = *ParseInstant("2026-11-24T06:00:00+01:00"),
                    end = *ParseInstant("2026-11-24T07:00:00+01:00");
  *report.mutable_actual_start_time() = start;
  *report.mutable_actual_end_time() = end;
  auto& output = *report.add_output();
  output.set_kind(flow::v1::OUTPUT_KIND_CODE_GOOD);
  output.mutable_material_definition_id()->set_value("BOTTLE-500");
  output.mutable_quantity()->mutable_value()->set_value("0.01");
  output.mutable_quantity()->mutable_unit()->set_value("C62");
  const grpc::Slice slice(request.SerializeAsString());
  return {&slice, 1};
}

bool IsDurable(const grpc::ByteBuffer& bytes) {
  grpc::Slice slice;
  ReportConfirmationResponse response;
  return bytes.DumpToSingleSlice(&slice).ok() &&
         response.ParseFromArray(slice.begin(), static_cast<int>(slice.size())) &&
         response.receipt().code() == RECEIPT_CODE_DURABLE;
}

std::shared_ptr<grpc::Channel> Dial(int port) {
  return grpc::CreateChannel(Loopback(port), grpc::InsecureChannelCredentials());
}

sqlite3* OpenRows(const std::string& path) {
  sqlite3* db = nullptr;
  const bool ok = sqlite3_open(path.c_str(), &db) == SQLITE_OK &&
                  sqlite3_exec(db,
                               "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                               "CREATE TABLE rows(id INTEGER PRIMARY KEY, row BLOB NOT NULL)",
                               nullptr, nullptr, nullptr) == SQLITE_OK;
  if (!ok) Die("no SQLite of its own");
  return db;
}

}  // namespace

DurablePlant::DurablePlant(const std::string& self)
    : self_(self), order_xml_(ReadAll(std::string(ISA95_SOURCE) + "/examples/order.xml")) {
  Replace(order_xml_, "6f1c2a1e-8c1d-4b8e-9a55-000000000001", "@BODID@");
  Replace(order_xml_, "1004711", "@ORDER@");
  peers_ =
      std::make_unique<test::Process>(std::vector<std::string>{self, "--peers", dir_ / "delivery"}, dir_ / "peers");
  peer_http_port_ = AwaitNumber(dir_ / "peers", "http port ", 20'000);
  peer_grpc_port_ = AwaitNumber(dir_ / "peers", "grpc port ", 20'000);
  adapter_ = std::make_unique<test::Process>(
      std::vector<std::string>{std::string(ISA95_BIN) + "/b2mml-adapter", "--site",
                               std::string(ISA95_SOURCE) + "/examples/site.yaml", "--ledger", dir_ / "ledger.db",
                               "--http", Loopback(0), "--grpc", Loopback(0), "--erp-url",
                               "LEI=http://" + Loopback(peer_http_port_) + "/erp"},
      dir_ / "adapter");
  http_port_ = AwaitNumber(dir_ / "adapter", "http port ", 20'000);
  grpc_port_ = AwaitNumber(dir_ / "adapter", "grpc port ", 20'000);
  if (grpc_port_ == 0 || peer_grpc_port_ == 0) Die(ReadAll(dir_ / "adapter") + ReadAll(dir_ / "peers"));
  adapter_channel_ = Dial(grpc_port_);
  peer_channel_ = Dial(peer_grpc_port_);
  rows_ = OpenRows(dir_ / "rows.db");
}

DurablePlant::~DurablePlant() { sqlite3_close(rows_); }

std::string DurablePlant::NextOrder() {
  const auto number = std::to_string(100'000'000 + ++next_order_);
  std::string xml = order_xml_;
  Replace(xml, "@BODID@", "6f1c2a1e-8c1d-4b8e-9a55-000" + number);
  Replace(xml, "@ORDER@", number);
  return xml;
}

Load DurablePlant::PostOrders(int connections, Millis slice) {
  const auto load = RunPosts({http_port_, "/b2mml/LEI", [this](int) { return NextOrder(); }}, connections, slice);
  if (load.wrong != 0) Die("orders were not taken");
  undelivered_ += load.done;
  return load;
}

Load DurablePlant::EchoPosts(int connections, Millis slice) {
  return RunPosts({peer_http_port_, "/echo", [this](int) { return NextOrder(); }, 200}, connections, slice);
}

Load DurablePlant::DeliverOrders(int outstanding) {
  const auto stub = OrderExchangeService::NewStub(adapter_channel_);
  StreamOrdersResponse last;
  const auto load = RunOrders(*stub, undelivered_, outstanding, [&](const StreamOrdersResponse& order) {
    accepted_.push_back(order.delivery().envelope().key_id());
    last = order;
  });
  std::ofstream(dir_ / "delivery", std::ios::binary) << last.SerializeAsString();  // what the bare stream sends
  last_delivered_ = undelivered_;
  undelivered_ = 0;
  return load;
}

Load DurablePlant::BareStream(int outstanding) {
  const auto stub = OrderExchangeService::NewStub(peer_channel_);
  return RunOrders(*stub, last_delivered_, outstanding, [](const StreamOrdersResponse&) {});
}

std::vector<DurablePlant::Reported> DurablePlant::FreshOrders(size_t count) {
  std::vector<Reported> fresh;
  if (accepted_.size() < count) Die("only " + std::to_string(accepted_.size()) + " orders are accepted");
  for (; fresh.size() < count; accepted_.pop_back()) fresh.push_back({accepted_.back()});
  return fresh;
}

grpc::ByteBuffer DurablePlant::NextReport(Reported& order) {
  return Confirmation("R-" + std::to_string(++next_report_), order.order, ++order.count);
}

Load DurablePlant::ReportOn(std::vector<std::vector<Reported>> lanes, Millis slice, uint64_t most) {
  std::vector<size_t> turn(lanes.size());
  const auto next = [&](int lane) { return NextReport(lanes[lane][turn[lane]++ % lanes[lane].size()]); };
  return RunUnary({adapter_channel_, kReportMethod, next, IsDurable}, static_cast<int>(lanes.size()), slice, most);
}

Load DurablePlant::Reports(int outstanding, Millis slice) {
  std::vector<std::vector<Reported>> lanes;
  for (int i = 0; i < outstanding; ++i) lanes.push_back(FreshOrders(kOrdersPerLane));
  return ReportOn(std::move(lanes), slice, UINT64_MAX);
}

Load DurablePlant::ReportsOneByOne(uint64_t orders, uint64_t count) {
  const auto start = std::chrono::steady_clock::now();
  auto load = ReportOn({FreshOrders(orders)}, kLong, count);
  load.per_second = load.done / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return load;
}

Paced DurablePlant::ReportsAtPace(int per_second, Millis length) {
  auto orders = FreshOrders(kPacedOrders);
  size_t turn = 0;
  const auto next = [&](int) { return NextReport(orders[turn++ % orders.size()]); };
  return RunPaced({adapter_channel_, kReportMethod, next, IsDurable}, per_second, length, kMostPaced);
}

// The alarms begin before and end after, so that no report goes without them.
Paced DurablePlant::ReportsBesideAlarms(int per_second, Millis length, bool to_echo, Load& alarms) {
  const auto log = dir_ / "alarms";
  test::Process vendor({self_, "--alarms", std::to_string(to_echo ? peer_grpc_port_ : grpc_port_),
                        std::to_string((length + Millis(500)).count()), to_echo ? "echo" : "adapter"},
                       log);
  if (AwaitNumber(log, "alarms begin ", 20'000) == 0) Die("no alarms: " + ReadAll(log));
  auto paced = ReportsAtPace(per_second, length);
  if (vendor.Wait(60'000) != 0) Die("the alarms did not end: " + ReadAll(log));
  alarms.wrong = std::stoul(ReadAll(log).substr(ReadAll(log).find("alarms wrong ") + 13));
  alarms.per_second = AwaitNumber(log, "alarms a second ", 1'000);
  return paced;
}

Load DurablePlant::EchoReports(int outstanding, Millis slice) {
  std::vector<Reported> lanes(outstanding, {std::to_string(100'000'000)});
  const auto next = [&](int lane) { return NextReport(lanes[lane]); };
  return RunUnary({peer_channel_, kReportMethod, next, [](const auto& bytes) { return bytes.Length() > 0; }},
                  outstanding, slice);
}

Load DurablePlant::SingleRowCommits(Millis slice) {
  grpc::Slice row;
  if (!Confirmation("R-100000", "100000000", 100).DumpToSingleSlice(&row).ok()) Die("no row");
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(rows_, "INSERT INTO rows(row) VALUES(?)", -1, &insert, nullptr);
  sqlite3_bind_blob(insert, 1, row.begin(), static_cast<int>(row.size()), SQLITE_STATIC);
  Load load;
  const auto end = std::chrono::steady_clock::now() + slice;
  while (std::chrono::steady_clock::now() < end) {
    if (sqlite3_step(insert) != SQLITE_DONE) ++load.wrong;
    sqlite3_reset(insert);
    ++load.done;
  }
  sqlite3_finalize(insert);
  load.per_second = load.done / std::chrono::duration<double>(slice).count();
  return load;
}

// User and system time of the process, from the kernel.
double DurablePlant::AdapterCpuSeconds() const {
  const auto stat = ReadAll("/proc/" + std::to_string(adapter_->pid()) + "/stat");
  std::istringstream fields(stat.substr(stat.rfind(')') + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

void DurablePlant::AwaitQuiet() {
  int quiet = 0;
  for (int i = 0; i < 100 && quiet < 2; ++i) {
    const double before = AdapterCpuSeconds();
    std::this_thread::sleep_for(Millis(100));
    quiet = AdapterCpuSeconds() - before < 0.015 ? quiet + 1 : 0;
  }
  if (quiet < 2) std::cerr << "durable_bench: the adapter did not come to rest\n";
}

}  // namespace isa95::bench
