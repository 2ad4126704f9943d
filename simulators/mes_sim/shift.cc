#include "simulators/mes_sim/shift.h"

#include "grpc/model/text.h"
#include "simulators/mes_sim/mutants.h"
#include "simulators/mes_sim/shop_floor.h"

namespace isa95::mes_sim {
namespace {

using namespace flow::v1;

void Flatten(const google::protobuf::RepeatedPtrField<SegmentRequirement>& segments,
             std::vector<const SegmentRequirement*>& flat) {
  for (const auto& segment : segments) {
    flat.push_back(&segment);
    Flatten(segment.child(), flat);
  }
}

const MaterialRequirement* ProductIn(const std::vector<const SegmentRequirement*>& segments) {
  const MaterialRequirement* product = nullptr;
  for (const auto* segment : segments) {
    for (const auto& line : segment->material()) {
      if (line.material_use().code() != MATERIAL_USE_CODE_PRODUCED || line.quantity_size() != 1) continue;
      if (product != nullptr) return nullptr;
      product = &line;
    }
  }
  return product;
}

void Number(std::vector<ShopReport>& reports) {
  uint64_t number = 0;
  for (auto& report : reports) report.report.set_order_sequence(++number);
}

}  // namespace

std::vector<ShopReport> RunShift(const ProductionOrder& order, const ShiftTerms& terms) {
  std::vector<const SegmentRequirement*> segments;
  Flatten(order.segment(), segments);
  const auto* product = ProductIn(segments);
  if (product == nullptr) return {};
  const auto quantity = ParseDecimal(product->quantity(0).value().value());
  if (!quantity || quantity->units <= 0) return {};
  ShopFloor floor(order, *product, *quantity, terms);
  for (size_t i = 0; i < segments.size(); ++i) floor.RunSegment(*segments[i], i, segments.size());
  auto reports = floor.TakeReports();
  Mutate(terms, reports);
  Number(reports);
  return reports;
}

const MaterialRequirement* ProductOf(const ProductionOrder& order) {
  std::vector<const SegmentRequirement*> segments;
  Flatten(order.segment(), segments);
  return ProductIn(segments);
}

std::string LotOf(const ProductionOrder& order, const MaterialRequirement& product, const std::string& site) {
  return product.material_lot_id_size() > 0 ? product.material_lot_id(0).value() : Cat(site, "-B-", order.id().value());
}

std::mt19937 ChanceOf(uint32_t seed, const std::string& order_id) {
  const std::string text = Cat(seed, "/", order_id);
  std::seed_seq sequence(text.begin(), text.end());
  return std::mt19937(sequence);
}

namespace {

// Applies to whichever kind of report it is; all have an id and an order.
template <typename Visit>
std::string Of(const exchange::v1::Report& report, const Visit& visit) {
  if (report.has_confirmation()) return visit(report.confirmation());
  if (report.has_consumption()) return visit(report.consumption());
  if (report.has_lot_disposition()) return visit(report.lot_disposition());
  if (report.has_test_result()) return visit(report.test_result());
  return report.has_downtime() ? visit(report.downtime()) : visit(report.reversal());
}

}  // namespace

std::string IdOf(const exchange::v1::Report& report) {
  return Of(report, [](const auto& each) { return each.id().value(); });
}

std::string OrderOf(const exchange::v1::Report& report) {
  return Of(report, [](const auto& each) { return each.order_id().value(); });
}

std::string KindOf(const exchange::v1::Report& report) {
  if (report.has_confirmation()) return "confirmation";
  if (report.has_consumption()) return "consumption";
  if (report.has_lot_disposition()) return "disposition";
  if (report.has_test_result()) return "test_result";
  return report.has_downtime() ? "stop" : "reversal";
}

bool IsFact(const exchange::v1::Report& report) {
  return report.has_lot_disposition() || report.has_test_result() || report.has_downtime();
}

std::string KeyOf(const exchange::v1::Report& report) {
  const bool closes = report.downtime().phase() == DOWNTIME_PHASE_CODE_CLOSED;
  return closes ? IdOf(report) + kClosing : IdOf(report);
}

std::string ChainOf(const exchange::v1::Report& report) {
  if (report.has_downtime()) return OrderOf(report) + "/line";
  return IsFact(report) ? OrderOf(report) + "/lot" : OrderOf(report);
}

}  // namespace isa95::mes_sim
