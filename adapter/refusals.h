// Counts what is refused as no business of this interface: it is not stored, since noise must not fill a disk, but
// nothing is refused in silence either. Counts are kept in the ledger within a second or so; a kill may lose the last
// of them, never a report. Threads: safe. Ownership: borrows the ledger; stops its thread when it goes, after the last
// counts are kept.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>

#include "adapter/ledger/report_ledger.h"

namespace isa95::adapter {

class Refusals {
 public:
  explicit Refusals(ledger::ReportLedger& ledger);
  ~Refusals();
  Refusals(const Refusals&) = delete;
  Refusals& operator=(const Refusals&) = delete;

  // `what`: the noun or the item, e.g. "WorkAlert" or "test_result Temperature". It comes from outside: of each site
  // 200 different ones are told apart, cut to 64 bytes, and the rest is "other".
  void Count(std::string_view site, std::string_view what, std::string_view code);

 private:
  using Key = std::tuple<std::string, std::string, std::string>;
  void Run();
  void Keep(const std::map<Key, uint64_t>& counts);

  ledger::ReportLedger& ledger_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::map<Key, uint64_t> waiting_;
  std::map<std::string, std::map<std::string, bool, std::less<>>, std::less<>> known_;  // of each site
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace isa95::adapter
