// The simulated ERP: sends releases until they are durably received, and records what it is told. Threads: Send and
// TakeAnswer are safe. Ownership: borrows record, versions and folder.
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
#include "simulators/erp_sim/order_plan.h"

namespace isa95::erp_sim {

// Asked before each try to send.
using KeepTrying = std::function<bool()>;

class Erp {
 public:
  Erp(std::string adapter_url, const b2mml::Version& version, const b2mml::Versions& versions, sim::Record& record,
      folder::Folder* folder);

  // Sends one request about an order; the same bytes again until the adapter takes or refuses it. Unavailable: it did
  // neither while it was tried.
  absl::Status Send(const OrderSpec& spec, bool send_again, const KeepTrying& keep_trying);
  absl::Status SendFile(const std::string& file, const KeepTrying& keep_trying);
  // An answer POSTed by the adapter.
  http::Response TakeAnswer(const http::Request& request);

  // By folder: takes what the adapter has put out.
  absl::Status ReadFolder();

  // What was last told of the request with that BODID.
  Answer AnswerTo(const std::string& bod_id) const;
  void ForgetAnswers();

  std::string Counts() const;  // "event n, event n"

 private:
  absl::Status Note(const std::vector<std::pair<std::string, std::string>>& fields);
  absl::Status RecordAnswer(const std::string& xml);
  absl::Status RecordRefusal(const OrderSpec& spec, const http::ClientResponse& response);
  bool TakeIn(const std::string& answer_bod_id, const std::string& original_bod_id, const Answer& answer);
  absl::StatusOr<http::ClientResponse> PutIntoFolder(const std::string& bytes);
  absl::StatusOr<http::ClientResponse> PostUntilTaken(const std::string& bytes, const KeepTrying& keep_trying);

  const std::string adapter_url_;
  const b2mml::Version& version_;
  const b2mml::Versions& versions_;
  sim::Record& record_;
  folder::Folder* const folder_;  // null = HTTP
  mutable std::mutex mutex_;
  uint64_t files_ = 0;
  std::map<std::string, uint64_t> counts_;
  std::set<std::string> answers_seen_;     // BODIDs of the answers
  std::map<std::string, Answer> answers_;  // by the BODID of the request
};

}  // namespace isa95::erp_sim
