// The simulated ERP: sends releases until they are durably received, records what it is told, and hands reports of work
// done, of quality and of downtime to the desks that book them. Threads: Send and Take are safe. Ownership: borrows
// record, versions, folder and desks.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "b2mml/folder/folder.h"
#include "b2mml/http/client.h"
#include "b2mml/http/server.h"
#include "b2mml/version.h"
#include "simulators/common/record.h"
#include "simulators/erp_sim/fact_desk.h"
#include "simulators/erp_sim/order_plan.h"
#include "simulators/erp_sim/posting_desk.h"

namespace isa95::erp_sim {

// Asked before each try to send.
using KeepTrying = std::function<bool()>;

class Erp {
 public:
  Erp(std::string adapter_url, const b2mml::Version& version, const b2mml::Versions& versions, sim::Record& record,
      folder::Folder* folder, PostingDesk& postings, FactDesk& facts);

  // Sends one request about an order; the same bytes again until the adapter takes or refuses it. Unavailable: it did
  // neither while it was tried.
  absl::Status Send(const OrderSpec& spec, bool send_again, const KeepTrying& keep_trying);
  absl::Status SendFile(const std::string& file, const KeepTrying& keep_trying);
  // An answer, or a report, POSTed by the adapter. The report's answer is in the response.
  http::Response Take(const http::Request& request);

  // What there is to do from time to time: by folder, takes what the adapter has put out; tells of bookings that have
  // come through.
  absl::Status Work();

  // What was last told of the request with that BODID.
  Answer AnswerTo(const std::string& bod_id) const;
  void ForgetAnswers();

  std::string Counts() const;  // "event n, event n"

 private:
  absl::Status Note(const std::vector<std::pair<std::string, std::string>>& fields);
  absl::Status ReadFolder();
  absl::Status TakeFile(const std::string& xml);
  absl::StatusOr<PostingDesk::Answer> TakeReport(const flow::v1::Document& document);
  absl::Status TellBookings();
  absl::Status RecordAnswer(const flow::v1::Document& document);
  absl::Status RecordRefusal(const OrderSpec& spec, const http::ClientResponse& response);
  bool TakeIn(const std::string& answer_bod_id, const std::string& original_bod_id, const Answer& answer);
  absl::StatusOr<http::ClientResponse> PutIntoFolder(const std::string& bytes);
  absl::StatusOr<http::ClientResponse> PostUntilTaken(const std::string& bytes, const KeepTrying& keep_trying);

  const std::string adapter_url_;
  const b2mml::Version& version_;
  const b2mml::Versions& versions_;
  sim::Record& record_;
  folder::Folder* const folder_;  // null = HTTP
  PostingDesk& postings_;
  FactDesk& facts_;
  mutable std::mutex mutex_;
  const int64_t started_ms_;  // so that no later run gives its files the same names
  uint64_t files_ = 0;
  std::map<std::string, uint64_t> counts_;
  std::set<std::string> answers_seen_;     // BODIDs of the answers
  std::map<std::string, Answer> answers_;  // by the BODID of the request
};

}  // namespace isa95::erp_sim
