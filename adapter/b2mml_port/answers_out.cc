#include "adapter/b2mml_port/answers_out.h"

#include "b2mml/http/client.h"
#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

constexpr uint32_t kPostTimeoutMs = 5'000;

}  // namespace

Delivered AnswersOut::Send(const ledger::OutboxEntry& answer) const {
  const auto contract = contracts_.find(answer.site);
  if (contract != contracts_.end() && contract->second.erp().port() == "folder") {
    const auto folder = folders_.find(answer.site);
    if (folder == folders_.end()) return {absl::FailedPreconditionError("this site has no folder"), 0};
    return {folder->second->WriteOut(Cat("answer-", answer.id, ".xml"), answer.payload), 0};
  }
  const auto url = erp_url_.find(answer.site);
  if (url == erp_url_.end()) return {absl::FailedPreconditionError("no --erp-url for this site"), 0};
  const auto response = http::Post(url->second, "application/xml", answer.payload, kPostTimeoutMs);
  if (!response.ok()) return {response.status(), 0};
  if (response->status >= 200 && response->status < 300) return {};
  return {absl::UnavailableError(Cat("HTTP ", response->status)), int64_t{response->retry_after_seconds} * 1000};
}

}  // namespace isa95::adapter
