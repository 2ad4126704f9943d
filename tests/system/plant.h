// A plant of processes on loopback: an adapter, an ERP left running that takes answers and is brought to act by its
// control service, and a MES where a test starts one. Adapter and ERP's answer address keep their ports, so that a
// restarted adapter is found again. Not thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapter/ledger/ledger.h"
#include "simulators/reconcile/reconcile.h"
#include "tests/system/process.h"

namespace isa95::test {

class Plant {
 public:
  explicit Plant(std::string site_file, std::string site, std::vector<std::string> adapter_options = {});

  void StartAdapter();
  bool AdapterReady(int timeout_ms) { return AwaitNumber(dir_ / "adapter.log", "http port ", timeout_ms) != 0; }
  void KillAdapter();
  int StopAdapter();

  std::unique_ptr<Process> Mes(std::vector<std::string> more = {});
  std::unique_ptr<Process> Erp(std::vector<std::string> more);
  int ErpControlPort() { return AwaitNumber(dir_ / "erp-serve.log", "control on ", 10'000); }
  int MesControlPort() { return AwaitNumber(dir_ / "mes.log", "control on ", 10'000); }

  std::string Url() const { return "http://127.0.0.1:" + std::to_string(http_port_) + "/b2mml/" + site_; }
  const TempDir& dir() const { return dir_; }

  size_t Count(const std::string& event);
  bool AwaitAnswers(size_t count, int timeout_ms);
  sim::Reconciliation Reconcile();
  ledger::Counts LedgerCounts();

 private:
  TempDir dir_;
  std::string site_file_, site_;
  std::vector<std::string> adapter_options_;
  int erp_port_ = 0, http_port_ = 0, grpc_port_ = 0;
  std::unique_ptr<Process> erp_server_, adapter_;
};

std::string SiteFile(const std::string& name);  // of the examples

}  // namespace isa95::test
