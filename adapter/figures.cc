#include "adapter/figures.h"

#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

constexpr unsigned kPlaces = 4;

// Null: none, or several units that cannot be added up.
const SegmentSum* DeliveringOf(const OrderReconciliation& order) {
  const SegmentSum* delivering = nullptr;
  for (const auto& segment : order.segments) {
    if (!segment.delivers) continue;
    if (delivering != nullptr) return nullptr;
    delivering = &segment;
  }
  return delivering;
}

Figure Ratio(std::string name, const ExactDecimal& part, const ExactDecimal& whole, std::string basis) {
  return {std::move(name), FormatDecimal(Divide(part, whole, kPlaces)), std::move(basis)};
}

}  // namespace

std::vector<Figure> FiguresOf(const OrderReconciliation& order) {
  std::vector<Figure> figures;
  const auto* made = DeliveringOf(order);
  if (made == nullptr) return figures;
  const auto produced = Add(made->good, Add(made->scrap, made->rework));
  const std::string of = Cat(" / produced ", FormatDecimal(produced), " of segment ", made->segment_id);
  if (Compare(produced, {}) > 0) {
    figures.push_back(Ratio("quality ratio", made->good, produced,
                            Cat("ISO 22400-2: good ", FormatDecimal(made->good), of, "; rework is not good")));
    figures.push_back(
        Ratio("scrap ratio", made->scrap, produced, Cat("ISO 22400-2: scrap ", FormatDecimal(made->scrap), of)));
    figures.push_back(
        Ratio("rework ratio", made->rework, produced, Cat("ISO 22400-2: rework ", FormatDecimal(made->rework), of)));
  }
  if (Compare(order.ordered, {}) > 0 && order.unit == made->unit) {
    figures.push_back(
        Ratio("order fulfilment", made->good, order.ordered,
              Cat("not ISO 22400: good ", FormatDecimal(made->good), " / ordered ", FormatDecimal(order.ordered))));
  }
  return figures;
}

}  // namespace isa95::adapter
