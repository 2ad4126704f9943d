#include "simulators/mes_sim/shop_facts.h"

#include <map>

#include "grpc/model/duration.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"
#include "simulators/mes_sim/mutants.h"

namespace isa95::mes_sim {
namespace {

using namespace flow::v1;

constexpr int64_t kMinuteMs = 60'000;
constexpr int64_t kShiftMs = 480 * kMinuteMs;
constexpr char kLimit[] = "5.00";  // of oxygen in percent; the limit itself fails

// Seconds with three digits.
std::string Seconds(int64_t ms) { return FormatDecimal({ms, 3}); }

class Facts {
 public:
  Facts(const ProductionOrder& order, const MaterialRequirement& product, const ShiftTerms& terms)
      : order_(order),
        terms_(terms),
        random_(ChanceOf(terms.seed, order.id().value() + "/facts")),
        lot_(LotOf(order, product, terms.site)) {
    // All orders are worked at once here, and a line stands once at a time: each order has a cell of its own.
    const auto& segment = order.segment(0);
    const bool named = segment.equipment_size() > 0 && segment.equipment(0).equipment_id_size() > 0;
    line_ = Cat(named ? segment.equipment(0).equipment_id(0).value() : std::string("LINE"), "-", order.id().value());
    material_ = product.material_definition_id_size() > 0 ? product.material_definition_id(0).value() : std::string();
  }

  std::vector<ShopReport> Run() {
    const int64_t start = terms_.start_ms;
    AddWhole("CHANGEOVER", true, start + 5 * kMinuteMs, Span(5, 20));
    AddInTwoSteps("BREAKDOWN", start + 60 * kMinuteMs, Span(10, 40));
    AddTogether("JAM", start + 150 * kMinuteMs, 90 * kMinuteMs);
    AddWhole("NO-MATERIAL", false, start + 300 * kMinuteMs, Span(3, 45));
    AddInParts("BREAKDOWN", start + kShiftMs, Span(5, 30), Span(5, 30));
    if (Chance(4) == 0) Opened(Begin("NO-CREW", false, start + kShiftMs + 45 * kMinuteMs));
    RunLot(start + kShiftMs);
    return std::move(reports_);
  }

 private:
  uint32_t Chance(uint32_t sides) { return static_cast<uint32_t>(random_() % sides); }
  // Some time between, in milliseconds: its last digit is to come through as well.
  int64_t Span(uint32_t least_minutes, uint32_t most_minutes) {
    return least_minutes * kMinuteMs + Chance((most_minutes - least_minutes) * static_cast<uint32_t>(kMinuteMs));
  }

  std::string NextId(const std::string& kind) {
    std::string number = std::to_string(++last_ids_[kind]);
    if (number.size() < 3) number.insert(0, 3 - number.size(), '0');
    return Cat(terms_.site, "-", kind, "-", order_.id().value(), "-", number);
  }

  void Set(Instant& instant, int64_t ms) const {
    instant = InstantOf(ms);
    instant.set_offset_minutes(terms_.offset);
  }

  DowntimeEvent Begin(const char* reason, bool planned, int64_t start_ms) {
    DowntimeEvent stop;
    stop.mutable_id()->set_value(NextId("STP"));
    stop.mutable_equipment_id()->set_value(line_);
    *stop.mutable_order_id() = order_.id();
    Set(*stop.mutable_start_time(), start_ms);
    stop.mutable_reason_code()->set_value(reason);
    stop.set_kind(planned ? DOWNTIME_KIND_CODE_PLANNED : DOWNTIME_KIND_CODE_UNPLANNED);
    stop.set_relevance(RELEVANCE_CODE_FINANCIAL);
    return stop;
  }

  ShopReport& Told(const DowntimeEvent& stop) {
    auto& report = reports_.emplace_back();
    *report.report.mutable_downtime() = stop;
    report.report.set_order_sequence(++numbers_["line"]);
    return report;
  }

  // The truth of a stop, once.
  Happened TruthOf(const DowntimeEvent& stop, int64_t stood_ms) const {
    return {{"event", "stood"},
            {"order_id", order_.id().value()},
            {"stop_id", stop.id().value()},
            {"line", line_},
            {"start", FormatInstant(stop.start_time())},
            {"end", stop.has_end_time() ? FormatInstant(stop.end_time()) : ""},
            {"reason", stop.reason_code().value()},
            {"kind", stop.kind() == DOWNTIME_KIND_CODE_PLANNED ? "PLANNED" : "UNPLANNED"},
            {"stops", std::to_string(std::max(1u, stop.stop_count()))},
            {"seconds", stop.has_end_time() ? Seconds(stood_ms) : ""},
            {"part_of", stop.part_of().value()}};
  }

  void Opened(DowntimeEvent stop) {
    stop.set_phase(DOWNTIME_PHASE_CODE_OPENED);
    Told(stop).happened.push_back(TruthOf(stop, 0));
  }

  void End(DowntimeEvent stop, DowntimePhaseCode phase, int64_t after_ms) {
    stop.set_phase(phase);
    Set(*stop.mutable_end_time(), UnixMillis(stop.start_time()) + after_ms);
    Told(stop).happened.push_back(TruthOf(stop, after_ms));
  }

  void AddWhole(const char* reason, bool planned, int64_t start_ms, int64_t took_ms) {
    End(Begin(reason, planned, start_ms), DOWNTIME_PHASE_CODE_COMPLETE, took_ms);
  }

  void AddInTwoSteps(const char* reason, int64_t start_ms, int64_t took_ms) {
    DowntimeEvent stop = Begin(reason, false, start_ms);
    Opened(stop);
    reports_.back().happened.clear();  // told with its end
    End(stop, DOWNTIME_PHASE_CODE_CLOSED, took_ms);
  }

  void AddTogether(const char* reason, int64_t start_ms, int64_t within_ms) {
    DowntimeEvent stop = Begin(reason, false, start_ms);
    const uint32_t count = 5 + Chance(10);
    int64_t stood_ms = 0;
    for (uint32_t i = 0; i < count; ++i) stood_ms += 20'000 + Chance(70'000);
    stop.set_stop_count(count);
    stop.mutable_stopped()->set_value(FormatDuration(stood_ms * 1'000'000));
    stop.set_phase(DOWNTIME_PHASE_CODE_COMPLETE);
    Set(*stop.mutable_end_time(), start_ms + within_ms);
    Told(stop).happened.push_back(TruthOf(stop, stood_ms));
  }

  // One before the end of the shift, one after it; they touch.
  void AddInParts(const char* reason, int64_t shift_end_ms, int64_t before_ms, int64_t after_ms) {
    const auto whole = NextId("STP");
    for (const bool first : {true, false}) {
      DowntimeEvent part = Begin(reason, false, first ? shift_end_ms - before_ms : shift_end_ms);
      part.mutable_part_of()->set_value(whole);
      End(part, DOWNTIME_PHASE_CODE_COMPLETE, first ? before_ms : after_ms);
    }
  }

  ShopReport& ToldOfLot() {
    auto& report = reports_.emplace_back();
    report.report.set_order_sequence(++numbers_["lot"]);
    return report;
  }

  // The id of the result.
  std::string Test(const std::string& value, bool passed, int64_t at_ms, const std::string& retest_of) {
    auto& told = ToldOfLot();
    auto& result = *told.report.mutable_test_result();
    result.mutable_id()->set_value(NextId("TST"));
    *result.mutable_order_id() = order_.id();
    result.mutable_material_lot_id()->set_value(lot_);
    result.mutable_sample_id()->set_value(Cat(lot_, "-S1"));
    result.mutable_test_specification_id()->set_value("SPEC-OXY-2");
    result.mutable_property_id()->set_value("RESIDUAL-OXYGEN");
    result.mutable_value()->mutable_value()->set_value(value);
    result.mutable_value()->mutable_data_type()->set_value("decimal");
    result.mutable_value()->mutable_unit()->set_value("P1");
    result.mutable_high()->mutable_value()->set_value(kLimit);
    result.mutable_high()->set_exclusive(true);
    result.set_verdict(passed ? VERDICT_CODE_PASS : VERDICT_CODE_FAIL);
    Set(*result.mutable_measured_at(), at_ms);
    if (!retest_of.empty()) result.mutable_retest_of()->set_value(retest_of);
    result.set_relevance(RELEVANCE_CODE_CUSTOMER_RELEASE);
    told.happened.push_back({{"event", "tested"},
                             {"order_id", order_.id().value()},
                             {"result_id", result.id().value()},
                             {"lot", lot_},
                             {"property", result.property_id().value()},
                             {"value", value},
                             {"verdict", passed ? "Pass" : "Fail"}});
    return result.id().value();
  }

  void Dispose(DispositionCode code, int64_t at_ms) {
    const bool hold = code == DISPOSITION_CODE_HOLD;
    auto& told = ToldOfLot();
    auto& disposition = *told.report.mutable_lot_disposition();
    disposition.mutable_id()->set_value(NextId("DSP"));
    *disposition.mutable_order_id() = order_.id();
    disposition.mutable_material_lot_id()->set_value(lot_);
    if (!material_.empty()) disposition.mutable_material_definition_id()->set_value(material_);
    disposition.set_disposition(code);
    if (hold) disposition.mutable_reason_code()->set_value("OUT-OF-SPEC");
    Set(*disposition.mutable_effective_time(), at_ms);
    disposition.set_relevance(RELEVANCE_CODE_CUSTOMER_RELEASE);
    told.happened.push_back({{"event", "disposed"},
                             {"order_id", order_.id().value()},
                             {"disposition_id", disposition.id().value()},
                             {"lot", lot_},
                             {"disposition", hold ? "HOLD" : "RELEASED"},
                             {"since", FormatInstant(disposition.effective_time())}});
  }

  void RunLot(int64_t at_ms) {
    const auto first = Test(kLimit, false, at_ms + Chance(60'000), "");
    Dispose(DISPOSITION_CODE_HOLD, at_ms + 5 * kMinuteMs);
    const bool passes = Chance(3) != 0;
    const auto hundredths = passes ? 400 + Chance(100) : 500 + Chance(100);
    Test(FormatDecimal({hundredths, 2}), passes, at_ms + 60 * kMinuteMs + Chance(60'000), first);
    if (passes) Dispose(DISPOSITION_CODE_RELEASED, at_ms + 65 * kMinuteMs);
  }

  const ProductionOrder& order_;
  const ShiftTerms& terms_;
  std::mt19937 random_;
  const std::string lot_;
  std::string line_, material_;
  std::map<std::string, uint64_t> last_ids_, numbers_;
  std::vector<ShopReport> reports_;
};

}  // namespace

std::vector<ShopReport> RunFacts(const ProductionOrder& order, const ShiftTerms& terms) {
  const auto* product = ProductOf(order);
  if (product == nullptr) return {};
  auto reports = Facts(order, *product, terms).Run();
  MutateFacts(terms, reports);
  return reports;
}

}  // namespace isa95::mes_sim
