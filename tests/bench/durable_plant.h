// What the path to disk is measured on: an adapter process with its ledger on disk, the peers' process, and a table of
// SQLite's own beside the ledger. Not thread-safe, but for what its load calls from its lanes.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tests/bench/load.h"
#include "tests/system/process.h"

struct sqlite3;

namespace isa95::bench {

class DurablePlant {
 public:
  // `self`: this program, which serves the peers when told to.
  explicit DurablePlant(const std::string& self);
  ~DurablePlant();

  // Orders by HTTP, each with an id of its own, and the same bytes to the echo.
  Load PostOrders(int connections, Millis slice);
  Load EchoPosts(int connections, Millis slice);
  // All that was posted and not delivered yet by the stream, accepted; and as many from the bare stream.
  Load DeliverOrders(int outstanding);
  Load BareStream(int outstanding);
  // Reports, each lane on accepted orders of its own, and the same bytes to the echo.
  Load Reports(int outstanding, Millis slice);
  Load EchoReports(int outstanding, Millis slice);
  // Reports one at a time, the next one of the next order: of `orders` orders, `count` in all.
  Load ReportsOneByOne(uint64_t orders, uint64_t count);
  // Reports by a clock, each of the next order of some; and beside them another vendor's alarms, of whom `alarms`
  // tells: sent to the adapter, or to the echo, which only costs the machine as much.
  Paced ReportsAtPace(int per_second, Millis length);
  Paced ReportsBesideAlarms(int per_second, Millis length, bool to_echo, Load& alarms);
  // Rows as large as a report's request, each a synced commit.
  Load SingleRowCommits(Millis slice);

  // Until the adapter has done what it owes: answers to orders go on after the orders are delivered.
  void AwaitQuiet();

 private:
  struct Reported {
    std::string order;
    uint64_t count = 0;
  };
  std::string NextOrder();
  std::vector<Reported> FreshOrders(size_t count);
  Load ReportOn(std::vector<std::vector<Reported>> lanes, Millis slice, uint64_t most);
  grpc::ByteBuffer NextReport(Reported& order);
  double AdapterCpuSeconds() const;

  test::TempDir dir_;
  const std::string self_;
  std::string order_xml_;
  std::unique_ptr<test::Process> peers_, adapter_;
  int http_port_ = 0, grpc_port_ = 0, peer_http_port_ = 0, peer_grpc_port_ = 0;
  std::shared_ptr<grpc::Channel> adapter_channel_, peer_channel_;
  sqlite3* rows_ = nullptr;
  std::atomic<uint64_t> next_order_{0}, next_report_{0};
  uint64_t undelivered_ = 0, last_delivered_ = 0;
  std::vector<std::string> accepted_;  // and not reported of yet
};

}  // namespace isa95::bench
