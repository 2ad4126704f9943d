// Both records of one shift, the MES's and the ERP's, with an adapter in between that adds nothing.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "grpc/model/instant.h"
#include "simulators/erp_sim/book_lines.h"
#include "simulators/mes_sim/report_book.h"
#include "simulators/reconcile/reports.h"
#include "tests/simulators/mes_sim/orders.h"

namespace isa95::sim {

using Lines = std::vector<RecordLine>;

inline void Append(const std::vector<RecordFields>& fields, Lines& lines) {
  for (const auto& each : fields) lines.emplace_back(each.begin(), each.end());
}

// As an adapter passes it on that does nothing of its own.
inline erp_sim::Posting PostingOf(const exchange::v1::Report& report) {
  using namespace flow::v1;
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

struct Plant {
  Lines erp, mes;
};

inline Plant Work(const std::string& mes_mutant = "none", const erp_sim::PostingTerms& erp_terms = {},
                  uint32_t seed = 3) {
  Plant plant;
  mes_sim::ShiftTerms terms;
  terms.site = "LEI";
  terms.seed = seed;
  terms.start_ms = 1'795'672'800'000;
  terms.facts = true;
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

inline std::vector<std::string> Differences(const Plant& plant, const std::set<std::string>& allowed = {}) {
  return ReconcileReports(plant.erp, plant.mes, allowed).differences;
}

}  // namespace isa95::sim
