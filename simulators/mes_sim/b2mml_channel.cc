// Reports as documents: POSTed to the adapter, or put into its folder. What becomes of them it tells the server's side.
#include <algorithm>

#include "b2mml/folder/folder.h"
#include "b2mml/http/client.h"
#include "b2mml/translate.h"
#include "grpc/model/text.h"
#include "simulators/mes_sim/fact_document.h"
#include "simulators/mes_sim/performance_document.h"
#include "simulators/mes_sim/reporter.h"

namespace isa95::mes_sim {
namespace {

using namespace exchange::v1;
constexpr uint32_t kPostTimeoutMs = 10'000;

std::string FileNameOf(std::string key) {
  std::replace(key.begin(), key.end(), '/', '_');
  return key;
}

class B2mmlChannel final : public ReportChannel {
 public:
  B2mmlChannel(const Options& options, const b2mml::Version& version) : options_(options), version_(version) {}

  absl::StatusOr<std::vector<Receipt>> Send(const std::vector<Report>& reports) override {
    std::vector<Receipt> receipts;
    for (const auto& report : reports) {
      const auto written = b2mml::WriteDocument(DocumentOf(report), version_);
      if (written.xml.empty()) return absl::InvalidArgumentError(isa95::ToJson(written.findings));
      const auto code = options_.adapter_url.empty() ? PutIntoFolder(KeyOf(report), written.xml) : Post(written.xml);
      if (!code.ok()) return code.status();
      auto& receipt = receipts.emplace_back();
      receipt.set_report_id(IdOf(report));
      receipt.set_code(*code);
    }
    return receipts;
  }

  absl::StatusOr<std::string> SendDocument(const std::string& xml) override {
    if (options_.adapter_url.empty()) return absl::UnimplementedError("by HTTP only");
    const auto code = Post(xml);
    if (code.ok()) return std::string("taken");
    return code.status().code() == absl::StatusCode::kInvalidArgument ? Words(code.status()).substr(0, 8)
                                                                      : absl::StatusOr<std::string>(code.status());
  }

  // It comes by itself.
  absl::StatusOr<std::vector<Feedback>> Fetch(const std::string&) override { return std::vector<Feedback>(); }

 private:
  flow::v1::Document DocumentOf(const Report& report) const {
    if (!IsFact(report)) return MakePerformance(report, options_.logical_id, options_.noun);
    const bool has_results = version_.message_for("VERB_CODE_SYNC", "NOUN_CODE_TEST_RESULT", "") != nullptr;
    return MakeFact(report, options_.logical_id, options_.noun, has_results);
  }

  absl::StatusOr<ReceiptCode> Post(const std::string& xml) const {
    const auto response = http::Post(options_.adapter_url, "application/xml", xml, kPostTimeoutMs);
    if (!response.ok()) return absl::UnavailableError(Words(response.status()));
    if (response->status == 200 || response->status == 202) return RECEIPT_CODE_DURABLE;
    const bool for_good = response->status >= 400 && response->status < 500 && response->status != 408;
    const std::string words = Cat("HTTP ", response->status, " ", response->body);
    return for_good ? absl::InvalidArgumentError(words) : absl::UnavailableError(words);
  }

  absl::StatusOr<ReceiptCode> PutIntoFolder(const std::string& report_id, const std::string& xml) {
    if (folder_ == nullptr) {
      folder::Options folder_options;
      folder_options.names = {"out", "in", "mes-done", "mes-error"};  // what comes out here goes in there
      auto folder = folder::Folder::Open(options_.folder, folder_options);
      if (!folder.ok()) return folder.status();
      folder_ = *std::move(folder);
    }
    const auto status = folder_->WriteOut(Cat("report-", FileNameOf(report_id), ".xml"), xml);
    if (!status.ok()) return absl::UnavailableError(Words(status));
    return RECEIPT_CODE_DURABLE;
  }

  const Options& options_;
  const b2mml::Version& version_;
  std::unique_ptr<folder::Folder> folder_;
};

}  // namespace

std::unique_ptr<ReportChannel> MakeB2mmlChannel(const Options& options, const b2mml::Version& version) {
  return std::make_unique<B2mmlChannel>(options, version);
}

}  // namespace isa95::mes_sim
