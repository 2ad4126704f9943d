// The simulated MES reports its shift: runs one for each order it has, puts it on record, sends each report until there
// is a receipt, and fetches what became of it. Threads: one of its own; the rest may be called from any. Ownership:
// borrows all.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "b2mml/version.h"
#include "simulators/common/record.h"
#include "simulators/mes_sim/decide.h"
#include "simulators/mes_sim/report_book.h"

namespace isa95::mes_sim {

// How reports leave the MES.
class ReportChannel {
 public:
  virtual ~ReportChannel() = default;
  // One receipt a report, in their order. InvalidArgument: not taken as they are, and never will be. Others: again.
  virtual absl::StatusOr<std::vector<exchange::v1::Receipt>> Send(const std::vector<exchange::v1::Report>& reports) = 0;
  // What is new since the cursor; waits a while for it.
  virtual absl::StatusOr<std::vector<exchange::v1::Feedback>> Fetch(const std::string& cursor) = 0;
  // Bytes as they are; what came back, in words. Unimplemented where the MES does not speak B2MML.
  virtual absl::StatusOr<std::string> SendDocument(const std::string& xml) {
    (void)xml;
    return absl::UnimplementedError("no documents here");
  }
};
std::unique_ptr<ReportChannel> MakeGrpcChannel(const std::string& adapter, const std::string& site);
// By HTTP to --adapter-url, or into the folder. Borrows both.
std::unique_ptr<ReportChannel> MakeB2mmlChannel(const Options& options, const b2mml::Version& version);

class Reporter {
 public:
  // `past`: the record of an earlier run, with which it goes on.
  Reporter(const Options& options, sim::Record& record, OrderBook& book, ReportChannel& channel,
           const std::vector<sim::RecordLine>& past);
  ~Reporter();
  void Start();
  // An accepted request, on record and in the order book.
  void TookOrder(const flow::v1::Envelope& envelope);
  // What came by itself of a report, put on record.
  absl::Status TookFeedback(const exchange::v1::Feedback& feedback) { return Note({ReportBook::LineOf(feedback)}); }
  // No order waits for its shift, and of each report the last word has been said.
  bool IsSettled() const;
  std::string Counts() const;

 private:
  void Work();
  absl::Status RunShifts();
  absl::StatusOr<bool> SendSome();  // false: there is nothing to send
  absl::Status FetchSome();
  absl::Status Note(const std::vector<sim::RecordFields>& lines);
  absl::Status NoteReceipts(const std::vector<exchange::v1::Report>& reports,
                            const std::vector<exchange::v1::Receipt>& receipts);
  void EndOrder(const std::string& order_id, const std::vector<ShopReport>& shift);

  const Options& options_;
  sim::Record& record_;
  OrderBook& orders_;
  ReportChannel& channel_;
  mutable std::mutex mutex_;
  ReportBook book_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace isa95::mes_sim
