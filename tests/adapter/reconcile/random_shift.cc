#include "tests/adapter/reconcile/random_shift.h"

namespace isa95::adapter {

using namespace exchange::v1;
using namespace flow::v1;

namespace {

std::string SegmentId(size_t segment) { return Cat("S", segment + 1); }
std::string MaterialId(size_t segment, uint32_t component) { return Cat("M", segment + 1, "-", component); }
constexpr uint32_t kComponents = 3, kLots = 3;

}  // namespace

RandomShift::RandomShift(uint32_t seed)
    : random_(seed),
      cumulative_(seed % 3 == 0),
      numbered_(seed % 2 == 0),
      places_(seed % 5 * 3),
      story_(flows::Contract(cumulative_ ? "cumulative" : "delta")) {
  story_.contract.mutable_flows()->mutable_execution_confirmation()->mutable_tolerance()->set_over("unlimited");
  MakeOrder();
}

void RandomShift::MakeOrder() {
  ProductionOrder order;
  order.mutable_id()->set_value("4711");
  order.mutable_state()->set_code(ORDER_STATE_CODE_RELEASED);
  const size_t segments = 1 + Chance(4);
  for (size_t i = 0; i < segments; ++i) {
    auto& segment = *order.add_segment();
    segment.mutable_id()->set_value(SegmentId(i));
    segment.mutable_operations_segment_id()->set_value(Cat("00", i + 1, "0"));
    for (uint32_t c = 0; c < kComponents; ++c) {
      flows::AddLine(segment, Cat("C", i + 1, "-", c), MATERIAL_USE_CODE_CONSUMED, MaterialId(i, c),
                     FormatDecimal(Number()), "KGM");
    }
  }
  flows::AddLine(*order.mutable_segment(static_cast<int>(segments) - 1), "P1", MATERIAL_USE_CODE_PRODUCED, "FG", "500",
                 "C62");
  *story_.past.order[0].envelope.mutable_production_order() = order;
}

void RandomShift::Run(bool plant) {
  const auto segments = static_cast<size_t>(story_.past.order[0].envelope.production_order().segment_size());
  const size_t with_plant = plant ? Chance(static_cast<uint32_t>(segments)) : segments;
  for (size_t i = 0; i < segments; ++i) RunSegment(i, i == with_plant);
  story_.Post();
}

void RandomShift::RunSegment(size_t segment, bool plant) {
  const uint32_t pieces = 1 + Chance(5), with_plant = Chance(pieces);
  for (uint32_t i = 0; i < pieces; ++i) {
    if (plant && i == with_plant) Plant(segment);
    Confirm(segment, false);
    if (Chance(4) == 0) TakeBack();
    if (Chance(3) != 0) Use(segment);
    if (Chance(4) == 0) TakeBack();
    if (Chance(2) == 0) story_.Post();
  }
  Confirm(segment, true);
  if (Chance(4) != 0) return;
  TakeBack();
  if (last_report_.empty()) Confirm(segment, true);  // the step is done after all
}

void RandomShift::Confirm(size_t segment, bool last) {
  counters_before_ = counters_;
  auto report = NewConfirmation(segment, last);
  const auto lot = Cat("B", Chance(2));
  AddOutput(report, OUTPUT_KIND_CODE_GOOD, lot, Number());
  if (Chance(2) == 0) AddOutput(report, OUTPUT_KIND_CODE_SCRAP, lot, Number());
  if (Chance(3) == 0) AddOutput(report, OUTPUT_KIND_CODE_REWORK, lot, Number());
  if (Chance(5) == 0) AddOutput(report, OUTPUT_KIND_CODE_SCRAP, "B9", Number());
  Tell(report);
}

// An issue of some lots; of the last one some may come back in a report of its own.
void RandomShift::Use(size_t segment) {
  counters_before_ = counters_;
  auto report = flows::Used(NextId("U"), "0");
  report.mutable_consumption()->clear_consumed();
  std::string lot;
  ExactDecimal number;
  for (uint32_t lines = 1 + Chance(3); lines > 0; --lines) {
    lot = Cat("L", lines);
    number = Number();
    AddUse(report, segment, lot, number);
  }
  Tell(report);
  if (Chance(3) != 0) return;
  counters_before_ = counters_;
  const auto& line = report.consumption().consumed(report.consumption().consumed_size() - 1);
  auto back = report;
  back.mutable_consumption()->clear_consumed();
  auto& returned = *back.mutable_consumption()->add_consumed() = line;
  returned.set_kind(CONSUMPTION_KIND_CODE_RETURNED);
  const auto& material = line.material_definition_id().value();
  returned.mutable_quantity()->mutable_value()->set_value(Value(Cat("back ", material, " ", lot), number));
  last_news_ = {{{Cat("use of ", material), lot}, Subtract({}, number)}};
  back.mutable_consumption()->mutable_id()->set_value(NextId("U"));
  Tell(back);
}

// The report told last; now and then that is a mistake, and it is brought back.
void RandomShift::TakeBack() {
  if (last_report_.empty()) return;
  const auto taken_back = last_report_;
  const auto reversal = TellReversal(taken_back);
  if (Chance(3) == 0) {
    TellReversal(reversal);
    return;
  }
  for (const auto& [place, number] : last_news_) truth_[place] = Subtract(truth_[place], number);
  counters_ = counters_before_;
  last_report_.clear();
}

// A counter of its own, so that of totals no later one holds it.
void RandomShift::Plant(size_t segment) {
  counters_before_ = counters_;
  unit_ = {1, places_};
  Report report;
  const uint32_t kind = Chance(5);
  if (kind < 3) {
    report = NewConfirmation(segment, false);
    const OutputKindCode kinds[] = {OUTPUT_KIND_CODE_GOOD, OUTPUT_KIND_CODE_SCRAP, OUTPUT_KIND_CODE_REWORK};
    AddOutput(report, kinds[kind], "PLANT", unit_);
    report.mutable_confirmation()->mutable_id()->set_value("P");
  } else {
    report = flows::Used("P", "0");
    report.mutable_consumption()->clear_consumed();
    AddUse(report, segment, cumulative_ ? "PLANT" : "L1", unit_);
  }
  planted_ = last_news_.begin()->first;
  Tell(report);
  last_report_.clear();  // it is not taken back by chance
}

void RandomShift::Tell(Report report) {
  if (numbered_) report.set_order_sequence(++number_);
  EXPECT_EQ(story_.Tell(report), "") << report.ShortDebugString();
  for (const auto& [place, number] : last_news_) AddTo(truth_, place, number);
  last_report_ = story_.past.reports.back().envelope.key_id();
}

// What was never sent is settled with its reversal, as the ledger does.
std::string RandomShift::TellReversal(const std::string& of) {
  const auto id = NextId("R");
  EXPECT_EQ(story_.Tell(flows::Reversal(id, of, numbered_ ? ++number_ : 0)), "") << of;
  if (story_.At(of).state == REPORT_STATE_QUEUED) {
    story_.At(of).state = REPORT_STATE_REVERSED;
    story_.At(id).state = REPORT_STATE_POSTED;
  } else if (Chance(2) == 0) {
    story_.Post();
  }
  return id;
}

Report RandomShift::NewConfirmation(size_t segment, bool last) {
  last_news_.clear();
  const auto type = last ? CONFIRMATION_TYPE_CODE_FINAL : CONFIRMATION_TYPE_CODE_PARTIAL;
  return flows::AtStep(flows::Confirmation(NextId("C"), 0, type), SegmentId(segment), "");
}

void RandomShift::AddOutput(Report& report, int kind, const std::string& lot, const ExactDecimal& number) {
  const std::string segment = report.confirmation().segment_requirement_id().value();
  const auto value = Value(Cat(segment, " ", kind, " ", lot), number);
  report = flows::Output(report, static_cast<OutputKindCode>(kind), value, "C62", lot);
  AddTo(last_news_, {Cat(WordOf(kind), " of segment ", segment), ""}, number);
}

void RandomShift::AddUse(Report& report, size_t segment, const std::string& lot, const ExactDecimal& number) {
  auto& consumption = *report.mutable_consumption();
  if (consumption.consumed().empty()) last_news_.clear();
  consumption.mutable_segment_requirement_id()->set_value(SegmentId(segment));
  consumption.clear_operations_segment_id();
  const auto component = Chance(kComponents);
  const auto material = MaterialId(segment, component);
  auto& line = *consumption.add_consumed();
  line.mutable_id()->set_value(std::to_string(consumption.consumed_size()));
  line.set_kind(CONSUMPTION_KIND_CODE_CONSUMED);
  line.mutable_material_requirement_id()->set_value(Cat("C", segment + 1, "-", component));
  line.mutable_material_definition_id()->set_value(material);
  line.mutable_material_lot_id()->set_value(lot);
  flows::Set(*line.mutable_quantity(), Value(Cat("use ", material, " ", lot), number), "KGM");
  AddTo(last_news_, {Cat("use of ", material), lot}, number);
}

// As it is written: the news, or the counter's new total.
std::string RandomShift::Value(const std::string& counter, const ExactDecimal& news) {
  if (!cumulative_) return FormatDecimal(news);
  counters_[counter] = Add(counters_[counter], news);
  return FormatDecimal(counters_[counter]);
}

ExactDecimal RandomShift::Number() {
  return {1 + std::uniform_int_distribution<uint64_t>(0, 999'999'999)(random_), places_};
}

Quantities RandomShift::Books() const {
  std::map<std::string, Quantities> by_report;
  for (const auto& posting : story_.postings) {
    if (posting.envelope.has_report_reversal()) {
      EXPECT_EQ(by_report.erase(posting.envelope.report_reversal().reverses_id().value()), 1u);
    } else {
      by_report[posting.envelope.key_id()] = QuantitiesOf(posting.envelope);
    }
  }
  Quantities all;
  for (const auto& [id, quantities] : by_report) {
    for (const auto& [place, number] : quantities) AddTo(all, place, number);
  }
  return all;
}

}  // namespace isa95::adapter
