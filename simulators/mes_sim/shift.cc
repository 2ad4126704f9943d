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

const MaterialRequirement* ProductOf(const std::vector<const SegmentRequirement*>& segments) {
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
  const auto* product = ProductOf(segments);
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

std::string IdOf(const exchange::v1::Report& report) {
  if (report.has_confirmation()) return report.confirmation().id().value();
  return report.has_consumption() ? report.consumption().id().value() : report.reversal().id().value();
}

std::string OrderOf(const exchange::v1::Report& report) {
  if (report.has_confirmation()) return report.confirmation().order_id().value();
  return report.has_consumption() ? report.consumption().order_id().value() : report.reversal().order_id().value();
}

std::string KindOf(const exchange::v1::Report& report) {
  if (report.has_confirmation()) return "confirmation";
  return report.has_consumption() ? "consumption" : "reversal";
}

}  // namespace isa95::mes_sim
