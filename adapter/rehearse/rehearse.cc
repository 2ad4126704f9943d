#include "adapter/rehearse/rehearse.h"

#include <google/protobuf/util/json_util.h>

#include <limits>

#include "adapter/exchange.h"
#include "adapter/flows/report_document.h"
#include "adapter/flows/report_flow.h"
#include "adapter/ids.h"
#include "adapter/intake.h"
#include "adapter/ledger/lots.h"
#include "adapter/reports.h"
#include "b2mml/translate.h"
#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max() / 4;

// Adds up the messages to an ERP; a Cancel takes away what its confirmation had brought.
class Books {
 public:
  Books(const b2mml::Versions& versions, const contract::v1::Erp& erp) : versions_(versions), erp_(erp) {}

  void Take(std::string_view xml) {
    const auto parsed = b2mml::ParseDocument(xml, versions_, erp_);
    const bool cancels = parsed->document.verb().code() == flow::v1::VERB_CODE_CANCEL;
    for (const auto& performance : parsed->document.performance()) {
      for (const auto& response : performance.response()) {
        const auto order = response.order_id_size() > 0 ? response.order_id(0).value() : std::string();
        for (const auto& segment : response.segment()) Take(order, segment, cancels);
      }
    }
  }
  Posted Drop() && { return std::move(posted_); }

 private:
  void Take(const std::string& order, const flow::v1::SegmentResponse& segment, bool cancels) {
    auto& lines = lines_[segment.id().value()];
    for (const auto& [key, value] : lines) {
      if (cancels) posted_[key] = Subtract(posted_[key], value);
    }
    lines.clear();
    if (cancels) return;
    for (const auto& material : segment.material()) {
      if (material.quantity().empty()) continue;
      const auto& quantity = material.quantity(0);
      const PostedKey key{order,
                          material.material_definition_id().empty() ? "" : material.material_definition_id(0).value(),
                          UseOf(material.material_use()), quantity.unit().value()};
      const auto value = ParseDecimal(quantity.value().value()).value_or(ExactDecimal());
      posted_[key] = Add(posted_[key], value);
      lines.emplace_back(key, value);
    }
  }

  static std::string UseOf(const flow::v1::MaterialUse& use) {
    if (!use.other_value().empty()) return Lower(use.other_value());
    return use.code() == flow::v1::MATERIAL_USE_CODE_CONSUMED ? "consumed" : "produced";
  }

  const b2mml::Versions& versions_;
  const contract::v1::Erp& erp_;
  Posted posted_;
  std::map<std::string, std::vector<std::pair<PostedKey, ExactDecimal>>> lines_;  // by confirmation
};

// An adapter without ports: its ledger is in memory and gone at the end.
class Stage {
 public:
  Stage(ledger::Ledgers& ledger, const Contracts& contracts, const b2mml::Versions& versions, const Terms& terms)
      : ledger_(ledger),
        versions_(versions),
        terms_(terms),
        site_(terms.contract.site().id()),
        books_(versions, terms.contract.erp()),
        intake_(ledger, contracts, versions, wakes_, [] {}),
        exchange_(ledger, contracts, wakes_, [] {}),
        refusals_(ledger),
        reports_(ledger, contracts, wakes_, refusals_, [] {}) {}

  absl::Status Play(const traffic::v1::TrafficLine& line, Rehearsal& result) {
    if (line.has_event()) {
      if (line.event().what() == "decision") return Decide(line.event());
      return absl::OkStatus();
    }
    if (!line.has_message() || line.message().direction() != "in") return absl::OkStatus();
    return line.message().content() == "report" ? Report(line.message(), result) : Document(line.message(), result);
  }

  // What is held for want of an earlier one goes on, as it would once its window is over.
  absl::Status Finish(Rehearsal& result) {
    if (auto status = Post(kNever); !status.ok()) return status;
    result.would = std::move(books_).Drop();
    return absl::OkStatus();
  }

 private:
  absl::Status Document(const traffic::v1::Message& message, Rehearsal& result) {
    const auto got = intake_.Receive(site_, message.channel(), message.payload());
    if (!got.ok()) return got.status();
    ++result.orders;
    result.refused_then += message.status() == "REFUSED";
    for (const auto& finding : got->findings) {
      if (finding.severity() != flow::v1::SEVERITY_ERROR) continue;
      ++result.refused_now[finding.code()];
      break;
    }
    return absl::OkStatus();
  }

  // As its MES decided then. What it had never seen is left undecided.
  absl::Status Decide(const traffic::v1::Event& event) {
    auto taken = exchange_.TakeOrders(site_, "", 500, {});
    if (!taken.ok()) return taken.status();
    for (const auto& delivery : *taken) {
      exchange::v1::AcknowledgeOrderRequest request;
      request.set_site(site_);
      request.set_delivery_id(delivery.delivery_id());
      request.set_attempt(delivery.attempt());
      const bool rejected = event.detail() == "rejected";
      request.set_decision(rejected ? exchange::v1::ORDER_DECISION_REJECTED : exchange::v1::ORDER_DECISION_ACCEPTED);
      if (rejected) request.set_reason_code("AS_RECORDED");
      const auto item = ledger_.ItemsOfOrder(site_, event.order_id());
      if (!item.ok()) return item.status();
      const auto is_it = [&](const auto& each) { return each.id == delivery.delivery_id(); };
      if (std::none_of(item->begin(), item->end(), is_it)) continue;
      return exchange_.AcknowledgeOrder(request).status();
    }
    return absl::OkStatus();
  }

  absl::Status Report(const traffic::v1::Message& message, Rehearsal& result) {
    exchange::v1::Report report;
    if (!google::protobuf::util::JsonStringToMessage(message.payload(), &report).ok())
      return absl::InvalidArgumentError("traffic: a report is no proto JSON");
    ++result.reports;
    result.refused_then += message.status() == "REPORT_STATE_PARKED";
    const auto receipts = reports_.Report(site_, {report});
    if (receipts.status().code() == absl::StatusCode::kFailedPrecondition) {
      ++result.refused_now["FLOW_NOT_ENABLED"];
      return absl::OkStatus();
    }
    if (!receipts.ok()) return receipts.status();
    for (const auto& receipt : *receipts) {
      if (receipt.code() == exchange::v1::RECEIPT_CODE_PARKED && !receipt.finding().empty())
        ++result.refused_now[receipt.finding(0).code()];
    }
    return Post(NowMillis());
  }

  // Posts all that is due, and says of each that it is booked.
  absl::Status Post(int64_t now_ms) {
    const auto release = [&](const ledger::StoredReport& held, const ledger::OrderPast& past,
                             bool over) -> std::optional<ledger::NewReport> {
      if (!over && !flows::IsReady(held, past)) return std::nullopt;
      auto report = flows::ForJudgement(held);
      flows::JudgeReport(report, past, terms_.contract);
      return report;
    };
    for (;;) {
      if (auto status = ledger_.ReleaseHeld(now_ms, release); !status.ok()) return status;
      const auto due = ledger_.TakeReports(now_ms, 100, [](const auto&) { return kNever; });
      if (!due.ok() || due->empty()) return due.status();
      for (const auto& report : *due) {
        if (auto status = PostOne(report, now_ms); !status.ok()) return status;
      }
    }
  }

  absl::Status PostOne(const ledger::StoredReport& report, int64_t now_ms) {
    const bool chain = ledger::IsQualityOrDowntime(report.envelope.kind());
    const auto past = ledger_.PastOf(site_, chain ? report.about_order : report.order_id);
    if (!past.ok()) return past.status();
    const auto& version = *versions_.by_name(terms_.contract.erp().b2mml().write());
    auto posting = flows::PostingOf(report, *past, terms_.contract, terms_.normalizer.get());
    terms_.normalizer->ToParty(policy::Party::kErp, posting.envelope);
    const auto document = flows::MakeReportDocument(posting, *past, terms_.contract, version, NowMillis());
    books_.Take(b2mml::WriteDocument(document, version).xml);
    ledger::ReportOutcome posted;
    posted.state = exchange::v1::REPORT_STATE_POSTED;
    return ledger_.SettleReport(report.id, report.attempts, posted, now_ms);
  }

  ledger::Ledgers& ledger_;
  const b2mml::Versions& versions_;
  const Terms& terms_;
  const std::string site_;
  Books books_;
  Wakes wakes_;
  Intake intake_;
  Exchange exchange_;
  Refusals refusals_;
  Reports reports_;
};

}  // namespace

absl::StatusOr<Rehearsal> Rehearse(const Traffic& traffic, const Contracts& contracts,
                                   const b2mml::Versions& versions) {
  const auto& site = traffic.front().header().site();
  const auto* terms = contracts.Find(site);
  if (terms == nullptr)
    return absl::InvalidArgumentError(Cat("the traffic is of site '", site, "', for which no contract was given"));
  auto ledger = ledger::OpenSqlite(":memory:");
  if (!ledger.ok()) return ledger.status();
  Rehearsal result;
  Books was(versions, terms->contract.erp());
  {
    Stage stage(**ledger, contracts, versions, *terms);
    for (const auto& line : traffic) {
      if (line.message().direction() == "out") was.Take(line.message().payload());
      if (auto status = stage.Play(line, result); !status.ok()) return status;
    }
    if (auto status = stage.Finish(result); !status.ok()) return status;
  }
  result.was = std::move(was).Drop();
  return result;
}

}  // namespace isa95::adapter
