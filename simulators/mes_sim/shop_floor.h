// One order on the simulated shop floor: step by step a set-up, partial lots of work and the last one, each with what
// it made and used; now and then something comes back to stock, is told late, or told wrongly, taken back and told
// anew. Pure; made for one order.
#pragma once

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "simulators/mes_sim/shift.h"

namespace isa95::mes_sim {

class ShopFloor {
 public:
  // `product`: the line of the order that says what is made; `quantity`: its quantity. Both outlive this.
  ShopFloor(const flow::v1::ProductionOrder& order, const flow::v1::MaterialRequirement& product,
            const ExactDecimal& quantity, const ShiftTerms& terms);
  // The `index`th of `count` steps.
  void RunSegment(const flow::v1::SegmentRequirement& segment, size_t index, size_t count);
  std::vector<ShopReport> TakeReports() { return std::move(reports_); }

 private:
  using Integer = boost::multiprecision::cpp_int;
  // A piece of a step's work; quantities in the units of the order's last digit.
  struct Portion {
    Integer input, good, scrap, rework;
    int64_t start_ms = 0, end_ms = 0;
    bool last = false;
  };
  // A component line as it is used up: the first lot until it is empty, then the second.
  struct Component {
    const flow::v1::MaterialRequirement* line = nullptr;
    ExactDecimal planned;  // for the whole order, with the digits it is weighed with
    std::vector<std::string> lots;
    size_t changes_at = 0;  // the portion in which the lot changes
    Integer input, used;    // so far; used by plan
  };

  uint32_t Chance(uint32_t sides) { return static_cast<uint32_t>(random_() % sides); }
  ExactDecimal Number(const Integer& units) const { return {units, quantity_.scale}; }
  std::string NextId(const char* kind);
  flow::v1::Instant At(int64_t ms) const;

  std::vector<Portion> Divide(size_t index, size_t count);
  void Judge(Portion& portion);
  void SetUp(const flow::v1::SegmentRequirement& segment, int64_t start_ms, int64_t end_ms);
  void RunPortion(const flow::v1::SegmentRequirement& segment, const Portion& portion, size_t number,
                  std::vector<Component>& components);
  flow::v1::ExecutionConfirmation& Confirm(const flow::v1::SegmentRequirement& segment, int64_t start_ms,
                                           int64_t end_ms, flow::v1::ConfirmationTypeCode type);
  void AddOutput(flow::v1::ExecutionConfirmation& confirmation, const flow::v1::SegmentRequirement& segment,
                 flow::v1::OutputKindCode kind, const Integer& units, const char* reason);
  void Report(const flow::v1::SegmentRequirement& segment, const Portion& portion);
  void ReportWronglyAndTakeBack(const flow::v1::SegmentRequirement& segment, const Portion& portion);

  std::vector<Component> ComponentsOf(const flow::v1::SegmentRequirement& segment, size_t portions);
  // Null: nothing was used of what is reported.
  std::optional<ShopReport> Use(const flow::v1::SegmentRequirement& segment, const Portion& portion, size_t number,
                                std::vector<Component>& components);
  void UseComponent(Component& component, const flow::v1::SegmentRequirement& segment, const Portion& portion,
                    size_t number, ShopReport& report);
  void AddUsed(const Component& component, const flow::v1::SegmentRequirement& segment, const std::string& lot,
               const ExactDecimal& quantity, ShopReport& report);
  std::optional<ShopReport> Return(const ShopReport& consumption);

  const flow::v1::ProductionOrder& order_;
  const flow::v1::MaterialRequirement& product_;
  const ExactDecimal quantity_;
  const ShiftTerms& terms_;
  std::mt19937 random_;
  Integer input_;  // of the next step
  int64_t clock_ms_ = 0;
  uint64_t last_id_ = 0;
  std::string confirmation_id_;  // the last one that stands
  std::vector<ShopReport> reports_, late_;
};

}  // namespace isa95::mes_sim
