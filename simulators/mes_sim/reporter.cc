#include "simulators/mes_sim/reporter.h"

#include <algorithm>
#include <chrono>
#include <iostream>

#include "grpc/model/text.h"
#include "simulators/mes_sim/noise.h"
#include "simulators/mes_sim/shop_facts.h"

namespace isa95::mes_sim {
namespace {

using namespace exchange::v1;
using std::chrono::milliseconds;
constexpr int64_t kHourMs = 3'600'000;

int64_t NowMs() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

// An eight-hour shift that ended within the past day.
ShiftTerms TermsOf(const Options& options) {
  ShiftTerms terms;
  terms.site = options.site;
  terms.seed = options.seed;
  terms.offset = options.utc_offset;
  terms.reported_ms = NowMs();
  terms.start_ms = (terms.reported_ms / kHourMs - 20) * kHourMs;
  terms.cumulative = options.reporting == "cumulative";
  terms.backflush = {options.backflush.begin(), options.backflush.end()};
  terms.facts = options.quality_downtime;
  terms.mutant = options.mutant;
  return terms;
}

bool Works(const MesOrder& order) {
  return order.state == flow::v1::ORDER_STATE_CODE_RELEASED || order.state == flow::v1::ORDER_STATE_CODE_RUNNING;
}

std::vector<Receipt> Refusals(const std::vector<Report>& reports, const absl::Status& status) {
  std::vector<Receipt> receipts;
  for (const auto& report : reports) {
    auto& receipt = receipts.emplace_back();
    receipt.set_report_id(IdOf(report));
    auto& finding = *receipt.add_finding();
    finding.set_code("REFUSED");
    finding.set_severity(flow::v1::SEVERITY_ERROR);
    finding.set_message(Words(status));
  }
  return receipts;
}

}  // namespace

Reporter::Reporter(const Options& options, sim::Record& record, OrderBook& book, ReportChannel& channel,
                   const std::vector<sim::RecordLine>& past)
    : options_(options), record_(record), orders_(book), channel_(channel) {
  for (const auto& line : past) book_.Read(line);
}

Reporter::~Reporter() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

void Reporter::Start() {
  thread_ = std::thread([this] { Work(); });
}

void Reporter::TookOrder(const flow::v1::Envelope& envelope) {
  std::lock_guard lock(mutex_);
  book_.TakeOrder(envelope, NowMs());
}

void Reporter::Work() {
  auto pause = milliseconds(50);
  while (!stop_) {
    absl::Status status = RunShifts();
    const auto sent = SendSome();
    if (status.ok()) status = sent.status();
    // What became of it can wait until all is told.
    if (status.ok() && !*sent) status = FetchSome();
    if (!status.ok() && pause == milliseconds(50)) std::cerr << "b2mml-mes-sim: " << Words(status) << "\n";
    pause = status.ok() ? milliseconds(50) : std::min(pause * 2, milliseconds(1'000));
    if (!status.ok() || !*sent) std::this_thread::sleep_for(pause);
  }
}

absl::Status Reporter::Note(const std::vector<sim::RecordFields>& lines) {
  if (lines.empty()) return absl::OkStatus();
  if (auto noted = record_.AppendAll(lines); !noted.ok()) return noted;
  std::lock_guard lock(mutex_);
  for (const auto& line : lines) book_.Read(line);
  return absl::OkStatus();
}

// The order starts first, so that the ERP can no longer cancel what is being reported.
absl::Status Reporter::RunShifts() {
  std::vector<std::string> waiting;
  {
    std::lock_guard lock(mutex_);
    waiting = book_.OrdersSince(NowMs() - options_.report_after_ms);
  }
  const auto orders = orders_.All();
  for (const auto& id : waiting) {
    const auto order = orders.find(id);
    if (stop_ || order == orders.end() || !Works(order->second)) continue;
    if (order->second.state == flow::v1::ORDER_STATE_CODE_RELEASED && !orders_.Act("start", id).ok()) continue;
    std::vector<ShopReport> shift;
    {
      std::lock_guard lock(mutex_);
      const auto terms = TermsOf(options_);
      shift = RunShift(book_.OrderOf(id), terms);
      if (terms.facts) std::ranges::move(RunFacts(book_.OrderOf(id), terms), std::back_inserter(shift));
    }
    for (const auto& each : shift) {
      if (!each.mutant.empty()) std::cerr << "b2mml-mes-sim: " << options_.mutant << " " << each.mutant << "\n";
    }
    if (auto noted = Note(ReportBook::LinesOf(id, shift)); !noted.ok()) return noted;
    EndOrder(id, shift);
  }
  return absl::OkStatus();
}

// What the order book knows as made is what left the last step.
void Reporter::EndOrder(const std::string& order_id, const std::vector<ShopReport>& shift) {
  ExactDecimal made;
  std::string last;
  for (const auto& each : shift) {
    for (const auto& step : each.made) {
      if (step.segment != last) made = {};
      last = step.segment;
      made = Add(made, step.good);
    }
  }
  (void)orders_.Act("produce", order_id, FormatDecimal(made));
  (void)orders_.Act("close", order_id);
}

absl::Status Reporter::NoteReceipts(const std::vector<Report>& reports, const std::vector<Receipt>& receipts) {
  std::vector<sim::RecordFields> lines;
  for (size_t i = 0; i < std::min(reports.size(), receipts.size()); ++i)
    lines.push_back(ReportBook::LineOf(reports[i], receipts[i]));
  return Note(lines);
}

absl::StatusOr<bool> Reporter::SendSome() {
  std::vector<Report> reports;
  {
    std::lock_guard lock(mutex_);
    reports = book_.NextToSend(std::max(1u, options_.report_batch), OrderOfSending(options_.noise, options_.seed));
  }
  if (reports.empty()) return false;
  auto receipts = channel_.Send(reports);
  const bool refused = receipts.status().code() == absl::StatusCode::kInvalidArgument;
  if (refused && reports.size() > 1) {  // one of them spoils all
    reports.resize(1);
    receipts = channel_.Send(reports);
  }
  if (receipts.status().code() == absl::StatusCode::kInvalidArgument) receipts = Refusals(reports, receipts.status());
  if (!receipts.ok()) return receipts.status();
  if (auto noted = NoteReceipts(reports, *receipts); !noted.ok()) return noted;
  return true;
}

absl::Status Reporter::FetchSome() {
  std::string cursor;
  {
    std::lock_guard lock(mutex_);
    cursor = book_.cursor();
  }
  const auto news = channel_.Fetch(cursor);
  if (!news.ok()) return news.status();
  std::vector<sim::RecordFields> lines;
  for (const auto& feedback : *news) lines.push_back(ReportBook::LineOf(feedback));
  return Note(lines);
}

bool Reporter::IsSettled() const {
  const auto orders = orders_.All();
  std::lock_guard lock(mutex_);
  for (const auto& id : book_.OrdersSince(std::numeric_limits<int64_t>::max())) {
    const auto order = orders.find(id);
    const bool waits =
        order != orders.end() && (Works(order->second) || order->second.state == flow::v1::ORDER_STATE_CODE_HELD);
    if (waits) return false;
  }
  return book_.IsSettled();
}

std::string Reporter::Counts() const {
  std::lock_guard lock(mutex_);
  return book_.Counts();
}

}  // namespace isa95::mes_sim
