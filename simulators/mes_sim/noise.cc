#include "simulators/mes_sim/noise.h"

#include <chrono>

#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::mes_sim {
namespace {

using namespace exchange::v1;
using namespace flow::v1;
using exchange::v1::Report;

constexpr uint64_t kFlushEvery = 50;
constexpr size_t kLateBy = 25;  // reports

int64_t NowMs() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

DowntimeEvent Flicker(const std::string& id, const std::string& site, int64_t now_ms, bool relevant) {
  DowntimeEvent stop;
  stop.mutable_id()->set_value(id);
  stop.mutable_equipment_id()->set_value(site + "-FLICKER");
  stop.mutable_reason_code()->set_value("JAM");
  stop.set_phase(DOWNTIME_PHASE_CODE_COMPLETE);
  stop.set_kind(DOWNTIME_KIND_CODE_UNPLANNED);
  *stop.mutable_start_time() = InstantOf(now_ms - (relevant ? 60'000 : 600'000));
  *stop.mutable_end_time() = InstantOf(now_ms - 30'000);
  if (relevant) stop.set_relevance(RELEVANCE_CODE_FINANCIAL);
  return stop;
}

QualityTestResult Temperature(const std::string& id, const std::string& site, int64_t now_ms, uint32_t degrees) {
  QualityTestResult result;
  result.mutable_id()->set_value(id);
  result.mutable_order_id()->set_value(site + "-TANK");
  result.mutable_sample_id()->set_value("T1");
  result.mutable_test_specification_id()->set_value("TREND");
  result.mutable_property_id()->set_value("TEMPERATURE");
  result.mutable_value()->mutable_value()->set_value(std::to_string(degrees));
  result.mutable_value()->mutable_unit()->set_value("CEL");
  result.mutable_high()->mutable_value()->set_value("90");
  result.set_verdict(VERDICT_CODE_PASS);
  *result.mutable_measured_at() = InstantOf(now_ms - 1'000);
  result.set_relevance(RELEVANCE_CODE_FINANCIAL);
  return result;
}

std::string WhatCame(const absl::StatusOr<std::vector<Receipt>>& receipts) {
  if (!receipts.ok()) {
    const auto words = Words(receipts.status());
    return words.starts_with("HTTP ") ? words.substr(0, 8) : absl::StatusCodeToString(receipts.status().code());
  }
  if (receipts->empty()) return "NOTHING";
  const auto& receipt = receipts->front();
  const auto code = ReceiptCode_Name(receipt.code()).substr(13);
  return receipt.finding_size() == 0 || code == "DUPLICATE" ? code : Cat(code, " ", receipt.finding(0).code());
}

}  // namespace

ReportBook::SendingPlace OrderOfSending(uint32_t noise, uint32_t seed) {
  if (noise == 0) return {};
  return [noise, seed](const Report& report) -> uint64_t {
    auto random = ChanceOf(seed, "place/" + KeyOf(report));
    const uint64_t most = noise < 10 ? 2 : 6;  // how far it falls behind
    if (random() % 16 == 0) return report.order_sequence() + 1'000;
    return report.order_sequence() + random() % (most + 1);
  };
}

Report Chatter(const std::string& site, uint64_t number, int64_t now_ms, std::mt19937& random) {
  const auto id = Cat(site, "-NOISE-", number);
  Report report;
  const auto kind = random() % 3;
  if (kind == 2) {
    *report.mutable_test_result() = Temperature(id, site, now_ms, 60 + static_cast<uint32_t>(random() % 30));
  } else {
    *report.mutable_downtime() = Flicker(id, site, now_ms, kind == 1);
  }
  return report;
}

NoisyChannel::NoisyChannel(ReportChannel& inner, ReportChannel* elsewhere, const Options& options, sim::Record& record)
    : inner_(inner),
      elsewhere_(elsewhere),
      options_(options),
      record_(record),
      random_(ChanceOf(options.seed, "noise")) {}

NoisyChannel::~NoisyChannel() { Flush(); }

absl::StatusOr<std::vector<Receipt>> NoisyChannel::Send(const std::vector<Report>& reports) {
  auto receipts = inner_.Send(reports);
  if (!receipts.ok()) return receipts;
  for (const auto& report : reports) MakeNoise(report);
  if (sent_ % kFlushEvery < reports.size()) Flush();
  return receipts;
}

absl::StatusOr<std::vector<Feedback>> NoisyChannel::Fetch(const std::string& cursor) {
  while (!late_.empty()) {
    SendOne("sent again late", inner_, late_.front());
    late_.pop_front();
  }
  Flush();
  return inner_.Fetch(cursor);
}

void NoisyChannel::MakeNoise(const Report& report) {
  ++sent_;
  const bool loud = options_.noise >= 10;
  for (int i = 0; i < (loud ? 3 : 1); ++i) SendOne("sent again", inner_, report);
  if (random_() % 4 == 0) late_.push_back(report);
  if (late_.size() > kLateBy) {
    SendOne("sent again late", inner_, late_.front());
    late_.pop_front();
  }
  for (uint32_t i = 0; i < options_.noise; ++i) {
    if (random_() % 4 == 0) SendOne("chatter", inner_, Chatter(options_.site, ++chatter_, NowMs(), random_));
    if (random_() % 16 == 0 && elsewhere_ != nullptr) SendOne("to another site", *elsewhere_, report);
    if (random_() % 16 == 0) SendForeign();
  }
}

void NoisyChannel::SendOne(const std::string& what, ReportChannel& channel, const Report& report) {
  const auto kind = what == "chatter" ? Cat(what, " ", KindOf(report)) : what;
  ++counts_[{kind, WhatCame(channel.Send({report}))}];
}

void NoisyChannel::SendForeign() {
  const auto came = inner_.SendDocument(ForeignDocument(++chatter_));
  if (came.status().code() == absl::StatusCode::kUnimplemented) return;
  ++counts_[{"foreign document", came.ok() ? *came : absl::StatusCodeToString(came.status().code())}];
}

// What cannot be put on record is counted with the next.
void NoisyChannel::Flush() {
  if (counts_.empty()) return;
  std::vector<sim::RecordFields> lines;
  for (const auto& [what, count] : counts_)
    lines.push_back(
        {{"event", "noise"}, {"what", what.first}, {"came", what.second}, {"count", std::to_string(count)}});
  if (record_.AppendAll(lines).ok()) counts_.clear();
}

std::string ForeignDocument(uint64_t number) {
  constexpr char kNamespace[] = "xmlns=\"http://www.mesa.org/xml/B2MML\"";
  constexpr char kSent[] = "<CreationDateTime>2026-11-26T06:00:00Z</CreationDateTime>";
  if (number % 2 == 0) {
    return Cat("<SyncWorkAlertInformation ", kNamespace, "><ApplicationArea>", kSent, "<BODID>alarm-", number,
               "</BODID></ApplicationArea><DataArea><Sync/><WorkAlertInformation><WorkAlert><ID>", number,
               "</ID></WorkAlert></WorkAlertInformation></DataArea></SyncWorkAlertInformation>");
  }
  return Cat("<SyncEquipmentInformation ", kNamespace, "><ApplicationArea>", kSent, "<BODID>machine-", number,
             "</BODID></ApplicationArea><DataArea><Sync/><EquipmentInformation><Equipment><ID>LE01</ID></Equipment>",
             "</EquipmentInformation></DataArea></SyncEquipmentInformation>");
}

}  // namespace isa95::mes_sim
