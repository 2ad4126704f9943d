#include "adapter/rehearse/traffic.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <istream>
#include <ostream>

#include "adapter/ids.h"
#include "grpc/model/text.h"
#include "isa95/exchange/v1/report.pb.h"

namespace isa95::adapter {
namespace {

using traffic::v1::TrafficLine;

constexpr size_t kMaxLine = 16 << 20, kMaxLines = 10'000'000;
constexpr char kFormat[] = "isa95-traffic/1";

int64_t AtOf(const TrafficLine& line) {
  return line.has_message() ? line.message().at_ms() : line.has_event() ? line.event().at_ms() : 0;
}

TrafficLine MessageLine(int64_t at_ms, const char* party, std::string channel, const char* direction,
                        std::string status, const char* content, std::string payload) {
  TrafficLine line;
  auto& message = *line.mutable_message();
  message.set_at_ms(at_ms);
  message.set_party(party);
  message.set_channel(std::move(channel));
  message.set_direction(direction);
  message.set_status(std::move(status));
  message.set_content(content);
  message.set_sha256(Sha256Hex(payload));
  message.set_payload(std::move(payload));
  return line;
}

// As the MES sent it; what a contract has turned is kept beside the standard form.
exchange::v1::Report SentOf(const flow::v1::Envelope& envelope) {
  exchange::v1::Report report;
  if (!envelope.as_sent().empty() && report.ParseFromString(envelope.as_sent())) return report;
  report.set_order_sequence(envelope.order_sequence());
  if (envelope.has_execution_confirmation()) *report.mutable_confirmation() = envelope.execution_confirmation();
  if (envelope.has_material_consumption()) *report.mutable_consumption() = envelope.material_consumption();
  if (envelope.has_report_reversal()) *report.mutable_reversal() = envelope.report_reversal();
  if (envelope.has_lot_disposition()) *report.mutable_lot_disposition() = envelope.lot_disposition();
  if (envelope.has_quality_test_result()) *report.mutable_test_result() = envelope.quality_test_result();
  if (envelope.has_downtime_event()) *report.mutable_downtime() = envelope.downtime_event();
  return report;
}

absl::Status AddDocuments(ledger::Ledgers& ledger, const std::string& site, Traffic& traffic) {
  for (uint64_t id = 1;; ++id) {
    const auto document = ledger.DocumentById(id);
    if (document.status().code() == absl::StatusCode::kNotFound) return absl::OkStatus();
    if (!document.ok()) return document.status();
    const auto& from = document->document;
    if (from.site != site) continue;
    traffic.push_back(MessageLine(from.received_ms, "erp", from.channel, "in", from.refused ? "REFUSED" : "RECEIVED",
                                  "xml", from.payload));
    for (const auto& item : document->items) {
      if (item.state != exchange::v1::ITEM_STATE_ACCEPTED && item.state != exchange::v1::ITEM_STATE_REJECTED) continue;
      TrafficLine line;
      line.mutable_event()->set_at_ms(item.decided_ms);
      line.mutable_event()->set_what("decision");
      line.mutable_event()->set_order_id(item.envelope.key_id());
      line.mutable_event()->set_detail(item.state == exchange::v1::ITEM_STATE_ACCEPTED ? "accepted" : "rejected");
      traffic.push_back(std::move(line));
    }
  }
}

absl::Status AddReports(ledger::Ledgers& ledger, const std::string& site, Traffic& traffic) {
  for (uint64_t id = 1;; ++id) {
    const auto report = ledger.ReportByNumber(id);
    if (report.status().code() == absl::StatusCode::kNotFound) return absl::OkStatus();
    if (!report.ok()) return report.status();
    if (report->envelope.site() != site) continue;
    std::string json;
    if (!google::protobuf::util::MessageToJsonString(SentOf(report->envelope), &json).ok())
      return absl::DataLossError(Cat("report ", id, " cannot be written as JSON"));
    traffic.push_back(MessageLine(report->received_ms, "mes", "grpc", "in",
                                  exchange::v1::ReportState_Name(report->state), "report", std::move(json)));
    const auto attempts = ledger.AttemptsOf(id);
    if (!attempts.ok()) return attempts.status();
    if (attempts->empty() || report->state == exchange::v1::REPORT_STATE_PARKED) continue;
    traffic.push_back(MessageLine(attempts->back().sent_ms, "erp", "", "out",
                                  exchange::v1::ReportState_Name(report->state), "xml", attempts->back().payload));
  }
}

absl::Status Bad(size_t line, std::string_view words) {
  return absl::InvalidArgumentError(Cat("traffic, line ", line, ": ", words));
}

absl::Status CheckWhole(const Traffic& traffic) {
  if (traffic.empty() || traffic.front().header().format() != kFormat)
    return Bad(1, Cat("the first line is no header of ", kFormat));
  const auto count = [&](auto is) { return static_cast<uint64_t>(std::count_if(traffic.begin(), traffic.end(), is)); };
  const auto messages = count([](const auto& line) { return line.has_message(); });
  const auto events = count([](const auto& line) { return line.has_event(); });
  const auto& footer = traffic.back().footer();
  if (!traffic.back().has_footer() || footer.messages() != messages || footer.events() != events)
    return Bad(traffic.size(), "the file is not whole: its footer is missing or counts something else");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Traffic> TrafficOf(ledger::Ledgers& ledger, const std::string& site) {
  Traffic traffic;
  if (auto status = AddDocuments(ledger, site, traffic); !status.ok()) return status;
  if (auto status = AddReports(ledger, site, traffic); !status.ok()) return status;
  std::stable_sort(traffic.begin(), traffic.end(),
                   [](const auto& left, const auto& right) { return AtOf(left) < AtOf(right); });
  TrafficLine header, footer;
  header.mutable_header()->set_format(kFormat);
  header.mutable_header()->set_site(site);
  header.mutable_header()->set_program("b2mml-adapter");
  for (const auto& line : traffic) {
    auto& sums = *footer.mutable_footer();
    if (line.has_message()) sums.set_messages(sums.messages() + 1);
    if (line.has_event()) sums.set_events(sums.events() + 1);
  }
  footer.mutable_footer();
  traffic.insert(traffic.begin(), std::move(header));
  traffic.push_back(std::move(footer));
  return traffic;
}

absl::Status WriteTraffic(const Traffic& traffic, std::ostream& out) {
  for (const auto& line : traffic) {
    std::string json;
    if (!google::protobuf::util::MessageToJsonString(line, &json).ok())
      return absl::DataLossError("a line of traffic cannot be written as JSON");
    out << json << "\n";
  }
  out.flush();
  return out ? absl::OkStatus() : absl::DataLossError("the traffic could not be written to its end");
}

absl::StatusOr<Traffic> ReadTraffic(std::istream& in) {
  Traffic traffic;
  std::string text;
  while (std::getline(in, text)) {
    if (text.size() > kMaxLine || traffic.size() >= kMaxLines) return Bad(traffic.size() + 1, "the file is too large");
    auto& line = traffic.emplace_back();
    if (!google::protobuf::util::JsonStringToMessage(text, &line).ok() || line.line_case() == TrafficLine::LINE_NOT_SET)
      return Bad(traffic.size(), "this is no line of traffic");
    if (line.has_message() && Sha256Hex(line.message().payload()) != line.message().sha256())
      return Bad(traffic.size(), "the payload is not what its sha256 says");
  }
  if (auto status = CheckWhole(traffic); !status.ok()) return status;
  return traffic;
}

}  // namespace isa95::adapter
