#include "simulators/mes_sim/mes.h"

#include <google/protobuf/util/json_util.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <thread>

#include "grpc/model/text.h"
#include "isa95/exchange/v1/exchange.grpc.pb.h"
#include "simulators/mes_sim/dial.h"
#include "simulators/mes_sim/reporter.h"

namespace isa95::mes_sim {
namespace {

using namespace exchange::v1;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

// A request the MES has and the adapter may not know its decision of: told again until it does.
struct Taken {
  flow::v1::Envelope envelope;
  uint64_t delivery_id = 0;
  uint32_t attempt = 0;
  Ruling ruling;
};

}  // namespace

class Mes::Impl {
 public:
  Impl(const Options& options, sim::Record& record, OrderBook& book, Reporter* reporter,
       const std::vector<sim::RecordLine>& past)
      : options_(options), record_(record), book_(book), reporter_(reporter) {
    for (const auto& line : past) Remember(line);
    stub_ = OrderExchangeService::NewStub(Dial(options.adapter));
  }

  int Run() {
    const auto until = Clock::now() + std::chrono::seconds(options_.timeout_s == 0 ? 1'000'000 : options_.timeout_s);
    auto pause = milliseconds(50);
    while (!Done() && Clock::now() < until) {
      const bool worked = TellOpen() && (options_.mode == "fetch" ? FetchOnce() : StreamOnce(until));
      pause = worked ? milliseconds(50) : std::min(pause * 2, milliseconds(1'000));
      if (!Done()) std::this_thread::sleep_for(pause);
    }
    Print();
    return Done() || (options_.expect == 0 && !options_.until_settled) ? 0 : 1;
  }

 private:
  bool Done() const {
    if (options_.until_settled)
      return !decided_.empty() && decided_.size() >= options_.expect && reporter_->IsSettled();
    return options_.expect != 0 && decided_.size() >= options_.expect;
  }

  void TookOrder(const flow::v1::Envelope& envelope) {
    if (reporter_ != nullptr) reporter_->TookOrder(envelope);
  }

  void Remember(const sim::RecordLine& line) {
    const auto& event = line.at("event");
    if (event != "control" && event != "taken" && event != "redelivered" && event != "decided") return;
    if (event == "control") return book_.Replay(line);
    const std::string key = Cat(line.at("order_id"), "/", line.at("version"), "/", line.at("kind"));
    if (event == "decided") {
      if (const auto open = open_.find(key); open != open_.end()) {
        if (line.at("decision") != "REJECTED") {
          book_.Take(open->second.envelope, RuleOn(open->second.envelope));
          TookOrder(open->second.envelope);
        }
        open_.erase(open);
      }
      decided_.insert(key);
      return;
    }
    auto& taken = open_[key];
    if (event == "taken") (void)google::protobuf::util::JsonStringToMessage(line.at("envelope"), &taken.envelope);
    ToNumber(line.at("delivery_id"), taken.delivery_id);
    ToNumber(line.at("attempt"), taken.attempt);
    taken.ruling = RuleOn(taken.envelope);
    taken_.insert(key);
  }

  Ruling RuleOn(const flow::v1::Envelope& envelope) const { return Decide(options_, book_, envelope); }

  // Whether all is settled is looked at in between.
  milliseconds Patience() const { return milliseconds(options_.until_settled ? 1'000 : 3'600'000); }

  bool StreamOnce(Clock::time_point until) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         std::min(std::chrono::duration_cast<milliseconds>(until - Clock::now()), Patience()));
    context.set_wait_for_ready(true);  // gRPC dials only while it is waited for
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
    context.set_wait_for_ready(true);
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
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
    const std::string key = KeyOf(envelope);
    const bool fresh = taken_.insert(key).second;
    std::vector<std::pair<std::string, std::string>> line{{"event", fresh ? "taken" : "redelivered"},
                                                          {"order_id", envelope.key_id()},
                                                          {"version", envelope.key_version()},
                                                          {"kind", KindOf(envelope)},
                                                          {"delivery_id", std::to_string(delivery.delivery_id())},
                                                          {"attempt", std::to_string(delivery.attempt())}};
    if (fresh) line.emplace_back("envelope", ToJson(envelope));
    if (!record_.Append(line).ok()) return false;
    ++(fresh ? fresh_ : redelivered_);
    std::this_thread::sleep_for(milliseconds(options_.decide_after_ms));
    const auto known = open_.find(key);
    auto ruling = known == open_.end() ? RuleOn(envelope) : known->second.ruling;
    open_[key] = {envelope, delivery.delivery_id(), delivery.attempt(), std::move(ruling)};
    return Tell(key, open_[key]);
  }

  // After a break: an answer to an acknowledgement may have been lost. The same decision again is harmless.
  bool TellOpen() {
    const auto open = open_;
    return std::all_of(open.begin(), open.end(), [this](const auto& each) { return Tell(each.first, each.second); });
  }

  // False: the adapter cannot be reached.
  bool Tell(const std::string& key, Taken taken) {
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
    AcknowledgeOrderRequest request;
    request.set_site(options_.site);
    request.set_delivery_id(taken.delivery_id);
    request.set_attempt(taken.attempt);
    request.set_decision(taken.ruling.decision);
    request.set_reason_code(taken.ruling.code);
    request.set_reason_text(taken.ruling.text);
    AcknowledgeOrderResponse response;
    const auto status = stub_->AcknowledgeOrder(&context, request, &response);
    if (status.error_code() == grpc::StatusCode::ABORTED) return true;  // a newer attempt is on its way
    if (!status.ok()) return false;
    open_.erase(key);
    if (!decided_.insert(key).second) return true;
    book_.Take(taken.envelope, taken.ruling);
    if (taken.ruling.decision != ORDER_DECISION_REJECTED) TookOrder(taken.envelope);
    ++(taken.ruling.decision == ORDER_DECISION_REJECTED ? rejected_ : accepted_);
    return record_
        .Append({{"event", "decided"},
                 {"order_id", taken.envelope.key_id()},
                 {"version", taken.envelope.key_version()},
                 {"kind", KindOf(taken.envelope)},
                 {"decision", OrderDecision_Name(taken.ruling.decision).substr(15)},
                 {"reason_code", taken.ruling.code}})
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
    if (reporter_ != nullptr) std::cout << reporter_->Counts() << "\n";
  }

  const Options& options_;
  sim::Record& record_;
  OrderBook& book_;
  Reporter* const reporter_;
  std::unique_ptr<OrderExchangeService::Stub> stub_;
  std::set<std::string> taken_, decided_;
  std::map<std::string, Taken> open_;
  uint64_t fresh_ = 0, redelivered_ = 0, accepted_ = 0, rejected_ = 0;
};

Mes::Mes(const Options& options, sim::Record& record, OrderBook& book, Reporter* reporter,
         const std::vector<sim::RecordLine>& past)
    : impl_(std::make_unique<Impl>(options, record, book, reporter, past)) {}
Mes::~Mes() = default;
int Mes::Run() { return impl_->Run(); }

}  // namespace isa95::mes_sim
