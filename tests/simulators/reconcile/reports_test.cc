// The truth of a shift against what is posted: nothing to say of a faithful one, and every defect found.
#include "simulators/reconcile/reports.h"

#include <gmock/gmock.h>

#include "grpc/model/instant.h"
#include "simulators/erp_sim/book_lines.h"
#include "simulators/mes_sim/report_book.h"
#include "tests/simulators/mes_sim/orders.h"

namespace isa95::sim {
namespace {

using namespace flow::v1;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using Lines = std::vector<RecordLine>;

void Append(const std::vector<RecordFields>& fields, Lines& lines) {
  for (const auto& each : fields) lines.emplace_back(each.begin(), each.end());
}

// As an adapter passes it on that does nothing of its own.
erp_sim::Posting PostingOf(const exchange::v1::Report& report) {
  erp_sim::Posting posting;
  posting.sender = "MES";
  posting.report_id = mes_sim::IdOf(report);
  posting.order_id = mes_sim::OrderOf(report);
  const auto number = [](const Quantity& quantity) { return *ParseDecimal(quantity.value().value()); };
  if (report.has_confirmation()) {
    const auto& confirmation = report.confirmation();
    posting.segment = confirmation.segment_requirement_id().value();
    posting.type = confirmation.type() == CONFIRMATION_TYPE_CODE_FINAL ? "FINAL" : "PARTIAL";
    posting.end = FormatInstant(confirmation.actual_end_time());
    for (const auto& output : confirmation.output()) {
      auto& sum = output.kind() == OUTPUT_KIND_CODE_GOOD    ? posting.good
                  : output.kind() == OUTPUT_KIND_CODE_SCRAP ? posting.scrap
                                                            : posting.rework;
      sum = Add(sum, number(output.quantity()));
    }
  }
  for (const auto& used : report.consumption().consumed()) {
    posting.segment = report.consumption().segment_requirement_id().value();
    posting.used.push_back({used.material_definition_id().value(), used.material_lot_id().value(), "",
                            used.quantity().unit().value(), number(used.quantity()),
                            used.kind() == CONSUMPTION_KIND_CODE_RETURNED});
  }
  posting.content = report.ShortDebugString();
  return posting;
}

// Both records of one shift, with an adapter in between that adds nothing.
struct Plant {
  Lines erp, mes;
};

Plant Work(const std::string& mes_mutant = "none", const erp_sim::PostingTerms& erp_terms = {}) {
  Plant plant;
  mes_sim::ShiftTerms terms;
  terms.site = "LEI";
  terms.seed = 3;
  terms.start_ms = 1'795'672'800'000;
  terms.mutant = mes_mutant;
  terms.backflush = {"RM-200"};
  erp_sim::Books books(erp_terms);
  for (const auto* id : {"LEI-0001", "LEI-0002", "LEI-0003"}) {
    const auto shift = RunShift(mes_sim::Order(id), terms);
    Append(mes_sim::ReportBook::LinesOf(id, shift), plant.mes);
    for (const auto& each : shift) {
      exchange::v1::Feedback feedback;
      feedback.set_report_id(mes_sim::IdOf(each.report));
      feedback.set_outcome(exchange::v1::FEEDBACK_OUTCOME_POSTED);
      erp_sim::Verdict verdict;
      if (each.report.has_reversal()) {
        const auto& original = each.report.reversal().reverses_id().value();
        verdict = books.JudgeReversal("MES", original);
        Append({erp_sim::LineOfReversal("MES", original, id, books.Find("MES", original), verdict)}, plant.erp);
        books.TakeReversal("MES", original, verdict);
      } else {
        const auto posting = PostingOf(each.report);
        verdict = books.Judge(posting, {});
        const auto booked = books.Booked(posting, {}, "");
        Append(LinesOf(booked, verdict), plant.erp);
        books.Take(booked, verdict);
      }
      if (verdict.action == "Rejected") {
        feedback.set_outcome(exchange::v1::FEEDBACK_OUTCOME_REJECTED);
        feedback.set_reason_code(verdict.code);
      }
      Append({mes_sim::ReportBook::LineOf(feedback)}, plant.mes);
    }
  }
  return plant;
}

std::vector<std::string> Differences(const Plant& plant, const std::set<std::string>& allowed = {}) {
  return ReconcileReports(plant.erp, plant.mes, allowed).differences;
}

TEST(Reports, AFaithfulShiftReconciles) {
  const auto plant = Work();
  const auto result = ReconcileReports(plant.erp, plant.mes, {});
  EXPECT_THAT(result.differences, IsEmpty());
  EXPECT_TRUE(result.reconciled);
  EXPECT_THAT(result.summary, HasSubstr("differences 0"));
  EXPECT_TRUE(ReconcileReports({}, {}, {}).reconciled);
  EXPECT_EQ(ReconcileReports({}, {}, {}).summary, "");
}

TEST(Reports, OneUnitIsFoundAndNamed) {
  auto plant = Work();
  for (auto& line : plant.mes) {
    if (line["event"] != "made" || line["order_id"] != "LEI-0003") continue;
    line["good"] = FormatDecimal(Add(*ParseDecimal(line["good"]), {1, 0}));
    break;
  }
  const auto differences = Differences(plant);
  ASSERT_EQ(differences.size(), 1u);
  EXPECT_THAT(differences[0], HasSubstr("order LEI-0003 segment 0010: good made "));
  plant = Work();
  for (auto& line : plant.erp) {
    if (line["event"] != "consumed") continue;
    line["quantity"] = FormatDecimal(Add(*ParseDecimal(line["quantity"]), {1, 3}));
    break;
  }
  ASSERT_EQ(Differences(plant).size(), 1u);
  EXPECT_THAT(Differences(plant)[0], HasSubstr("material RM-100 lot RM-100-L"));
}

TEST(Reports, LostAndDoubledReportsAreNamed) {
  auto plant = Work();
  const auto posted = [](const RecordLine& line) { return line.at("event") == "posted"; };
  const auto first = std::find_if(plant.erp.begin(), plant.erp.end(), posted);
  const auto id = first->at("report_id");
  plant.erp.push_back(*first);
  EXPECT_THAT(Differences(plant), Contains("order LEI-0001 report " + id + ": DOUBLED: posted 2 times"));
  std::erase_if(plant.erp, [&](const auto& line) { return line.at("report_id") == id; });
  EXPECT_THAT(Differences(plant), Contains("order LEI-0001 report " + id + ": told as posted, but it is not"));
  std::erase_if(plant.mes, [](const auto& line) { return line.at("event") == "feedback"; });
  EXPECT_THAT(Differences(plant), Contains("order LEI-0001 report " + id + ": LOST: never posted"));
}

TEST(Reports, WhatIsParkedIsADifferenceUnlessItIsExpected) {
  erp_sim::PostingTerms terms;
  terms.period_closed_every = 7;
  const auto plant = Work("none", terms);
  EXPECT_THAT(Differences(plant), Contains(HasSubstr("parked: PERIOD_CLOSED")));
  EXPECT_THAT(Differences(plant, {"OTHER"}), Contains(HasSubstr("parked: PERIOD_CLOSED")));
  for (const auto& difference : Differences(plant, {"PERIOD_CLOSED"}))
    EXPECT_THAT(difference, testing::Not(HasSubstr("PERIOD_CLOSED")));
}

TEST(Reports, EveryDefectIsFoundThatLeavesATrace) {
  for (const auto* mutant : {"M19", "M20", "M22", "M23", "M24", "M27", "M43", "M44", "M49", "M54"})
    EXPECT_THAT(Differences(Work(mutant)), testing::Not(IsEmpty())) << mutant;
  for (const auto* mutant : {"M30", "M55"}) {
    erp_sim::PostingTerms terms;
    terms.mutant = mutant;
    EXPECT_THAT(Differences(Work("none", terms)), testing::Not(IsEmpty())) << mutant;
  }
}

}  // namespace
}  // namespace isa95::sim
