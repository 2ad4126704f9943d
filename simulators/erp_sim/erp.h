// The simulated ERP: sends releases until they are durably received, and records what it is told. Threads: Send and
// TakeAnswer are safe. Ownership: borrows record, versions and folder.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "b2mml/folder/folder.h"
#include "b2mml/http/server.h"
#include "b2mml/version.h"
#include "simulators/common/record.h"
#include "simulators/erp_sim/orders.h"

namespace isa95::erp_sim {

class Erp {
 public:
  Erp(std::string adapter_url, const b2mml::Version& version, const b2mml::Versions& versions, sim::Record& record,
      std::chrono::steady_clock::time_point until, folder::Folder* folder);

  // Sends one request about an order; the same bytes again until the adapter answers. Unavailable: not before the time
  // was over.
  absl::Status Send(const OrderSpec& spec, bool send_again);
  absl::Status SendFile(const std::string& file);
  // An answer POSTed by the adapter.
  http::Response TakeAnswer(const http::Request& request);

  // By folder: takes what the adapter has put out.
  absl::Status ReadFolder();

  std::string Counts() const;  // "event n, event n"

 private:
  absl::Status Note(const std::vector<std::pair<std::string, std::string>>& fields);
  absl::Status RecordAnswer(const std::string& xml);
  absl::StatusOr<unsigned> PutIntoFolder(const std::string& bytes);
  absl::StatusOr<unsigned> PostUntilTaken(const std::string& bytes);

  const std::string adapter_url_;
  const b2mml::Version& version_;
  const b2mml::Versions& versions_;
  sim::Record& record_;
  const std::chrono::steady_clock::time_point until_;
  folder::Folder* const folder_;  // null = HTTP
  mutable std::mutex mutex_;
  uint64_t files_ = 0;
  std::map<std::string, uint64_t> counts_;
  std::map<std::string, bool> answers_seen_;  // by BODID
};

}  // namespace isa95::erp_sim
