#include <algorithm>

#include "adapter/flows/item_gate.h"
#include "adapter/flows/mes_lot.h"
#include "adapter/flows/mes_segment.h"
#include "adapter/flows/mes_stop.h"
#include "adapter/flows/report_document.h"
#include "adapter/policy/ownership.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

using namespace flow::v1;

class DocumentReader {
 public:
  DocumentReader(const Document& document, const contract::v1::SiteContract& contract)
      : document_(document), contract_(contract) {}

  MesReports Read() {
    CheckDocument();
    if (HasError(result_.findings)) return std::move(result_);
    TakePerformances();
    TakeFacts();
    JudgeExtensions(document_.application_area().extension(), "The document's head: ", contract_, result_.findings);
    if (HasError(result_.findings)) {
      result_.reports.clear();
      return std::move(result_);
    }
    if (result_.reports.empty() && !left_out_)
      Refuse("NO_REPORT", "The document reports nothing.", "Send at least one SegmentResponse with what was done.");
    return std::move(result_);
  }

 private:
  void Refuse(std::string_view code, std::string_view words, std::string_view mend) {
    result_.findings.push_back(Error(code, "", 0, words, mend, "MES vendor"));
  }

  void CheckDocument() {
    const auto verb = document_.verb().code();
    if (!IsMesReport(document_))
      return Refuse(
          "WRONG_DIRECTION", "Only reports of what was done are taken from the MES here.",
          "Send Process, Sync or Cancel of the performance noun, Sync of a lot or a test result, Sync or Notify "
          "of an event; correct a report by Cancel and a new one.");
    const auto& bod_id = document_.application_area().bod_id().value();
    if (verb == VERB_CODE_CANCEL && bod_id.empty())
      Refuse("NO_BOD_ID", "A Cancel has no BODID, and a reversal has no other number of its own.", "Send a BODID.");
    const auto action = Action();
    const bool closes = action == "Change" && (document_.noun() != NOUN_CODE_PERFORMANCE || HasOnlyStops());
    if (verb == VERB_CODE_SYNC && action != "Add" && !closes)
      Refuse("REPORT_CHANGED", Cat("A report is not changed, and this Sync says '", action, "'."),
             "Take the report back by Cancel and send a new one under a new ID.");
    if (auto echo = policy::Echo(policy::Party::kMes, document_, contract_))
      result_.findings.push_back(*std::move(echo));
    const auto& sender = document_.application_area().sender().logical_id().value();
    if (!sender.empty() && sender != contract_.mes().logical_id())
      result_.findings.push_back(
          Warning("UNKNOWN_SENDER", "", 0,
                  Cat("The sender '", sender, "' is not this site's MES ('", contract_.mes().logical_id(), "')."),
                  "Send to the address of your own site, or correct mes.logical_id in the contract.", "MES vendor"));
  }

  void TakePerformances() {
    for (const auto& performance : document_.performance()) {
      for (const auto& response : performance.response()) {
        for (const auto& segment : response.segment()) TakeSegment(segment, response);
      }
    }
  }

  // Lots, results and events, alone or under one header.
  void TakeFacts() {
    auto& [reports, findings] = result_;
    const bool closes = document_.verb().code() == VERB_CODE_SYNC && Action() == "Change";
    for (const auto& lot : document_.material_lot()) ReadLot(lot, document_, contract_, reports, findings);
    for (const auto& test : document_.test_result()) ReadTest(test, contract_, reports, findings);
    for (const auto& information : document_.operations_test_information()) {
      for (const auto& test : information.test_result()) ReadTest(test, contract_, reports, findings);
    }
    for (const auto& event : document_.operations_event()) ReadEvent(event, closes, contract_, reports, findings);
    for (const auto& information : document_.operations_event_information()) {
      for (const auto& event : information.event()) ReadEvent(event, closes, contract_, reports, findings);
    }
  }

  void TakeSegment(const SegmentResponse& segment, const OperationsResponse& response) {
    if (document_.verb().code() == VERB_CODE_CANCEL) {
      TakeReversal(segment, response);
    } else if (IsStop(segment) && contract_.flows().has_quality_downtime()) {
      TakeStop(segment, response);
    } else if (IsStop(segment)) {
      LeaveOut(segment, "DOWNTIME_NOT_TAKEN", "a stop is no confirmation, and this site has no flow for stops.");
    } else {
      TakeWork(segment, response);
    }
    for (const auto& child : segment.child()) TakeSegment(child, response);
  }

  std::string Action() const {
    const auto& verb = document_.verb();
    const bool stated = verb.criteria_size() > 0 && verb.criteria(0).expression_size() > 0;
    return stated ? verb.criteria(0).expression(0).action_code() : "Add";
  }

  // A stop is the one thing that is told in two steps.
  bool HasOnlyStops() const {
    bool any = false;
    for (const auto& performance : document_.performance()) {
      for (const auto& response : performance.response()) {
        if (!std::all_of(response.segment().begin(), response.segment().end(), IsStop)) return false;
        any = any || !response.segment().empty();
      }
    }
    return any && contract_.flows().has_quality_downtime();
  }

  void TakeStop(const SegmentResponse& segment, const OperationsResponse& response) {
    const bool closes = document_.verb().code() == VERB_CODE_SYNC && Action() == "Change";
    auto stop = ReadStop(segment, response, closes, contract_, result_.findings);
    if (!stop) return;
    auto& report = result_.reports.emplace_back();
    report.set_order_sequence(stop->order_sequence);
    *report.mutable_downtime() = std::move(stop->event);
  }

  void TakeWork(const SegmentResponse& segment, const OperationsResponse& response) {
    auto read = ReadSegment(segment, response, contract_, result_.findings);
    if (!read.confirmation && !read.consumption && segment.child_size() == 0)
      return LeaveOut(segment, "NOTHING_REPORTED", "it has neither quantities nor times with a state.");
    if (read.confirmation) {
      auto& report = result_.reports.emplace_back();
      report.set_order_sequence(read.order_sequence);
      *report.mutable_confirmation() = *std::move(read.confirmation);
    }
    if (read.consumption) {
      auto& report = result_.reports.emplace_back();
      report.set_order_sequence(read.order_sequence);
      *report.mutable_consumption() = *std::move(read.consumption);
    }
  }

  void LeaveOut(const SegmentResponse& segment, std::string_view code, std::string_view what) {
    left_out_ = true;
    result_.findings.push_back(Warning(code, "", 0, Cat("Segment response ", segment.id().value(), ": ", what),
                                       "Report what was made or used, or leave it out.", "MES vendor"));
  }

  void TakeReversal(const SegmentResponse& segment, const OperationsResponse& response) {
    const auto items = ReadItems(segment, contract_, result_.findings);
    auto& report = result_.reports.emplace_back();
    report.set_order_sequence(items.order_sequence);
    auto& reversal = *report.mutable_reversal();
    const auto& area = document_.application_area();
    reversal.mutable_id()->set_value(Cat(area.bod_id().value(), "/", segment.id().value()));
    if (const auto order = OrderOf(segment, response, result_.findings); !order.value().empty())
      *reversal.mutable_order_id() = order;
    *reversal.mutable_reverses_id() = segment.id();
    *reversal.mutable_reason_code() = ReasonCodeOf(segment, items);
    const auto status = Status();
    // Where nothing says when it was found, the document was made then at the latest.
    *reversal.mutable_reversed_at() = items.reversed_at                  ? *items.reversed_at
                                      : status.has_effective_date_time() ? status.effective_date_time()
                                                                         : area.creation_date_time();
    if (segment.description_size() > 0) *reversal.mutable_operator_note() = segment.description(0);
  }

  ChangeStatus Status() const {
    const auto& verb = document_.verb();
    return verb.criteria_size() > 0 ? verb.criteria(0).change_status() : ChangeStatus();
  }

  Code ReasonCodeOf(const SegmentResponse& segment, const SegmentItems& items) {
    const auto status = Status();
    if (!status.reason_code().value().empty()) return status.reason_code();
    Code code;
    code.set_value(items.reason_code);
    if (!code.value().empty()) return code;
    result_.findings.push_back(
        Warning("NOT_GIVEN", "", 0, Cat("The Cancel of ", segment.id().value(), " gives no reason."),
                "Send ActionCriteria/ChangeStatus/ReasonCode, or a data item ReasonCode.", "MES vendor"));
    code.set_value("NOT_GIVEN");
    return code;
  }

  const Document& document_;
  const contract::v1::SiteContract& contract_;
  MesReports result_;
  bool left_out_ = false;  // something was understood, and is no report
};

}  // namespace

bool IsMesReport(const Document& document) {
  const auto verb = document.verb().code();
  switch (document.noun()) {
    case NOUN_CODE_PERFORMANCE:
      return verb == VERB_CODE_PROCESS || verb == VERB_CODE_SYNC || verb == VERB_CODE_CANCEL;
    case NOUN_CODE_MATERIAL_LOT:
    case NOUN_CODE_TEST_RESULT:
    case NOUN_CODE_OPERATIONS_TEST_INFORMATION:
      return verb == VERB_CODE_SYNC;
    case NOUN_CODE_OPERATIONS_EVENT:
    case NOUN_CODE_OPERATIONS_EVENT_INFORMATION:
      return verb == VERB_CODE_SYNC || verb == VERB_CODE_NOTIFY;
    default:
      return false;
  }
}

MesReports ReadMesReports(const Document& document, const contract::v1::SiteContract& contract) {
  return DocumentReader(document, contract).Read();
}

}  // namespace isa95::flows
