#include "simulators/erp_sim/posting_desk.h"

#include <chrono>

#include "b2mml/bod.h"
#include "b2mml/translate.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::erp_sim {
namespace {

using namespace flow::v1;
using When = b2mml::AnswerWish::When;

int64_t NowMs() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

bool IsWanted(When when, const Verdict& verdict) {
  return when == When::kAlways || (when == When::kOnError && verdict.action == "Rejected");
}

// The ERP's own key, by which a person finds the booking there.
void AddDocumentNumber(SegmentResponse& segment, const std::string& number) {
  auto& data = *segment.add_data();
  data.mutable_id()->set_value("ERPDocumentNumber");
  auto& value = *data.add_value();
  value.mutable_value()->set_value(number);
  value.mutable_data_type()->set_value("Identifier");
}

void AddDocumentNumbers(const std::map<std::string, std::string>& documents, Document& answer) {
  for (auto& performance : *answer.mutable_performance()) {
    for (auto& response : *performance.mutable_response()) {
      for (auto& segment : *response.mutable_segment()) {
        const auto booked = documents.find(segment.id().value());
        if (booked != documents.end()) AddDocumentNumber(segment, booked->second);
      }
    }
  }
}

std::vector<const OperationsResponse*> ResponsesOf(const Performance& performance) {
  std::vector<const OperationsResponse*> responses;
  for (const auto& response : performance.response()) responses.push_back(&response);
  return responses;
}

// A function of each response and its segment.
template <typename Visit>
void ForEachSegment(const Document& document, const Visit& visit) {
  for (const auto& performance : document.performance()) {
    for (const auto& response : performance.response()) {
      for (const auto& segment : response.segment()) visit(response, segment);
    }
  }
}

}  // namespace

PostingDesk::PostingDesk(DeskTerms terms, sim::Record& record, const b2mml::Versions& versions, FactsOf facts,
                         const std::vector<sim::RecordLine>& past)
    : terms_(std::move(terms)), record_(record), versions_(versions), facts_(std::move(facts)), books_(terms_.posting) {
  BookReader reader(books_);
  for (const auto& line : past) {
    reader.Read(line);
    ReadWaiting(line);
  }
}

void PostingDesk::ReadWaiting(const sim::RecordLine& line) {
  const auto event = sim::FieldOf(line, "event");
  if (event == "booking_told") waiting_.erase(sim::FieldOf(line, "name"));
  if (event == "pending") {
    waiting_[sim::FieldOf(line, "name")] = {sim::FieldOf(line, "sender"), sim::FieldOf(line, "report_id"),
                                            sim::FieldOf(line, "booked_answer"), 0, false};
  }
  if (event != "posted") return;
  for (auto& [name, waiting] : waiting_) {
    if (waiting.sender == sim::FieldOf(line, "sender") && waiting.report_id == sim::FieldOf(line, "report_id"))
      waiting.booked = true;
  }
}

absl::StatusOr<PostingDesk::Answer> PostingDesk::Take(const Document& document) {
  std::lock_guard lock(mutex_);
  const bool reversal = document.verb().code() == VERB_CODE_CANCEL;
  const auto ruling = reversal ? TakeReversals(document) : TakeReports(document);
  if (!ruling.ok()) return ruling.status();
  auto xml = AnswerTo(document, *ruling, "erp-");
  if (!xml.ok()) return xml.status();
  if (!ruling->verdict.repeated) ++fresh_;
  const bool lost =
      terms_.lose_answer_every != 0 && !ruling->verdict.repeated && fresh_ % terms_.lose_answer_every == 0;
  return Answer{*std::move(xml), lost};
}

PostingDesk::Judged PostingDesk::JudgeAll(const Document& document) const {
  Judged judged;
  const auto today = FormatInstant(InstantOf(NowMs()));
  ForEachSegment(document, [&](const OperationsResponse& response, const SegmentResponse& segment) {
    Posting posting = ReadPosting(document, response, segment);
    const OrderFacts facts = facts_(posting.order_id);
    Verdict verdict = books_.Judge(posting, facts);
    for (const auto& [other, ignored] : judged) {
      if (other.report_id == posting.report_id)
        verdict = {"Rejected", "DUPLICATE_CONFLICT", "One document has this id twice.", "", false};
    }
    const bool books = verdict.action != "Rejected" && !verdict.repeated;
    if (books) posting = books_.Booked(posting, facts, today);
    judged.emplace_back(std::move(posting), std::move(verdict));
  });
  return judged;
}

absl::StatusOr<PostingDesk::Ruling> PostingDesk::TakeReports(const Document& document) {
  auto judged = JudgeAll(document);
  Ruling ruling;
  ruling.verdict.repeated = !judged.empty();
  uint64_t number = 0;
  for (auto& [posting, verdict] : judged) {
    // Two of one document were judged before either was booked.
    if (uint64_t first = 0; !verdict.repeated && ToNumber(verdict.document, first))
      verdict.document = std::to_string(number = number == 0 ? first : number + 1);
    ruling.documents[posting.report_id] = verdict.document;
    ruling.verdict.repeated = ruling.verdict.repeated && verdict.repeated;
    const bool worse = verdict.action == "Rejected" || ruling.verdict.action == "Accepted";
    if (!worse || ruling.verdict.action == "Rejected") continue;
    const bool repeated = ruling.verdict.repeated;
    ruling.verdict = verdict;
    ruling.verdict.repeated = repeated;
  }
  if (ruling.verdict.action == "Rejected") {
    ruling.documents.clear();
    std::erase_if(judged, [](const auto& each) { return each.second.action != "Rejected"; });
  }
  if (auto booked = Book(document, ruling, judged); !booked.ok()) return booked;
  return ruling;
}

// The record first: what is answered is what the ERP knows after a crash.
absl::Status PostingDesk::Book(const Document& document, const Ruling& ruling, const Judged& judged) {
  std::vector<sim::RecordFields> lines;
  std::map<std::string, Waiting> waiting;
  for (const auto& [posting, verdict] : judged) {
    auto more = LinesOf(posting, verdict);
    if (verdict.action == "Modified" && !verdict.repeated) {
      Ruling booked = ruling;
      booked.verdict = {};
      auto xml = AnswerTo(document, booked, "erp-booked-");
      if (!xml.ok()) return xml.status();
      const std::string name = Cat("booked-", verdict.document);
      more.back().insert(more.back().end(), {{"name", name}, {"booked_answer", *xml}});
      waiting[name] = {posting.sender, posting.report_id, *xml, NowMs() + terms_.pending_ms, false};
    }
    lines.insert(lines.end(), more.begin(), more.end());
  }
  if (auto noted = record_.AppendAll(lines); !noted.ok()) return noted;
  for (const auto& [posting, verdict] : judged) books_.Take(posting, verdict);
  waiting_.merge(waiting);
  return absl::OkStatus();
}

absl::StatusOr<PostingDesk::Ruling> PostingDesk::TakeReversals(const Document& document) {
  Ruling ruling;
  absl::Status noted;
  const auto& sender = document.application_area().sender().logical_id().value();
  ForEachSegment(document, [&](const OperationsResponse& response, const SegmentResponse& segment) {
    const auto& report_id = segment.id().value();
    const Verdict verdict = books_.JudgeReversal(sender, report_id);
    const auto order_id = response.order_id_size() > 0 ? response.order_id(0).value() : std::string();
    if (noted.ok())
      noted = record_.Append(LineOfReversal(sender, report_id, order_id, books_.Find(sender, report_id), verdict));
    if (!noted.ok()) return;
    books_.TakeReversal(sender, report_id, verdict);
    if (ruling.verdict.action != "Rejected") ruling.verdict = verdict;
  });
  if (!noted.ok()) return noted;
  return ruling;
}

absl::StatusOr<std::string> PostingDesk::AnswerTo(const Document& document, const Ruling& ruling,
                                                  const std::string& prefix) const {
  const auto wish = b2mml::WishOf(document);
  const auto& area = document.application_area();
  const auto& verdict = ruling.verdict;
  const auto& version = *versions_.by_name(document.b2mml_version());
  const b2mml::Outcome outcome{verdict.action, verdict.code, verdict.text, ""};
  const b2mml::AnswerHeader header{Cat(prefix, area.bod_id().value()), terms_.logical_id, InstantOf(NowMs()),
                                   document.release_id(), document.noun_form()};
  Document answer;
  if (IsWanted(wish.answer, verdict) && document.performance_size() > 0) {
    const auto& performance = document.performance(0);
    answer = b2mml::MakeAnswer(b2mml::AnswerVerbOf(document.verb().code()), area, performance, ResponsesOf(performance),
                               outcome, header, version);
    AddDocumentNumbers(ruling.documents, answer);
  } else if (IsWanted(wish.confirm, verdict)) {
    answer = b2mml::MakeConfirm(area, outcome, header, version);
  } else {
    return std::string();
  }
  auto written = b2mml::WriteDocument(answer, version);
  if (written.xml.empty()) return absl::InternalError(ToJson(written.findings));
  return std::move(written.xml);
}

absl::Status PostingDesk::Complete(Waiting& waiting) {
  const auto* posting = books_.Find(waiting.sender, waiting.report_id);
  const auto verdict = books_.Judge(*posting, {});
  const auto noted = record_.AppendAll(LinesOf(*posting, {"Accepted", "", "", verdict.document, false}));
  if (!noted.ok()) return noted;
  books_.Complete(waiting.sender, waiting.report_id);
  waiting.booked = true;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<PostingDesk::FollowUp>> PostingDesk::Due(int64_t now_ms) {
  std::lock_guard lock(mutex_);
  std::vector<FollowUp> due;
  for (auto entry = waiting_.begin(); entry != waiting_.end();) {
    auto& [name, waiting] = *entry;
    const bool gone = !waiting.booked && !books_.IsPending(waiting.sender, waiting.report_id);  // reversed meanwhile
    if (gone) {
      entry = waiting_.erase(entry);
      continue;
    }
    if (!waiting.booked && waiting.due_ms <= now_ms) {
      if (auto completed = Complete(waiting); !completed.ok()) return completed;
    }
    if (waiting.booked) due.push_back({name, waiting.xml});
    ++entry;
  }
  return due;
}

absl::Status PostingDesk::Told(const std::string& name) {
  std::lock_guard lock(mutex_);
  waiting_.erase(name);
  return record_.Append({{"event", "booking_told"}, {"name", name}});
}

}  // namespace isa95::erp_sim
