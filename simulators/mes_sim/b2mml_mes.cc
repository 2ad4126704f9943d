#include "simulators/mes_sim/b2mml_mes.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <thread>

#include "b2mml/bod.h"
#include "b2mml/folder/folder.h"
#include "b2mml/http/server.h"
#include "b2mml/translate.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"
#include "simulators/common/stop_signals.h"

namespace isa95::mes_sim {
namespace {

using namespace flow::v1;
using exchange::v1::ORDER_DECISION_ACCEPTED;
using exchange::v1::ORDER_DECISION_REJECTED;

MessageKind KindOfVerb(VerbCode verb) {
  if (verb == VERB_CODE_PROCESS) return MESSAGE_KIND_ORDER_RELEASE;
  if (verb == VERB_CODE_CHANGE) return MESSAGE_KIND_ORDER_CHANGE;
  return verb == VERB_CODE_CANCEL ? MESSAGE_KIND_ORDER_CANCEL : MESSAGE_KIND_UNSPECIFIED;
}

b2mml::Outcome OutcomeOf(const Ruling& ruling, VerbCode verb) {
  if (ruling.decision == ORDER_DECISION_ACCEPTED)
    return {verb == VERB_CODE_CHANGE ? "Replaced" : "Accepted", "", "", ""};
  return {ruling.decision == ORDER_DECISION_REJECTED ? "Rejected" : "Modified", ruling.code, ruling.text, ""};
}

// Accepted is booked, unless it was taken back before it could be.
exchange::v1::FeedbackOutcome FeedbackOutcomeOf(const std::string& action, const std::string& code) {
  if (action == "Rejected") return exchange::v1::FEEDBACK_OUTCOME_REJECTED;
  if (action == "Modified") return exchange::v1::FEEDBACK_OUTCOME_PENDING;
  return code == "TAKEN_BACK" ? exchange::v1::FEEDBACK_OUTCOME_REVERSED : exchange::v1::FEEDBACK_OUTCOME_POSTED;
}

// An Acknowledge has the order and the ERP's document number as elements, a ConfirmBOD the latter in a note.
void AddWhatIsNamed(const Document& document, exchange::v1::Feedback& feedback) {
  const std::string name = "ERPDocumentNumber";
  for (const auto& performance : document.performance()) {
    for (const auto& response : performance.response()) {
      if (response.order_id_size() > 0) feedback.set_order_id(response.order_id(0).value());
      for (const auto& segment : response.segment()) {
        for (const auto& data : segment.data()) {
          if (data.id().value() == name && data.value_size() > 0)
            feedback.set_erp_document(data.value(0).value().value());
        }
      }
    }
  }
  for (const auto& bod : document.bod()) {
    for (const auto& note : bod.note()) {
      if (note.value().starts_with(name + " ")) feedback.set_erp_document(note.value().substr(name.size() + 1));
    }
  }
}

int64_t NowMs() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace

B2mmlMes::B2mmlMes(const Options& options, sim::Record& record, OrderBook& book, const b2mml::Versions& versions,
                   Reporter* reporter, const std::vector<sim::RecordLine>& past)
    : options_(options), record_(record), book_(book), versions_(versions), reporter_(reporter) {
  for (const auto& line : past) {
    const auto event = sim::FieldOf(line, "event");
    if (event == "control") book_.Replay(line);
    Envelope envelope;
    const auto& content = sim::FieldOf(line, "envelope");
    if (event != "decided" || !google::protobuf::util::JsonStringToMessage(content, &envelope).ok()) continue;
    Ruling ruling = Decide(options_, book_, envelope);
    book_.Take(envelope, ruling);
    if (reporter_ != nullptr && ruling.decision != ORDER_DECISION_REJECTED) reporter_->TookOrder(envelope);
    known_[sim::FieldOf(line, "delivery")] = {envelope.key_version(), std::move(ruling)};
  }
}

// A version that B2MML could not carry: counted, as the adapter counts.
std::string B2mmlMes::VersionOf(const Envelope& envelope) const {
  if (!envelope.key_version().empty()) return envelope.key_version();
  const auto orders = book_.All();
  const auto order = orders.find(envelope.key_id());
  if (order == orders.end() || envelope.kind() == MESSAGE_KIND_ORDER_RELEASE) return "1";
  uint64_t number = 0;
  const bool counts = envelope.kind() == MESSAGE_KIND_ORDER_CHANGE && ToNumber(order->second.version, number);
  return counts ? std::to_string(number + 1) : order->second.version;
}

absl::StatusOr<B2mmlMes::Known> B2mmlMes::Take(Envelope envelope, const std::string& bod_id) {
  std::lock_guard lock(mutex_);
  const std::string delivery = bod_id.substr(bod_id.rfind('-') + 1);
  const auto [entry, fresh] = known_.try_emplace(delivery);
  auto& known = entry->second;
  if (fresh) {
    envelope.set_key_version(VersionOf(envelope));
    known = {envelope.key_version(), Decide(options_, book_, envelope)};
  }
  std::vector<std::pair<std::string, std::string>> line{{"event", fresh ? "taken" : "redelivered"},
                                                        {"order_id", envelope.key_id()},
                                                        {"version", known.version},
                                                        {"kind", KindOf(envelope)}};
  if (auto status = record_.Append(line); !status.ok()) return status;
  if (!fresh) return known;
  book_.Take(envelope, known.ruling);
  line[0].second = "decided";
  line.emplace_back("decision", exchange::v1::OrderDecision_Name(known.ruling.decision).substr(15));
  line.emplace_back("reason_code", known.ruling.code);
  line.emplace_back("delivery", delivery);
  line.emplace_back("envelope", ToJson(envelope));
  if (auto status = record_.Append(line); !status.ok()) return status;
  if (reporter_ != nullptr && known.ruling.decision != ORDER_DECISION_REJECTED) reporter_->TookOrder(envelope);
  return known;
}

// The adapter's word on a report, whose id the BODID of its document was.
absl::Status B2mmlMes::TakeFeedback(const Document& document) {
  if (reporter_ == nullptr) return absl::InvalidArgumentError("this MES reports nothing");
  exchange::v1::Feedback feedback;
  const auto& verb = document.verb();
  feedback.set_report_id(verb.original_application_area().bod_id().value());
  const auto& criteria = verb.criteria_size() > 0 ? verb.criteria(0) : Criteria::default_instance();
  const std::string action = criteria.expression_size() > 0 ? criteria.expression(0).action_code() : "Accepted";
  std::string code = criteria.change_status().code().value();
  if (code.empty() && criteria.expression_size() > 0) code = criteria.expression(0).value();
  code.resize(std::min(code.find(' '), code.size()));
  if (code != "/") feedback.set_reason_code(code);
  feedback.set_outcome(FeedbackOutcomeOf(action, code));
  AddWhatIsNamed(document, feedback);
  return reporter_->TookFeedback(feedback);
}

absl::StatusOr<std::string> B2mmlMes::Answer(const std::string& xml) {
  const auto parsed = b2mml::ParseDocument(xml, versions_, {});
  const auto& document = parsed->document;
  const auto verb = document.verb().code();
  if (parsed->shape_ok && (verb == VERB_CODE_ACKNOWLEDGE || verb == VERB_CODE_CONFIRM)) {
    const auto taken = TakeFeedback(document);
    return taken.ok() ? absl::StatusOr<std::string>(std::string()) : taken;
  }
  const bool request = KindOfVerb(verb) != MESSAGE_KIND_UNSPECIFIED;
  if (!parsed->shape_ok || !request || document.schedule_size() != 1 || document.schedule(0).order_size() != 1)
    return absl::InvalidArgumentError(
        Cat("not one order of Process, Change or Cancel: ", isa95::ToJson(parsed->findings)));
  return AnswerRequest(document);
}

absl::StatusOr<std::string> B2mmlMes::AnswerRequest(const Document& document) {
  const auto verb = document.verb().code();
  const auto& schedule = document.schedule(0);
  const auto& order = schedule.order(0);
  const auto& area = document.application_area();
  Envelope envelope;
  envelope.set_kind(KindOfVerb(verb));
  envelope.set_key_id(order.id().value());
  envelope.set_key_version(order.version().value());
  *envelope.mutable_production_order() = order;
  const auto known = Take(envelope, area.bod_id().value());
  if (!known.ok()) return known.status();
  const auto& version = *versions_.by_name(document.b2mml_version());
  const b2mml::AnswerHeader header{Cat("mes-", area.bod_id().value()), "MES-SIM", InstantOf(NowMs()),
                                   document.release_id(), document.noun_form()};
  const auto outcome = OutcomeOf(known->ruling, verb);
  const auto answer = verb == VERB_CODE_CANCEL ? b2mml::MakeConfirm(area, outcome, header, version)
                                               : b2mml::MakeAnswer(b2mml::AnswerVerbOf(verb), area, schedule, {&order},
                                                                   outcome, header, version);
  auto written = b2mml::WriteDocument(answer, version);
  if (written.xml.empty()) return absl::InternalError(isa95::ToJson(written.findings));
  return std::move(written.xml);
}

int B2mmlMes::ServeHttp() {
  const sigset_t signals = sim::StopSignals();
  http::ServerOptions http_options;
  http_options.address = options_.listen;
  const auto server = http::Server::Start(http_options, [this](const http::Request& request, const http::Reply& reply) {
    const auto answer = Answer(request.body);
    if (answer.ok() && answer->empty()) return reply({202, "", "", 0});
    if (answer.ok()) return reply({200, "application/xml", *answer, 0});
    const bool bad = answer.status().code() == absl::StatusCode::kInvalidArgument;
    reply({bad ? 400u : 503u, "text/plain", Words(answer.status()), 0});
  });
  if (!server.ok()) return std::cerr << "b2mml-mes-sim: " << Words(server.status()) << "\n", 2;
  std::cout << "listening on " << (*server)->port() << std::endl;
  int received = 0;
  sigwait(&signals, &received);
  return 0;
}

// The adapter's `out` is what comes in here.
int B2mmlMes::ServeFolder() {
  folder::Options folder_options;
  folder_options.settle_ms = 0;  // the adapter writes whole files
  folder_options.names = {"out", "in", "mes-done", "mes-error"};
  const auto folder = folder::Folder::Open(options_.folder, folder_options);
  if (!folder.ok()) return std::cerr << "b2mml-mes-sim: " << Words(folder.status()) << "\n", 2;
  const sigset_t signals = sim::StopSignals();
  const timespec pause{0, 100'000'000};
  while (sigtimedwait(&signals, nullptr, &pause) < 0) {
    const auto files = (*folder)->Scan(0);
    if (!files.ok()) continue;
    for (const auto& file : *files) {
      const auto answer = Answer(file.bytes);
      auto status = answer.status();
      if (answer.ok() && !answer->empty()) status = (*folder)->WriteOut(file.name, *answer);
      (void)(status.ok() ? (*folder)->MoveToDone(file) : (*folder)->MoveToError(file, Words(status)));
    }
  }
  return 0;
}

}  // namespace isa95::mes_sim
