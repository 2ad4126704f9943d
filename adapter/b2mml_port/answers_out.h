// Where what is for the ERP goes, answers and reports: by HTTP to the site's --erp-url, or into its folder. Threads:
// safe. Ownership: borrows all.
#pragma once

#include "adapter/b2mml_port/folder_port.h"
#include "adapter/config.h"
#include "adapter/ledger/ledger.h"

namespace isa95::adapter {

// OK: the ERP has it. Otherwise why not, and how long it asked to be left alone (0 = it did not).
struct Delivered {
  absl::Status status;
  int64_t wait_ms = 0;
  unsigned http_status = 0;  // 0: nothing came back, or it went into a folder
  std::string body = {};     // of the response
};

class AnswersOut {
 public:
  AnswersOut(const Contracts& contracts, const std::map<std::string, std::string, std::less<>>& erp_url,
             const SiteFolders& folders)
      : contracts_(contracts), erp_url_(erp_url), folders_(folders) {}
  Delivered Send(const ledger::OutboxEntry& answer) const;
  // `name`: of the file, where it goes into a folder.
  Delivered Send(const std::string& site, const std::string& name, const std::string& xml) const;

 private:
  const Contracts& contracts_;
  const std::map<std::string, std::string, std::less<>>& erp_url_;
  const SiteFolders& folders_;
};

}  // namespace isa95::adapter
