#include "adapter/b2mml_port/answers_out.h"

#include "b2mml/http/client.h"
#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

constexpr uint32_t kPostTimeoutMs = 5'000;

}  // namespace

Delivered AnswersOut::Send(const ledger::OutboxEntry& answer) const {
  return Send(answer.site, Cat("answer-", answer.id, ".xml"), answer.payload);
}

Delivered AnswersOut::Send(const std::string& site, const std::string& name, const std::string& xml) const {
  const auto contract = contracts_.Find(site);
  if (contract != nullptr && contract->contract.erp().port() == "folder") {
    const auto folder = folders_.find(site);
    if (folder == folders_.end()) return {absl::FailedPreconditionError("this site has no folder")};
    return {folder->second->WriteOut(name, xml)};
  }
  const auto url = erp_url_.find(site);
  if (url == erp_url_.end()) return {absl::FailedPreconditionError("no --erp-url for this site")};
  auto response = http::Post(url->second, "application/xml", xml, kPostTimeoutMs);
  if (!response.ok()) return {response.status()};
  Delivered delivered;
  delivered.http_status = response->status;
  delivered.wait_ms = int64_t{response->retry_after_seconds} * 1000;
  delivered.body = std::move(response->body);
  if (response->status < 200 || response->status >= 300)
    delivered.status = absl::UnavailableError(Cat("HTTP ", response->status));
  return delivered;
}

}  // namespace isa95::adapter
