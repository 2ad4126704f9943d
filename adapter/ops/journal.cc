#include "adapter/ops/journal.h"

#include "adapter/ops/log.h"

namespace isa95::adapter::ops {
namespace {

void Add(std::string& out, const char* name, std::string_view text, size_t max) {
  out += ",\"";
  out += name;
  out += "\":";
  AppendJson(out, text, max);
}

void Add(std::string& out, const char* name, uint64_t number) {
  out += ",\"";
  out += name;
  out += "\":";
  out += std::to_string(number);
}

}  // namespace

void Journal::Tell(const Line& line, spdlog::level::level_enum level) const {
  if (log_ == nullptr || !log_->should_log(level)) return;
  std::string out;
  out.reserve(256);
  out += "\"message\":";
  AppendJson(out, line.message, kMaxDetail);
  Add(out, "site", line.site, kMaxKey);
  Add(out, "flow", line.flow, kMaxKey);
  Add(out, "key", line.key, kMaxKey);
  Add(out, "bod_id", line.bod_id, kMaxKey);
  if (line.document != 0) Add(out, "document", line.document);
  if (line.report != 0) Add(out, "report", line.report);
  Add(out, "outcome", line.outcome, kMaxKey);
  if (!line.detail.empty()) Add(out, "detail", line.detail, kMaxDetail);
  if (line.orders > 1) Add(out, "orders", line.orders);
  log_->log(level, spdlog::string_view_t(out.data(), out.size()));
}

void Journal::Took(Step step, std::string_view site, Clock::duration time) const {
  if (metrics_ != nullptr) metrics_->Took(step, site, time);
}

void Journal::Refused(std::string_view site, std::string_view flow, std::string_view code) const {
  if (metrics_ != nullptr) metrics_->refusals().Count(site, flow, code);
}

const char* FlowOf(flow::v1::MessageKind kind) {
  switch (kind) {
    case flow::v1::MESSAGE_KIND_ORDER_RELEASE:
    case flow::v1::MESSAGE_KIND_ORDER_CHANGE:
    case flow::v1::MESSAGE_KIND_ORDER_CANCEL:
      return "production_order";
    case flow::v1::MESSAGE_KIND_CONSUMPTION:
      return "material_consumption";
    case flow::v1::MESSAGE_KIND_REVERSAL:
      return "report_reversal";
    case flow::v1::MESSAGE_KIND_CONFIRMATION:
      return "execution_confirmation";
    case flow::v1::MESSAGE_KIND_LOT_DISPOSITION:
    case flow::v1::MESSAGE_KIND_TEST_RESULT:
    case flow::v1::MESSAGE_KIND_DOWNTIME:
      return "quality_downtime";
    default:
      return "";
  }
}

}  // namespace isa95::adapter::ops
