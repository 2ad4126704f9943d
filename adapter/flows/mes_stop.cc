#include "adapter/flows/mes_stop.h"

#include "adapter/flows/fact_words.h"
#include "adapter/flows/item_gate.h"
#include "adapter/flows/mes_segment.h"
#include "adapter/flows/report_words.h"
#include "grpc/model/text.h"

namespace isa95::flows {
namespace {

using namespace flow::v1;
using contract::v1::SiteContract;

class StopReader {
 public:
  StopReader(const SegmentResponse& segment, const SiteContract& contract, Findings& findings)
      : segment_(segment), contract_(contract), findings_(findings) {}

  StopReport Read(const OperationsResponse& response, bool closes) {
    auto& event = stop_.event;
    *event.mutable_id() = segment_.id();
    const auto over = closes ? DOWNTIME_PHASE_CODE_CLOSED : DOWNTIME_PHASE_CODE_COMPLETE;
    event.set_phase(segment_.has_actual_end_time() || closes ? over : DOWNTIME_PHASE_CODE_OPENED);
    if (segment_.has_actual_start_time()) *event.mutable_start_time() = segment_.actual_start_time();
    if (segment_.has_actual_end_time()) *event.mutable_end_time() = segment_.actual_end_time();
    Findings none;  // a stop need not be of an order
    if (const auto order = OrderOf(segment_, response, none); !order.value().empty()) *event.mutable_order_id() = order;
    if (segment_.description_size() > 0) *event.mutable_operator_note() = segment_.description(0);
    TakeEquipment();
    for (const auto& item : segment_.data()) TakeItem(item);
    JudgeExtensions(segment_.extension(), Place(), contract_, findings_);
    if (event.kind() == DOWNTIME_KIND_CODE_UNSPECIFIED)
      event.set_kind(KindOfReason(event.reason_code().value(), contract_));
    TakeDuration();
    return stop_;
  }

 private:
  std::string Place() const { return Cat("Segment response ", segment_.id().value(), ": "); }

  void TakeEquipment() {
    if (segment_.equipment_size() == 1 && segment_.equipment(0).equipment_id_size() == 1)
      *stop_.event.mutable_equipment_id() = segment_.equipment(0).equipment_id(0);
    for (const auto& equipment : segment_.equipment()) {
      for (const auto& property : equipment.property())
        findings_.push_back(JudgeItem(Place(), "property", property.id().value(), contract_));
    }
  }

  void TakeItem(const SegmentData& item) {
    const auto& name = item.id().value();
    const auto text = TextOf(item);
    auto& event = stop_.event;
    bool fits = !text.empty();
    if (name == words::kDowntimeReasonCode) {
      event.mutable_reason_code()->set_value(text);
    } else if (name == words::kDowntimeDuration) {
      duration_ = text;
    } else if (name == words::kDowntimeKind) {
      event.set_kind(KindOf(text));
      fits = event.kind() != DOWNTIME_KIND_CODE_UNSPECIFIED;
    } else if (name == words::kBusinessRelevance) {
      event.set_relevance(RelevanceOf(text));
    } else if (name == words::kPartOf) {
      event.mutable_part_of()->set_value(text);
    } else if (name == words::kStopCount) {
      uint32_t count = 0;
      fits = ToNumber(text, count);
      event.set_stop_count(count);
    } else if (name == words::kOrderSequence) {
      fits = ToNumber(text, stop_.order_sequence);
    } else {
      return findings_.push_back(JudgeItem(Place(), "data item", name, contract_));
    }
    for (const auto& child : item.child())
      findings_.push_back(JudgeItem(Place(), "data item", child.id().value(), contract_));
    if (fits) return;
    findings_.push_back(Warning("BAD_DATA_ITEM", "", 0,
                                Cat(Place(), "the data item '", name, "' has no value that can be read."),
                                "Send one Value with the text that this item has.", "MES vendor"));
  }

  // Of one stop start and end say it too.
  void TakeDuration() {
    auto& event = stop_.event;
    if (duration_.empty()) return;
    if (event.stop_count() > 1) {
      event.mutable_stopped()->set_value(duration_);
    } else if (duration_ != DurationOf(event)) {
      findings_.push_back(Warning(
          "DURATION_DIFFERS", "", 0,
          Cat(Place(), "DowntimeDuration ", duration_, " is not what lies between start and end, which are taken."),
          "Send a duration that is the time from start to end, such as PT24M12S.", "MES vendor"));
    }
  }

  const SegmentResponse& segment_;
  const SiteContract& contract_;
  Findings& findings_;
  StopReport stop_;
  std::string duration_;
};

}  // namespace

bool IsStop(const SegmentResponse& segment) {
  return segment.process_segment_id_size() > 0 && segment.process_segment_id(0).value() == words::kDowntime;
}

DowntimeKindCode KindOfReason(const std::string& reason, const SiteContract& contract) {
  for (const auto& known : contract.flows().quality_downtime().downtime_reasons()) {
    if (known.code() == reason) return known.planned() ? DOWNTIME_KIND_CODE_PLANNED : DOWNTIME_KIND_CODE_UNPLANNED;
  }
  return DOWNTIME_KIND_CODE_UNSPECIFIED;
}

std::optional<StopReport> ReadStop(const SegmentResponse& segment, const OperationsResponse& response, bool closes,
                                   const SiteContract& contract, Findings& findings) {
  auto stop = StopReader(segment, contract, findings).Read(response, closes);
  if (stop.event.relevance() != RELEVANCE_CODE_UNSPECIFIED) return stop;
  findings.push_back(Error("NOT_BUSINESS_RELEVANT", "", 0,
                           Cat("The stop ", segment.id().value(),
                               " does not say to whom it matters: it has no data item BusinessRelevance with FINANCIAL "
                               "or RELEASE."),
                           "Send it only where it matters to finance or to a customer release, with that item.",
                           "MES vendor"));
  return std::nullopt;
}

}  // namespace isa95::flows
