#include "tests/bench/load.h"

#include <grpcpp/generic/generic_stub.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace isa95::bench {
namespace {

using Clock = std::chrono::steady_clock;
using namespace exchange::v1;

// Counts what is answered until the slice is over.
class Slice {
 public:
  explicit Slice(Millis length) : length_(length), end_(Clock::now() + length) {}
  bool over() const { return Clock::now() >= end_; }
  void Count(bool right) {
    ++done_;
    if (!over()) ++in_time_;
    if (!right) ++wrong_;
  }
  Load load() const { return {in_time_ / std::chrono::duration<double>(length_).count(), done_, wrong_}; }

 private:
  const Millis length_;
  const Clock::time_point end_;
  std::atomic<uint64_t> done_{0}, in_time_{0}, wrong_{0};
};

// At most so many under way; the last one to end tells who waits.
class Outstanding {
 public:
  void Begin(int most) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return under_way_ < most; });
    ++under_way_;
  }
  void End() {
    std::lock_guard lock(mutex_);
    --under_way_;
    changed_.notify_all();
  }
  void AwaitAll() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return under_way_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int under_way_ = 0;
};

struct UnaryRun {
  const UnaryCalls& calls;
  grpc::GenericStub stub;
  Slice slice;
  std::atomic<uint64_t> left;
  Outstanding outstanding;
};

struct UnaryLane {
  UnaryRun& run;
  int number;
  std::unique_ptr<grpc::ClientContext> context{};
  grpc::ByteBuffer request{}, response{};

  bool Next() {
    if (run.slice.over() || run.left.load() == 0 || run.left-- == 0) return false;
    context = std::make_unique<grpc::ClientContext>();
    request = run.calls.request(number);
    response.Clear();
    run.stub.UnaryCall(context.get(), run.calls.method, {}, &request, &response, [this](const grpc::Status& status) {
      run.slice.Count(status.ok() && run.calls.right(response));
      if (!Next()) run.outstanding.End();
    });
    return true;
  }
};

// One request and its answer, over a connection that stays open; 0 = it broke.
unsigned Exchange(int socket, const std::string& request, std::string& answer) {
  for (size_t sent = 0; sent < request.size();) {
    const auto size = send(socket, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
    if (size <= 0) return 0;
    sent += static_cast<size_t>(size);
  }
  answer.clear();
  size_t whole = 0;
  do {
    char bytes[16 * 1024];
    const auto size = recv(socket, bytes, sizeof(bytes), 0);
    if (size <= 0) return 0;
    answer.append(bytes, static_cast<size_t>(size));
    const auto head = answer.find("\r\n\r\n");
    if (head == std::string::npos) continue;
    const auto length = answer.find("Content-Length: ");
    whole = head + 4 + (length < head ? std::stoul(answer.substr(length + 16)) : 0);
  } while (whole == 0 || answer.size() < whole);
  return static_cast<unsigned>(std::stoul(answer.substr(9, 3)));
}

void PostLane(const Posts& posts, int lane, Slice& slice) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(posts.port));
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) slice.Count(false);
  std::string answer;
  while (!slice.over()) {
    const auto body = posts.body(lane);
    const auto status =
        Exchange(fd,
                 "POST " + posts.target + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " +
                     "application/xml\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body,
                 answer);
    slice.Count(status == posts.right_status);
    if (status == 0) break;
  }
  close(fd);
}

struct PacedCall {
  grpc::ClientContext context;
  grpc::ByteBuffer request, response;
};

struct Acknowledgement {
  grpc::ClientContext context;
  AcknowledgeOrderRequest request;
  AcknowledgeOrderResponse response;
};

}  // namespace

Load RunUnary(const UnaryCalls& calls, int lanes, Millis slice, uint64_t most) {
  UnaryRun run{calls, grpc::GenericStub(calls.channel), Slice(slice), {most}, {}};
  std::vector<std::unique_ptr<UnaryLane>> all;
  for (int i = 0; i < lanes; ++i) {
    all.push_back(std::unique_ptr<UnaryLane>(new UnaryLane{run, i}));
    run.outstanding.Begin(lanes);
    if (!all.back()->Next()) run.outstanding.End();
  }
  run.outstanding.AwaitAll();
  return run.slice.load();
}

Paced RunPaced(const UnaryCalls& calls, int per_second, Millis length, int most) {
  grpc::GenericStub stub(calls.channel);
  Outstanding outstanding;
  std::mutex mutex;
  Paced paced;
  const auto start = Clock::now();
  const auto count = static_cast<uint64_t>(per_second * length.count() / 1000);
  for (uint64_t i = 0; i < count; ++i) {
    const auto due = start + std::chrono::nanoseconds(i * 1'000'000'000 / static_cast<uint64_t>(per_second));
    std::this_thread::sleep_until(due);
    outstanding.Begin(most);
    auto* call = new PacedCall;
    call->request = calls.request(0);
    stub.UnaryCall(&call->context, calls.method, {}, &call->request, &call->response,
                   [&, call, due](const grpc::Status& status) {
                     const std::chrono::duration<double, std::milli> took = Clock::now() - due;
                     const bool right = status.ok() && calls.right(call->response);
                     delete call;
                     {
                       std::lock_guard lock(mutex);
                       paced.millis.push_back(took.count());
                       if (!right) ++paced.load.wrong;
                     }
                     outstanding.End();
                   });
  }
  outstanding.AwaitAll();
  paced.load.done = count;
  paced.load.per_second = count / std::chrono::duration<double>(Clock::now() - start).count();
  return paced;
}

Load RunPosts(const Posts& posts, int lanes, Millis length) {
  Slice slice(length);
  std::vector<std::thread> threads;
  for (int i = 0; i < lanes; ++i) threads.emplace_back([&, i] { PostLane(posts, i, slice); });
  for (auto& thread : threads) thread.join();
  return slice.load();
}

Load RunOrders(OrderExchangeService::Stub& stub, uint64_t count, int lanes,
               const std::function<void(const StreamOrdersResponse&)>& taken) {
  StreamOrdersRequest request;
  request.set_site("LEI");
  grpc::ClientContext context;
  Outstanding outstanding;
  std::atomic<uint64_t> wrong{0};
  Load load;
  const auto start = Clock::now();
  const auto stream = stub.StreamOrders(&context, request);
  for (StreamOrdersResponse next; load.done < count && stream->Read(&next); ++load.done) {
    const auto& delivery = next.delivery();
    taken(next);
    auto* accept = new Acknowledgement;
    accept->request.set_site("LEI");
    accept->request.set_delivery_id(delivery.delivery_id());
    accept->request.set_attempt(delivery.attempt());
    accept->request.set_decision(ORDER_DECISION_ACCEPTED);
    outstanding.Begin(lanes);
    stub.async()->AcknowledgeOrder(&accept->context, &accept->request, &accept->response,
                                   [accept, &outstanding, &wrong](const grpc::Status& status) {
                                     if (!status.ok()) ++wrong;
                                     delete accept;
                                     outstanding.End();
                                   });
  }
  outstanding.AwaitAll();
  load.per_second = load.done / std::chrono::duration<double>(Clock::now() - start).count();
  load.wrong = wrong + (count - load.done);
  context.TryCancel();
  stream->Finish();
  return load;
}

}  // namespace isa95::bench
