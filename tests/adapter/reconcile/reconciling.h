// A told order reconciled, and looked into: its rows by name, its numbers as text.
#pragma once

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "adapter/reconcile.h"
#include "adapter/reconcile_print.h"
#include "tests/adapter/flows/report_story.h"

namespace isa95::adapter {

inline OrderReconciliation Reconciled(const flows::Story& story) {
  return ReconcileOrder("4711", story.past, story.contract);
}

// Told and posted, all of it.
inline OrderReconciliation Posted(const std::vector<exchange::v1::Report>& reports) {
  flows::Story story;
  story.TellAll(reports);
  story.Post();
  return Reconciled(story);
}

inline const SegmentSum& SegmentIn(const OrderReconciliation& order, const std::string& id,
                                   const std::string& unit = "C62") {
  for (const auto& row : order.segments) {
    if (row.segment_id == id && row.unit == unit) return row;
  }
  ADD_FAILURE() << "no row of segment " << id << " in " << unit;
  static const SegmentSum kNone;
  return kNone;
}

inline const ComponentSum& ComponentIn(const OrderReconciliation& order, const std::string& material,
                                       const std::string& lot = "", const std::string& unit = "KGM") {
  for (const auto& row : order.components) {
    if (row.material == material && row.lot == lot && row.unit == unit) return row;
  }
  ADD_FAILURE() << "no row of " << material << " lot " << lot << " in " << unit;
  static const ComponentSum kNone;
  return kNone;
}

// "reported good/scrap/rework | posted good/scrap/rework"
inline std::string Made(const SegmentSum& row) {
  return Cat(FormatDecimal(row.good), "/", FormatDecimal(row.scrap), "/", FormatDecimal(row.rework), " | ",
             FormatDecimal(row.posted_good), "/", FormatDecimal(row.posted_scrap), "/",
             FormatDecimal(row.posted_rework));
}
// "used | posted"
inline std::string Used(const ComponentSum& row) {
  return Cat(FormatDecimal(row.used), " | ", FormatDecimal(row.posted));
}

// Each difference as one text: what it is, then each report behind it after a " < ".
inline std::vector<std::string> Differences(const OrderReconciliation& order) {
  std::vector<std::string> all;
  for (const auto& difference : order.differences) {
    all.push_back(difference.what);
    for (const auto& why : difference.because) all.back() += " < " + why;
  }
  return all;
}

}  // namespace isa95::adapter
