// The path to disk against bare peers: reports by gRPC, orders by HTTP, orders to the MES, each durable before it is
// answered, beside servers that keep nothing, and beside SQLite's own single-row commits. Pairs are measured right
// after each other, in each round in another order; ratios are of a pair. Printed as a table; never a test.
#include <algorithm>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <map>

#include "tests/bench/alarms.h"
#include "tests/bench/durable_plant.h"
#include "tests/bench/peers.h"

namespace isa95::bench {
namespace {

constexpr int kRounds = 5, kMany = 64, kReportsPerSecond = 200;
constexpr auto kSlice = Millis(700), kPacedSlice = Millis(2'000);
constexpr uint64_t kPast = 2'000, kOrders = 20;

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

class Table {
 public:
  void Add(const std::string& what, const Load& load) {
    rates_[what].push_back(load.per_second);
    wrong_ += load.wrong;
    std::cerr << std::setw(28) << what << std::setw(10) << static_cast<int>(load.per_second) << "/s"
              << (load.wrong != 0 ? "  WRONG" : "") << "\n";
  }
  void Row(const std::string& title, const std::string& ours, const std::string& peer, const std::string& theirs) {
    std::vector<double> ratios;
    const auto &a = rates_.at(ours), &b = rates_.at(theirs);
    for (size_t i = 0; i < a.size(); ++i) ratios.push_back(a[i] / b[i]);
    std::cout << "| " << title << " | " << std::fixed << std::setprecision(0) << Median(a) << " | " << peer << " | "
              << Median(b) << " | " << std::setprecision(2) << Median(ratios) << " |\n";
  }
  uint64_t wrong() const { return wrong_; }

 private:
  std::map<std::string, std::vector<double>> rates_;
  uint64_t wrong_ = 0;
};

// One vendor's reports by themselves, beside another's alarms, and beside as many calls to somebody else.
class Beside {
 public:
  void Add(const std::string& what, const Paced& paced, const Load& alarms) {
    auto all = paced.millis;
    std::sort(all.begin(), all.end());
    p99_[what].push_back(all[all.size() * 99 / 100]);
    alarms_[what].push_back(alarms.per_second);
    wrong_ += paced.load.wrong + alarms.wrong;
    std::cerr << std::setw(28) << what << std::fixed << std::setprecision(2) << "  p50 " << all[all.size() / 2]
              << "  p99 " << p99_[what].back() << " ms, alarms " << static_cast<int>(alarms.per_second) << "/s"
              << (paced.load.wrong + alarms.wrong != 0 ? "  WRONG" : "") << "\n";
  }
  void Row(const std::string& title, const std::string& what, const std::string& than) const {
    const auto &ours = p99_.at(what), &theirs = p99_.at(than);
    std::vector<double> ratios;
    for (size_t i = 0; i < ours.size(); ++i) ratios.push_back(ours[i] / theirs[i]);
    std::cout << "| " << title << " | " << std::fixed << std::setprecision(0) << Median(alarms_.at(what)) << " | "
              << std::setprecision(1) << Median(ours) << " | " << Median(theirs) << " | " << std::setprecision(2)
              << Median(ratios) << " |\n";
  }
  uint64_t wrong() const { return wrong_; }

 private:
  std::map<std::string, std::vector<double>> p99_, alarms_;
  uint64_t wrong_ = 0;
};

// One after the other, in the next round the other way round.
template <typename First, typename Second>
void Pair(int round, First first, Second second) {
  if (round % 2 == 0) {
    first();
    second();
  } else {
    second();
    first();
  }
}

void Round(int round, DurablePlant& plant, Table& table) {
  Pair(
      round, [&] { table.Add("http echo", plant.EchoPosts(kMany, kSlice)); },
      [&] { table.Add("http orders", plant.PostOrders(kMany, kSlice)); });
  plant.AwaitQuiet();
  table.Add("stream", plant.DeliverOrders(kMany));
  plant.AwaitQuiet();
  table.Add("bare stream", plant.BareStream(kMany));
  for (const int outstanding : {1, kMany}) {
    const auto at = " at " + std::to_string(outstanding);
    Pair(
        round, [&] { table.Add("echo" + at, plant.EchoReports(outstanding, kSlice)); },
        [&] { table.Add("reports" + at, plant.Reports(outstanding, kSlice)); });
  }
  table.Add("rows", plant.SingleRowCommits(kSlice));
  plant.AwaitQuiet();
  Pair(
      round, [&] { table.Add("many orders", plant.ReportsOneByOne(kOrders, kPast)); },
      [&] { table.Add("one order", plant.ReportsOneByOne(1, kPast)); });
}

void BesideRound(int round, DurablePlant& plant, Beside& beside) {
  const std::string kinds[] = {"quiet", "alarms to the echo", "alarms"};
  plant.AwaitQuiet();
  for (int i = 0; i < 3; ++i) {
    const auto& kind = kinds[(round + i) % 3];
    Load alarms;
    const auto paced = kind == "quiet"
                           ? plant.ReportsAtPace(kReportsPerSecond, kPacedSlice)
                           : plant.ReportsBesideAlarms(kReportsPerSecond, kPacedSlice, kind != "alarms", alarms);
    beside.Add(kind, paced, alarms);
  }
}

void Print(const Beside& beside) {
  std::cout
      << "\nOne vendor's " << kReportsPerSecond
      << " reports a second while another sends alarms, one a call, all refused; "
      << "a ratio of 1: it does not notice them.\n\n"
      << "| beside | alarms a second | p99 in ms | against p99 in ms | ratio |\n| --- | --- | --- | --- | --- |\n";
  beside.Row("alarms, against none", "alarms", "quiet");
  beside.Row("alarms, against as many calls to an echo", "alarms", "alarms to the echo");
  beside.Row("as many calls to an echo, against none", "alarms to the echo", "quiet");
}

void Print(Table& table) {
  std::cout << "| durable | a second | against | a second | ratio |\n| --- | --- | --- | --- | --- |\n";
  table.Row("reports, 1 outstanding", "reports at 1", "gRPC echo, 1 outstanding", "echo at 1");
  table.Row("reports, 64 outstanding", "reports at 64", "gRPC echo, 64 outstanding", "echo at 64");
  table.Row("reports, 1 outstanding", "reports at 1", "SQLite, a synced commit a row", "rows");
  table.Row("reports, 64 outstanding", "reports at 64", "SQLite, a synced commit a row", "rows");
  table.Row("orders by HTTP, 64 connections", "http orders", "HTTP echo, 64 connections", "http echo");
  table.Row("orders streamed and acknowledged", "stream", "gRPC stream with the same calls", "bare stream");
  table.Row("2,000 reports of one order", "one order", "the same of 20 orders", "many orders");
}

}  // namespace
}  // namespace isa95::bench

// durable_bench: runs and prints the tables; with --beside the second one only. durable_bench --peers FILE: serves the
// peers. durable_bench --alarms PORT MILLISECONDS adapter|echo: sends alarms.
int main(int argc, char** argv) {
  using namespace isa95::bench;
  if (argc == 3 && std::string(argv[1]) == "--peers") return ServePeers(argv[2]);
  if (argc == 5 && std::string(argv[1]) == "--alarms")
    return SendAlarms(std::atoi(argv[2]), Millis(std::atoi(argv[3])), argv[4]);
  const bool whole = argc == 1;
  Table table;
  Beside beside;
  try {
    DurablePlant plant(argv[0]);
    for (int round = 0; whole && round < kRounds; ++round) Round(round, plant, table);
    plant.PostOrders(kMany, kSlice);
    plant.DeliverOrders(kMany);
    for (int round = 0; round < kRounds; ++round) BesideRound(round, plant, beside);
  } catch (const std::exception& failure) {
    std::cerr << "durable_bench: " << failure.what() << "\n";
    return 1;
  }
  if (whole) Print(table);
  Print(beside);
  const auto wrong = table.wrong() + beside.wrong();
  if (wrong == 0) return 0;
  std::cerr << "durable_bench: " << wrong << " calls were not answered as they should be\n";
  return 1;
}
