// The running adapter: every object, built in order, and its end. Threads: of one thread; what it builds has its own.
// Ownership: owns all but config, contracts and log, which outlive it. Errors: an exit code with its words.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "adapter/answer_worker.h"
#include "adapter/b2mml_port/folder_port.h"
#include "adapter/b2mml_port/http_port.h"
#include "adapter/exchange.h"
#include "adapter/intake.h"
#include "adapter/ledger/report_ledger.h"
#include "adapter/mes_port/mes_feedback.h"
#include "adapter/ops/escalation_worker.h"
#include "adapter/ops/heartbeat.h"
#include "adapter/ops/log.h"
#include "adapter/ops/notice_channel.h"
#include "adapter/ops/notify.h"
#include "adapter/ops/pages.h"
#include "adapter/ops/watchdog.h"
#include "adapter/report_worker.h"
#include "adapter/reports.h"
#include "grpc/server/exchange_server.h"

namespace isa95::adapter {

constexpr int kConfiguration = 3, kLedger = 4;  // exit codes

class Daemon {
 public:
  struct Failure {
    int code;
    absl::Status status;
  };

  Daemon(const Config& config, const Contracts& contracts, const ops::Log& log);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  // Returns when it is ready; null = it is. A ledger that fails later sends this process SIGTERM.
  std::optional<Failure> Start();
  // Takes nothing new, finishes what is under way, tells who listens. The exit code.
  int Drain();

 private:
  std::optional<Failure> OpenStores();
  void BuildOps();
  void BuildFlows();
  absl::Status OpenPorts();
  absl::Status OpenGrpc();
  absl::Status OpenHttp();
  void StartWatchdog();
  void StartWatch();
  absl::Status Look(std::chrono::milliseconds each) const;
  std::function<void()> StopOnFailure();

  const Config& config_;
  const Contracts& contracts_;
  const ops::Log& log_;
  const ops::Notify notify_ = ops::Notify::FromEnvironment();
  std::atomic<bool> ledger_failed_{false};
  Wakes orders_wakes_, feedback_wakes_;

  b2mml::XmlRuntime xml_;
  std::optional<b2mml::Versions> versions_;
  std::unique_ptr<ledger::Ledgers> ledger_, counted_;  // the second one is looked at only
  SiteFolders folders_;
  MesDelivery::Folders mes_folders_;
  std::unique_ptr<ops::Metrics> metrics_;
  std::unique_ptr<ops::LedgerMetrics> ledger_metrics_;
  std::unique_ptr<ops::Health> health_;
  std::unique_ptr<ops::Pages> pages_;
  std::unique_ptr<AnswersOut> out_;
  std::unique_ptr<AnswerWorker> answers_;
  std::unique_ptr<ReportWorker> report_worker_;
  std::unique_ptr<Refusals> refusals_;
  std::unique_ptr<Reports> reports_;
  std::unique_ptr<Exchange> exchange_;
  std::unique_ptr<Intake> intake_;
  std::unique_ptr<MesDelivery> mes_;
  std::unique_ptr<MesFeedback> mes_feedback_;
  std::unique_ptr<HttpPort> port_;
  std::unique_ptr<server::ExchangeServer> grpc_server_;
  std::unique_ptr<http::Server> http_server_;
  std::unique_ptr<FolderPort> folder_port_;
  std::unique_ptr<ops::Watchdog> watchdog_;
  std::vector<std::unique_ptr<ops::NoticeChannel>> channels_;
  std::unique_ptr<ops::EscalationWorker> escalation_;  // after the channels: it nudges them
  std::unique_ptr<ops::Heartbeat> heartbeat_;
};

}  // namespace isa95::adapter
