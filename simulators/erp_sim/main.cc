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

namespace isa95::erp_sim {
namespace {

namespace po = boost::program_options;

struct Options {
  std::string adapter_url, listen, record, prefix = "ORD-", version = "V0701", logical_id = "ERP-DEMO", scenario, noun,
                                           folder, control, format = "text", mutant = "none";
  std::vector<std::string> files;
  uint32_t orders = 0, versions = 1, change_every = 0, hold_every = 0, cancel_every = 0, seed = 1, resend_every = 0,
           broken = 0, parallel = 1, timeout_s = 60;
  bool help = false, show_version = false, serve = false, until_answered = false;
};

po::options_description Describe(Options& o) {
  po::options_description d("Options");
  d.add_options()("help,h", po::bool_switch(&o.help), "this text")(
      "version", po::bool_switch(&o.show_version), "the version")("adapter-url", po::value(&o.adapter_url),
                                                                  "where orders are posted")(
      "folder", po::value(&o.folder), "the adapter's folder ROOT/SITE instead of --adapter-url")(
      "listen", po::value(&o.listen), "HOST:PORT for answers; port 0 = any")("record", po::value(&o.record),
                                                                             "append-only record, JSON lines")(
      "orders", po::value(&o.orders), "how many to release")("versions-per-order", po::value(&o.versions),
                                                             "versions of each, one after the other")(
      "change-every", po::value(&o.change_every), "change each Nth order after its release")(
      "hold-every", po::value(&o.hold_every), "hold each Nth order, then resume it")(
      "cancel-every", po::value(&o.cancel_every), "cancel each Nth order at last")(
      "noun", po::value(&o.noun), "operations or production, in V0600")(
      "seed", po::value(&o.seed), "decides all content")("prefix", po::value(&o.prefix), "of order ids")(
      "b2mml-version", po::value(&o.version), "V0701, V0600 or V0401")("logical-id", po::value(&o.logical_id),
                                                                       "the ERP's own name")(
      "resend-every", po::value(&o.resend_every), "send each Nth twice")("broken", po::value(&o.broken),
                                                                         "add N orders with the quantity 1,5")(
      "parallel", po::value(&o.parallel), "senders")("file", po::value(&o.files)->composing()->multitoken(),
                                                     "send these files as they are")(
      "until-answered", po::bool_switch(&o.until_answered), "end when every order has its answer")(
      "serve", po::bool_switch(&o.serve), "take answers, and act as --control is told, until stopped")(
      "control", po::value(&o.control),
      "with --serve: HOST:PORT of the control service, by which a test brings it to act")(
      "timeout", po::value(&o.timeout_s), "seconds for all of it, 1 is the exit code then; with --serve for one act")(
      "scenario", po::value(&o.scenario), "YAML file with these options")(
      "mutant", po::value(&o.mutant), "a named defect to have; none so far")("format", po::value(&o.format),
                                                                             "text or json");
  return d;
}

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
    if (!erp.ReadFolder().ok()) break;
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
      http_options, [&erp](const http::Request& request, const http::Reply& reply) { reply(erp.TakeAnswer(request)); });
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
  std::cout << erp.Counts() << "\n";
  return code;
}

int Serve(const Options& options, Erp& erp, sim::Record& record) {
  OrderDesk desk(erp, record, HouseOf(options), std::chrono::seconds(options.timeout_s));
  std::unique_ptr<sim::ControlServer> control;
  if (!options.control.empty()) {
    control = ServeControl(options.control, desk);
    if (control == nullptr) return std::cerr << "b2mml-erp-sim: --control cannot be listened on\n", 2;
  }
  const sigset_t signals = sim::StopSignals();
  const timespec pause{0, 100'000'000};
  while (sigtimedwait(&signals, nullptr, &pause) < 0) {
    if (const auto read = erp.ReadFolder(); !read.ok()) return std::cerr << "b2mml-erp-sim: " << Words(read) << "\n", 1;
  }
  return 0;
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
  Erp erp(options.adapter_url, *version, *versions, **record, folder->get());
  const auto server = Listen(options, erp);
  if (!server.ok()) return std::cerr << "b2mml-erp-sim: " << Words(server.status()) << "\n", 2;
  return options.serve ? Serve(options, erp, **record) : SendAll(options, erp);
}

// Empty = they go together.
std::string FaultOf(const Options& options) {
  const bool sends = options.orders + options.broken > 0 || !options.files.empty() || !options.control.empty();
  if (options.record.empty()) return "--record is needed";
  if (sends && options.adapter_url.empty() && options.folder.empty())
    return "--adapter-url or --folder is needed to send";
  if (options.serve && options.listen.empty() && options.folder.empty())
    return "--listen or --folder is needed to serve";
  if (!options.control.empty() && !options.serve) return "--control needs --serve";
  if (options.mutant != "none") return "--mutant is none";
  if (!options.noun.empty() && options.noun != "operations" && options.noun != "production")
    return "--noun is operations or production";
  return {};
}

int Main(int argc, char** argv) {
  Options options;
  const auto description = Describe(options);
  const auto status = sim::ReadOptions(argc, argv, description);
  if (options.help) {
    std::cout << "b2mml-erp-sim: an ERP that releases orders and takes the answers.\n\n"
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
