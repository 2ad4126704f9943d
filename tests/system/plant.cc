#include "tests/system/plant.h"

#include <signal.h>

#include <chrono>
#include <thread>

#include "adapter/ledger/report_ledger.h"
#include "simulators/common/record.h"

namespace isa95::test {
namespace {

std::string Bin(const std::string& name) { return std::string(ISA95_BIN) + "/" + name; }

std::string Loopback(int port) { return "127.0.0.1:" + std::to_string(port); }

}  // namespace

Plant::Plant(std::string site_file, std::string site, std::vector<std::string> adapter_options)
    : site_file_(std::move(site_file)), site_(std::move(site)), adapter_options_(std::move(adapter_options)) {
  http_port_ = FreePort();
  grpc_port_ = FreePort();
  erp_server_ = std::make_unique<Process>(
      std::vector<std::string>{Bin("b2mml-erp-sim"), "--serve", "--listen", Loopback(0), "--record", dir_ / "erp.jsonl",
                               "--adapter-url", Url(), "--control", Loopback(0)},
      dir_ / "erp-serve.log");
  erp_port_ = AwaitNumber(dir_ / "erp-serve.log", "listening on ", 10'000);
  StartAdapter();
}

void Plant::StartAdapter() {
  std::vector<std::string> arguments{Bin("b2mml-adapter"),
                                     "--site",
                                     site_file_,
                                     "--ledger",
                                     dir_ / "ledger.db",
                                     "--http",
                                     Loopback(http_port_),
                                     "--grpc",
                                     Loopback(grpc_port_),
                                     "--erp-url",
                                     site_ + "=http://" + Loopback(erp_port_) + "/"};
  arguments.insert(arguments.end(), adapter_options_.begin(), adapter_options_.end());
  adapter_ = std::make_unique<Process>(arguments, dir_ / "adapter.log");
}

void Plant::KillAdapter() {
  adapter_->Signal(SIGKILL);
  adapter_->Wait(10'000);
}

int Plant::StopAdapter() {
  adapter_->Signal(SIGTERM);
  return adapter_->Wait(20'000);
}

std::unique_ptr<Process> Plant::Mes(std::vector<std::string> more) {
  std::vector<std::string> arguments{Bin("b2mml-mes-sim"), "--adapter",       Loopback(grpc_port_), "--site", site_,
                                     "--record",           dir_ / "mes.jsonl"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return std::make_unique<Process>(arguments, dir_ / "mes.log");
}

std::unique_ptr<Process> Plant::Erp(std::vector<std::string> more) {
  std::vector<std::string> arguments{Bin("b2mml-erp-sim"), "--adapter-url", Url(), "--record", dir_ / "erp.jsonl"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return std::make_unique<Process>(arguments, dir_ / "erp.log");
}

size_t Plant::Count(const std::string& event) {
  const auto record = sim::ReadRecord(dir_ / "erp.jsonl");
  size_t count = 0;
  if (record.ok()) {
    for (const auto& line : *record) count += line.contains("event") && line.at("event") == event;
  }
  return count;
}

bool Plant::AwaitAnswers(size_t count, int timeout_ms) {
  for (int waited = 0; waited < timeout_ms; waited += 100) {
    if (Count("answered") >= count) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return false;
}

sim::Reconciliation Plant::Reconcile() {
  return sim::Reconcile(*sim::ReadRecord(dir_ / "erp.jsonl"), *sim::ReadRecord(dir_ / "mes.jsonl"));
}

ledger::Counts Plant::LedgerCounts() { return *(*ledger::OpenSqlite(dir_ / "ledger.db", true))->CountItems(""); }

std::string SiteFile(const std::string& name) { return std::string(ISA95_SOURCE) + "/examples/" + name; }

}  // namespace isa95::test
