// b2mml-mes-sim: plays the MES over gRPC. Takes orders, decides each once, keeps its own record; survives restarts of
// both sides.
#include <google/protobuf/util/json_util.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "grpc/model/text.h"
#include "isa95/exchange/v1/exchange.grpc.pb.h"
#include "simulators/common/options.h"
#include "simulators/common/record.h"

namespace isa95::mes_sim {
namespace {

using namespace exchange::v1;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;
namespace po = boost::program_options;

struct Options {
  std::string adapter = "127.0.0.1:50051", site, record, mode = "stream", scenario, format = "text", mutant = "none";
  std::vector<std::string> reject;
  uint32_t reject_every = 0, decide_after_ms = 0, expect = 0, timeout_s = 0, seed = 1;
  bool help = false, version = false;
};

// An order the MES has and the adapter may not know its decision of: asked again until it does.
struct Taken {
  std::string order_id, version;
  uint64_t delivery_id = 0;
  uint32_t attempt = 0;
  std::string Key() const { return Cat(order_id, "/", version); }
};

struct Decision {
  OrderDecision decision = ORDER_DECISION_ACCEPTED;
  std::string code, text;
};

// Decides by what was asked for; the same order always gets the same decision.
Decision Decide(const Options& options, const std::string& order_id, const std::string& version) {
  for (const auto& rule : options.reject) {  // ORDER=CODE[:text]
    const auto equals = rule.find('=');
    const std::string order = rule.substr(0, equals), reason = rule.substr(equals + 1);
    const bool prefix = order.ends_with('*') && order_id.starts_with(order.substr(0, order.size() - 1));
    if (!prefix && order != order_id) continue;
    const auto colon = reason.find(':');
    return {ORDER_DECISION_REJECTED, reason.substr(0, colon),
            colon == std::string::npos ? "" : reason.substr(colon + 1)};
  }
  std::seed_seq seed(order_id.begin(), order_id.end());
  std::mt19937 random(seed);
  if (options.reject_every != 0 && (random() + options.seed + version.size()) % options.reject_every == 0) {
    return {ORDER_DECISION_REJECTED, "LINE_NOT_READY", "rejected by the scenario"};
  }
  return {};
}

class Mes {
 public:
  Mes(const Options& options, sim::Record& record, const std::vector<std::map<std::string, std::string>>& past)
      : options_(options), record_(record) {
    for (const auto& line : past) {
      Taken taken{line.at("order_id"), line.at("version"), 0, 0};
      const std::string key = taken.Key();
      if (line.at("event") == "decided") {
        decided_.insert(key);
        open_.erase(key);
        continue;
      }
      ToNumber(line.at("delivery_id"), taken.delivery_id);
      ToNumber(line.at("attempt"), taken.attempt);
      taken_.insert(key);
      open_[key] = taken;
    }
    stub_ = OrderExchangeService::NewStub(grpc::CreateChannel(options.adapter, grpc::InsecureChannelCredentials()));
  }

  int Run() {
    const auto until = Clock::now() + std::chrono::seconds(options_.timeout_s == 0 ? 1'000'000 : options_.timeout_s);
    auto pause = milliseconds(50);
    while (!Done() && Clock::now() < until) {
      DecideOpen();
      const bool worked = options_.mode == "fetch" ? FetchOnce() : StreamOnce(until);
      pause = worked ? milliseconds(50) : std::min(pause * 2, milliseconds(1'000));
      if (!Done()) std::this_thread::sleep_for(pause);
    }
    Print();
    return Done() || options_.expect == 0 ? 0 : 1;
  }

 private:
  bool Done() const { return options_.expect != 0 && decided_.size() >= options_.expect; }

  bool StreamOnce(Clock::time_point until) {
    grpc::ClientContext context;
    context.set_deadline(
        std::chrono::system_clock::now() +
        std::min(std::chrono::duration_cast<milliseconds>(until - Clock::now()), milliseconds(3'600'000)));
    StreamOrdersRequest request;
    request.set_site(options_.site);
    auto reader = stub_->StreamOrders(&context, request);
    StreamOrdersResponse response;
    bool worked = false;
    while (!Done() && reader->Read(&response)) {
      worked = true;
      if (!Handle(response.delivery())) break;
    }
    context.TryCancel();
    reader->Finish();
    return worked;
  }

  bool FetchOnce() {
    grpc::ClientContext context;
    FetchOrdersRequest request;
    request.set_site(options_.site);
    request.mutable_wait()->set_seconds(2);
    FetchOrdersResponse response;
    if (!stub_->FetchOrders(&context, request, &response).ok()) return false;
    for (const auto& delivery : response.delivery()) {
      if (!Handle(delivery)) return false;
    }
    return true;
  }

  // Recorded before it is answered: what the adapter is told is what the MES knows after a crash.
  bool Handle(const OrderDelivery& delivery) {
    const auto& envelope = delivery.envelope();
    const std::string key = Cat(envelope.key_id(), "/", envelope.key_version());
    const bool fresh = taken_.insert(key).second;
    std::vector<std::pair<std::string, std::string>> line{{"event", fresh ? "taken" : "redelivered"},
                                                          {"order_id", envelope.key_id()},
                                                          {"version", envelope.key_version()},
                                                          {"delivery_id", std::to_string(delivery.delivery_id())},
                                                          {"attempt", std::to_string(delivery.attempt())}};
    if (fresh) {
      std::string json;
      google::protobuf::util::JsonPrintOptions print;
      print.preserve_proto_field_names = true;
      (void)google::protobuf::util::MessageToJsonString(envelope, &json, print);
      line.emplace_back("envelope", json);
    }
    if (!record_.Append(line).ok()) return false;
    ++(fresh ? fresh_ : redelivered_);
    std::this_thread::sleep_for(milliseconds(options_.decide_after_ms));
    open_[key] = {envelope.key_id(), envelope.key_version(), delivery.delivery_id(), delivery.attempt()};
    return Acknowledge(open_[key]);
  }

  // After a break: an answer to an acknowledgement may have been lost. The same decision again is harmless.
  void DecideOpen() {
    const auto open = open_;
    for (const auto& [key, taken] : open) {
      if (!Acknowledge(taken)) return;
    }
  }

  // False: the adapter cannot be reached.
  bool Acknowledge(const Taken& taken) {
    const std::string key = taken.Key();
    const auto decision = Decide(options_, taken.order_id, taken.version);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
    AcknowledgeOrderRequest request;
    request.set_site(options_.site);
    request.set_delivery_id(taken.delivery_id);
    request.set_attempt(taken.attempt);
    request.set_decision(decision.decision);
    request.set_reason_code(decision.code);
    request.set_reason_text(decision.text);
    AcknowledgeOrderResponse response;
    const auto status = stub_->AcknowledgeOrder(&context, request, &response);
    if (status.error_code() == grpc::StatusCode::ABORTED) return true;  // a newer attempt is on its way
    if (!status.ok()) return false;
    const std::string order_id = taken.order_id, version = taken.version;
    open_.erase(key);  // `taken` may live in it
    if (!decided_.insert(key).second) return true;
    ++(decision.decision == ORDER_DECISION_ACCEPTED ? accepted_ : rejected_);
    return record_
        .Append({{"event", "decided"},
                 {"order_id", order_id},
                 {"version", version},
                 {"decision", OrderDecision_Name(decision.decision).substr(15)},
                 {"reason_code", decision.code}})
        .ok();
  }

  void Print() const {
    if (options_.format == "json") {
      std::cout << Cat("{\"taken\":", fresh_, ",\"redelivered\":", redelivered_, ",\"accepted\":", accepted_,
                       ",\"rejected\":", rejected_, "}\n");
    } else {
      std::cout << Cat("taken ", fresh_, ", redelivered ", redelivered_, ", accepted ", accepted_, ", rejected ",
                       rejected_, "\n");
    }
  }

  const Options& options_;
  sim::Record& record_;
  std::unique_ptr<OrderExchangeService::Stub> stub_;
  std::set<std::string> taken_, decided_;
  std::map<std::string, Taken> open_;
  uint64_t fresh_ = 0, redelivered_ = 0, accepted_ = 0, rejected_ = 0;
};

po::options_description Describe(Options& o) {
  po::options_description d("Options");
  d.add_options()("help,h", po::bool_switch(&o.help), "this text")("version", po::bool_switch(&o.version),
                                                                   "the version")(
      "adapter", po::value(&o.adapter), "HOST:PORT of the adapter's gRPC port")("site", po::value(&o.site), "site id")(
      "record", po::value(&o.record), "append-only record, JSON lines")("mode", po::value(&o.mode), "stream or fetch")(
      "reject", po::value(&o.reject)->composing(), "ORDER=CODE[:text]; ORDER may end in *; may repeat")(
      "reject-every", po::value(&o.reject_every), "reject about one in N")(
      "decide-after-ms", po::value(&o.decide_after_ms), "think so long about each")(
      "expect", po::value(&o.expect), "end when so many orders are decided")(
      "timeout", po::value(&o.timeout_s), "seconds; exit 1 when --expect is not reached")(
      "seed", po::value(&o.seed), "of what is left to chance")("scenario", po::value(&o.scenario),
                                                               "YAML file with these options")(
      "mutant", po::value(&o.mutant), "a named defect to have; none so far")("format", po::value(&o.format),
                                                                             "text or json");
  return d;
}

int Main(int argc, char** argv) {
  Options options;
  const auto description = Describe(options);
  const auto status = sim::ReadOptions(argc, argv, description);
  if (options.help) {
    std::cout << "b2mml-mes-sim: a MES that takes orders and accepts or rejects them.\n\n"
              << description
              << "\nExample:\n  b2mml-mes-sim --adapter 127.0.0.1:50051 --site LEI --record mes.jsonl --reject "
                 "'1004711=UNKNOWN_MATERIAL:no such component'\n";
    return 0;
  }
  if (options.version) return std::cout << "b2mml-mes-sim 0.1.0\n", 0;
  if (!status.ok() || options.site.empty() || options.record.empty() || options.mutant != "none" ||
      (options.mode != "stream" && options.mode != "fetch")) {
    std::cerr << "b2mml-mes-sim: "
              << (status.ok() ? "--site and --record are needed, --mode is stream or fetch, --mutant is none"
                              : Words(status))
              << "; see --help\n";
    return 2;
  }
  const auto past = sim::ReadRecord(options.record);
  auto record = sim::Record::Open(options.record);
  if (!past.ok() || !record.ok()) return std::cerr << "b2mml-mes-sim: the record cannot be used\n", 2;
  return Mes(options, **record, *past).Run();
}

}  // namespace
}  // namespace isa95::mes_sim

int main(int argc, char** argv) { return isa95::mes_sim::Main(argc, argv); }
