// An order and the reports of it, told one after the other: what a ledger would keep of them, without one.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "adapter/flows/report_flow.h"
#include "grpc/model/contract.h"
#include "grpc/model/decimal.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::flows {

inline constexpr int64_t kNow = 1'795'000'000'000;  // 2026-11-18

inline contract::v1::SiteContract Contract(const std::string& reporting = "delta") {
  contract::v1::SiteContract contract;
  contract.mutable_site()->set_id("LEI");
  contract.mutable_mes()->set_logical_id("MES-LEI");
  auto& confirmation = *contract.mutable_flows()->mutable_execution_confirmation();
  confirmation.mutable_owner()->set_role("production planning");
  confirmation.set_reporting(reporting);
  confirmation.mutable_tolerance()->set_over("10%");
  contract.mutable_flows()->mutable_material_consumption()->mutable_owner()->set_role("warehouse");
  return contract;
}

inline void AddLine(flow::v1::SegmentRequirement& segment, const std::string& id, flow::v1::MaterialUseCode use,
                    const std::string& material, const std::string& value, const std::string& unit) {
  auto& line = *segment.add_material();
  line.mutable_id()->set_value(id);
  line.add_material_definition_id()->set_value(material);
  line.mutable_material_use()->set_code(use);
  auto& quantity = *line.add_quantity();
  quantity.mutable_value()->set_value(value);
  quantity.mutable_unit()->set_value(unit);
}

// Order 4711: mix 100 KGM of RM-100 with LID-1 (segment S1, operation 0010), then fill 500 BOTTLE (S2, 0020), of which
// cleaning (S2A, 0025) is a part.
inline flow::v1::ProductionOrder Order() {
  using namespace flow::v1;
  ProductionOrder order;
  order.mutable_id()->set_value("4711");
  order.mutable_state()->set_code(ORDER_STATE_CODE_RELEASED);
  auto& mix = *order.add_segment();
  mix.mutable_id()->set_value("S1");
  mix.mutable_operations_segment_id()->set_value("0010");
  AddLine(mix, "C1", MATERIAL_USE_CODE_CONSUMED, "RM-100", "100", "KGM");
  AddLine(mix, "C2", MATERIAL_USE_CODE_CONSUMED, "LID-1", "500", "C62");
  auto& fill = *order.add_segment();
  fill.mutable_id()->set_value("S2");
  fill.mutable_operations_segment_id()->set_value("0020");
  AddLine(fill, "P1", MATERIAL_USE_CODE_PRODUCED, "BOTTLE", "500", "C62");
  auto& clean = *fill.add_child();
  clean.mutable_id()->set_value("S2A");
  clean.mutable_operations_segment_id()->set_value("0025");
  return order;
}

inline ledger::StoredItem Item(flow::v1::MessageKind kind, const flow::v1::ProductionOrder& order,
                               exchange::v1::ItemState state = exchange::v1::ITEM_STATE_ACCEPTED) {
  ledger::StoredItem item;
  item.state = state;
  item.envelope.set_kind(kind);
  item.envelope.set_key_id(order.id().value());
  *item.envelope.mutable_production_order() = order;
  return item;
}

inline void Set(flow::v1::Quantity& quantity, const std::string& value, const std::string& unit) {
  quantity.mutable_value()->set_value(value);
  quantity.mutable_unit()->set_value(unit);
}

// A partial confirmation of filling, an hour of it, without output.
inline exchange::v1::Report Confirmation(
    const std::string& id, uint64_t number = 0,
    flow::v1::ConfirmationTypeCode type = flow::v1::CONFIRMATION_TYPE_CODE_PARTIAL) {
  exchange::v1::Report report;
  report.set_order_sequence(number);
  auto& confirmation = *report.mutable_confirmation();
  confirmation.mutable_id()->set_value(id);
  confirmation.mutable_order_id()->set_value("4711");
  confirmation.mutable_segment_requirement_id()->set_value("S2");
  confirmation.set_type(type);
  *confirmation.mutable_actual_start_time() = InstantOf(kNow - 3'600'000);
  *confirmation.mutable_actual_end_time() = InstantOf(kNow);
  return report;
}

inline exchange::v1::Report Output(exchange::v1::Report report, flow::v1::OutputKindCode kind, const std::string& value,
                                   const std::string& unit = "C62", const std::string& lot = "") {
  auto& output = *report.mutable_confirmation()->add_output();
  output.set_kind(kind);
  if (!lot.empty()) output.mutable_material_lot_id()->set_value(lot);
  Set(*output.mutable_quantity(), value, unit);
  return report;
}

inline exchange::v1::Report Good(const std::string& id, const std::string& value, uint64_t number = 0) {
  return Output(Confirmation(id, number), flow::v1::OUTPUT_KIND_CODE_GOOD, value);
}
inline exchange::v1::Report Final(const std::string& id, const std::string& value, uint64_t number = 0) {
  return Output(Confirmation(id, number, flow::v1::CONFIRMATION_TYPE_CODE_FINAL), flow::v1::OUTPUT_KIND_CODE_GOOD,
                value);
}

// One line of mixing; `requirement` empty = not planned.
inline exchange::v1::Report Used(const std::string& id, const std::string& value, const std::string& lot = "L1",
                                 uint64_t number = 0) {
  exchange::v1::Report report;
  report.set_order_sequence(number);
  auto& consumption = *report.mutable_consumption();
  consumption.mutable_id()->set_value(id);
  consumption.mutable_order_id()->set_value("4711");
  consumption.mutable_operations_segment_id()->set_value("0010");
  *consumption.mutable_actual_end_time() = InstantOf(kNow);
  auto& line = *consumption.add_consumed();
  line.mutable_id()->set_value("1");
  line.set_kind(flow::v1::CONSUMPTION_KIND_CODE_CONSUMED);
  line.mutable_material_requirement_id()->set_value("C1");
  line.mutable_material_definition_id()->set_value("RM-100");
  line.mutable_material_lot_id()->set_value(lot);
  Set(*line.mutable_quantity(), value, "KGM");
  return report;
}
inline exchange::v1::Report Returned(const std::string& id, const std::string& value, const std::string& lot = "L1") {
  auto report = Used(id, value, lot);
  report.mutable_consumption()->mutable_consumed(0)->set_kind(flow::v1::CONSUMPTION_KIND_CODE_RETURNED);
  return report;
}

inline exchange::v1::Report Reversal(const std::string& id, const std::string& reverses, uint64_t number = 0) {
  exchange::v1::Report report;
  report.set_order_sequence(number);
  auto& reversal = *report.mutable_reversal();
  reversal.mutable_id()->set_value(id);
  reversal.mutable_order_id()->set_value("4711");
  reversal.mutable_reverses_id()->set_value(reverses);
  reversal.mutable_reason_code()->set_value("TYPO");
  *reversal.mutable_reversed_at() = InstantOf(kNow);
  return report;
}

inline exchange::v1::Report AtStep(exchange::v1::Report report, const std::string& segment,
                                   const std::string& operation) {
  report.mutable_confirmation()->mutable_segment_requirement_id()->set_value(segment);
  report.mutable_confirmation()->mutable_operations_segment_id()->set_value(operation);
  return report;
}

// The order in another state; unless `with_steps`, a change that says no more.
inline flow::v1::ProductionOrder InState(flow::v1::OrderStateCode state, bool with_steps = false) {
  auto order = Order();
  order.mutable_state()->set_code(state);
  if (!with_steps) order.clear_segment();
  return order;
}

// The reports of order 4711 as they come, decided, judged and stored.
class Story {
 public:
  explicit Story(contract::v1::SiteContract terms = Contract()) : contract(std::move(terms)) {
    past.order.push_back(Item(flow::v1::MESSAGE_KIND_ORDER_RELEASE, Order()));
  }

  // Why it is parked or held; empty = it is queued.
  std::string Tell(const exchange::v1::Report& report, int64_t now = kNow) {
    auto decided = DecideReport(report, contract, now);
    JudgeReport(decided, past, contract);
    ledger::StoredReport stored;
    stored.id = past.reports.size() + 1;
    stored.envelope = decided.envelope;
    stored.envelope.set_sequence(stored.id);
    stored.order_id = decided.order_id;
    stored.received_ms = decided.received_ms;
    past.reports.push_back(stored);
    Keep(past.reports.back(), decided);
    return decided.reason_code;
  }
  // Queued all of them, and nothing else.
  void TellAll(const std::vector<exchange::v1::Report>& reports) {
    for (const auto& report : reports) EXPECT_EQ(Tell(report), "") << report.ShortDebugString();
  }
  // What waits is released: what is ready, or everything where the windows are over.
  void Release(bool windows_over = false) {
    const auto numbers_first = [](const auto* a, const auto* b) {
      return a->envelope.order_sequence() < b->envelope.order_sequence();
    };
    std::vector<ledger::StoredReport*> held;
    for (auto& report : past.reports) {
      if (report.state == exchange::v1::REPORT_STATE_HELD) held.push_back(&report);
    }
    std::sort(held.begin(), held.end(), numbers_first);
    for (auto* report : held) {
      if (!windows_over && !IsReady(*report, past)) continue;
      auto again = ForJudgement(*report);
      JudgeReport(again, past, contract);
      Keep(*report, again);
    }
  }
  // Sends what is queued, in its turn, and keeps the postings in that order.
  void Post() {
    const auto turn = [](const auto* a, const auto* b) {
      const auto left = a->envelope.order_sequence(), right = b->envelope.order_sequence();
      return left != 0 && right != 0 ? left < right : a->id < b->id;
    };
    std::vector<ledger::StoredReport*> queued;
    for (auto& report : past.reports) {
      if (report.state == exchange::v1::REPORT_STATE_QUEUED) queued.push_back(&report);
    }
    std::sort(queued.begin(), queued.end(), turn);
    for (auto* report : queued) {
      report->state = exchange::v1::REPORT_STATE_SENT;
      postings.push_back(PostingOf(*report, past, contract));
      report->state = exchange::v1::REPORT_STATE_POSTED;
    }
  }

  ledger::StoredReport& At(const std::string& id) {
    const auto found = std::find_if(past.reports.begin(), past.reports.end(),
                                    [&](const auto& report) { return report.envelope.key_id() == id; });
    EXPECT_NE(found, past.reports.end()) << id;
    return *found;
  }
  bool Flags(const std::string& id, const std::string& code) {
    flow::v1::FindingList list;
    list.ParseFromString(At(id).findings);
    return std::any_of(list.finding().begin(), list.finding().end(), [&](const auto& finding) {
      return finding.code() == code && finding.severity() == flow::v1::SEVERITY_WARNING;
    });
  }
  // What an ERP would have booked of the postings: good quantity by report id, then all of it.
  std::map<std::string, std::string> Booked() const {
    std::map<std::string, std::string> booked;
    for (const auto& posting : postings) {
      const auto& envelope = posting.envelope;
      if (envelope.has_report_reversal()) {
        EXPECT_EQ(booked.erase(envelope.report_reversal().reverses_id().value()), 1u) << envelope.ShortDebugString();
        continue;
      }
      const auto& quantity = envelope.has_execution_confirmation()
                                 ? envelope.execution_confirmation().output(0).quantity()
                                 : envelope.material_consumption().consumed(0).quantity();
      EXPECT_TRUE(booked.emplace(envelope.key_id(), quantity.value().value()).second);
    }
    return booked;
  }
  std::string Total() const {
    ExactDecimal total;
    for (const auto& [id, value] : Booked()) total = Add(total, *ParseDecimal(value));
    return FormatDecimal(total);
  }

  contract::v1::SiteContract contract;
  ledger::OrderPast past;
  std::vector<ledger::StoredReport> postings;

 private:
  static void Keep(ledger::StoredReport& stored, const ledger::NewReport& decided) {
    stored.state = decided.state;
    stored.reason_code = decided.reason_code;
    stored.reason_text = decided.reason_text;
    stored.who_acts = decided.who_acts;
    stored.findings = decided.findings;
    stored.hold_until_ms = decided.hold_until_ms;
  }
};

}  // namespace isa95::flows
