// A ReportHandler in memory, and an ExchangeHandler that has no orders. Threads: safe.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "grpc/server/report_handler.h"

namespace isa95::server {

class NoOrders : public ExchangeHandler {
 public:
  absl::StatusOr<std::vector<exchange::v1::OrderDelivery>> TakeOrders(std::string_view, std::string_view, uint32_t,
                                                                      const std::vector<uint64_t>&) override {
    return std::vector<exchange::v1::OrderDelivery>();
  }
  absl::StatusOr<exchange::v1::AcknowledgeOrderResponse> AcknowledgeOrder(
      const exchange::v1::AcknowledgeOrderRequest&) override {
    return exchange::v1::AcknowledgeOrderResponse();
  }
  absl::StatusOr<exchange::v1::GetOrderResponse> GetOrder(const exchange::v1::GetOrderRequest&) override {
    return exchange::v1::GetOrderResponse();
  }
  absl::StatusOr<exchange::v1::GetMessageResponse> GetMessage(const exchange::v1::GetMessageRequest&) override {
    return exchange::v1::GetMessageResponse();
  }
  std::unique_ptr<Subscription> Subscribe(std::string_view, std::function<void()>) override {
    return std::make_unique<Subscription>();
  }
};

// Sites LEI and ULM; feedback are numbers from 1, and their cursors the same.
class FakeReports : public ReportHandler {
 public:
  absl::StatusOr<std::vector<exchange::v1::Receipt>> Report(std::string_view site,
                                                            const std::vector<exchange::v1::Report>& reports) override {
    std::unique_lock lock(mutex_);
    ++inside_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    --inside_;
    if (!error_.ok()) return error_;
    if (!IsSite(site)) return absl::NotFoundError("no such site");
    std::vector<exchange::v1::Receipt> receipts;
    for (const auto& report : reports) {
      const auto& id = report.has_confirmation()  ? report.confirmation().id().value()
                       : report.has_consumption() ? report.consumption().id().value()
                       : report.has_reversal()    ? report.reversal().id().value()
                       : report.has_downtime()    ? report.downtime().id().value()
                       : report.has_test_result() ? report.test_result().id().value()
                                                  : report.lot_disposition().id().value();
      auto& receipt = receipts.emplace_back();
      receipt.set_report_id(id);
      const bool first = stored_.emplace(id, report).second;
      receipt.set_code(first ? exchange::v1::RECEIPT_CODE_DURABLE : exchange::v1::RECEIPT_CODE_DUPLICATE);
    }
    if (loses_a_receipt_) receipts.pop_back();
    return receipts;
  }

  absl::StatusOr<std::vector<exchange::v1::Feedback>> TakeFeedback(std::string_view site, std::string_view cursor,
                                                                   uint32_t max) override {
    if (!IsSite(site)) return absl::NotFoundError("no such site");
    std::lock_guard lock(mutex_);
    most_asked_ = std::max(most_asked_, max);
    std::vector<exchange::v1::Feedback> out;
    const uint64_t after = cursor.empty() ? 0 : std::stoull(std::string(cursor));
    for (uint64_t number = after + 1; number <= last_[std::string(site)] && out.size() < max; ++number) {
      auto& feedback = out.emplace_back();
      feedback.set_cursor(std::to_string(number));
      feedback.set_operator_text(text_);
      taken_[std::string(site)] = number;
    }
    return out;
  }

  std::unique_ptr<ExchangeHandler::Subscription> SubscribeFeedback(std::string_view,
                                                                   std::function<void()> wake) override {
    std::lock_guard lock(mutex_);
    wakes_.emplace(++last_wake_, std::move(wake));
    changed_.notify_all();
    return std::make_unique<Entry>(*this, last_wake_);
  }

  void AddFeedback(const std::string& site, uint64_t count, std::string text = {}) {
    std::lock_guard lock(mutex_);
    last_[site] += count;
    text_ = std::move(text);
    for (const auto& [id, wake] : wakes_) wake();
  }
  uint64_t taken(const std::string& site) {
    std::lock_guard lock(mutex_);
    return taken_[site];
  }
  uint32_t most_asked() {
    std::lock_guard lock(mutex_);
    return most_asked_;
  }
  void AwaitSubscribers(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return wakes_.size() == count; });
  }

  // While closed, Report keeps its callers.
  void Close() { Gate(false); }
  void Open() { Gate(true); }
  void AwaitInside(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return inside_ >= count; });
  }
  void Answer(absl::Status error) {
    std::lock_guard lock(mutex_);
    error_ = std::move(error);
  }
  void LoseAReceipt() {
    std::lock_guard lock(mutex_);
    loses_a_receipt_ = true;
  }
  std::map<std::string, exchange::v1::Report> stored() {
    std::lock_guard lock(mutex_);
    return stored_;
  }

 private:
  struct Entry : ExchangeHandler::Subscription {
    Entry(FakeReports& o, uint64_t i) : owner(o), id(i) {}
    ~Entry() override {
      std::lock_guard lock(owner.mutex_);
      owner.wakes_.erase(id);
      owner.changed_.notify_all();
    }
    FakeReports& owner;
    uint64_t id;
  };
  static bool IsSite(std::string_view site) { return site == "LEI" || site == "ULM"; }
  void Gate(bool open) {
    std::lock_guard lock(mutex_);
    open_ = open;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true, loses_a_receipt_ = false;
  size_t inside_ = 0;
  absl::Status error_;
  std::map<std::string, exchange::v1::Report> stored_;
  std::string text_;
  std::map<std::string, uint64_t> last_, taken_;
  uint32_t most_asked_ = 0;
  uint64_t last_wake_ = 0;
  std::map<uint64_t, std::function<void()>> wakes_;
};

}  // namespace isa95::server
