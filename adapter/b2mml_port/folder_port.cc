#include "adapter/b2mml_port/folder_port.h"

#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>

#include "b2mml/reader.h"
#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

constexpr auto kPause = std::chrono::milliseconds(100);
constexpr int64_t kGraceMs = 10'000;  // so long may a file without its end still be written to

int64_t SteadyMs() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

class Nothing : public b2mml::EventSink {
 public:
  bool Start(std::string_view, std::string_view, const std::vector<b2mml::XmlAttribute>&,
             const b2mml::XmlPosition&) override {
    return true;
  }
  bool Text(std::string_view, const b2mml::XmlPosition&) override { return true; }
  bool End(std::string_view, std::string_view, const b2mml::XmlPosition&) override { return true; }
};

// A writer that pauses must not have its half message refused.
bool MayStillGrow(const folder::Picked& file) {
  if (file.age_ms >= kGraceMs) return false;
  if (file.bytes.empty()) return true;
  Nothing sink;
  for (const auto& finding : b2mml::Read(file.bytes, nullptr, {}, sink)) {
    if (finding.code() == "NOT_WELL_FORMED") return true;
  }
  return false;
}

std::string InWords(const Findings& findings) {
  std::string text;
  for (const auto& finding : findings) text += ToText(finding);
  return text;
}

std::string ReasonOf(const IntakeResult& result) {
  if (result.kind != IntakeResult::Kind::kConflict) return InWords(result.findings);
  return Cat("error DUPLICATE_CONFLICT\n  The same key was already received with other content; both are kept.\n",
             "  mend: Send the change under a new order version and a new BODID.\n");
}

void Report(const std::string& site, const absl::Status& status) {
  if (!status.ok()) spdlog::error("folder of site {}: {}", site, status.ToString());
}

}  // namespace

absl::StatusOr<SiteFolders> OpenSiteFolders(const std::string& root, const Contracts& contracts) {
  SiteFolders folders;
  for (const auto& [site, terms] : contracts.Current()) {
    if (terms.contract.erp().port() != "folder") continue;
    if (root.empty())
      return absl::FailedPreconditionError(
          Cat("site ", site, " has the ERP port folder: say where, with --folder ROOT"));
    if (mkdir(root.c_str(), 0770) != 0 && errno != EEXIST)
      return absl::FailedPreconditionError(Cat("the folder ", root, " cannot be made"));
    auto opened = folder::Folder::Open(Cat(root, "/", site), {});
    if (!opened.ok()) return opened.status();
    folders.emplace(site, *std::move(opened));
  }
  return folders;
}

FolderPort::FolderPort(Intake& intake, const SiteFolders& folders)
    : intake_(intake), folders_(folders), thread_([this] { Run(); }) {}

FolderPort::~FolderPort() {
  stopping_ = true;
  thread_.join();
}

void FolderPort::Run() {
  while (!stopping_) {
    for (const auto& [site, folder] : folders_) {
      auto files = folder->Scan(SteadyMs());
      if (!files.ok()) {
        Report(site, files.status());
        continue;
      }
      for (auto& file : *files) {
        if (stopping_ || !Receive(site, *folder, std::move(file))) break;
      }
    }
    std::this_thread::sleep_for(kPause);
  }
}

bool FolderPort::Receive(const std::string& site, folder::Folder& folder, folder::Picked file) {
  if (!file.refusal.empty()) return Report(site, folder.MoveToError(file, InWords(file.refusal))), true;
  if (MayStillGrow(file)) return true;
  auto result = intake_.Receive(site, "folder", std::move(file.bytes));
  if (!result.ok()) return Report(site, result.status()), false;  // the file stays and is read again
  if (!result->answer.empty())
    Report(site, folder.WriteOut(Cat("document-", result->document_id, ".xml"), result->answer));
  using Kind = IntakeResult::Kind;
  const bool taken = result->kind == Kind::kReceived || result->kind == Kind::kAnswered || result->kind == Kind::kTaken;
  Report(site, taken ? folder.MoveToDone(file) : folder.MoveToError(file, ReasonOf(*result)));
  return true;
}

}  // namespace isa95::adapter
