#include "simulators/erp_sim/erp.h"

#include <fstream>
#include <sstream>
#include <thread>

#include "b2mml/http/client.h"
#include "b2mml/translate.h"
#include "grpc/model/text.h"

namespace isa95::erp_sim {
namespace {

using std::chrono::milliseconds;
constexpr uint32_t kPostTimeoutMs = 10'000;

std::string Reason(const flow::v1::Criteria& criteria) {
  if (criteria.has_change_status()) return criteria.change_status().code().value();
  return criteria.expression_size() == 0 ? std::string() : criteria.expression(0).value();
}

std::string KindOf(const OrderSpec& spec) {
  if (spec.verb == flow::v1::VERB_CODE_CHANGE) return "change";
  return spec.verb == flow::v1::VERB_CODE_CANCEL ? "cancel" : "release";
}

}  // namespace

Erp::Erp(std::string adapter_url, const b2mml::Version& version, const b2mml::Versions& versions, sim::Record& record,
         std::chrono::steady_clock::time_point until, folder::Folder* folder)
    : adapter_url_(std::move(adapter_url)),
      version_(version),
      versions_(versions),
      record_(record),
      until_(until),
      folder_(folder) {}

absl::Status Erp::Note(const std::vector<std::pair<std::string, std::string>>& fields) {
  {
    std::lock_guard lock(mutex_);
    ++counts_[fields.front().second];
  }
  return record_.Append(fields);
}

// What becomes of it, the answer tells.
absl::StatusOr<unsigned> Erp::PutIntoFolder(const std::string& bytes) {
  uint64_t number = 0;
  {
    std::lock_guard lock(mutex_);
    number = ++files_;
  }
  std::string name = std::to_string(number);
  if (name.size() < 6) name.insert(0, 6 - name.size(), '0');
  auto status = folder_->WriteOut(Cat("erp-", name, ".xml"), bytes);
  if (!status.ok()) return status;
  return 202;
}

absl::Status Erp::ReadFolder() {
  if (folder_ == nullptr) return absl::OkStatus();
  const auto files = folder_->Scan(0);
  if (!files.ok()) return files.status();
  for (const auto& file : *files) {
    const auto status = RecordAnswer(file.bytes);
    const auto moved = status.ok() ? folder_->MoveToDone(file) : folder_->MoveToError(file, Words(status));
    if (!moved.ok()) return moved;
  }
  return absl::OkStatus();
}

absl::StatusOr<unsigned> Erp::PostUntilTaken(const std::string& bytes) {
  if (folder_ != nullptr) return PutIntoFolder(bytes);
  auto pause = milliseconds(50);
  std::string last = "nothing was tried";
  while (std::chrono::steady_clock::now() < until_) {
    const auto response = http::Post(adapter_url_, "application/xml", bytes, kPostTimeoutMs);
    const bool again = !response.ok() || response->status == 503 || response->status == 408 || response->status == 504;
    if (!again) return response->status;
    last = response.ok() ? Cat("HTTP ", response->status) : Words(response.status());
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, milliseconds(1'000));
  }
  return absl::UnavailableError(Cat("the adapter did not take it in time: ", last));
}

absl::Status Erp::Send(const OrderSpec& spec, bool send_again) {
  const auto written = b2mml::WriteDocument(MakeRequest(spec), version_);
  if (written.xml.empty()) return absl::InternalError(ToJson(written.findings));
  for (int i = 0; i < (send_again ? 2 : 1); ++i) {
    const auto status = PostUntilTaken(written.xml);
    if (!status.ok()) return status.status();
    const bool taken = *status == 202 || *status == 200;
    auto noted = Note({{"event", !taken   ? "refused"
                                 : i == 0 ? "released"
                                          : "resent"},
                       {"order_id", spec.id},
                       {"version", std::to_string(spec.version)},
                       {"kind", KindOf(spec)},
                       {"bod_id", BodIdOf(spec)},
                       {"http_status", std::to_string(*status)}});
    if (!noted.ok()) return noted;
  }
  return absl::OkStatus();
}

absl::Status Erp::SendFile(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  if (!in) return absl::NotFoundError(Cat(file, " cannot be read"));
  const auto status = PostUntilTaken(bytes.str());
  if (!status.ok()) return status.status();
  return Note({{"event", *status == 202 || *status == 200 ? "file_sent" : "file_refused"},
               {"file", file},
               {"http_status", std::to_string(*status)}});
}

absl::Status Erp::RecordAnswer(const std::string& xml) {
  const auto parsed = b2mml::ParseDocument(xml, versions_, {});
  if (!parsed->shape_ok) return absl::InvalidArgumentError(ToJson(parsed->findings));
  const auto& document = parsed->document;
  const auto& bod_id = document.application_area().bod_id().value();
  bool fresh = false;
  {
    std::lock_guard lock(mutex_);
    fresh = answers_seen_.emplace(bod_id, true).second;
  }
  const auto& verb = document.verb();
  const bool stated = verb.criteria_size() > 0 && verb.criteria(0).expression_size() > 0;
  const std::string outcome = stated ? verb.criteria(0).expression(0).action_code() : "Accepted";  // silence means so
  const std::string reason = stated && outcome != "Accepted" ? Reason(verb.criteria(0)) : "";
  const std::vector<std::pair<std::string, std::string>> tail{
      {"outcome", outcome},
      {"reason", reason},
      {"original_bod_id", verb.original_application_area().bod_id().value()},
      {"answer_bod_id", bod_id}};
  const std::string event = fresh ? "answered" : "answer_repeated";
  for (const auto& schedule : document.schedule()) {
    for (const auto& order : schedule.order()) {
      std::vector<std::pair<std::string, std::string>> line{
          {"event", event},
          {"order_id", order.id().value()},
          {"version", order.version().value().empty() ? "1" : order.version().value()}};
      line.insert(line.end(), tail.begin(), tail.end());
      if (auto status = Note(line); !status.ok()) return status;
    }
  }
  if (document.schedule_size() > 0) return absl::OkStatus();
  std::vector<std::pair<std::string, std::string>> line{{"event", "confirmed"}};
  line.insert(line.end(), tail.begin(), tail.end());
  return Note(line);
}

http::Response Erp::TakeAnswer(const http::Request& request) {
  if (request.method != "POST") return {405, "", "", 0};
  const auto status = RecordAnswer(request.body);
  if (status.ok()) return {202, "", "", 0};
  return {status.code() == absl::StatusCode::kInvalidArgument ? 400u : 503u, "text/plain", Words(status), 0};
}

std::string Erp::Counts() const {
  std::lock_guard lock(mutex_);
  std::string out;
  for (const auto& [event, count] : counts_) out += Cat(out.empty() ? "" : ", ", event, " ", count);
  return out;
}

}  // namespace isa95::erp_sim
