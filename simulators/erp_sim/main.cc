// b2mml-erp-sim: plays the ERP. Releases orders by HTTP or folder, takes answers, keeps its own record; a control
// service brings it to act.
#include <atomic>
#include <chrono>
#include <iostream>
#include <set>
#include <thread>

#include "grpc/model/text.h"
#include "simulators/common/options.h"
#include "simulators/common/stop_signals.h"
#include "simulators/erp_sim/control.h"
#include "simulators/erp_sim/erp.h"
#include "simulators/erp_sim/options.h"
#include "simulators/erp_sim/order_facts.h"

namespace isa95::erp_sim {
namespace {

// What all its orders have.
OrderSpec HouseOf(const Options& options) {
  OrderSpec spec;
  spec.seed = options.seed;
  spec.logical_id = options.logical_id;
  spec.noun_form = options.noun == "production" ? "production" : "";
  return spec;
}

OrderSpec SpecOf(const Options& options, uint32_t number, uint32_t version) {
  std::string digits = std::to_string(number);
  if (digits.size() < 4) digits.insert(0, 4 - digits.size(), '0');
  OrderSpec spec = HouseOf(options);
  spec.id = Cat(options.prefix, digits);
  spec.version = version;
  spec.broken = number > options.orders;
  return spec;
}

// All that is asked of one order, in its sequence.
std::vector<OrderSpec> LifeOf(const Options& options, uint32_t number) {
  const auto falls_on = [&](uint32_t every) { return every != 0 && number % every == 0 && number <= options.orders; };
  std::vector<OrderSpec> life;
  uint32_t version = 1;
  for (; version <= options.versions; ++version) life.push_back(SpecOf(options, number, version));
  const auto change = [&](flow::v1::OrderStateCode state) {
    auto& spec = life.emplace_back(SpecOf(options, number, version++));
    spec.verb = flow::v1::VERB_CODE_CHANGE;
    spec.state = state;
  };
  if (falls_on(options.change_every)) change(flow::v1::ORDER_STATE_CODE_RELEASED);
  if (falls_on(options.hold_every)) {
    change(flow::v1::ORDER_STATE_CODE_HELD);
    change(flow::v1::ORDER_STATE_CODE_RELEASED);
  }
  if (falls_on(options.cancel_every)) {
    auto& spec = life.emplace_back(SpecOf(options, number, version - 1));  // the current one
    spec.verb = flow::v1::VERB_CODE_CANCEL;
    spec.state = flow::v1::ORDER_STATE_CODE_CANCELLED;
  }
  return life;
}

// What concerns one order stays with one sender, so that it is sent in order.
absl::Status ReleaseAll(const Options& options, Erp& erp, const KeepTrying& keep_trying) {
  std::atomic<uint32_t> next{1};
  std::mutex mutex;
  absl::Status first;
  const auto work = [&] {
    for (uint32_t number = next++; number <= options.orders + options.broken; number = next++) {
      const bool again = options.resend_every != 0 && number % options.resend_every == 0 && number <= options.orders;
      for (const auto& spec : LifeOf(options, number)) {
        const auto status = erp.Send(spec, again, keep_trying);
        std::lock_guard lock(mutex);
        if (!status.ok() && first.ok()) first = status;
        if (!first.ok()) return;
      }
    }
  };
  std::vector<std::thread> senders;
  for (uint32_t i = 0; i < std::max(1u, options.parallel); ++i) senders.emplace_back(work);
  for (auto& sender : senders) sender.join();
  return first;
}

// Requests sent and not finally answered, by the record: the BODIDs of the ones, less those the answers quote.
std::set<std::string> Unanswered(const std::string& file) {
  std::set<std::string> open;
  const auto record = sim::ReadRecord(file);
  if (!record.ok()) return {"the record cannot be read"};
  for (const auto& line : *record) {
    if (line.at("event") == "released") open.insert(line.at("bod_id"));
  }
  for (const auto& line : *record) {
    if (line.contains("outcome") && line.at("reason") != "DECISION_PENDING") open.erase(line.at("original_bod_id"));
  }
  return open;
}

int WaitForAnswers(const Options& options, Erp& erp, std::chrono::steady_clock::time_point until) {
  auto open = Unanswered(options.record);
  while (!open.empty() && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    if (!erp.Work().ok()) break;
    open = Unanswered(options.record);
  }
  for (const auto& key : open) std::cerr << "not answered: " << key << "\n";
  return open.empty() ? 0 : 1;
}

// None where the options name none.
absl::StatusOr<std::unique_ptr<folder::Folder>> OpenFolder(const Options& options) {
  if (options.folder.empty()) return std::unique_ptr<folder::Folder>();
  folder::Options names;
  names.settle_ms = 0;                                   // the adapter writes whole files
  names.names = {"out", "in", "erp-done", "erp-error"};  // its out is what comes in here
  return folder::Folder::Open(options.folder, names);
}

absl::StatusOr<std::unique_ptr<http::Server>> Listen(const Options& options, Erp& erp) {
  if (options.listen.empty()) return std::unique_ptr<http::Server>();
  http::ServerOptions http_options;
  http_options.address = options.listen;
  auto server = http::Server::Start(
      http_options, [&erp](const http::Request& request, const http::Reply& reply) { reply(erp.Take(request)); });
  if (server.ok()) std::cout << "listening on " << (*server)->port() << std::endl;
  return server;
}

int SendAll(const Options& options, Erp& erp) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(options.timeout_s);
  const auto keep_trying = [until] { return std::chrono::steady_clock::now() < until; };
  absl::Status status = ReleaseAll(options, erp, keep_trying);
  for (const auto& file : options.files) {
    if (status.ok()) status = erp.SendFile(file, keep_trying);
  }
  int code = status.ok() ? 0 : 1;
  if (!status.ok()) std::cerr << "b2mml-erp-sim: " << Words(status) << "\n";
  if (code == 0 && options.until_answered) code = WaitForAnswers(options, erp, until);
  std::cout << erp.Counts() << std::endl;
  return code;
}

int Serve(const Options& options, Erp& erp, sim::Record& record) {
  OrderDesk desk(erp, record, HouseOf(options), std::chrono::seconds(options.timeout_s));
  std::unique_ptr<sim::ControlServer> control;
  if (!options.control.empty()) {
    control = ServeControl(options.control, desk);
    if (control == nullptr) return std::cerr << "b2mml-erp-sim: --control cannot be listened on\n", 2;
  }
  if (options.orders + options.broken > 0 || !options.files.empty()) {
    if (const int code = SendAll(options, erp); code != 0) return code;
  }
  const sigset_t signals = sim::StopSignals();
  const timespec pause{0, 100'000'000};
  while (sigtimedwait(&signals, nullptr, &pause) < 0) {
    if (const auto read = erp.Work(); !read.ok()) return std::cerr << "b2mml-erp-sim: " << Words(read) << "\n", 1;
  }
  return 0;
}

DeskTerms DeskOf(const Options& options) {
  DeskTerms desk = options.desk;
  desk.logical_id = options.logical_id;
  desk.posting.blocked_lots = {options.blocked_lots.begin(), options.blocked_lots.end()};
  return desk;
}

int Run(const Options& options) {
  if (options.serve) sim::BlockStopSignals();
  b2mml::XmlRuntime xml;
  const auto versions = b2mml::Versions::BuiltIn();
  auto record = sim::Record::Open(options.record);
  const auto* version = versions.ok() ? versions->by_name(options.version) : nullptr;
  if (!record.ok() || version == nullptr)
    return std::cerr << "b2mml-erp-sim: the record or the B2MML version cannot be used\n", 2;
  const auto folder = OpenFolder(options);
  if (!folder.ok()) return std::cerr << "b2mml-erp-sim: " << Words(folder.status()) << "\n", 2;
  const auto past = sim::ReadRecord(options.record);
  if (!past.ok()) return std::cerr << "b2mml-erp-sim: " << Words(past.status()) << "\n", 2;
  OrderFactsReader facts(options.record);
  PostingDesk postings(
      DeskOf(options), **record, *versions, [&facts](const std::string& order) { return facts.Of(order); }, *past);
  FactDesk told(options.desk.posting.mutant, options.logical_id, **record, *versions, *past);
  Erp erp(options.adapter_url, *version, *versions, **record, folder->get(), postings, told);
  const auto server = Listen(options, erp);
  if (!server.ok()) return std::cerr << "b2mml-erp-sim: " << Words(server.status()) << "\n", 2;
  return options.serve ? Serve(options, erp, **record) : SendAll(options, erp);
}

int Main(int argc, char** argv) {
  Options options;
  const auto description = Describe(options);
  const auto status = sim::ReadOptions(argc, argv, description);
  if (options.help) {
    std::cout << "b2mml-erp-sim: an ERP that releases orders, takes the answers, and posts reports of work done.\n\n"
              << description
              << "\nExample:\n  b2mml-erp-sim --adapter-url http://127.0.0.1:8080/b2mml/LEI --listen 127.0.0.1:9080 "
                 "--record erp.jsonl --orders 20 --until-answered\n"
                 "Left running, to be told what to do (isa95.testcontrol.v1.ErpControlService):\n"
                 "  b2mml-erp-sim --serve --adapter-url http://127.0.0.1:8080/b2mml/LEI --listen 127.0.0.1:9080 "
                 "--record erp.jsonl --control 127.0.0.1:9081\n";
    return 0;
  }
  if (options.show_version) return std::cout << "b2mml-erp-sim 0.1.0\n", 0;
  const std::string fault = status.ok() ? FaultOf(options) : Words(status);
  if (!fault.empty()) return std::cerr << "b2mml-erp-sim: " << fault << "; see --help\n", 2;
  return Run(options);
}

}  // namespace
}  // namespace isa95::erp_sim

int main(int argc, char** argv) { return isa95::erp_sim::Main(argc, argv); }
