// The ERP side as folders: ROOT/SITE/in is received from, done/ and error/ keep what was received, out/ takes answers.
// Each refused message has a reason in words beside it. A file moves only after the synced commit (P1); one that is
// read again after a crash is a duplicate (P2). Threads: one of its own. Ownership: borrows intake and folders.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "adapter/config.h"
#include "adapter/intake.h"
#include "b2mml/folder/folder.h"

namespace isa95::adapter {

using SiteFolders = std::map<std::string, std::unique_ptr<folder::Folder>, std::less<>>;

// One folder a site whose contract says `erp.port: folder`.
absl::StatusOr<SiteFolders> OpenSiteFolders(const std::string& root, const Contracts& contracts);

class FolderPort {
 public:
  FolderPort(Intake& intake, const SiteFolders& folders);
  ~FolderPort();  // stops and joins

 private:
  void Run();
  // False: this scan is over, the ledger takes nothing now.
  bool Receive(const std::string& site, folder::Folder& folder, folder::Picked file);

  Intake& intake_;
  const SiteFolders& folders_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace isa95::adapter
