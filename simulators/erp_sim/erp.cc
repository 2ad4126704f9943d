#include "simulators/erp_sim/erp.h"

#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include "b2mml/translate.h"
#include "grpc/model/text.h"

namespace isa95::erp_sim {
namespace {

using std::chrono::milliseconds;
using Line = std::vector<std::pair<std::string, std::string>>;
constexpr uint32_t kPostTimeoutMs = 10'000;

std::string Reason(const flow::v1::Criteria& criteria) {
  if (criteria.has_change_status()) return criteria.change_status().code().value();
  return criteria.expression_size() == 0 ? std::string() : criteria.expression(0).value();
}

Answer AnswerIn(const flow::v1::Verb& verb) {
  const bool stated = verb.criteria_size() > 0 && verb.criteria(0).expression_size() > 0;
  if (!stated) return {"Accepted", ""};  // silence means so
  const std::string outcome = verb.criteria(0).expression(0).action_code();
  const bool as_asked = outcome == "Accepted" || outcome == "Replaced";  // which leave nothing to be said
  return {outcome, as_asked ? "" : Reason(verb.criteria(0))};
}

bool IsTaken(const http::ClientResponse& response) { return response.status == 202 || response.status == 200; }

std::string KindOf(const OrderSpec& spec) {
  if (spec.verb == flow::v1::VERB_CODE_CHANGE) return "change";
  return spec.verb == flow::v1::VERB_CODE_CANCEL ? "cancel" : "release";
}

// A BODID is whatever the sender likes.
std::string FileNameOf(std::string id) {
  for (char& c : id) {
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-') c = '_';
  }
  return id.substr(0, 100);
}

int64_t NowMs() {
  return std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

Erp::Erp(std::string adapter_url, const b2mml::Version& version, const b2mml::Versions& versions, sim::Record& record,
         folder::Folder* folder, PostingDesk& postings, FactDesk& facts)
    : adapter_url_(std::move(adapter_url)),
      version_(version),
      versions_(versions),
      record_(record),
      folder_(folder),
      postings_(postings),
      facts_(facts),
      started_ms_(NowMs()) {}

absl::Status Erp::Note(const Line& fields) {
  {
    std::lock_guard lock(mutex_);
    ++counts_[fields.front().second];
  }
  return record_.Append(fields);
}

// What becomes of it, the answer tells.
absl::StatusOr<http::ClientResponse> Erp::PutIntoFolder(const std::string& bytes) {
  uint64_t number = 0;
  {
    std::lock_guard lock(mutex_);
    number = ++files_;
  }
  std::string name = std::to_string(number);
  if (name.size() < 6) name.insert(0, 6 - name.size(), '0');
  auto status = folder_->WriteOut(Cat("erp-", started_ms_, "-", name, ".xml"), bytes);
  if (!status.ok()) return status;
  return http::ClientResponse{202, {}, {}};
}

absl::Status Erp::ReadFolder() {
  if (folder_ == nullptr) return absl::OkStatus();
  const auto files = folder_->Scan(0);
  if (!files.ok()) return files.status();
  for (const auto& file : *files) {
    const auto status = TakeFile(file.bytes);
    auto moved = status.ok() ? folder_->MoveToDone(file) : folder_->MoveToError(file, Words(status));
    if (!moved.ok()) return moved;
  }
  return absl::OkStatus();
}

// A report's answer goes back as a file that bears the request's name, so that a crash between writing it and moving
// the request leaves one answer.
absl::Status Erp::TakeFile(const std::string& xml) {
  const auto parsed = b2mml::ParseDocument(xml, versions_, {});
  if (!parsed->shape_ok) return absl::InvalidArgumentError(ToJson(parsed->findings));
  if (!IsReport(parsed->document) && !IsFact(parsed->document)) return RecordAnswer(parsed->document);
  const auto answer = TakeReport(parsed->document);
  if (!answer.ok()) return answer.status();
  if (answer->xml.empty()) return absl::OkStatus();
  return folder_->WriteOut(Cat("answer-", FileNameOf(parsed->document.application_area().bod_id().value()), ".xml"),
                           answer->xml);
}

absl::StatusOr<PostingDesk::Answer> Erp::TakeReport(const flow::v1::Document& document) {
  if (!IsFact(document)) return postings_.Take(document);
  auto confirmed = facts_.Take(document);
  if (!confirmed.ok()) return confirmed.status();
  return PostingDesk::Answer{*std::move(confirmed), false};
}

absl::Status Erp::TellBookings() {
  const auto due = postings_.Due(NowMs());
  if (!due.ok()) return due.status();
  for (const auto& [name, xml] : *due) {
    bool told = xml.empty();  // nobody asked
    if (!told && folder_ != nullptr) told = folder_->WriteOut(Cat("answer-", name, ".xml"), xml).ok();
    if (!told && folder_ == nullptr && !adapter_url_.empty()) {
      const auto response = http::Post(adapter_url_, "application/xml", xml, kPostTimeoutMs);
      told = response.ok() && response->status != 503;
    }
    if (!told) continue;  // and is tried again
    if (auto noted = postings_.Told(name); !noted.ok()) return noted;
  }
  return absl::OkStatus();
}

absl::Status Erp::Work() {
  if (auto read = ReadFolder(); !read.ok()) return read;
  return TellBookings();
}

absl::StatusOr<http::ClientResponse> Erp::PostUntilTaken(const std::string& bytes, const KeepTrying& keep_trying) {
  if (folder_ != nullptr) return PutIntoFolder(bytes);
  auto pause = milliseconds(50);
  std::string last = "nothing was tried";
  while (keep_trying()) {
    auto response = http::Post(adapter_url_, "application/xml", bytes, kPostTimeoutMs);
    const bool again = !response.ok() || response->status == 503 || response->status == 408 || response->status == 504;
    if (!again) return response;
    last = response.ok() ? Cat("HTTP ", response->status) : Words(response.status());
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, milliseconds(1'000));
  }
  return absl::UnavailableError(Cat("the adapter did not take it in time: ", last));
}

absl::Status Erp::Send(const OrderSpec& spec, bool send_again, const KeepTrying& keep_trying) {
  const auto written = b2mml::WriteDocument(MakeRequest(spec), version_);
  if (written.xml.empty()) return absl::InternalError(ToJson(written.findings));
  for (int i = 0; i < (send_again ? 2 : 1); ++i) {
    const auto response = PostUntilTaken(written.xml, keep_trying);
    if (!response.ok()) return response.status();
    const bool taken = IsTaken(*response);
    auto noted = Note({{"event", !taken   ? "refused"
                                 : i == 0 ? "released"
                                          : "resent"},
                       {"order_id", spec.id},
                       {"version", std::to_string(spec.version)},
                       {"kind", KindOf(spec)},
                       {"quantity", QuantityOf(spec)},
                       {"state", flow::v1::OrderStateCode_Name(spec.state).substr(17)},
                       {"bod_id", BodIdOf(spec)},
                       {"http_status", std::to_string(response->status)}});
    if (noted.ok() && !taken) noted = RecordRefusal(spec, *response);
    if (!noted.ok()) return noted;
  }
  return absl::OkStatus();
}

// By a BOD that says why; where there is none, by the status alone.
absl::Status Erp::RecordRefusal(const OrderSpec& spec, const http::ClientResponse& response) {
  const auto parsed = b2mml::ParseDocument(response.body, versions_, {});
  if (parsed->shape_ok) return RecordAnswer(parsed->document);
  std::lock_guard lock(mutex_);
  answers_[BodIdOf(spec)] = {"Rejected", Cat("HTTP ", response.status)};
  return absl::OkStatus();
}

absl::Status Erp::SendFile(const std::string& file, const KeepTrying& keep_trying) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  if (!in) return absl::NotFoundError(Cat(file, " cannot be read"));
  const auto response = PostUntilTaken(bytes.str(), keep_trying);
  if (!response.ok()) return response.status();
  return Note({{"event", IsTaken(*response) ? "file_sent" : "file_refused"},
               {"file", file},
               {"http_status", std::to_string(response->status)}});
}

// False: it came before.
bool Erp::TakeIn(const std::string& answer_bod_id, const std::string& original_bod_id, const Answer& answer) {
  std::lock_guard lock(mutex_);
  answers_[original_bod_id] = answer;
  return answers_seen_.insert(answer_bod_id).second;
}

absl::Status Erp::RecordAnswer(const flow::v1::Document& document) {
  const auto& bod_id = document.application_area().bod_id().value();
  const auto& original_bod_id = document.verb().original_application_area().bod_id().value();
  const Answer answer = AnswerIn(document.verb());
  const bool fresh = TakeIn(bod_id, original_bod_id, answer);
  const Line tail{{"outcome", answer.outcome},
                  {"reason", answer.reason},
                  {"original_bod_id", original_bod_id},
                  {"answer_bod_id", bod_id}};
  const auto note = [&](Line line) {
    line.insert(line.end(), tail.begin(), tail.end());
    return Note(line);
  };
  if (document.schedule_size() == 0) return note({{"event", "confirmed"}});
  for (const auto& schedule : document.schedule()) {
    for (const auto& order : schedule.order()) {
      auto status = note({{"event", fresh ? "answered" : "answer_repeated"},
                          {"order_id", order.id().value()},
                          {"version", order.version().value().empty() ? "1" : order.version().value()}});
      if (!status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

Answer Erp::AnswerTo(const std::string& bod_id) const {
  std::lock_guard lock(mutex_);
  const auto found = answers_.find(bod_id);
  return found == answers_.end() ? Answer{} : found->second;
}

void Erp::ForgetAnswers() {
  std::lock_guard lock(mutex_);
  answers_.clear();
}

http::Response Erp::Take(const http::Request& request) {
  if (request.method != "POST") return {405, "", "", 0};
  const auto parsed = b2mml::ParseDocument(request.body, versions_, {});
  if (!parsed->shape_ok) return {400, "text/plain", ToJson(parsed->findings), 0};
  if (!IsReport(parsed->document) && !IsFact(parsed->document)) {
    const auto status = RecordAnswer(parsed->document);
    return status.ok() ? http::Response{202, "", "", 0} : http::Response{503, "text/plain", Words(status), 0};
  }
  const auto answer = TakeReport(parsed->document);
  if (!answer.ok()) return {503, "text/plain", Words(answer.status()), 0};
  if (answer->lost) return {503, "text/plain", "the answer was lost", 0};
  if (answer->xml.empty()) return {202, "", "", 0};
  return {200, "application/xml", answer->xml, 0};
}

std::string Erp::Counts() const {
  std::lock_guard lock(mutex_);
  std::string out;
  for (const auto& [event, count] : counts_) out += Cat(out.empty() ? "" : ", ", event, " ", count);
  return out;
}

}  // namespace isa95::erp_sim
